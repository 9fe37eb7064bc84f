// What an actor's context held at each of its calls, what the run had cost by any moment, and where a context was
// compacted. Sums of the calls as the API tells them and nothing else; what no call tells is null. Does not draw.
import { isShortened } from '../model-calls/model-call-rows.ts';
import { lastAtOrBefore } from '../trace/sorted.ts';
import type { Turn } from './turns.ts';

/** A fall of an actor's context from one call to the next. */
export interface Compaction {
  readonly turn: Turn;
  readonly beforeTokens: number;
  readonly afterTokens: number;
}

/** The context of one actor as steps: what the call at each moment was asked with, until the next. */
export interface ContextSteps {
  readonly startNs: Float64Array;
  readonly inputTokens: Float64Array;
  /** Of the input, from a cache; 0 where a call tells none. */
  readonly cachedTokens: Float64Array;
  readonly mostTokens: number;
}

/** The cost so far: after each call that tells one, in order of their ends. */
export interface CostSteps {
  readonly endNs: Float64Array;
  readonly totalUsd: Float64Array;
  /** Some of it follows from prices. */
  readonly isEstimated: boolean;
  /** Calls that tell no cost; the sum is then at least so much. */
  readonly untold: number;
}

/** @param turns in order of start, of any actors */
export function compactionsOf(turns: readonly Turn[]): Compaction[] {
  const last = new Map<number, number>();
  const found: Compaction[] = [];
  for (const turn of turns) {
    const tokens = turn.call?.inputTokens ?? null;
    if (tokens === null) continue;
    const before = last.get(turn.actor) ?? 0;
    if (isShortened(before, tokens)) found.push({ turn, beforeTokens: before, afterTokens: tokens });
    last.set(turn.actor, tokens);
  }
  return found;
}

/** @param turns one actor's, in order of start */
export function contextSteps(turns: readonly Turn[]): ContextSteps {
  const told = turns.filter(({ call }) => call !== null && call.inputTokens !== null);
  const inputTokens = Float64Array.from(told, ({ call }) => call?.inputTokens ?? 0);
  return {
    startNs: Float64Array.from(told, ({ startNs }) => startNs),
    inputTokens,
    cachedTokens: Float64Array.from(told, ({ call }) =>
      Math.min(call?.cacheReadTokens ?? 0, call?.inputTokens ?? 0),
    ),
    mostTokens: inputTokens.reduce((most, tokens) => Math.max(most, tokens), 0),
  };
}

/** Tokens of the call at a moment, null before the first. O(log n). */
export function contextAt(steps: ContextSteps, tNs: number): number | null {
  return steps.inputTokens[lastAtOrBefore(steps.startNs, tNs)] ?? null;
}

/** @param turns of the actors whose cost is asked for */
export function costSteps(turns: readonly Turn[]): CostSteps {
  const told = turns.filter(({ call }) => call !== null && call.costUsd !== null);
  const ordered = told.toSorted((a, b) => a.answerEndNs - b.answerEndNs);
  let sum = 0;
  return {
    endNs: Float64Array.from(ordered, ({ answerEndNs }) => answerEndNs),
    totalUsd: Float64Array.from(ordered, ({ call }) => {
      sum += call?.costUsd ?? 0;
      return sum;
    }),
    isEstimated: told.some(({ call }) => call?.costGrade === 'estimated'),
    untold: turns.length - told.length,
  };
}

/** US dollars of the calls that are over; null where no call tells a cost. O(log n). */
export function costAt({ endNs, totalUsd }: CostSteps, tNs: number): number | null {
  if (endNs.length === 0) return null;
  return totalUsd[lastAtOrBefore(endNs, tNs)] ?? 0;
}
