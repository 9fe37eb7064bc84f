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
import { createTerminal, type TerminalSession } from '../terminal/terminal-session.ts';

/** A track on its way: null while it loads. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Error }
  | null;

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
  readonly modelCalls: ReadonlySignal<Loaded<readonly ModelCallJson[]>>;
  readonly changes: ReadonlySignal<Loaded<readonly FileChangeJson[]>>;
  readonly logs: ReadonlySignal<Loaded<LoadedLogs>>;
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
  const modelCalls = signal<Loaded<readonly ModelCallJson[]>>(null);
  const changes = signal<Loaded<readonly FileChangeJson[]>>(null);
  const logs = signal<Loaded<LoadedLogs>>(null);
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
    else modelCalls.value ??= { ok: true, value: [] };
    if (moved('changes')) void into(changes, async () => (await fetchChanges(id, stop)).changes);
    else changes.value ??= { ok: true, value: [] };
    if (moved('terminal')) terminal.load({ cellId: id, clockStartNs: startNs }, onTerminalEnd);
    if (!logsWanted) return;
    if (moved('logs')) void into(logs, async () => loadedLogs(await fetchLogs(id, stop)));
    else logs.value ??= { ok: true, value: { total: 0, records: [] } };
  };

  async function into<T>(target: Signal<Loaded<T>>, fetchIt: () => Promise<T>): Promise<void> {
    try {
      target.value = { ok: true, value: await fetchIt() };
    } catch (error) {
      if (!stop.aborted) target.value = { ok: false, error: asError(error) };
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
export function loadedList<T>(loaded: Loaded<readonly T[]>): readonly T[] {
  return loaded?.ok ? loaded.value : [];
}

function loadedLogs({ total, logs }: LogsJson): LoadedLogs {
  return { total, records: logs };
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
