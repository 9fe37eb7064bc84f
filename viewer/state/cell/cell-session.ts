// Everything one cell page shows, kept as signals, and in which order it comes: first what the first paint
// needs (the cell and its spans in compact form), then every other track, then whatever a run under way
// adds. Its tracks, its readings and its clock are rooms of their own beside it.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { SpanKind } from '../../../shared/span.ts';
import type { CellDetail, CellSummary } from '../../../shared/wire.ts';
import { ApiError, fetchCell, fetchCells, fetchTraceColumns } from '../../api.ts';
import { offsetNs } from '../../model/trace/clock.ts';
import type { CellAddress } from '../page/address.ts';
import { painted } from '../page/painted.ts';
import { createRunSearch, type RunSearch } from '../search/run-search-session.ts';
import { asTrace, type CellTrace, rowIndex } from '../trace/cell-trace.ts';
import { createSpanStore, type SpanStore } from '../trace/span-store.ts';
import { growClock, keepPlace, placePlayhead, startAtEnd } from './cell-clock.ts';
import { type CellReadings, readCell } from './cell-readings.ts';
import { asError, type CellTracks, createTracks, loadedList, trackOf } from './cell-tracks.ts';
import { createLive, type LiveSession } from './live-session.ts';
import { createPlayback, type PlaybackSession } from './playback-session.ts';

export type CellPhase =
  | { readonly phase: 'loading' }
  | { readonly phase: 'ready' }
  | { readonly phase: 'not-found' }
  | { readonly phase: 'failed'; readonly error: Error };

export interface CellSession
  extends CellReadings,
    Pick<CellTracks, 'modelCalls' | 'changes' | 'logs' | 'terminal' | 'wantLogs'> {
  readonly phase: ReadonlySignal<CellPhase>;
  readonly detail: ReadonlySignal<CellDetail | null>;
  readonly trace: ReadonlySignal<CellTrace | null>;
  /** What went wrong with the trace alone, where the cell itself is here. */
  readonly traceError: ReadonlySignal<Error | null>;
  readonly spans: SpanStore;
  readonly playback: PlaybackSession;
  readonly live: LiveSession;
  readonly search: RunSearch;
  close(): void;
}

// The kinds people read. A trace larger than this many spans gives the transcript these alone.
const READ_KINDS: readonly SpanKind[] = ['task_setup', 'adapter_run', 'model_call', 'tool_call', 'verify'];
const WHOLE_TRACE_SPANS = 4000;

export interface OpenOptions {
  /** Whoever opened the cell moves its playhead: the URL names no moment of it, and its end is not followed. */
  readonly led?: boolean;
  /** Spans and changes alone: neither the terminal is replayed nor a run under way heard. */
  readonly lane?: boolean;
}

export function openCell(address: CellAddress, { led = false, lane = false }: OpenOptions = {}): CellSession {
  const stop = new AbortController();
  const phase = signal<CellPhase>({ phase: 'loading' });
  const detail = signal<CellDetail | null>(null);
  const trace = signal<CellTrace | null>(null);
  const traceError = signal<Error | null>(null);
  const playback = createPlayback();
  const spans = createSpanStore(stop.signal);
  const live = createLive(refresh);
  const isLive = () => live.state.peek() === 'running' || live.state.peek() === 'receiving';
  const created = createTracks(stop.signal, isLive, (endNs) => {
    // A recording laid over the run from elsewhere says nothing of how long the run was.
    const isForeign = trackOf(detail.peek(), 'terminal')?.timing === 'derived';
    if (trace.peek() && isForeign) return;
    if (led) playback.extend(endNs);
    else growClock(playback, live, endNs);
  });
  const { load: loadTracks, forgetPlaces, ...tracks } = created;
  const readings = readCell(detail, trace, spans, tracks);
  const search = createRunSearch({
    playback,
    sources: () => ({
      columns: trace.value?.columns ?? null,
      rows: trace.value ? rowIndex(trace.value.columns) : null,
      spans: spans.readable.value,
      film: tracks.terminal.film.value,
      transcript: readings.transcript.value,
      changes: loadedList(tracks.changes.value),
    }),
    rowOf: (key) => trace.peek()?.rowOf(key) ?? -1,
  });

  let id = '';
  void load();
  return {
    phase,
    detail,
    trace,
    traceError,
    spans,
    playback,
    live,
    search,
    ...tracks,
    ...readings,
    close() {
      stop.abort();
      live.close();
      search.close();
      playback.close();
      tracks.terminal.close();
    },
  };

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
        const lengthNs = trace.peek()?.columns.lengthNs ?? (cell.durationMs ?? 0) * 1e6;
        if (led) lead(trace.peek(), lengthNs);
        else placePlayhead(playback, trace.peek(), lengthNs);
        phase.value = { phase: 'ready' };
      });
      await painted();
      if (stop.signal.aborted) return;
      const here = trace.peek();
      if (here) void spans.load(id, here.columns, kindsToRead(here), WHOLE_TRACE_SPANS);
      loadTracks({ id, detail: lane ? withoutTerminal(cell) : cell, startNs: here?.columns.startNs ?? null });
      if (!led) startAtEnd(playback, live, stop.signal);
      if (!lane) live.start(id, cell);
    } catch (error) {
      if (stop.signal.aborted) return;
      // A text that is no id names no cell either.
      const gone = error instanceof ApiError && (error.status === 404 || error.code === 'bad_cell_id');
      phase.value = gone ? { phase: 'not-found' } : { phase: 'failed', error: asError(error) };
    }
  }

  function lead(here: CellTrace | null, lengthNs: number): void {
    if (here) playback.load(here);
    playback.extend(lengthNs);
  }

  /** The run moved on: fetches what is new, and keeps the playhead on the moment and the span it was on. */
  async function refresh(): Promise<void> {
    try {
      const wantedCell = fetchCell(id, stop.signal);
      const columns = await fetchTraceColumns(id, stop.signal);
      const cell = await wantedCell;
      const old = trace.peek();
      // A span that began before all others ends last: the clock's zero then moves back to its start.
      const shiftNs = old?.columns.count ? offsetNs(old.columns.startNs, columns.startNs) : 0;
      batch(() => {
        detail.value = cell;
        traceError.value = null;
        const here = asTrace(columns);
        trace.value = here;
        if (led) lead(here, here.columns.lengthNs);
        else keepPlace(playback, live, here, old, shiftNs);
      });
      if (shiftNs !== 0) forgetPlaces();
      loadTracks({ id, detail: cell, startNs: columns.startNs });
      await spans.update(columns, kindsToRead({ columns }), WHOLE_TRACE_SPANS);
    } catch (error) {
      // What is shown stays; the next event asks again.
      if (!stop.signal.aborted) traceError.value = asError(error);
    }
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
