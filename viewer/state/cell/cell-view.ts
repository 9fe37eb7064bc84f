// What of a cell page is open: its tab, and the moment in the URL. It follows the playhead and writes
// the URL; it refuses to move anything by itself.
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { keepMoment, readMoment } from '../page/route.ts';
import { spanParam } from '../trace/cell-trace.ts';
import type { CellSession } from './cell-session.ts';

export const tabNames = [
  'stage',
  'transcript',
  'changes',
  'model-calls',
  'spans',
  'scores',
  'details',
  'logs',
] as const;
export type TabName = (typeof tabNames)[number];

export interface CellView {
  /** `stage` is a tab on narrow screens alone; null until someone chose. */
  readonly tab: ReadonlySignal<TabName | null>;
  openTab(tab: TabName): void;
  /** Keeps the moment in the URL until disposed. */
  follow(): () => void;
}

export function createCellView(session: CellSession): CellView {
  const asked = readMoment().tab;
  const tab = signal<TabName | null>(tabNames.find((name) => name === asked) ?? null);
  return {
    tab,
    openTab(next) {
      tab.value = next;
      keepMoment({ tab: next });
      if (next === 'logs') session.wantLogs();
    },
    follow: () =>
      effect(() => {
        const columns = session.trace.value?.columns;
        if (session.phase.value.phase !== 'ready' || !columns) return;
        const { playback } = session;
        const tNs = playback.positionNs.value;
        const row = playback.row.value;
        const moved = tNs > 0 || row !== firstRow(session);
        keepMoment({
          t: moved ? tNs / 1e6 : null,
          span: moved && row >= 0 ? spanParam(columns, row) : null,
        });
      }),
  };
}

/** The row that is active at the start: no reason to name it in the URL. */
function firstRow(session: CellSession): number {
  return session.trace.peek()?.tree.activeRows[0] ?? -1;
}
