// A sweep as public JSON: its summary, and its cells as columns with every key written once. A run under way
// is running or interrupted by the clock. Does not make any other number: they are the projector's.
import { type CostNumbers, costNumbersOf } from '../../../shared/cost.ts';
import { sweepStem } from '../../../shared/judge/sweep-stem.ts';
import { outcomes } from '../../../shared/outcome-words.ts';
import type { FailureGroup, SweepMatrix, SweepSummary } from '../../../shared/wire.ts';
import { readCostText } from '../../cell/cell-cost.ts';
import type { SweepReads } from '../../cell/stores.ts';
import { measureNames, type SweepColumns } from '../../cell/sweep-cell.ts';
import type { Prices } from '../../prices/prices.ts';

const RUNNING = outcomes.indexOf('running');
const INTERRUPTED = outcomes.indexOf('interrupted');

/** @param nowNs by the clock that stamps requests */
export async function sweepSummaryJson(
  sweeps: SweepReads,
  sweep: string,
  nowNs: bigint,
  prices: Prices,
  counting: readonly number[],
): Promise<SweepSummary> {
  const { n, passed, medianMs, costs } = await sweeps.lists.figures(sweep, counting);
  const wordOf = await wordsOf(sweeps, [costs.map(([, model]) => model)]);
  const counts = await sweeps.counts(sweep, nowNs);
  const total = (key: 'cells' | 'recorded') => counts.reduce((sum, count) => sum + count[key], 0);
  const byOutcome = new Map<number, number>();
  for (const { outcome, silent, cells } of counts) {
    const now = outcome === RUNNING && silent ? INTERRUPTED : outcome;
    byOutcome.set(now, (byOutcome.get(now) ?? 0) + cells);
  }
  const times = (key: 'startNs' | 'endNs') =>
    counts
      .flatMap((count) => (count[key] === null ? [] : [count[key]]))
      .sort((a, b) => (a < b ? -1 : 1))
      .map(String);
  return {
    id: sweep,
    cells: total('cells'),
    outcomes: outcomes.flatMap((outcome, at) => {
      const count = byOutcome.get(at);
      return count === undefined ? [] : [{ outcome, count }];
    }),
    ...(await sweeps.distinct(sweep)),
    startNs: times('startNs')[0] ?? null,
    endNs: times('endNs').at(-1) ?? null,
    recorded: total('recorded'),
    n,
    passed,
    medianMs,
    cost: costSumsOf(
      costsOf({ cost: costs.map(([text]) => text), model: costs.map(([, model]) => model) }, wordOf, prices),
    ),
    ...((await sweeps.baselineOf(sweepStem(sweep))) === sweep && { baseline: true as const }),
  };
}

/** Costs that are known in different ways are not one sum. */
function costSumsOf(costs: readonly (CostNumbers | null)[]): SweepSummary['cost'] {
  const sums = {
    measured: { usd: 0, cells: 0 },
    estimated: { usd: 0, cells: 0 },
    asPosted: { usd: 0, cells: 0 },
  };
  for (const cost of costs) {
    if (cost === null || cost.usd === null) continue;
    const sum =
      cost.grade === 'estimated'
        ? sums.estimated
        : cost.grade === 'as posted'
          ? sums.asPosted
          : sums.measured;
    sum.usd += cost.usd;
    sum.cells++;
  }
  return sums;
}

/** @param nowNs by the clock that stamps requests */
export async function sweepMatrixJson(
  sweeps: SweepReads,
  sweep: string,
  nowNs: bigint,
  prices: Prices,
): Promise<SweepMatrix> {
  const columns = await sweeps.columns(sweep);
  const { agent: agents, model: models, family: families, task: tasks, oddId, failure } = columns;
  const wordOf = await wordsOf(sweeps, [agents, models, families, tasks, oddId, failure]);
  const agent = keysOf(columns.agent, wordOf);
  const model = keysOf(columns.model, wordOf);
  const family = keysOf(columns.family, wordOf);
  const task = keysOf(columns.task, wordOf);
  return {
    id: sweep,
    keys: { agent: agent.keys, model: model.keys, family: family.keys, task: task.keys },
    agent: agent.ordinals,
    model: model.ordinals,
    family: family.ordinals,
    task: task.ordinals,
    attempt: [...columns.attempt],
    outcome: outcomesNow(columns, nowNs),
    ids: columns.oddId.flatMap((no, at): [number, string][] => (no === null ? [] : [[at, wordOf(no)]])),
    startMs: [...columns.startMs],
    pass: [...columns.pass],
    composite: [...columns.composite],
    didNothing: columns.didNothing.flatMap((is, at) =>
      is === 1 && columns.composite[at] !== null ? [at] : [],
    ),
    durationMs: [...columns.durationMs],
    spans: [...columns.spans],
    ...measuresOf(columns, costsOf(columns, wordOf, prices)),
    ...failuresOf(columns.failure, wordOf),
    notes: [...columns.notes],
  };
}

/** The texts of all words that stand in columns. */
export async function wordsOf(
  sweeps: SweepReads,
  columns: readonly (readonly (number | null)[])[],
): Promise<(no: number) => string> {
  const numbers = new Set<number>();
  for (const column of columns) for (const no of column) if (no !== null) numbers.add(no);
  const words = await sweeps.words(numbers);
  return (no) => words.get(no) ?? '';
}

/** Runs that fell silent are interrupted. @param nowNs by the clock that stamps requests */
export function outcomesNow(
  { outcome, silentMs }: Pick<SweepColumns, 'outcome' | 'silentMs'>,
  nowNs: bigint,
): number[] {
  const nowMs = Number(nowNs) / 1e6;
  return outcome.map((one, at) => (one === RUNNING && (silentMs[at] ?? nowMs) < nowMs ? INTERRUPTED : one));
}

/** As their records tell them, else by today's prices. */
export function costsOf(
  { cost, model }: Pick<SweepColumns, 'cost' | 'model'>,
  wordOf: (no: number) => string,
  prices: Prices,
): (CostNumbers | null)[] {
  return cost.map((text, at) => {
    const no = model[at] ?? null;
    return text === null
      ? null
      : costNumbersOf({ ...readCostText(text), model: no === null ? null : wordOf(no) }, prices.of);
  });
}

/** Numbers of words as ordinals into the list of those that occur; "" stands for none. */
function keysOf(
  words: readonly (number | null)[],
  wordOf: (no: number) => string,
): { keys: string[]; ordinals: number[] } {
  const keys: string[] = [];
  const ordinalOf = new Map<number | null, number>();
  const ordinals = words.map((word) => {
    let ordinal = ordinalOf.get(word);
    if (ordinal === undefined) {
      ordinal = keys.push(word === null ? '' : wordOf(word)) - 1;
      ordinalOf.set(word, ordinal);
    }
    return ordinal;
  });
  return { keys, ordinals };
}

/** Own columns first, then further axes in order of appearance; none without a number. */
function measuresOf(
  columns: SweepColumns,
  costs: readonly (CostNumbers | null)[],
): Pick<SweepMatrix, 'measures' | 'costGrades'> {
  const own = columns.measures.map((values, at) => ({ name: String(measureNames[at]), values: [...values] }));
  const others = new Map<string, (number | null)[]>();
  for (const [at, text] of columns.others.entries()) {
    if (text === null) continue;
    for (const [name, value] of JSON.parse(text) as [string, number][]) {
      const values = others.get(name) ?? new Array<number | null>(columns.count).fill(null);
      others.set(name, values);
      values[at] = value;
    }
  }
  const further = Array.from(others, ([name, values]) => ({ name, values }));
  const cost = { name: 'cost', values: costs.map((one) => one?.usd ?? null) };
  const measures = [...own, cost, ...further].filter(({ values }) => values.some((value) => value !== null));
  const where = (is: (cost: CostNumbers) => boolean) =>
    costs.flatMap((one, at) => (one && is(one) ? [at] : []));
  const costGrades = {
    estimated: where(({ grade }) => grade === 'estimated'),
    posted: where(({ grade }) => grade === 'as posted'),
    atLeast: where(({ atLeast }) => atLeast),
  };
  const isPlain = Object.values(costGrades).every((places) => places.length === 0);
  return { measures, ...(!isPlain && { costGrades }) };
}

/** Failures are one where all that is said of them is the same. */
function failuresOf(
  words: readonly (number | null)[],
  wordOf: (no: number) => string,
): Pick<SweepMatrix, 'failures' | 'failure'> {
  const failures: FailureGroup[] = [];
  const groupOf = new Map<number, number>();
  const failure = words.map((word) => {
    if (word === null) return -1;
    let group = groupOf.get(word);
    if (group === undefined) {
      const [test, location, message] = JSON.parse(wordOf(word)) as (string | null)[];
      const found = { test: test ?? null, location: location ?? null, message: message ?? null };
      group = failures.push(found) - 1;
      groupOf.set(word, group);
    }
    return group;
  });
  return { failures, failure };
}
