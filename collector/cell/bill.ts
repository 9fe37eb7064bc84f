// What a cell's model calls used and told of their cost, summed so that it can be priced whenever it is read: by
// model, and by the step of input size at which prices change. Takes back what it added. Knows no price.
import { type Bill, type BillLine, emptyBill, type PriceLookup } from '../../shared/cost.ts';
import { priceStepOf, priceTokens } from '../../shared/prices.ts';
import type { ValueGrade } from '../../shared/score.ts';
import type { CallFacts } from './records.ts';

/** Models are names that somebody sent: a cell's state keeps so many of them. */
const MAX_LINES = 32;
const MAX_MODEL_CHARS = 200;
const NANO = 1e9;
/** Beyond it a claim is nonsense, and sums would lose their cents. */
const MAX_USD = 1e6;

/** What one call adds. */
export type BillEntry =
  | { readonly told: number }
  | { readonly line: Omit<BillLine, 'calls'> }
  | 'silent'
  | 'nothing';

type CallUsage = Pick<
  CallFacts,
  | 'model'
  | 'inputTokens'
  | 'cacheReadTokens'
  | 'cacheWriteTokens'
  | 'cacheWriteLongTokens'
  | 'outputTokens'
  | 'reasoningTokens'
  | 'costUsd'
  | 'error'
>;

/** A cost of 0 says nothing: emitters write it where they know no price. */
export function toldUsd(costUsd: number | null): number | null {
  return costUsd !== null && costUsd > 0 && costUsd <= MAX_USD ? costUsd : null;
}

export function billEntryOf(call: CallUsage): BillEntry {
  const told = toldUsd(call.costUsd);
  if (told !== null) return { told };
  const { inputTokens, outputTokens, error } = call;
  // A call that failed and told nothing was not charged.
  if (inputTokens === null && outputTokens === null) return error === null ? 'silent' : 'nothing';
  return {
    line: {
      model: call.model?.slice(0, MAX_MODEL_CHARS) ?? null,
      step: priceStepOf(inputTokens ?? 0),
      input: inputTokens ?? 0,
      cacheRead: call.cacheReadTokens ?? 0,
      cacheWrite: call.cacheWriteTokens ?? 0,
      ...(call.cacheWriteLongTokens ? { cacheWriteLong: call.cacheWriteLongTokens } : {}),
      output: outputTokens ?? 0,
      reasoning: call.reasoningTokens ?? 0,
    },
  };
}

/** One call's own cost. @param model the cell's, for a call that names none */
export function costOfCall(
  call: CallUsage,
  model: string | null,
  priceOf: PriceLookup,
): { costUsd: number | null; costGrade: ValueGrade } {
  const entry = billEntryOf(call);
  if (typeof entry === 'string') return { costUsd: null, costGrade: 'not recorded' };
  if ('told' in entry) return { costUsd: entry.told, costGrade: 'measured' };
  const name = entry.line.model ?? model;
  const found = name === null ? null : priceOf(name);
  if (found === null) return { costUsd: null, costGrade: 'not recorded' };
  return { costUsd: priceTokens(found.price, entry.line, entry.line.step), costGrade: 'estimated' };
}

const parts = ['input', 'cacheRead', 'cacheWrite', 'output', 'reasoning', 'cacheWriteLong'] as const;

interface Sum {
  readonly model: string | null;
  readonly step: number;
  calls: number;
  readonly tokens: bigint[];
}

/** A bill under way. */
export class BillSum {
  #toldCalls = 0;
  #toldNano = 0n;
  #silent = 0;
  readonly #sums = new Map<string, Sum>();

  /** @param sign -1 takes back what was added */
  add(entry: BillEntry, sign: 1 | -1): void {
    if (entry === 'nothing') return;
    if (entry === 'silent') this.#silent += sign;
    else if ('told' in entry) {
      this.#toldCalls += sign;
      this.#toldNano += BigInt(Math.round(entry.told * NANO)) * BigInt(sign);
    } else this.#addLine(entry.line, sign);
  }

  /** In one order, whatever came first. The same empty bill where nothing was added. */
  bill(): Bill {
    const sums = [...this.#sums.values()].filter((sum) => sum.calls > 0);
    if (this.#toldCalls === 0 && this.#silent === 0 && sums.length === 0) return emptyBill;
    const lines = sums.map(lineOf).sort(byWeight);
    const kept = lines.length > MAX_LINES ? folded(lines) : lines;
    return {
      told: { calls: this.#toldCalls, usd: Number(this.#toldNano) / NANO },
      lines: kept,
      silent: this.#silent,
    };
  }

  #addLine(line: Omit<BillLine, 'calls'>, sign: 1 | -1): void {
    const key = JSON.stringify([line.model, line.step]);
    const { model, step } = line;
    const sum = this.#sums.get(key) ?? { model, step, calls: 0, tokens: parts.map(() => 0n) };
    sum.calls += sign;
    for (const [at, part] of parts.entries())
      sum.tokens[at] = (sum.tokens[at] ?? 0n) + BigInt(line[part] ?? 0) * BigInt(sign);
    this.#sums.set(key, sum);
  }
}

function lineOf({ model, step, calls, tokens }: Sum): BillLine {
  const [input = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0, cacheWriteLong = 0] =
    tokens.map(Number);
  const long = cacheWriteLong > 0 ? { cacheWriteLong } : {};
  return { model, step, calls, input, cacheRead, cacheWrite, output, reasoning, ...long };
}

function byWeight(a: BillLine, b: BillLine): number {
  const weight = b.input + b.output - (a.input + a.output);
  return weight || (String(a.model) < String(b.model) ? -1 : 1) || a.step - b.step;
}

/** The rest as calls of a model whose name was not kept: no price is known for it. */
function folded(lines: readonly BillLine[]): BillLine[] {
  const rest = lines.slice(MAX_LINES - 1);
  const total = (part: 'calls' | (typeof parts)[number]): number =>
    rest.reduce((sum, line) => sum + (line[part] ?? 0), 0);
  const other: BillLine = {
    model: `${rest.length} further models`,
    step: 0,
    calls: total('calls'),
    input: total('input'),
    cacheRead: total('cacheRead'),
    cacheWrite: total('cacheWrite'),
    output: total('output'),
    reasoning: total('reasoning'),
  };
  return [...lines.slice(0, MAX_LINES - 1), other];
}
