// What the projector keeps in memory of a cell's spans: their ids, to know a span that comes again, their parents, and
// what they tell of usage, to know which of it counts. Read from the store where it is missing; never the truth.
import { spanFlag } from '../../../shared/span.ts';
import { CallLedger, ledgerRowOf } from '../../cell/call-ledger.ts';
import type { ChunkSpan, LedgerRow, SpanLinks, Telling } from '../../cell/records.ts';
import { SAID_BY_AGENT, spanRank } from '../../cell/span-content.ts';
import { idHalf, SpanTable } from '../../cell/span-table.ts';

/** Its end is not known yet: another copy may tell it. */
const UNFINISHED = 1;
const FAILED = 2;
const FIRST_ROWS = 16;
const NOTHING = -1;
const NOT_HERE = -2;

/** How a copy of a span stands to the one that is known: there is none; it ranks higher, lower, or as that. */
export type Arrival = 'new' | 'outranks' | 'stale' | 'again';

export class SpanMemory {
  readonly #table = new SpanTable();
  #parentHigh = new Uint32Array(FIRST_ROWS);
  #parentLow = new Uint32Array(FIRST_ROWS);
  #bits = new Uint8Array(FIRST_ROWS);
  /** By row: where climbing goes on, past rows that tell nothing; 0 for its own parent, else the row + 1. */
  #up = new Int32Array(FIRST_ROWS);
  /** By row: its number in the ledger + 1. */
  #entry = new Int32Array(FIRST_ROWS);
  #ledger = new CallLedger();
  /** Rows that tell something of usage. */
  readonly #tellings = new Map<number, LedgerRow>();
  /** Rows of which it is not known what stands around them. */
  #open: number[] = [];
  /** A row was replaced: what stands around what is found again. */
  #isStale = false;

  get count(): number {
    return this.#table.count;
  }

  /** Takes a span. Where it is stale or comes again, nothing is changed. @param telling what it tells of usage */
  add(span: ChunkSpan, telling: Telling | null): Arrival {
    const { traceId, spanId } = span.record;
    const trace = this.#table.traceOrdinal(traceId);
    const row = this.#table.add(trace, idHalf(spanId, 0), idHalf(spanId, 8));
    if (row < 0) {
      const higher = spanRank(span.flags) - rankOf(this.#bits[-1 - row] ?? 0);
      if (higher <= 0) return higher === 0 ? 'again' : 'stale';
    }
    this.put(span, telling);
    return row < 0 ? 'outranks' : 'new';
  }

  /** Takes a span that is known, in the place of its copy. */
  put(span: ChunkSpan, telling: Telling | null): void {
    const { traceId, spanId, parentSpanId, startNs, endNs, statusCode } = span.record;
    const row = this.#table.find(this.#table.traceOrdinal(traceId), idHalf(spanId, 0), idHalf(spanId, 8));
    const isRoot = parentSpanId === '';
    this.#set(
      row,
      isRoot ? 0 : idHalf(parentSpanId, 0),
      isRoot ? 0 : idHalf(parentSpanId, 8),
      bitsOf(span.flags, statusCode),
      telling &&
        ledgerRowOf(telling, span, {
          startMs: Number(startNs) / 1e6,
          endMs: Math.max(Number(startNs), Number(endNs)) / 1e6,
        }),
    );
  }

  /** Whether the copy of a span that is known is an error. */
  hasFailed({ record: { traceId, spanId } }: ChunkSpan): boolean {
    const row = this.#table.find(this.#table.traceOrdinal(traceId), idHalf(spanId, 0), idHalf(spanId, 8));
    return row >= 0 && ((this.#bits[row] ?? 0) & FAILED) !== 0;
  }

  addLinks(links: SpanLinks): void {
    const { count, traceIds, trace, idHigh, idLow, parentHigh, parentLow, flags, status, timing } = links;
    const traces = traceIds.map((id) => this.#table.traceOrdinal(id));
    for (let at = 0; at < count; at++) {
      const added = this.#table.add(traces[trace[at] ?? 0] ?? 0, idHigh[at] ?? 0, idLow[at] ?? 0);
      const row = added < 0 ? -1 - added : added;
      // Of copies in the store that rank alike the last one stands.
      if (added < 0 && spanRank(flags[at] ?? 0) < rankOf(this.#bits[row] ?? 0)) continue;
      const telling = links.tellings.get(at);
      const span = {
        flags: flags[at] ?? 0,
        timing: timing[at] ?? 0,
        record: { statusCode: status[at] ?? 0 },
      };
      const told = telling ? ledgerRowOf(telling, span, links.times(at)) : null;
      this.#set(row, parentHigh[at] ?? 0, parentLow[at] ?? 0, bitsOf(span.flags, status[at] ?? 0), told);
    }
  }

  /** Takes over the spans of a cell that joins this one. */
  absorb(other: SpanMemory): void {
    const traces = [...other.#table.traces.keys()].map((id) => this.#table.traceOrdinal(id));
    for (let from = 0; from < other.count; from++) {
      const trace = traces[other.#table.traceAt(from)] ?? 0;
      const added = this.#table.add(trace, other.#table.highAt(from), other.#table.lowAt(from));
      const row = added < 0 ? -1 - added : added;
      const bits = other.#bits[from] ?? 0;
      if (added < 0 && rankOf(bits) <= rankOf(this.#bits[row] ?? 0)) continue;
      const told = other.#tellings.get(from) ?? null;
      this.#set(row, other.#parentHigh[from] ?? 0, other.#parentLow[from] ?? 0, bits, told);
    }
  }

  /** What the model calls come to that are known now. */
  sums(): ReturnType<CallLedger['sums']> {
    if (this.#isStale) this.#rebuild();
    const open: number[] = [];
    for (const row of this.#open) {
      const above = this.#climb(row);
      if (above === NOT_HERE) open.push(row);
      else this.#ledger.place((this.#entry[row] ?? 0) - 1, above);
    }
    this.#open = open;
    return this.#ledger.sums();
  }

  #set(row: number, parentHigh: number, parentLow: number, bits: number, told: LedgerRow | null): void {
    if (row >= this.#bits.length) this.#grow();
    const isNew = ((this.#bits[row] ?? 0) & KNOWN) === 0;
    this.#parentHigh[row] = parentHigh;
    this.#parentLow[row] = parentLow;
    this.#bits[row] = bits | KNOWN;
    if (told) this.#tellings.set(row, told);
    else this.#tellings.delete(row);
    if (!isNew) this.#isStale = true;
    else if (told) this.#enter(row, told);
  }

  #enter(row: number, told: LedgerRow): void {
    this.#entry[row] = this.#ledger.add(told) + 1;
    this.#open.push(row);
  }

  #rebuild(): void {
    this.#isStale = false;
    this.#ledger = new CallLedger();
    this.#up.fill(0);
    this.#entry.fill(0);
    this.#open = [];
    for (const row of [...this.#tellings.keys()].sort((a, b) => a - b))
      this.#enter(row, this.#tellings.get(row) as LedgerRow);
  }

  /**
   * The ledger's number of the nearest row around a row; NOTHING, or NOT_HERE while a span between has not arrived.
   * Each row is climbed past once.
   */
  #climb(start: number): number {
    const passed: number[] = [];
    let at = start;
    let found = NOTHING;
    for (;;) {
      const parent = this.#parentOf(at);
      if (parent < 0) {
        found = parent;
        break;
      }
      const entry = this.#entry[parent] ?? 0;
      if (entry !== 0) {
        found = entry - 1;
        break;
      }
      at = (this.#up[parent] ?? 0) === 0 ? parent : (this.#up[parent] ?? 1) - 1;
      passed.push(parent);
      if (passed.length <= this.count) continue;
      // A circle: it is opened here.
      this.#parentHigh[at] = 0;
      this.#parentLow[at] = 0;
      break;
    }
    for (const row of passed) if (row !== at) this.#up[row] = at + 1;
    // It may stand around itself.
    return found === (this.#entry[start] ?? 0) - 1 ? NOTHING : found;
  }

  /** The parent's row; NOTHING for a root, NOT_HERE where it has not arrived. */
  #parentOf(row: number): number {
    const high = this.#parentHigh[row] ?? 0;
    const low = this.#parentLow[row] ?? 0;
    if (high === 0 && low === 0) return NOTHING;
    const parent = this.#table.find(this.#table.traceAt(row), high, low);
    return parent < 0 ? NOT_HERE : parent;
  }

  #grow(): void {
    const length = this.#bits.length * 2;
    const bits = new Uint8Array(length);
    bits.set(this.#bits);
    this.#bits = bits;
    this.#parentHigh = larger(this.#parentHigh, length);
    this.#parentLow = larger(this.#parentLow, length);
    this.#up = signed(this.#up, length);
    this.#entry = signed(this.#entry, length);
  }
}

/** Set on every row that was written once. */
const KNOWN = 4;
const AGENTS = 8;

function bitsOf(flags: number, status: number): number {
  return (
    ((flags & spanFlag.unfinished) === 0 ? 0 : UNFINISHED) |
    ((flags & SAID_BY_AGENT) === 0 ? 0 : AGENTS) |
    (status === 2 ? FAILED : 0)
  );
}

function rankOf(bits: number): number {
  return spanRank(
    ((bits & UNFINISHED) === 0 ? 0 : spanFlag.unfinished) | ((bits & AGENTS) === 0 ? 0 : SAID_BY_AGENT),
  );
}

function larger(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(length);
  copy.set(array);
  return copy;
}

function signed(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
