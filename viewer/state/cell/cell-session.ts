// Everything one cell page shows, kept as signals, and in which order it comes: first what the first paint
// needs (the cell and its spans in compact form), then every other track, then whatever a run under way
// adds. Does not move the playhead: it hands what it learns of the run's length to the clock it was given.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { CellAddress } from '../../../shared/cell-id.ts';
import type { SpanKind } from '../../../shared/span.ts';
import type { CellDetail, CellSummary } from '../../../shared/wire.ts';
import { ApiError, fetchCell, fetchCells, fetchTraceColumns } from '../../api.ts';
import type { SearchSources } from '../../model/search/run-search.ts';
import { offsetNs } from '../../model/trace/offset.ts';
import { asError, failed, type LoadPhase, loading } from '../page/loadable.ts';
import { painted } from '../page/painted.ts';
import { createRunSearch, type RunSearch } from '../search/run-search-session.ts';
import { asTrace, type CellTrace, rowIndex } from '../trace/cell-trace.ts';
import { OpenSpan } from '../trace/open-span.ts';
import { createSpanStore } from '../trace/span-store.ts';
import { loadCellReader } from './cell-reader.ts';
import { type CellReadings, readCell } from './cell-readings.ts';
import { type CellSenders, createSenders } from './cell-senders.ts';
import { type CellTracks, createTracks, loadedList, trackOf } from './cell-tracks.ts';
import type { Clock } from './clock.ts';
import { LiveSession } from './live-session.ts';
import { RunPlayback } from './run-playback.ts';
import type { StageReading } from './stage-reading.ts';

export type CellPhase = LoadPhase | { readonly phase: 'not-found' };

// The kinds people read. A trace larger than this many spans gives the transcript these alone.
const READ_KINDS: readonly SpanKind[] = ['task_setup', 'adapter_run', 'model_call', 'tool_call', 'verify'];
const WHOLE_TRACE_SPANS = 4000;

export interface OpenOptions {
  /** Spans and changes alone: neither the terminal is replayed nor a run under way followed. */
  readonly spansOnly?: boolean;
}

/** @param clock where the run's playhead is; whoever made it closes it */
export function openCell(address: CellAddress, clock: Clock, options: OpenOptions = {}): CellSession {
  const session = new CellSession(address, clock, options);
  void session.load();
  return session;
}

export class CellSession implements CellReadings {
  /** As the page was asked for: its names are known before the cell is. */
  readonly address: CellAddress;
  readonly #clock: Clock;
  readonly #spansOnly: boolean;
  readonly #stop = new AbortController();
  readonly #phase = signal<CellPhase>(loading);
  readonly #detail = signal<CellDetail | null>(null);
  readonly #trace = signal<CellTrace | null>(null);
  readonly #traceError = signal<Error | null>(null);
  readonly #tracks: CellTracks;
  readonly #senders: CellSenders = createSenders(this.#stop.signal);
  #id = '';

  readonly phase: ReadonlySignal<CellPhase> = this.#phase;
  readonly detail: ReadonlySignal<CellDetail | null> = this.#detail;
  readonly trace: ReadonlySignal<CellTrace | null> = this.#trace;
  /** What went wrong with the trace alone, where the cell itself is here. */
  readonly traceError: ReadonlySignal<Error | null> = this.#traceError;
  readonly senders: CellSenders['senders'] = this.#senders.senders;
  readonly spans = createSpanStore(this.#stop.signal);
  readonly live = new LiveSession(() => this.#refresh());
  readonly playback: RunPlayback;
  readonly drawer: OpenSpan;
  readonly stage = signal<StageReading>('run');
  readonly search: RunSearch;
  readonly modelCalls: CellTracks['modelCalls'];
  readonly changes: CellTracks['changes'];
  readonly logs: CellTracks['logs'];
  readonly terminal: CellTracks['terminal'];
  readonly transcript: CellReadings['transcript'];
  readonly outcome: CellReadings['outcome'];
  readonly changeMarks: CellReadings['changeMarks'];
  readonly firstChunkNs: CellReadings['firstChunkNs'];

  constructor(address: CellAddress, clock: Clock, { spansOnly = false }: OpenOptions) {
    this.address = address;
    this.#clock = clock;
    this.#spansOnly = spansOnly;
    this.playback = new RunPlayback(clock, this.#trace);
    this.drawer = new OpenSpan(this.playback, this.#trace);
    const mayGrow = () => ['running', 'receiving'].includes(this.live.state.peek());
    const tracks = createTracks(this.#stop.signal, mayGrow, (endNs) => this.#onTerminalEnd(endNs));
    this.#tracks = tracks;
    this.modelCalls = tracks.modelCalls;
    this.changes = tracks.changes;
    this.logs = tracks.logs;
    this.terminal = tracks.terminal;
    const readings = readCell(this.#detail, this.#trace, this.spans, tracks);
    this.transcript = readings.transcript;
    this.outcome = readings.outcome;
    this.changeMarks = readings.changeMarks;
    this.firstChunkNs = readings.firstChunkNs;
    this.search = createRunSearch({
      playback: this.playback,
      sources: () => this.#searchSources(),
      rowOf: (key) => this.#trace.peek()?.rowOf(key) ?? -1,
    });
  }

  /** Fetches the logs once, and again whenever there are more; nothing before they are wanted. */
  wantLogs(): void {
    this.#tracks.wantLogs();
  }

  /** Fetches who sent the cell's records; nothing before somebody looks. */
  wantSenders(): void {
    this.#senders.want(this.#id);
  }

  close(): void {
    this.#stop.abort();
    this.live.close();
    this.search.close();
    this.terminal.close();
  }

  /** Fetches the cell; called once, by whoever opens it. Never rejects: `phase` says how it went. */
  async load(): Promise<void> {
    const { signal: stop } = this.#stop;
    const wantedReader = loadCellReader();
    // Whether it came is asked below; what fails before must not leave its rejection unheard.
    wantedReader.catch(() => undefined);
    try {
      this.#id = this.address.id ?? (await findCell(this.address, stop));
      const wantedSpans = this.spans.first(this.#id);
      const wantedTrace = fetchTraceColumns(this.#id, stop).then(
        (value) => ({ value }),
        (error: unknown) => ({ error: asError(error) }),
      );
      const cell = await fetchCell(this.#id, stop);
      // The page shows the cell with the sentence of its outcome, so that nothing moves when that comes.
      await wantedReader;
      this.#detail.value = cell;
      const answer = await wantedTrace;
      await wantedSpans;
      if (stop.aborted) return;
      batch(() => {
        if ('error' in answer) this.#traceError.value = answer.error;
        else this.#trace.value = asTrace(answer.value);
        this.#clock.extend(this.#trace.peek()?.columns.lengthNs ?? (cell.durationMs ?? 0) * 1e6);
        this.#phase.value = { phase: 'ready' };
      });
      await painted();
      if (!stop.aborted) this.#loadRest(cell);
    } catch (error) {
      if (stop.aborted) return;
      // A text that is no id names no cell either.
      const gone = error instanceof ApiError && (error.status === 404 || error.code === 'bad_cell_id');
      this.#phase.value = gone ? { phase: 'not-found' } : failed(error);
    }
  }

  /** What the first paint does not need. */
  #loadRest(cell: CellDetail): void {
    const here = this.#trace.peek();
    if (here) void this.spans.load(this.#id, here.columns, kindsToRead(here), WHOLE_TRACE_SPANS);
    const detail = this.#spansOnly ? withoutTerminal(cell) : cell;
    this.#tracks.load({ id: this.#id, detail, startNs: here?.columns.startNs ?? null });
    if (!this.#spansOnly) this.live.start(this.#id, cell);
  }

  /** The run moved on: fetches what is new. */
  async #refresh(): Promise<void> {
    const { signal: stop } = this.#stop;
    try {
      const wantedCell = fetchCell(this.#id, stop);
      const columns = await fetchTraceColumns(this.#id, stop);
      const detail = await wantedCell;
      const old = this.#trace.peek()?.columns;
      batch(() => {
        this.#detail.value = detail;
        this.#traceError.value = null;
        this.#trace.value = asTrace(columns);
        this.#clock.extend(columns.lengthNs);
      });
      // A span that began before all others ends last: the clock's zero then moves back to its start.
      if (old?.count && offsetNs(old.startNs, columns.startNs) !== 0) this.#tracks.forgetPlaces();
      this.#tracks.load({ id: this.#id, detail, startNs: columns.startNs });
      await this.spans.update(columns, kindsToRead({ columns }), WHOLE_TRACE_SPANS);
    } catch (error) {
      // What is shown stays; the next event asks again.
      if (!stop.aborted) this.#traceError.value = asError(error);
    }
  }

  #onTerminalEnd(endNs: number): void {
    // A recording laid over the run from elsewhere says nothing of how long the run was.
    const isForeign = trackOf(this.#detail.peek(), 'terminal')?.timing === 'derived';
    if (!this.#trace.peek() || !isForeign) this.#clock.extend(endNs);
  }

  #searchSources(): SearchSources {
    const trace = this.#trace.value;
    return {
      columns: trace?.columns ?? null,
      rows: trace ? rowIndex(trace.columns) : null,
      spans: this.spans.readable.value,
      film: this.terminal.film.value,
      transcript: this.transcript.value,
      changes: loadedList(this.changes.value),
    };
  }
}

function withoutTerminal(detail: CellDetail): CellDetail {
  return { ...detail, tracks: detail.tracks.filter(({ name }) => name !== 'terminal') };
}

/** Of a large trace what people read, of any other all. */
function kindsToRead({ columns }: Pick<CellTrace, 'columns'>): readonly SpanKind[] | null {
  return columns.count <= WHOLE_TRACE_SPANS ? null : READ_KINDS;
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
