// Where steps that bear no time belong beside model calls that a proxy measured: an answer is the call that said the
// same, and what follows it in the agent's own order follows that call. Pure; what no call said stays where it was.
import type { Step } from '../agents/step.ts';
import type { SeenChange } from './observations.ts';

/** A measured call, and how its answer begins. */
export interface HeardCall {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly said: string;
}

/** Enough to tell two answers apart. */
const SAID_CHARS = 80;
/** What stands between two steps of which nothing but the order is known. */
const ORDER_NS = 1_000_000n;

/** How an answer begins, without its layout; '' where it says nothing. */
export function beginningOf(texts: readonly string[]): string {
  const text = texts.join('\n').slice(0, SAID_CHARS * 20);
  return text.replace(/\s+/g, ' ').trim().slice(0, SAID_CHARS);
}

/** @param changes of files that were seen: an edit that names one was made when that file changed */
export function placedAmong(
  steps: readonly Step[],
  calls: readonly HeardCall[],
  changes: readonly SeenChange[],
): readonly Step[] {
  if (calls.length === 0 || !steps.some(({ timing }) => timing === 'none')) return steps;
  const ordered = calls.toSorted((a, b) => (a.startNs < b.startNs ? -1 : 1));
  const matches = matchesOf(steps, ordered);
  const first = matches.findIndex((match) => match !== null);
  if (first < 0) return steps;
  let nowNs = (ordered[matches[first] ?? 0]?.startNs ?? 0n) - BigInt(first + 1) * ORDER_NS;
  let call = -1;
  return steps.map((step, index): Step => {
    if (step.timing !== 'none') return step;
    const match = matches[index] ?? null;
    if (match !== null) {
      call = match;
      const { startNs, endNs } = ordered[match] as HeardCall;
      nowNs = endNs;
      return { ...step, startNs, endNs, timing: 'derived' };
    }
    const untilNs = ordered[call + 1]?.startNs ?? null;
    const times = step.type === 'tool_call' ? changedAt(step, changes, nowNs, untilNs) : [];
    const [startNs] = times;
    if (startNs !== undefined) {
      nowNs = times.at(-1) ?? startNs;
      return { ...step, startNs, endNs: nowNs, timing: 'derived' };
    }
    nowNs = before(nowNs + ORDER_NS, untilNs, nowNs);
    return { ...step, startNs: nowNs, endNs: nowNs };
  });
}

/** Of each step the number of the call that it is the answer of, in one order; else null. */
function matchesOf(steps: readonly Step[], calls: readonly HeardCall[]): (number | null)[] {
  let next = 0;
  return steps.map((step) => {
    if (step.type !== 'model_call' || step.timing !== 'none') return null;
    const said = beginningOf(step.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
    const found = said === '' ? -1 : calls.findIndex((call, at) => at >= next && call.said === said);
    if (found < 0) return null;
    next = found + 1;
    return found;
  });
}

/** When the files changed that a step says it edited: one is emptied before it is written. */
function changedAt(
  step: Step & { readonly type: 'tool_call' },
  changes: readonly SeenChange[],
  fromNs: bigint,
  untilNs: bigint | null,
): bigint[] {
  const made = step.changes.map(({ path }) => path);
  return changes
    .filter(({ path }) => made.some((name) => name === path || path.endsWith(`/${name}`)))
    .filter(({ atNs }) => atNs >= fromNs && (untilNs === null || atNs < untilNs))
    .map(({ atNs }) => atNs)
    .sort((a, b) => (a < b ? -1 : 1));
}

function before(ns: bigint, untilNs: bigint | null, otherwise: bigint): bigint {
  return untilNs === null || ns < untilNs ? ns : otherwise;
}
