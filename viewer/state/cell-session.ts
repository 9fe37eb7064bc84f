// Everything one cell page shows, fetched once and kept as signals: first what the first paint needs
// (the cell and its spans in compact form), then each track by itself. A track that fails says so in
// its own place and takes nothing else down.
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { SpanKind } from '../../shared/span.ts';
import { spanIdAt, type TraceColumns } from '../../shared/trace-columns.ts';
import type {
  CellDetail,
  CellSummary,
  FileChangeJson,
  LogRecordJson,
  ModelCallJson,
  TrackJson,
} from '../../shared/wire.ts';
import {
  ApiError,
  fetchCell,
  fetchCells,
  fetchChanges,
  fetchLogs,
  fetchModelCalls,
  fetchTraceColumns,
} from '../api.ts';
import { buildLanes, firstChunks, type Lane } from '../model/lanes.ts';
import { changeMarks, errorMarks, type Mark } from '../model/marks.ts';
import { type ModelCallRow, modelCallRows } from '../model/model-call-rows.ts';
import { describeOutcome, type OutcomeText } from '../model/outcome-sentence.ts';
import { buildTree, indexRows, rowEndNs, type TraceTree } from '../model/trace-tree.ts';
import { buildTranscript, type TranscriptEntry } from '../model/transcript.ts';
import type { CellAddress } from './address.ts';
import { createPlayback, type PlaybackSession } from './playback-session.ts';
import { readMoment } from './route.ts';
import { createSpanStore, type SpanStore } from './span-store.ts';
import { createTerminal, type TerminalSession } from './terminal-session.ts';

/** A track on its way: null while it loads. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Error }
  | null;

export type CellPhase =
  | { readonly phase: 'loading' }
  | { readonly phase: 'ready' }
  | { readonly phase: 'not-found' }
  | { readonly phase: 'failed'; readonly error: Error };

export interface CellTrace {
  readonly columns: TraceColumns;
  readonly tree: TraceTree;
  readonly lanes: readonly Lane[];
  readonly errors: readonly Mark[];
  /** Ends of all spans, ascending. */
  readonly endsNs: Float64Array;
  /** Row by `rowKeyOf`; made when first asked for. */
  rowOf(rowKey: string): number;
}

export interface CellSession {
  readonly phase: ReadonlySignal<CellPhase>;
  readonly detail: ReadonlySignal<CellDetail | null>;
  readonly trace: ReadonlySignal<CellTrace | null>;
  /** What went wrong with the trace alone, where the cell itself is here. */
  readonly traceError: ReadonlySignal<Error | null>;
  readonly spans: SpanStore;
  readonly modelCalls: ReadonlySignal<Loaded<readonly ModelCallJson[]>>;
  readonly modelCallRows: ReadonlySignal<readonly ModelCallRow[]>;
  readonly changes: ReadonlySignal<Loaded<readonly FileChangeJson[]>>;
  readonly logs: ReadonlySignal<
    Loaded<{ readonly total: number; readonly records: readonly LogRecordJson[] }>
  >;
  readonly terminal: TerminalSession;
  readonly transcript: ReadonlySignal<readonly TranscriptEntry[]>;
  readonly outcome: ReadonlySignal<OutcomeText | null>;
  readonly changeMarks: ReadonlySignal<readonly Mark[]>;
  /** Row to the moment its first chunk came. */
  readonly firstChunkNs: ReadonlySignal<ReadonlyMap<number, number>>;
  readonly playback: PlaybackSession;
  /** Fetches the logs once; nothing before the tab is opened. */
  wantLogs(): void;
  close(): void;
}

// The kinds people read. A trace larger than this many spans gives the transcript these alone.
const READ_KINDS: readonly SpanKind[] = ['task_setup', 'adapter_run', 'model_call', 'tool_call', 'verify'];
const WHOLE_TRACE_SPANS = 4000;

export function openCell(address: CellAddress): CellSession {
  const stop = new AbortController();
  const phase = signal<CellPhase>({ phase: 'loading' });
  const detail = signal<CellDetail | null>(null);
  const trace = signal<CellTrace | null>(null);
  const traceError = signal<Error | null>(null);
  const modelCalls = signal<Loaded<readonly ModelCallJson[]>>(null);
  const changes = signal<Loaded<readonly FileChangeJson[]>>(null);
  const logs = signal<Loaded<{ total: number; records: readonly LogRecordJson[] }>>(null);
  const playback = createPlayback();
  const spans = createSpanStore(stop.signal);
  const terminal = createTerminal(stop.signal);

  const columns = computed(() => trace.value?.columns ?? null);
  const changeList = computed(() => okValue(changes.value) ?? []);
  const transcript = computed(() =>
    columns.value ? buildTranscript(spans.readable.value, changeList.value, columns.value.startNs) : [],
  );
  const rows = computed(() => {
    const calls = okValue(modelCalls.value);
    return calls && columns.value ? modelCallRows(calls, columns.value.startNs) : [];
  });
  const outcome = computed(() => {
    if (!detail.value) return null;
    const start = columns.value && columns.value.count > 0 ? columns.value.startNs : null;
    return describeOutcome(detail.value, spans.readable.value, changeList.value, start);
  });
  const marks = computed(() => {
    const here = trace.value;
    if (!here || changeList.value.length === 0) return [];
    return changeMarks(changeList.value, here.columns, indexOf(here));
  });
  const chunks = computed<ReadonlyMap<number, number>>(() => {
    const here = trace.value;
    const calls = okValue(modelCalls.value);
    return here && calls && calls.length > 0
      ? firstChunks(calls, here.columns, indexOf(here))
      : new Map<number, number>();
  });

  let logsWanted = false;
  const session: CellSession = {
    phase,
    detail,
    trace,
    traceError,
    spans,
    modelCalls,
    modelCallRows: rows,
    changes,
    logs,
    terminal,
    transcript,
    outcome,
    changeMarks: marks,
    firstChunkNs: chunks,
    playback,
    wantLogs() {
      const cellId = detail.peek()?.id;
      if (logsWanted || !cellId) return;
      logsWanted = true;
      void into(logs, async () => {
        const answer = await fetchLogs(cellId, stop.signal);
        return { total: answer.total, records: answer.logs };
      });
    },
    close() {
      stop.abort();
      playback.close();
      terminal.close();
    },
  };
  void load();
  return session;

  async function load(): Promise<void> {
    try {
      const cellId = address.id ?? (await findCell(address, stop.signal));
      const wantedSpans = spans.first(cellId);
      const wantedTrace = fetchTraceColumns(cellId, stop.signal).then(
        (value) => ({ value }),
        (error: unknown) => ({ error: asError(error) }),
      );
      detail.value = await fetchCell(cellId, stop.signal);
      const answer = await wantedTrace;
      await wantedSpans;
      if (stop.signal.aborted) return;
      batch(() => {
        if ('error' in answer) traceError.value = answer.error;
        else trace.value = asTrace(answer.value);
        startClock();
        phase.value = { phase: 'ready' };
      });
      loadTracks(cellId);
    } catch (error) {
      if (stop.signal.aborted) return;
      const gone = error instanceof ApiError && error.status === 404;
      phase.value = gone ? { phase: 'not-found' } : { phase: 'failed', error: asError(error) };
    }
  }

  /** Puts the playhead where the URL says. */
  function startClock(): void {
    const here = trace.peek();
    if (here) playback.load(here);
    playback.extend(here?.columns.lengthNs ?? (detail.peek()?.durationMs ?? 0) * 1e6);
    const moment = readMoment();
    const tNs = moment.t === null ? 0 : moment.t * 1e6;
    const row = moment.span && here ? here.rowOf(moment.span.replace(':', '')) : -1;
    if (row >= 0 && moment.t === null) playback.select(row);
    else if (row >= 0) playback.selectAt(row, tNs);
    else if (tNs > 0) playback.seek(tNs);
  }

  function loadTracks(cellId: string): void {
    const has = (name: TrackJson['name']) => trackOf(detail.peek(), name)?.count ?? 0;
    const here = trace.peek();
    if (here) {
      const whole = here.columns.count <= WHOLE_TRACE_SPANS;
      void spans.load(cellId, here.columns, whole ? null : READ_KINDS, WHOLE_TRACE_SPANS);
    }
    if (has('model_calls') > 0)
      void into(modelCalls, async () => (await fetchModelCalls(cellId, stop.signal)).modelCalls);
    else modelCalls.value = { ok: true, value: [] };
    if (has('changes') > 0) void into(changes, async () => (await fetchChanges(cellId, stop.signal)).changes);
    else changes.value = { ok: true, value: [] };
    if (has('terminal') > 0)
      void terminal.load(cellId, here?.columns.startNs ?? null, (endNs) => {
        // A recording laid over the run from elsewhere says nothing of how long the run was.
        if (!here || trackOf(detail.peek(), 'terminal')?.timing !== 'derived') playback.extend(endNs);
      });
  }

  async function into<T>(target: Signal<Loaded<T>>, fetchIt: () => Promise<T>): Promise<void> {
    try {
      target.value = { ok: true, value: await fetchIt() };
    } catch (error) {
      if (!stop.signal.aborted) target.value = { ok: false, error: asError(error) };
    }
  }
}

/** The track of that name, or null where the cell has none. */
export function trackOf(detail: CellDetail | null, name: TrackJson['name']): TrackJson | null {
  return detail?.tracks.find((track) => track.name === name) ?? null;
}

/** The key of a row's span, as `rowKeyOf`. */
export function keyAt(columns: TraceColumns, row: number): string {
  return (columns.traceIds[columns.trace[row] ?? -1] ?? '') + spanIdAt(columns, row);
}

/** `<traceId>:<spanId>`, as URLs name a span. */
export function spanParam(columns: TraceColumns, row: number): string {
  return `${columns.traceIds[columns.trace[row] ?? -1] ?? ''}:${spanIdAt(columns, row)}`;
}

const indexes = new WeakMap<TraceColumns, ReadonlyMap<string, number>>();

function indexOf(trace: Pick<CellTrace, 'columns'>): ReadonlyMap<string, number> {
  let index = indexes.get(trace.columns);
  if (!index) {
    index = indexRows(trace.columns);
    indexes.set(trace.columns, index);
  }
  return index;
}

function asTrace(columns: TraceColumns): CellTrace {
  return {
    columns,
    tree: buildTree(columns),
    lanes: buildLanes(columns),
    errors: errorMarks(columns),
    endsNs: Float64Array.from({ length: columns.count }, (_, row) => rowEndNs(columns, row)).sort(),
    rowOf: (rowKey) => indexOf({ columns }).get(rowKey) ?? -1,
  };
}

/** The newest cell that an address without a sweep means. @throws ApiError 404 where none does */
async function findCell(address: CellAddress, stop: AbortSignal): Promise<string> {
  const { agent, model, task, attempt } = address;
  const page = await fetchCells(
    { agent: agent ?? undefined, model: model ?? undefined, task: task ?? undefined, limit: 50 },
    stop,
  );
  const fits = (cell: CellSummary) => attempt === 1 || cell.attempt === attempt;
  const found = page.cells.find(fits);
  if (!found) throw new ApiError('not_found', 404, 'No cell of this agent, model and task is stored here.');
  return found.id;
}

function okValue<T>(loaded: Loaded<T>): T | null {
  return loaded?.ok ? loaded.value : null;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
