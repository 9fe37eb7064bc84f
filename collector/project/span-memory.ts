// What the projector keeps in memory of a cell's spans: their ids, to know a span that comes again, and
// their parents, to know which model calls repeat the usage of calls below them. Read from the store
// where it is missing; never the truth. And what those calls count.

import type { Bill } from '../../shared/cost.ts';
import { spanKinds } from '../../shared/span.ts';
import { type BillEntry, BillSum, billEntryOf } from '../cell/bill.ts';
import type { CallFacts, SpanLinks } from '../cell/records.ts';
import { idHalf, SpanTable } from '../cell/span-table.ts';

const MODEL_CALL = spanKinds.indexOf('model_call');
const IS_CALL = 1;
/** A call below this span has climbed past it: all that is above it is settled. */
const CLIMBED = 2;
/** The call's usage is counted in a call below it. */
const REPEATED = 4;
const FIRST_ROWS = 16;

interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly entry: BillEntry;
}

/** A sum over calls, exact whatever they claim, and how many of them said something. */
class UsageSum {
  #sum = 0n;
  #said = 0;

  /** @param sign -1 takes back what was added */
  add(tokens: number | null, sign: 1 | -1): void {
    if (tokens === null) return;
    this.#sum += BigInt(tokens) * BigInt(sign);
    this.#said += sign;
  }

  /** null where no call said anything. */
  get total(): number | null {
    return this.#said === 0 ? null : Number(this.#sum);
  }
}

export class SpanMemory {
  readonly #table = new SpanTable();
  #parentHigh = new Uint32Array(FIRST_ROWS);
  #parentLow = new Uint32Array(FIRST_ROWS);
  #bits = new Uint8Array(FIRST_ROWS);
  #calls = 0;
  #repeated = 0;
  /** What model calls said of their tokens, by row. */
  readonly #usage = new Map<number, Usage>();
  readonly #input = new UsageSum();
  readonly #output = new UsageSum();
  readonly #bill = new BillSum();
  /** Rows from which climbing goes on when their missing parent arrives. */
  #open: number[] = [];

  get count(): number {
    return this.#table.count;
  }

  /** @returns false when the span is known; nothing is changed then */
  add(traceId: string, spanId: string, parentSpanId: string, kind: number): boolean {
    const trace = this.#table.traceOrdinal(traceId);
    const row = this.#table.add(trace, idHalf(spanId, 0), idHalf(spanId, 8));
    if (row < 0) return false;
    const isRoot = parentSpanId === '';
    this.#set(row, isRoot ? 0 : idHalf(parentSpanId, 0), isRoot ? 0 : idHalf(parentSpanId, 8), kind);
    return true;
  }

  /** What the span said of its tokens that was added last: it is a model call. */
  noteUsage(call: CallFacts): void {
    this.#setUsage(this.count - 1, usageOf(call));
  }

  addLinks({ count, traceIds, trace, idHigh, idLow, parentHigh, parentLow, kind, calls }: SpanLinks): void {
    const traces = traceIds.map((id) => this.#table.traceOrdinal(id));
    for (let at = 0; at < count; at++) {
      const row = this.#table.add(traces[trace[at] ?? 0] ?? 0, idHigh[at] ?? 0, idLow[at] ?? 0);
      if (row < 0) continue;
      this.#set(row, parentHigh[at] ?? 0, parentLow[at] ?? 0, kind[at] ?? 0);
      const call = calls.get(at);
      if (call) this.#setUsage(row, usageOf(call));
    }
  }

  /** Takes over the spans of a cell that joins this one. */
  absorb(other: SpanMemory): void {
    const traces = [...other.#table.traces.keys()].map((id) => this.#table.traceOrdinal(id));
    for (let from = 0; from < other.count; from++) {
      const trace = traces[other.#table.traceAt(from)] ?? 0;
      const row = this.#table.add(trace, other.#table.highAt(from), other.#table.lowAt(from));
      if (row < 0) continue;
      const kind = (other.#bits[from] ?? 0) & IS_CALL ? MODEL_CALL : -1;
      this.#set(row, other.#parentHigh[from] ?? 0, other.#parentLow[from] ?? 0, kind);
      const usage = other.#usage.get(from);
      if (usage) this.#setUsage(row, usage);
    }
  }

  /** Model calls with no model call below them. */
  leafCalls(): number {
    const open: number[] = [];
    for (const row of this.#open) {
      const stuck = this.#climb(row);
      if (stuck >= 0) open.push(stuck);
    }
    this.#open = open;
    return this.#calls - this.#repeated;
  }

  /** Tokens over those calls, as known when `leafCalls` was asked last; null where none said any. */
  usage(): { input: number | null; output: number | null } {
    return { input: this.#input.total, output: this.#output.total };
  }

  /** What those calls used and told of their cost. */
  bill(): Bill {
    return this.#bill.bill();
  }

  #setUsage(row: number, usage: Usage): void {
    if (usage.inputTokens === null && usage.outputTokens === null && usage.entry === 'nothing') return;
    this.#usage.set(row, usage);
    this.#countUsage(row, 1);
  }

  #countUsage(row: number, sign: 1 | -1): void {
    const usage = this.#usage.get(row);
    if (!usage) return;
    this.#input.add(usage.inputTokens, sign);
    this.#output.add(usage.outputTokens, sign);
    this.#bill.add(usage.entry, sign);
  }

  #set(row: number, parentHigh: number, parentLow: number, kind: number): void {
    if (row >= this.#bits.length) this.#grow();
    this.#parentHigh[row] = parentHigh;
    this.#parentLow[row] = parentLow;
    this.#bits[row] = kind === MODEL_CALL ? IS_CALL : 0;
    if (kind !== MODEL_CALL) return;
    this.#calls++;
    this.#open.push(row);
  }

  /**
   * Marks every model call above `start` as repeating usage. Each row is climbed past once.
   * @returns the row whose parent has not arrived, or -1
   */
  #climb(start: number): number {
    for (let at = start; ; ) {
      this.#bits[at] = (this.#bits[at] ?? 0) | CLIMBED;
      const high = this.#parentHigh[at] ?? 0;
      const low = this.#parentLow[at] ?? 0;
      if (high === 0 && low === 0) return -1;
      const parent = this.#table.find(this.#table.traceAt(at), high, low);
      if (parent < 0) return at;
      if (parent === start) return -1;
      const bits = this.#bits[parent] ?? 0;
      if (bits & IS_CALL && !(bits & REPEATED)) {
        this.#repeated++;
        this.#bits[parent] = bits | REPEATED;
        this.#countUsage(parent, -1);
      }
      if (bits & CLIMBED) return -1;
      at = parent;
    }
  }

  #grow(): void {
    const length = this.#bits.length * 2;
    const bits = new Uint8Array(length);
    bits.set(this.#bits);
    this.#bits = bits;
    this.#parentHigh = larger(this.#parentHigh, length);
    this.#parentLow = larger(this.#parentLow, length);
  }
}

function usageOf(call: CallFacts): Usage {
  const { inputTokens, outputTokens } = call;
  return { inputTokens, outputTokens, entry: billEntryOf(call) };
}

function larger(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(length);
  copy.set(array);
  return copy;
}
