// Holds traces to a size that can be opened: counts what comes for each of them in memory, and asks the store
// only when a count says that the limit may be near. Does not query for every request, and holds up none.
import type { TraceSize } from '../cell/records.ts';

export interface TraceLimits {
  /** Spans of one trace. */
  readonly traceSpans: number;
  /** Inflated bytes of the requests that brought them. */
  readonly traceBytes: number;
}

/** What is stored of traces. */
interface StoredTraces {
  /**
   * What is stored of a trace; may name more than that as long as it is not more than `enough`.
   * @param cellId the cell that is looked at; null for whichever the trace belongs to
   */
  sizeOf(traceId: string, enough: TraceSize, cellId: string | null): Promise<TraceSize>;
  /** Whether everything acknowledged is stored. */
  isWhole(): boolean;
}

interface NamedTrace {
  readonly traceId: string;
  readonly cellId: string | null;
}

interface CountedTrace {
  /** As it was stored when that was asked last; nothing while it never was. */
  readonly known: TraceSize;
  /** What came since, spans that were sent again included. */
  readonly since: TraceSize;
  readonly wasAsked: boolean;
  /** Takes nothing more. */
  readonly isFull: boolean;
}

/** Traces counted at once, about 200 bytes each: one that was forgotten is counted from 0 again. */
const MAX_TRACES = 50_000;
/**
 * The store is first asked about a trace when a 64th of the limit has come for it: what it holds from before
 * the process, or from before it was forgotten here. So a trace can outgrow its limit by that much.
 */
const UNASKED = 64;

export class TraceSizeLimit {
  readonly #limits: TraceLimits;
  readonly #store: StoredTraces;
  /** In the order in which something came for them last. */
  readonly #traces = new Map<string, CountedTrace>();
  /** Requests are counted one after the other: the store may be asked in the middle of one. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(limits: TraceLimits, store: StoredTraces) {
    this.#limits = limits;
    this.#store = store;
  }

  /**
   * Counts a request's spans.
   * @param traces how many spans of each trace it holds
   * @param bytes of its body, shared out by spans
   * @param cellId the cell of a sender that fills up no trace of another cell, whatever ids it sends; or null
   * @returns the traces whose spans are to be rejected; they are not counted
   */
  admit(
    traces: ReadonlyMap<string, number>,
    bytes: number,
    cellId: string | null = null,
  ): Promise<Set<string>> {
    const admitted = this.#turn.then(() => this.#admitAll(traces, bytes, cellId));
    this.#turn = admitted.catch(() => undefined);
    return admitted;
  }

  async #admitAll(
    traces: ReadonlyMap<string, number>,
    bytes: number,
    cellId: string | null,
  ): Promise<Set<string>> {
    const full = new Set<string>();
    let all = 0;
    for (const spans of traces.values()) all += spans;
    for (const [traceId, spans] of traces)
      if (!(await this.#admitOne({ traceId, cellId }, { spans, bytes: (bytes * spans) / all })))
        full.add(traceId);
    return full;
  }

  async #admitOne(named: NamedTrace, more: TraceSize): Promise<boolean> {
    const key = named.cellId === null ? named.traceId : `${named.traceId} ${named.cellId}`;
    const trace = this.#traces.get(key) ?? {
      known: NOTHING,
      since: NOTHING,
      wasAsked: false,
      isFull: false,
    };
    const [after, admitted] = await this.#countMore(trace, named, more);
    this.#traces.delete(key);
    this.#traces.set(key, after);
    const [oldest] = this.#traces.keys();
    if (this.#traces.size > MAX_TRACES && oldest !== undefined) this.#traces.delete(oldest);
    return admitted;
  }

  async #countMore(
    trace: CountedTrace,
    { traceId, cellId }: NamedTrace,
    more: TraceSize,
  ): Promise<[after: CountedTrace, admitted: boolean]> {
    if (trace.isFull) return [trace, false];
    const since = sum(trace.since, more);
    if (!this.#isOversized(sum(trace.known, since), trace.wasAsked ? 1 : UNASKED))
      return [{ ...trace, since }, true];
    const { traceSpans, traceBytes } = this.#limits;
    const enough = { spans: traceSpans - more.spans, bytes: traceBytes - more.bytes };
    const stored = await this.#store.sizeOf(traceId, enough, cellId);
    // What is not stored yet is only known as what came, spans that were sent again included.
    const isWhole = this.#store.isWhole();
    const known = isWhole ? stored : largest(stored, sum(trace.known, trace.since));
    const asked = { known, since: NOTHING, wasAsked: true };
    if (!this.#isOversized(sum(known, more), 1)) return [{ ...asked, since: more, isFull: false }, true];
    // A large request may be too much where smaller ones are not; a trace that is all but full is closed.
    return [{ ...asked, isFull: isWhole && this.#isOversized(known, UNASKED / (UNASKED - 1)) }, false];
  }

  /** @param part of the limit, as its divisor */
  #isOversized({ spans, bytes }: TraceSize, part: number): boolean {
    return spans > this.#limits.traceSpans / part || bytes > this.#limits.traceBytes / part;
  }
}

const NOTHING: TraceSize = { spans: 0, bytes: 0 };

function sum(a: TraceSize, b: TraceSize): TraceSize {
  return { spans: a.spans + b.spans, bytes: a.bytes + b.bytes };
}

function largest(a: TraceSize, b: TraceSize): TraceSize {
  return { spans: Math.max(a.spans, b.spans), bytes: Math.max(a.bytes, b.bytes) };
}
