// A cell's tracks beside its spans - model calls, changes, logs, terminal - each fetched by itself once the
// cell is drawn, and again when the cell says that it holds more. A track that fails says so in its own
// place and takes nothing else down.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type {
  CellDetail,
  FileChangeJson,
  LogRecordJson,
  LogsJson,
  ModelCallJson,
  TrackJson,
} from '../../../shared/wire.ts';
import { fetchChanges, fetchLogs, fetchModelCalls } from '../../api.ts';
import { failed, type Loadable, loading } from '../page/loadable.ts';
import { createTerminal, type TerminalSession } from '../terminal/terminal-session.ts';

export interface LoadedLogs {
  readonly total: number;
  readonly records: readonly LogRecordJson[];
}

/** Whose tracks they are, as far as it is known now. */
export interface TracksOf {
  readonly id: string;
  readonly detail: CellDetail;
  /** The cell's clock zero; null where it has no spans. */
  readonly startNs: string | null;
}

export interface CellTracks {
  readonly modelCalls: ReadonlySignal<Loadable<readonly ModelCallJson[]>>;
  readonly changes: ReadonlySignal<Loadable<readonly FileChangeJson[]>>;
  readonly logs: ReadonlySignal<Loadable<LoadedLogs>>;
  readonly terminal: TerminalSession;
  /** Fetches every track that holds another number of records than when it was last fetched. */
  load(of: TracksOf): void;
  /** The clock's zero moved: what is laid out on it must be fetched again. */
  forgetPlaces(): void;
  /** Fetches the logs once, and again whenever there are more; nothing before they are wanted. */
  wantLogs(): void;
}

type Name = Exclude<TrackJson['name'], 'spans'>;

/**
 * @param mayGrow whether more records are expected
 * @param onTerminalEnd told the moment of the terminal's last event, nanoseconds from the clock's zero
 */
export function createTracks(
  stop: AbortSignal,
  mayGrow: () => boolean,
  onTerminalEnd: (endNs: number) => void,
): CellTracks {
  const modelCalls = signal<Loadable<readonly ModelCallJson[]>>(loading);
  const changes = signal<Loadable<readonly FileChangeJson[]>>(loading);
  const logs = signal<Loadable<LoadedLogs>>(loading);
  const terminal = createTerminal(stop, mayGrow);
  /** Records of each track when it was last fetched. */
  const fetched = new Map<Name, number>();
  let of: TracksOf | null = null;
  let logsWanted = false;

  const loadMoved = () => {
    if (!of) return;
    const { id, detail, startNs } = of;
    const moved = (name: Name) => {
      const count = trackOf(detail, name)?.count ?? 0;
      const before = fetched.get(name);
      fetched.set(name, count);
      return count !== (before ?? 0);
    };
    if (moved('model_calls')) void into(modelCalls, async () => (await fetchModelCalls(id, stop)).modelCalls);
    else noRecords(modelCalls, []);
    if (moved('changes')) void into(changes, async () => (await fetchChanges(id, stop)).changes);
    else noRecords(changes, []);
    if (moved('terminal')) terminal.load({ cellId: id, clockStartNs: startNs }, onTerminalEnd);
    if (!logsWanted) return;
    if (moved('logs')) void into(logs, async () => loadedLogs(await fetchLogs(id, stop)));
    else noRecords(logs, { total: 0, records: [] });
  };

  /** Nothing is on the way: unless something came before, that is what there is. */
  function noRecords<T>(target: Signal<Loadable<T>>, value: T): void {
    if (target.peek().phase === 'loading') target.value = { phase: 'ready', value };
  }

  async function into<T>(target: Signal<Loadable<T>>, fetchIt: () => Promise<T>): Promise<void> {
    try {
      target.value = { phase: 'ready', value: await fetchIt() };
    } catch (error) {
      if (!stop.aborted) target.value = failed(error);
    }
  }

  return {
    modelCalls,
    changes,
    logs,
    terminal,
    load(next) {
      of = next;
      loadMoved();
    },
    forgetPlaces() {
      if (fetched.get('terminal')) fetched.set('terminal', -1);
    },
    wantLogs() {
      if (logsWanted) return;
      logsWanted = true;
      loadMoved();
    },
  };
}

/** The track of that name, or null where the cell has none. */
export function trackOf(detail: CellDetail | null, name: TrackJson['name']): TrackJson | null {
  return detail?.tracks.find((track) => track.name === name) ?? null;
}

/** What came; nothing while it loads or where it failed. */
export function loadedList<T>(track: Loadable<readonly T[]>): readonly T[] {
  return track.phase === 'ready' ? track.value : [];
}

function loadedLogs({ total, logs }: LogsJson): LoadedLogs {
  return { total, records: logs };
}
