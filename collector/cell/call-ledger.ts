// What a cell's model calls come to, from all that its spans tell of usage. A call is a telling with no call below it;
// one that several tell is one (counting/same-calls.ts). Each part of the usage counts where it is told nearest to the call,
// once at any depth: on a span around calls only where nothing below it tells that part, nor another teller of the
// same run (counting/told-sums.ts). What others tell below a call that the proxy measured is of that call, and says only
// what it left out. Rows come in any order. The projector and whoever reads a cell keep the same ledger.
import type { Bill } from '../../shared/cost.ts';
import { spanFlag, timingGrades } from '../../shared/span.ts';
import { tellerRank, tellerWords } from '../../shared/tellers.ts';
import { type BillEntry, BillSum, billEntryOf } from './bill.ts';
import { isMeasured, measuredAround } from './counting/beneath-measured.ts';
import { repeatedTools } from './counting/same-tools.ts';
import { groupsOf, idsOf, tellerOf } from './counting/told-calls.ts';
import { sumsThatCount } from './counting/told-sums.ts';
import { billOfSum, KeptBill } from './kept-bill.ts';
import type { LedgerRow, Telling } from './records.ts';
import { COST_PART, partsOf, TOKEN_PARTS, type Usage, UsageSum, usageKeys } from './usage-sum.ts';

export interface CountedCall {
  /** Number of the row that is believed most. */
  readonly row: number;
  /** Its facts; what it leaves out, as the next teller says. */
  readonly facts: Telling;
  /** For people, the most believed first. */
  readonly toldBy: readonly string[];
  /** Numbers of further rows that tell of it: of other tellers, and of calls around it. */
  readonly otherRows: readonly number[];
}

export interface CallCount {
  readonly calls: readonly CountedCall[];
  readonly usage: Usage;
  /** Some of it is a sum that may hold what another run used. */
  readonly isOfThread: boolean;
  /** What the calls used and told of their cost. */
  readonly bill: Bill;
  /** Calls that were answered. */
  readonly answered: number;
  /** Those of them of which neither input nor output is known: the sums are at least what they are. */
  readonly silent: number;
  /** Rows of log records that tell what other spans tell: nothing is to be shown of them. */
  readonly repeated: readonly number[];
}

/** What is a telling's own and not the call's. */
const ofTeller: ReadonlySet<string> = new Set([
  'teller',
  'source',
  'answerId',
  'estimated',
  'isSum',
  'ofSession',
  'ofThread',
  'tool',
  'sinceMs',
]);
const LOGS = tellerRank('logs');
/** Beside a bit for each part of the usage that is told below a row: a call is. */
const CALL_BELOW = 1 << usageKeys.length;
/** It stands below a measured call, and counts for nothing by itself. */
const BENEATH = CALL_BELOW << 1;
/** Rows around a row that are asked. */
const MAX_DEPTH = 256;
const FIRST_ROWS = 16;
/** Key of a row's part of the bill: it is a call. */
const CALL = -1;
const NO_TIME = timingGrades.indexOf('none');

export class CallLedger {
  readonly #rows: LedgerRow[] = [];
  #above = new Int32Array(FIRST_ROWS).fill(-1);
  /** What each row tells itself, as bits like `#marks`. */
  #told = new Uint8Array(FIRST_ROWS);
  /** The ids of answers; null once one came again, or a second teller. */
  #ids: Set<string> | null = new Set();
  #teller: string | null = null;
  /** Rows of tool calls: of log records, and of all others. */
  readonly #tools: { readonly logs: number[]; readonly others: number[] } = { logs: [], others: [] };
  /** What any row around another one tells, as bits. */
  #aroundTell = 0;
  /** Whether a measured call stands around any row. */
  #hasBeneath = false;
  readonly #bill = new KeptBill();

  get size(): number {
    return this.#rows.length;
  }

  /** Adds a row. @returns its number, from 0 */
  add(row: LedgerRow): number {
    const at = this.#rows.push(row) - 1;
    if (at >= this.#above.length) this.#grow();
    this.#told[at] = partsOf(row.telling) | (row.telling.isSum ? 0 : CALL_BELOW);
    this.#noteTeller(row.telling);
    const { tool, teller } = row.telling;
    if (tool !== undefined) (teller === LOGS ? this.#tools.logs : this.#tools.others).push(at);
    return at;
  }

  rowAt(at: number): LedgerRow {
    return this.#rows[at] as LedgerRow;
  }

  /** Says which row stands nearest around a row; -1 for none. */
  place(row: number, above: number): void {
    this.#above[row] = above;
    if (above < 0) return;
    this.#aroundTell |= this.#told[above] ?? 0;
    if (isMeasured(this.rowAt(above))) this.#hasBeneath = true;
  }

  /** What the numbers come to. */
  count(): CallCount {
    const marks = this.#marks();
    return this.#ids === null
      ? this.#countTogether(marks)
      : { calls: this.#callsAlone(marks), ...this.#sumsAlone(marks) };
  }

  /** The sums alone: where one teller told everything, no call is made an object of. */
  sums(): Omit<CallCount, 'calls'> & { readonly calls: number } {
    const marks = this.#marks();
    const { calls, ...sums } =
      this.#ids === null
        ? this.#countTogether(marks)
        : { calls: this.#callRows(marks), ...this.#sumsAlone(marks) };
    return { ...sums, calls: calls.length };
  }

  #noteTeller(telling: Telling): void {
    if (this.#ids === null || (telling.isSum && partsOf(telling) === 0)) return;
    const teller = tellerOf(telling);
    let plain = telling.ofSession !== true && (this.#teller === null || this.#teller === teller);
    this.#teller ??= teller;
    for (const id of telling.isSum
      ? []
      : [...idsOf(telling), ...(telling.answerId ? [telling.answerId] : [])]) {
      if (this.#ids.has(id)) plain = false;
      this.#ids.add(id);
    }
    if (!plain) this.#ids = null;
  }

  /** What is told below each row, and whether it stands below a measured call. */
  #marks(): Uint8Array {
    const marks = new Uint8Array(this.#rows.length);
    if (this.#hasBeneath)
      for (const [row, measured] of measuredAround(this.#rows, this.#above).entries())
        if (measured >= 0) marks[row] = BENEATH;
    for (let row = 0; row < marks.length; row++) this.#mark(marks, row, this.#told[row] ?? 0);
    return marks;
  }

  #mark(marks: Uint8Array, row: number, bits: number): void {
    if (((marks[row] ?? 0) & BENEATH) !== 0) return;
    for (let at = this.#above[row] ?? -1; at >= 0; at = this.#above[at] ?? -1) {
      const known = marks[at] ?? 0;
      if ((known | bits) === known) return;
      marks[at] = known | bits;
    }
  }

  #isCall(row: number, marks: Uint8Array): boolean {
    return ((this.#told[row] ?? 0) & CALL_BELOW) !== 0 && ((marks[row] ?? 0) & (CALL_BELOW | BENEATH)) === 0;
  }

  #callRows(marks: Uint8Array): number[] {
    const rows: number[] = [];
    for (let row = 0; row < marks.length; row++) if (this.#isCall(row, marks)) rows.push(row);
    return rows;
  }

  #callsAlone(marks: Uint8Array): CountedCall[] {
    const rows = this.#callRows(marks);
    const toldBy = rows.slice(0, 1).map((row) => wordsOf(this.rowAt(row).telling));
    return rows.map((row) => ({
      row,
      facts: this.rowAt(row).telling,
      toldBy,
      otherRows: this.#callsAround(row),
    }));
  }

  #sumsAlone(marks: Uint8Array): Omit<CallCount, 'calls'> {
    const sum = new UsageSum();
    let [answered, silent] = [0, 0];
    for (const [row, { telling, failed }] of this.#rows.entries()) {
      const parts = this.#partsCounted(row, marks);
      sum.add(telling, parts);
      const isCall = this.#isCall(row, marks);
      const isAround = isCall && this.#isBilledAround([row], telling);
      this.#bill.set(row, isAround ? 0 : isCall ? CALL : parts, () =>
        isCall ? billEntryOf(telling) : billOfSum(telling, parts),
      );
      if (!isCall || failed) continue;
      answered++;
      if (this.#isSilent(row)) silent++;
    }
    const repeated = this.#repeatedTools();
    return { usage: sum.total(), isOfThread: false, bill: this.#bill.bill(), answered, silent, repeated };
  }

  #repeatedTools(): number[] {
    const { logs, others } = this.#tools;
    return logs.length === 0 ? [] : repeatedTools(this.#rows, logs, others, this.#above);
  }

  /** The parts that a row tells and nothing below it. */
  #partsCounted(row: number, marks: Uint8Array): number {
    const mark = marks[row] ?? 0;
    return (mark & BENEATH) !== 0 ? 0 : (this.#told[row] ?? 0) & ~mark & ~CALL_BELOW;
  }

  #countTogether(marks: Uint8Array): CallCount {
    const sum = new UsageSum();
    const bill = new BillSum();
    const leaves = this.#callRows(marks);
    const groups = this.#withBeneath(groupsOf(this.#rows, this.#above, leaves));
    const calls = groups.map((members) => this.#joined(members));
    for (const [at, members] of groups.entries()) {
      const { facts, row } = calls[at] as CountedCall;
      const told = partsOf(facts);
      sum.add(facts, told & ~(marks[row] ?? 0));
      bill.add(this.#billOfCall(members, facts), 1);
      for (const member of members) this.#mark(marks, member, told);
    }
    let isOfThread = false;
    for (const { row, parts } of this.#sumsCounted(marks, leaves, calls)) {
      isOfThread ||= this.rowAt(row).telling.ofThread === true;
      sum.add(this.rowAt(row).telling, parts);
      bill.add(billOfSum(this.rowAt(row).telling, parts), 1);
    }
    const repeatedCalls = groups.flatMap(([, ...others]) =>
      others.filter((row) => this.rowAt(row).telling.teller === LOGS),
    );
    const repeated = [...repeatedCalls, ...this.#repeatedTools()];
    return { calls, usage: sum.total(), isOfThread, bill: bill.bill(), ...this.#silence(calls), repeated };
  }

  /** With what is told below a measured call behind it. */
  #withBeneath(groups: readonly (readonly number[])[]): readonly (readonly number[])[] {
    if (!this.#hasBeneath) return groups;
    const measured = measuredAround(this.#rows, this.#above);
    const isTold = (row: number) => (measured[row] ?? -1) >= 0 && (this.#told[row] ?? 0) !== 0;
    const below = Map.groupBy([...measured.keys()].filter(isTold), (row) => measured[row] ?? -1);
    return groups.map((members) => [...members, ...members.flatMap((row) => below.get(row) ?? [])]);
  }

  #sumsCounted(
    marks: Uint8Array,
    leaves: readonly number[],
    calls: readonly CountedCall[],
  ): readonly { readonly row: number; readonly parts: number }[] {
    const isLeaf = new Set(leaves);
    const around: { row: number; parts: number }[] = [];
    for (let row = 0; row < marks.length; row++) {
      const parts = isLeaf.has(row) ? 0 : this.#partsCounted(row, marks);
      if (parts !== 0) around.push({ row, parts });
    }
    const told = calls.map(({ row, facts }) => ({ row, parts: partsOf(facts) }));
    return sumsThatCount(this.#rows, around, told, (row) => this.#sessionOf(row));
  }

  /** What a call adds to the bill: nothing where a span around it tells what the call leaves out. */
  #billOfCall(members: readonly number[], facts: Telling): BillEntry {
    return this.#isBilledAround(members, facts) ? 'nothing' : billEntryOf(facts);
  }

  #isBilledAround(members: readonly number[], facts: Telling): boolean {
    const told = partsOf(facts);
    const wanted =
      (told & COST_PART) !== 0 ? 0 : (told & TOKEN_PARTS) === 0 ? COST_PART | TOKEN_PARTS : COST_PART;
    if ((this.#aroundTell & wanted) === 0) return false;
    for (const member of members)
      for (const row of this.#around(member)) {
        // A run's own cost stands beside the bill.
        const apart = this.rowAt(row).telling.isSum === 'run' ? COST_PART : 0;
        if (((this.#told[row] ?? 0) & wanted & ~apart) !== 0) return true;
      }
    return false;
  }

  #joined(members: readonly number[]): CountedCall {
    const [row = 0, ...others] = members;
    const toldBy = [...new Set(members.map((at) => wordsOf(this.rowAt(at).telling)))];
    const facts: { -readonly [Key in keyof Telling]: Telling[Key] } = { ...this.rowAt(row).telling };
    for (const at of others)
      for (const [key, value] of Object.entries(this.rowAt(at).telling))
        if ((facts[key as keyof Telling] ?? null) === null && !ofTeller.has(key))
          Object.assign(facts, { [key]: value });
    return { row, facts, toldBy, otherRows: [...others, ...this.#callsAround(row)] };
  }

  #silence(calls: readonly CountedCall[]): Pick<CallCount, 'answered' | 'silent'> {
    const answered = calls.filter(({ row }) => !this.rowAt(row).failed);
    const silent = answered.filter(
      ({ row, facts }) => (partsOf(facts) & TOKEN_PARTS) === 0 && this.#isSilent(row),
    );
    return { answered: answered.length, silent: silent.length };
  }

  /** Whether neither the row nor one around it tells tokens. */
  #isSilent(row: number): boolean {
    if (((this.#told[row] ?? 0) & TOKEN_PARTS) !== 0) return false;
    for (const at of this.#around(row)) if (((this.#told[at] ?? 0) & TOKEN_PARTS) !== 0) return false;
    return true;
  }

  #sessionOf(row: number): string | null {
    for (const at of [row, ...this.#around(row)]) {
      const { session } = this.rowAt(at).telling;
      if (session !== undefined) return session;
    }
    return null;
  }

  #callsAround(row: number): number[] {
    return [...this.#around(row)].filter((at) => ((this.#told[at] ?? 0) & CALL_BELOW) !== 0);
  }

  *#around(row: number): Generator<number> {
    let left = MAX_DEPTH;
    for (let at = this.#above[row] ?? -1; at >= 0 && left-- > 0; at = this.#above[at] ?? -1) yield at;
  }

  #grow(): void {
    const length = this.#above.length * 2;
    const above = new Int32Array(length).fill(-1);
    above.set(this.#above);
    this.#above = above;
    const told = new Uint8Array(length);
    told.set(this.#told);
    this.#told = told;
  }
}

/** A span's telling as the ledger takes it. */
export function ledgerRowOf(
  telling: Telling,
  { flags, timing, record }: { flags: number; timing: number; record: { readonly statusCode: number } },
  times: { readonly startMs: number; readonly endMs: number },
): LedgerRow {
  return {
    telling,
    startMs: telling.sinceMs === undefined ? times.startMs : times.endMs - telling.sinceMs,
    endMs: times.endMs,
    isClocked: timing !== NO_TIME && (flags & spanFlag.noStart) === 0,
    failed: record.statusCode === 2 || telling.error !== null,
  };
}

function wordsOf({ teller, source }: Telling): string {
  return tellerWords(teller, source);
}
