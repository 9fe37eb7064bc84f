// Sums of usage, each part by itself: exact whatever calls claim, and the same in any order. Does not say what counts,
// nor what it costs: bill.ts does.
import { toldUsd } from './bill.ts';
import type { CallFacts } from './records.ts';

export const usageKeys = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'costUsd',
] as const;
export type UsageKey = (typeof usageKeys)[number];

/** Tokens; null where nothing told the part. */
export type Usage = Readonly<Record<Exclude<UsageKey, 'costUsd'>, number | null>>;

const COST = usageKeys.indexOf('costUsd');
export const COST_PART = 1 << COST;

/** The parts that are told, a bit each in the order of `usageKeys`. A cost of 0 says nothing. */
export function partsOf(facts: Partial<Pick<CallFacts, UsageKey>>): number {
  let bits = toldUsd(facts.costUsd ?? null) === null ? 0 : COST_PART;
  for (let at = 0; at < COST; at++) {
    const value = facts[usageKeys[at] as UsageKey];
    if (value !== null && value !== undefined) bits |= 1 << at;
  }
  return bits;
}

/** Input and output. */
export const TOKEN_PARTS = 3;

export class UsageSum {
  readonly #sums = usageKeys.map(() => 0);
  /** Where a sum is more than a number holds exactly. */
  readonly #large = usageKeys.map((): bigint | null => null);
  #told = 0;

  /** @param parts which of its parts count */
  add(facts: Pick<CallFacts, UsageKey>, parts: number): void {
    for (let at = 0; at < COST; at++) {
      if ((parts & (1 << at)) === 0) continue;
      this.#told |= 1 << at;
      this.#addTo(at, facts[usageKeys[at] as UsageKey] ?? 0);
    }
  }

  total(): Usage {
    const of = (key: keyof Usage): number | null => {
      const at = usageKeys.indexOf(key);
      return (this.#told & (1 << at)) === 0 ? null : Number(this.#large[at] ?? this.#sums[at] ?? 0);
    };
    return {
      inputTokens: of('inputTokens'),
      outputTokens: of('outputTokens'),
      cacheReadTokens: of('cacheReadTokens'),
      cacheWriteTokens: of('cacheWriteTokens'),
      reasoningTokens: of('reasoningTokens'),
    };
  }

  #addTo(at: number, value: number): void {
    const large = this.#large[at] ?? null;
    const sum = (this.#sums[at] ?? 0) + value;
    if (large !== null) this.#large[at] = large + BigInt(value);
    else if (Number.isSafeInteger(sum)) this.#sums[at] = sum;
    else this.#large[at] = BigInt(this.#sums[at] ?? 0) + BigInt(value);
  }
}
