// What there is to go to: turns, errors and files of the open run, runs as the collector finds them, pages and settings.
// Does not choose among them: model/palette does.
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { parseCellId } from '../../../shared/cell-id.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import type { CellSummary } from '../../../shared/wire.ts';
import { fetchCells } from '../../api.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatOffset, plural } from '../../model/display/format.ts';
import { commandsOf } from '../../model/palette/page-keys.ts';
import {
  commandItems,
  type PaletteGroup,
  type PaletteItem,
  type PaletteSources,
} from '../../model/palette/palette-items.ts';
import type { CellSession } from '../cell/cell-session.ts';
import { loadedList } from '../cell/cell-tracks.ts';
import { cellHref, cellsHref, searchHref } from '../page/address.ts';
import { route } from '../page/route.ts';
import { themes } from '../page/settings.ts';
import { keyAt } from '../trace/cell-trace.ts';
import { storyOf } from '../transcript/story-state.ts';
import { openRun } from './open-palette.ts';

const RUNS = 6;
/** An answer over 10,000 runs takes 2 to 26 ms: with this it is here within 50. */
const TYPING_MS = 20;

export interface PaletteState {
  readonly text: ReturnType<typeof signal<string>>;
  readonly sources: ReadonlySignal<PaletteSources>;
  close(): void;
}

/** Lives while the palette is open. */
export function openPalette(): PaletteState {
  const text = signal('');
  const runs = signal<readonly PaletteItem[]>([]);
  const inRun = computed(() => {
    const session = openRun.value;
    return session
      ? { turns: turnItems(session), errors: errorItems(session), files: fileItems(session) }
      : { turns: [], errors: [], files: [] };
  });
  const stop = followRuns(text, (cells) => {
    runs.value = cells.map(runItem);
  });
  const commands = [...commandItems(commandsOf(route.peek().page)), ...pageItems()];
  return {
    text,
    sources: computed(() => ({ ...inRun.value, places: placesOf(), runs: runs.value, commands })),
    close: stop,
  };
}

function placesOf() {
  const session = openRun.value;
  if (!session) return null;
  const { positionNs, lengthNs } = session.playback;
  const turns = storyOf(session).story.value?.turns.list ?? [];
  return {
    positionNs: positionNs.peek(),
    lengthNs: lengthNs.value,
    turnsNs: turns.map(({ startNs }) => startNs),
  };
}

/** Asks for runs once the reader stopped typing. */
function followRuns(
  text: ReadonlySignal<string>,
  found: (cells: readonly CellSummary[]) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | null = null;
  const ask = async (q: string) => {
    asked?.abort();
    asked = new AbortController();
    const { signal: stop } = asked;
    try {
      const { cells } = await fetchCells({ q: q === '' ? undefined : q, limit: RUNS }, stop);
      if (!stop.aborted) found(cells);
    } catch {
      // Out of reach: the palette goes about in what is here, and the page itself says what is wrong.
      if (!stop.aborted) found([]);
    }
  };
  const stopFollowing = effect(() => {
    const q = text.value.trim();
    clearTimeout(timer);
    if (!/^[>#]/.test(q)) timer = setTimeout(() => void ask(q), TYPING_MS);
  });
  return () => {
    stopFollowing();
    clearTimeout(timer);
    asked?.abort();
  };
}

type Place = Pick<PaletteItem, 'tNs' | 'href' | 'key'>;

function item(
  group: PaletteGroup,
  id: string,
  label: string,
  note: string,
  place: Partial<Place>,
): PaletteItem {
  return { group, id, label, note, tNs: null, href: null, key: null, ...place };
}

function turnItems(session: CellSession): PaletteItem[] {
  const columns = session.trace.value?.columns;
  if (!columns) return [];
  const said = new Map<string, string>();
  for (const { kind, rowKey, text, argument } of session.transcript.value)
    if (rowKey !== null && !said.has(rowKey) && (kind === 'message' || kind === 'tool'))
      said.set(rowKey, kind === 'tool' ? `${text} ${argument ?? ''}` : text);
  return (storyOf(session).story.value?.turns.list ?? []).map(({ number, row, tools, startNs }) => {
    const words = [row, ...tools].flatMap((at) => said.get(keyAt(columns, at)) ?? []);
    return item(
      'Turns',
      `turn ${number}`,
      shownLine(`#${number} ${words.join(' · ')}`, 160),
      formatOffset(startNs),
      {
        tNs: startNs,
      },
    );
  });
}

function errorItems(session: CellSession): PaletteItem[] {
  return (session.trace.value?.errors ?? []).map(({ tNs, label, isRecovered }, index) =>
    item(
      'Errors',
      `error ${index}`,
      shownLine(`${label}, ${isRecovered ? 'recovered' : 'error'}`, 160),
      formatOffset(tNs),
      { tNs },
    ),
  );
}

/** Each file once, at its last edit. */
function fileItems(session: CellSession): PaletteItem[] {
  const changes = loadedList(session.changes.value);
  const files = new Map<string, { count: number; tNs: number }>();
  for (const { tNs, changeIndex } of session.changeMarks.value) {
    const path = changes[changeIndex]?.path;
    if (path !== undefined) files.set(path, { count: (files.get(path)?.count ?? 0) + 1, tNs });
  }
  return [...files].map(([path, { count, tNs }]) =>
    item('Files', `file ${path}`, shownLine(path, 160), `${plural(count, 'edit')}, ${formatOffset(tNs)}`, {
      tNs,
    }),
  );
}

function runItem({ id, outcome }: CellSummary): PaletteItem {
  const { agent, model, family, task, attempt } = parseCellId(id);
  const where = family === null || task === null ? '' : `, ${family}/${task}`;
  const label = `${agent} × ${model ?? 'no model'}${where}${attempt > 1 ? `, run ${attempt}` : ''}`;
  return item('Runs', `run ${id}`, shownLine(label, 160), outcomeWord(outcome), { href: cellHref(id) });
}

function pageItems(): PaletteItem[] {
  return [
    item('Commands', 'all runs', 'Open all runs and sweeps', '', { href: cellsHref() }),
    item('Commands', 'search', 'Search inside all runs', '', { href: searchHref() }),
    ...themes.map((theme) => item('Commands', `theme ${theme}`, `Theme: ${theme}`, '', {})),
  ];
}
