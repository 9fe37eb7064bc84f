// One sweep judged: what each configuration came to, which tasks are flaky, what it cost, and what a reader must know.
// Everything but what only a store knows (which verdicts, which sweeps else). Holds nothing against another sweep.

import { outcomes } from '../outcome-words.ts';
import { standings } from './attempts.ts';
import { isFlaky, median, passAtK, passHatK } from './estimators.ts';
import { clusteredInterval, differenceInterval, type Interval } from './intervals.ts';
import type { ConfigurationJson, CostSumJson, JudgementJson } from './judgement-json.ts';
import {
  type Configuration,
  type CostSum,
  joinCost,
  noCost,
  type Tables,
  totalUsd,
  type Unit,
} from './tables.ts';
import { denominatorOf, holm, signFlipTest } from './tests.ts';

/** pass@k is told for these, as far as there are as many attempts. */
const MAX_K = 10;
const MAX_LISTED = 100;

export type Judged = Omit<JudgementJson, 'verdicts' | 'trend' | 'against' | 'isBaseline' | 'stem'>;

export const DEFAULT_ALPHA = 0.05;

/** The two-sided level that belongs to a test in one direction. */
export function levelOf(alpha: number): number {
  return 1 - 2 * alpha;
}

export function judgeSweep(tables: Tables, alpha = DEFAULT_ALPHA): Judged {
  const level = levelOf(alpha);
  const { units } = tables;
  const byConfiguration: Unit[][] = tables.configurations.map(() => []);
  for (const unit of units) byConfiguration[unit.configuration]?.push(unit);
  const passRates = byConfiguration.map((own) => rateOf(own, level));
  const versus = versusBest(byConfiguration, passRates, level);
  const configurations = tables.configurations.map((one, at) => {
    const own = (byConfiguration[at] ?? []).filter(({ n }) => n > 0);
    const tries = own.map(({ n }) => n);
    const fates = tables.fates[at] ?? new Map();
    const passed = total(own, 'c');
    return {
      ...configurationJson(one),
      cells: [...fates.values()].reduce((sum, of) => sum + of, 0),
      n: total(own, 'n'),
      passed,
      tasks: own.length,
      attempts: own.length === 0 ? { least: 0, most: 0 } : { least: least(tries), most: most(tries) },
      passRate: passRates[at] ?? null,
      passAt: estimates(own, passAtK),
      passHat: estimates(own, passHatK),
      flaky: own.filter(({ n, c }) => isFlaky(n, c)).length,
      leftOut: outcomes.flatMap((outcome, no) => {
        const of = standings[no] === 'left out' ? (fates.get(outcome) ?? 0) : 0;
        return of === 0 ? [] : [{ outcome, count: of }];
      }),
      unscored: total(byConfiguration[at] ?? [], 'unscored'),
      cost: costJson(tables.costs[at] ?? noCost(), passed),
      wallMs: { median: median(tables.walls[at] ?? []), known: tables.walls[at]?.length ?? 0 },
      tokens: { median: median(tables.tokens[at] ?? []), known: tables.tokens[at]?.length ?? 0 },
      versusBest: versus[at] ?? null,
    };
  });
  const judged = {
    sweep: tables.sweep,
    alpha,
    level,
    cells: tables.cells,
    n: total(units, 'n'),
    passed: total(units, 'c'),
    passRate: rateOf(units, level, tables.tasks.length),
    configurations,
    tasks: {
      names: [...tables.tasks],
      task: units.map(({ task }) => task),
      configuration: units.map(({ configuration }) => configuration),
      n: units.map(({ n }) => n),
      c: units.map(({ c }) => c),
      leftOut: units.map(({ leftOut }) => leftOut),
    },
    cost: sweepCost(tables),
  };
  return { ...judged, notes: notesOf(judged, tables) };
}

export function configurationJson(one: Configuration): ConfigurationJson {
  const unknown = (['version', 'settings'] as const).filter((key) => one[key] === null);
  return { ...one, unknown };
}

/** "pi 0.73.1 × openai/gpt-5 {"effort":"high"}" */
export function configurationWords({ agent, version, model, settings }: Configuration): string {
  const who = version === null ? agent : `${agent} ${version}`;
  return [who, model === null ? '' : `× ${model}`, settings ?? ''].filter((part) => part !== '').join(' ');
}

function total(units: readonly Unit[], key: 'n' | 'c' | 'unscored' | 'leftOut'): number {
  return units.reduce((sum, unit) => sum + unit[key], 0);
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

/** The share of attempts that passed. @param tasks where units are of several configurations: a cluster is a task */
function rateOf(
  units: readonly Unit[],
  level: number,
  tasks?: number,
): ({ value: number } & Interval) | null {
  const clusters = tasks === undefined ? units : joined(units, tasks);
  const interval = clusteredInterval(clusters, level);
  return interval && { value: total(units, 'c') / total(units, 'n'), ...interval };
}

function joined(units: readonly Unit[], tasks: number): { n: number; c: number }[] {
  const sums = Array.from({ length: tasks }, () => ({ n: 0, c: 0 }));
  for (const { task, n, c } of units) {
    const sum = sums[task];
    if (sum === undefined) continue;
    sum.n += n;
    sum.c += c;
  }
  return sums;
}

function estimates(
  units: readonly Unit[],
  estimate: (n: number, c: number, k: number) => number | null,
): { k: number; value: number; tasks: number }[] {
  const most = Math.min(
    MAX_K,
    units.reduce((highest, { n }) => Math.max(highest, n), 0),
  );
  return Array.from({ length: most }, (_, at) => {
    const values = units.flatMap(({ n, c }) => estimate(n, c, at + 1) ?? []);
    return {
      k: at + 1,
      value: values.reduce((sum, one) => sum + one, 0) / values.length,
      tasks: values.length,
    };
  });
}

/** Every configuration held against the one with the highest pass rate, on the tasks that both tried. */
function versusBest(
  byConfiguration: readonly (readonly Unit[])[],
  rates: readonly ({ value: number } | null)[],
  level: number,
): JudgementJson['configurations'][number]['versusBest'][] {
  let best = -1;
  for (const [at, one] of rates.entries())
    if (one !== null && one.value > (rates[best]?.value ?? -1)) best = at;
  const ofBest = new Map((byConfiguration[best] ?? []).map((unit) => [unit.task, unit]));
  const found = byConfiguration.map((units, at) => {
    if (at === best) return null;
    const pairs = units.flatMap((unit) => {
      const other = ofBest.get(unit.task);
      return unit.n > 0 && other !== undefined && other.n > 0 ? [[unit, other] as const] : [];
    });
    if (pairs.length === 0) return null;
    const differences = pairs.map(([one, other]) => one.c / one.n - other.c / other.n);
    const p = signFlipTest(differences, denominatorOf(pairs.flatMap((pair) => pair.map(({ n }) => n))));
    const { worse, better, either } = p;
    return {
      tasks: pairs.length,
      difference: meanDifference(differences, attemptsOf(pairs.flat(), pairs.length), level),
      p: { worse, better, either },
    };
  });
  const corrected = holm(found.flatMap((one) => (one === null ? [] : [one.p.either])));
  let next = 0;
  return found.map((one) => (one === null ? null : { ...one, pHolm: corrected[next++] ?? 1 }));
}

/** Attempts a task and side, on average over `tasks`. */
export function attemptsOf(units: readonly { readonly n: number }[], tasks: number): number {
  return units.reduce((sum, { n }) => sum + n, 0) / (2 * tasks);
}

/** @param differences at least one @param attempts a task and side on average */
export function meanDifference(
  differences: readonly number[],
  attempts: number,
  level: number,
): { value: number } & Interval {
  const interval = differenceInterval(differences, attempts, level) ?? { low: -1, high: 1 };
  return { value: differences.reduce((sum, one) => sum + one, 0) / differences.length, ...interval };
}

export function costJson(sum: CostSum, passed: number): CostSumJson {
  const all = totalUsd(sum);
  return { ...sum, totalUsd: all, perPassUsd: all === null || passed === 0 ? null : all / passed };
}

function sweepCost(tables: Tables): JudgementJson['cost'] {
  const { configurations, tasks, units } = tables;
  const byModel = new Map<string | null, { cost: CostSum; passed: number }>();
  const passedOf = configurations.map(() => 0);
  const passedTask = tasks.map(() => 0);
  for (const { configuration, task, c } of units) {
    passedOf[configuration] = (passedOf[configuration] ?? 0) + c;
    passedTask[task] = (passedTask[task] ?? 0) + c;
  }
  const sum = noCost();
  for (const [at, cost] of tables.costs.entries()) {
    const model = configurations[at]?.model ?? null;
    const own = byModel.get(model) ?? { cost: noCost(), passed: 0 };
    byModel.set(model, own);
    joinCost(own.cost, cost);
    own.passed += passedOf[at] ?? 0;
    joinCost(sum, cost);
  }
  const byTask = tasks
    .map((task, at) => ({ task, ...costJson(tables.taskCosts[at] ?? noCost(), passedTask[at] ?? 0) }))
    .filter(({ totalUsd: usd }) => usd !== null)
    .sort((a, b) => (b.totalUsd ?? 0) - (a.totalUsd ?? 0))
    .slice(0, MAX_LISTED);
  return {
    total: costJson(sum, total(units, 'c')),
    byModel: [...byModel].map(([model, { cost, passed }]) => ({ model, ...costJson(cost, passed) })),
    byTask,
    dearestCellUsd: tables.dearestUsd,
  };
}

export const many = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;

function notesOf(judged: Omit<Judged, 'notes'>, tables: Tables): string[] {
  const { cells, n, passed, configurations } = judged;
  const leftOut = total(tables.units, 'leftOut');
  const notes: string[] = [];
  if (cells === 0) return ['The sweep holds no cell.'];
  if (n === 0 && leftOut > 0)
    notes.push(
      `No attempt counts: of ${many(cells, 'cell')} the surroundings failed in ${leftOut}. Nothing can be told of the agent.`,
    );
  else if (n === 0) notes.push('No cell has a verdict: nothing can be told.');
  else if (leftOut > 0)
    notes.push(
      `${many(leftOut, 'failure')} of the surroundings ${leftOut === 1 ? 'is' : 'are'} left out of the ${many(n, 'attempt')} that count.`,
    );
  if (n > 0 && passed === n)
    notes.push(`All ${many(n, 'attempt')} passed: how sure that is says the interval.`);
  if (n > 0 && passed === 0)
    notes.push(`None of ${many(n, 'attempt')} passed: how sure that is says the interval.`);
  const tries = configurations.filter(({ tasks }) => tasks > 0).map(({ attempts }) => attempts);
  const highest = tries.reduce((high, { most: top }) => Math.max(high, top), 0);
  const lowest = tries.reduce((low, { least: bottom }) => Math.min(low, bottom), highest);
  if (highest === 1)
    notes.push('One attempt a task: which tasks are flaky, and pass@k beyond k = 1, cannot be told.');
  else if (lowest < highest)
    notes.push(
      `Tasks have from ${lowest} to ${highest} attempts: pass@k and pass^k are of the tasks that have k of them.`,
    );
  const unscored = total(tables.units, 'unscored');
  if (unscored > 0 && n > 0)
    notes.push(`${many(unscored, 'cell')} without a verdict ${unscored === 1 ? 'is' : 'are'} not counted.`);
  if (tables.fractions > 0)
    notes.push(`${many(tables.fractions, 'verdict')} between 0 and 1 count as not passed.`);
  if (tables.withoutTask > 0)
    notes.push(
      `${many(tables.withoutTask, 'cell')} whose id names no task ${tables.withoutTask === 1 ? 'is' : 'are'} not judged.`,
    );
  for (const [key, words] of [
    ['version', 'The agent’s version'],
    ['settings', 'Settings'],
  ] as const) {
    const without = configurations.filter(({ unknown }) => unknown.includes(key));
    if (without.length === 0) continue;
    const whose =
      without.length === configurations.length
        ? 'any cell'
        : without.slice(0, 5).map(configurationWords).join(', ');
    const verb = key === 'version' ? 'was' : 'were';
    notes.push(
      `${words} ${verb} not recorded for ${whose}: runs that differ in it count as one configuration.`,
    );
  }
  return notes;
}
