// Everything one cell page shows, fetched once and kept as signals: first what the first paint needs
// (the cell and its spans in compact form), then each track by itself. A track that fails says so in
// its own place and takes nothing else down.
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { SpanKind } from '../../shared/span.ts';
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
import { offsetNs } from '../model/clock.ts';
import { firstChunks } from '../model/lanes.ts';
import { changeMarks, type Mark } from '../model/marks.ts';
import { type ModelCallRow, modelCallRows } from '../model/model-call-rows.ts';
import { describeOutcome, type OutcomeText } from '../model/outcome-sentence.ts';
import { buildTranscript, type TranscriptEntry } from '../model/transcript.ts';
import type { CellAddress } from './address.ts';
import { asTrace, type CellTrace, keyAt, rowIndex } from './cell-trace.ts';
import { createLive, type LiveSession } from './live-session.ts';
import { painted } from './painted.ts';
import { createPlayback, type PlaybackSession } from './playback-session.ts';
import { readMoment } from './route.ts';
import { createRunSearch, type RunSearch } from './run-search.ts';
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

type Counts = { readonly [name in Exclude<TrackJson['name'], 'spans'>]: number };

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
  readonly live: LiveSession;
  readonly search: RunSearch;
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
  const live = createLive(refresh);

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
    return changeMarks(changeList.value, here.columns, rowIndex(here.columns));
  });
  const chunks = computed<ReadonlyMap<number, number>>(() => {
    const here = trace.value;
    const calls = okValue(modelCalls.value);
    return here && calls && calls.length > 0
      ? firstChunks(calls, here.columns, rowIndex(here.columns))
      : new Map<number, number>();
  });

  const search = createRunSearch({
    playback,
    sources: () => ({
      columns: columns.value,
      rows: trace.value ? rowIndex(trace.value.columns) : null,
      spans: spans.readable.value,
      film: terminal.film.value,
      transcript: transcript.value,
      changes: changeList.value,
    }),
    rowOf: (key) => trace.peek()?.rowOf(key) ?? -1,
  });

  let id = '';
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
    live,
    search,
    wantLogs() {
      if (logsWanted || !detail.peek()) return;
      logsWanted = true;
      void loadLogs();
    },
    close() {
      stop.abort();
      live.close();
      search.close();
      playback.close();
      terminal.close();
    },
  };
  void load();
  return session;

  async function load(): Promise<void> {
    try {
      id = address.id ?? (await findCell(address, stop.signal));
      const wantedSpans = spans.first(id);
      const wantedTrace = fetchTraceColumns(id, stop.signal).then(
        (value) => ({ value }),
        (error: unknown) => ({ error: asError(error) }),
      );
      const cell = await fetchCell(id, stop.signal);
      detail.value = cell;
      const answer = await wantedTrace;
      await wantedSpans;
      if (stop.signal.aborted) return;
      batch(() => {
        if ('error' in answer) traceError.value = answer.error;
        else trace.value = asTrace(answer.value);
        startClock();
        phase.value = { phase: 'ready' };
      });
      await painted();
      if (stop.signal.aborted) return;
      loadTracks();
      if (readMoment().t === null) startAtEnd();
      live.start(id, cell);
    } catch (error) {
      if (stop.signal.aborted) return;
      // A text that is no id names no cell either.
      const gone = error instanceof ApiError && (error.status === 404 || error.code === 'bad_cell_id');
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

  function loadTracks(): void {
    const here = trace.peek();
    if (here) void spans.load(id, here.columns, kindsToRead(here), WHOLE_TRACE_SPANS);
    if (countOf('model_calls') === 0) modelCalls.value = { ok: true, value: [] };
    if (countOf('changes') === 0) changes.value = { ok: true, value: [] };
    loadMoved({ model_calls: 0, changes: 0, terminal: 0, logs: 0 });
  }

  /** Fetches the tracks that hold another number of records than before. */
  function loadMoved(before: Counts): void {
    const moved = (name: keyof Counts) => countOf(name) !== before[name];
    if (moved('model_calls'))
      void into(modelCalls, async () => (await fetchModelCalls(id, stop.signal)).modelCalls);
    if (moved('changes')) void into(changes, async () => (await fetchChanges(id, stop.signal)).changes);
    if (moved('terminal') && countOf('terminal') > 0) loadTerminal();
    if (moved('logs') && logsWanted) void loadLogs();
  }

  function loadTerminal(): void {
    void terminal.load(id, trace.peek()?.columns.startNs ?? null, (endNs) => {
      // A recording laid over the run from elsewhere says nothing of how long the run was.
      if (!trace.peek() || trackOf(detail.peek(), 'terminal')?.timing !== 'derived') grow(endNs);
    });
  }

  function loadLogs(): Promise<void> {
    return into(logs, async () => {
      const answer = await fetchLogs(id, stop.signal);
      return { total: answer.total, records: answer.logs };
    });
  }

  function countOf(name: TrackJson['name']): number {
    return trackOf(detail.peek(), name)?.count ?? 0;
  }

  function counts(): Counts {
    const [model_calls, changes] = [countOf('model_calls'), countOf('changes')];
    return { model_calls, changes, terminal: countOf('terminal'), logs: countOf('logs') };
  }

  /** A run under way is watched where it is, unless the URL names a moment. */
  function startAtEnd(): void {
    const stopWaiting = live.state.subscribe((state) => {
      if (state === 'running' && playback.positionNs.peek() === 0) playback.seek(playback.lengthNs.peek());
      if (state !== 'still') queueMicrotask(() => stopWaiting());
    });
    stop.signal.addEventListener('abort', stopWaiting);
  }

  /** The clock reaches further: whoever stood at its end stands there still, and nobody else is moved. */
  function grow(lengthNs: number): void {
    const { mode, lengthNs: before } = playback.state.peek();
    const follows = live.state.peek() !== 'still' && (mode === 'ended' || before === 0);
    batch(() => {
      playback.extend(lengthNs);
      if (follows && lengthNs > before) playback.seek(lengthNs);
    });
  }

  /** The run moved on: fetches what is new, and keeps the playhead on the moment and the span it was on. */
  async function refresh(): Promise<void> {
    try {
      const wantedCell = fetchCell(id, stop.signal);
      const columns = await fetchTraceColumns(id, stop.signal);
      const cell = await wantedCell;
      const before = counts();
      const old = trace.peek();
      // A span that began before all others ends last: the clock's zero then moves back to its start.
      const shiftNs = old?.columns.count ? offsetNs(old.columns.startNs, columns.startNs) : 0;
      batch(() => {
        detail.value = cell;
        traceError.value = null;
        trace.value = asTrace(columns);
        moveTo(trace.value, old, shiftNs);
      });
      loadMoved(shiftNs === 0 ? before : { ...before, terminal: -1 });
      await spans.update(columns, kindsToRead({ columns }), WHOLE_TRACE_SPANS);
    } catch (error) {
      // What is shown stays; the next event asks again.
      if (!stop.signal.aborted) traceError.value = asError(error);
    }
  }

  function moveTo(here: CellTrace, old: CellTrace | null, shiftNs: number): void {
    const chosen = playback.chosenRow.peek();
    const key = old && chosen >= 0 ? keyAt(old.columns, chosen) : null;
    const atNs = playback.positionNs.peek() + shiftNs;
    const atEnd = playback.state.peek().mode === 'ended';
    playback.load(here);
    grow(here.columns.lengthNs);
    const row = key === null ? -1 : here.rowOf(key);
    if (atEnd) return;
    if (row >= 0) playback.selectAt(row, atNs);
    else if (shiftNs !== 0) playback.seek(atNs);
  }

  async function into<T>(target: Signal<Loaded<T>>, fetchIt: () => Promise<T>): Promise<void> {
    try {
      target.value = { ok: true, value: await fetchIt() };
    } catch (error) {
      if (!stop.signal.aborted) target.value = { ok: false, error: asError(error) };
    }
  }
}

/** Of a large trace what people read, of any other all. */
function kindsToRead({ columns }: Pick<CellTrace, 'columns'>): readonly SpanKind[] | null {
  return columns.count <= WHOLE_TRACE_SPANS ? null : READ_KINDS;
}

/** The track of that name, or null where the cell has none. */
export function trackOf(detail: CellDetail | null, name: TrackJson['name']): TrackJson | null {
  return detail?.tracks.find((track) => track.name === name) ?? null;
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
