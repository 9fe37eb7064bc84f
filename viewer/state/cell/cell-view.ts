// What of a cell page is open: its tab, and the moment in the URL. It follows the playhead and writes the URL.
// Does not move the playhead, nor know which tabs there are: their names are handed in.
import { type ReadonlySignal, signal } from '@preact/signals';
import { narrow } from '../page/media.ts';
import { keepInUrl, keepMoment, keepValue, queryValue, readMoment } from '../page/route.ts';
import { spanParam } from '../trace/cell-trace.ts';
import type { CellSession } from './cell-session.ts';
import type { Poster } from './poster.ts';
import type { StageReading } from './stage-reading.ts';

export interface CellView<TabName extends string> {
  /** null until someone chose, by the address or by hand. */
  readonly tab: ReadonlySignal<TabName | null>;
  openTab(tab: TabName): void;
  readonly poster: Poster;
  /** Keeps the moment in the URL until disposed. */
  follow(): () => void;
}

export function createCellView<TabName extends string>(
  session: CellSession,
  poster: Poster,
  tabNames: readonly TabName[],
  stageOf: (tab: TabName) => StageReading | null,
): CellView<TabName> {
  const asked = readMoment().tab;
  const tab = signal<TabName | null>(tabNames.find((name) => name === asked) ?? null);
  return {
    tab,
    poster,
    openTab(next) {
      const stage = narrow.peek() ? null : stageOf(next);
      if (stage) {
        session.stage.value = stage;
        return;
      }
      tab.value = next;
      keepMoment({ tab: next });
    },
    follow() {
      const asked = queryValue(DRAWER);
      if (asked) session.drawer.openFromAddress(asked.replace(':', ''), readMoment().span !== null);
      const stage =
        queryValue(STAGE) === 'changes' ? 'changes' : tab.peek() && stageOf(tab.peek() as TabName);
      if (stage) session.stage.value = stage;
      const stops = [
        session.drawer.follow(),
        keepDrawer(session),
        keepPlace(session, poster),
        keepStage(session, () => tab.peek() !== null && stageOf(tab.peek() as TabName) !== null),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

const DRAWER = 'drawer';
const STAGE = 'stage';

/** What the stage shows; a tab that means the stage of a wide page gives way to it. */
function keepStage(session: CellSession, isNamedByTab: () => boolean): () => void {
  let before = session.stage.peek();
  return keepInUrl(() => {
    const stage = session.stage.value;
    if (stage === before) return;
    before = stage;
    keepValue(STAGE, stage === 'run' ? null : stage);
    if (!narrow.peek() && isNamedByTab()) keepMoment({ tab: null });
  });
}

/** The span that lies open, as `<traceId>:<spanId>`. */
function keepDrawer({ phase, trace, drawer }: CellSession): () => void {
  return keepInUrl(() => {
    const columns = trace.value?.columns;
    const row = drawer.row.value;
    if (phase.value.phase === 'ready' && columns) keepValue(DRAWER, row < 0 ? null : spanParam(columns, row));
  });
}

function keepPlace(session: CellSession, poster: Poster): () => void {
  return keepInUrl(() => {
    const columns = session.trace.value?.columns;
    if (session.phase.value.phase !== 'ready' || !columns) return;
    const { playback } = session;
    const tNs = playback.positionNs.value;
    const row = playback.row.value;
    // What the page opens on by itself needs no words in the URL; its start does where it opens elsewhere.
    const opensElsewhere = poster.offered.value !== null;
    const moved = opensElsewhere ? poster.shown.value === null : tNs > 0 || row !== firstRow(session);
    keepMoment({
      t: moved ? tNs / 1e6 : null,
      span: moved && row >= 0 ? spanParam(columns, row) : null,
    });
  });
}

/** The row that is active at the start: no reason to name it in the URL. */
function firstRow(session: CellSession): number {
  return session.trace.peek()?.tree.activeRows[0] ?? -1;
}
