// One sweep held against another, its baseline: configurations and tasks of both are paired, and what differs between
// the pairs is told with what chance alone would do. A task is one unit of evidence, however many attempts and
// configurations tried it. Reads no store.

import { median } from './estimators.ts';
import { clusteredInterval, type Interval, meanInterval } from './intervals.ts';
import {
  attemptsOf,
  configurationJson,
  configurationWords,
  levelOf,
  many,
  meanDifference,
} from './judge-sweep.ts';
import type { ComparisonJson } from './judgement-json.ts';
import type { Configuration, Tables, Unit } from './tables.ts';
import {
  denominatorOf,
  exactMcNemar,
  fisherTest,
  holm,
  type PairedTest,
  type PValues,
  signFlipTest,
} from './tests.ts';

const MAX_CHANGED = 500;

/** A configuration and task that both sweeps tried. */
interface Pair {
  /** Place among the paired configurations. */
  readonly configuration: number;
  readonly task: string;
  readonly before: Unit;
  readonly after: Unit;
}

interface Match {
  readonly after: number;
  readonly before: number;
  readonly changed: ('agent' | 'version' | 'model' | 'settings')[];
}

/** @param after the sweep that is asked about @param before its baseline */
export function compareSweeps(after: Tables, before: Tables, alpha: number): ComparisonJson {
  const level = levelOf(alpha);
  const matches = matchConfigurations(after.configurations, before.configurations);
  const { pairs, onlyAfter, onlyBefore } = pairUnits(after, before, matches);
  const byTask = Map.groupBy(pairs, ({ task }) => task);
  const differences = Array.from(byTask.values(), (own) => mean(own.map(differenceOf)));
  const test = signFlipTest(differences, denominatorFor(pairs, byTask.values()));
  const flips = flipsOf(pairs);
  const measures = {
    cost: measureOf(byTask, 'usd', level),
    wallMs: measureOf(byTask, 'wallMs', level),
    tokens: measureOf(byTask, 'tokens', level),
  };
  const difference = differences.length === 0 ? null : differenceOver(differences, pairs, level);
  const verdict = verdictOf(test, differences.length, alpha);
  const found = {
    sweep: after.sweep,
    baseline: before.sweep,
    alpha,
    level,
    verdict,
    configurations: configurationTests(matches, pairs, level),
    onlyAfter: unmatched(after, matches, 'after'),
    onlyBefore: unmatched(before, matches, 'before'),
    tasks: { paired: byTask.size, onlyAfter, onlyBefore },
    before: sideRate(pairs, byTask, 'before', level),
    after: sideRate(pairs, byTask, 'after', level),
    difference,
    p: { worse: test.worse, better: test.better, either: test.either },
    method: test.method,
    smallestP: test.smallest,
    flips,
    ...changedOf(pairs, alpha),
    ...measures,
  };
  return { ...found, sentence: sentenceOf(found), notes: notesOf(found, after, before) };
}

/**
 * Which configuration of the baseline each is held against: the same one; else the only one left of its agent and model,
 * then of its agent; where one is left on either side, these two. So a new version is held against the old one.
 */
function matchConfigurations(after: readonly Configuration[], before: readonly Configuration[]): Match[] {
  const left = { after: new Set(after.keys()), before: new Set(before.keys()) };
  const found: Match[] = [];
  const keys: ((one: Configuration) => string)[] = [
    ({ agent, version, model, settings }) => JSON.stringify([agent, version, model, settings]),
    ({ agent, model, settings }) => JSON.stringify([agent, model, settings]),
    ({ agent, version, model }) => JSON.stringify([agent, version, model]),
    ({ agent, model }) => JSON.stringify([agent, model]),
    ({ agent }) => agent,
    () => '',
  ];
  for (const key of keys) {
    const theirs = Map.groupBy(left.before, (at) => key(before[at] as Configuration));
    const ours = Map.groupBy(left.after, (at) => key(after[at] as Configuration));
    for (const [name, [one, ...more]] of ours) {
      const [other, ...others] = theirs.get(name) ?? [];
      if (one === undefined || other === undefined || more.length > 0 || others.length > 0) continue;
      left.after.delete(one);
      left.before.delete(other);
      found.push({ after: one, before: other, changed: changesOf(after[one], before[other]) });
    }
  }
  return found.sort((a, b) => a.after - b.after);
}

function changesOf(after: Configuration | undefined, before: Configuration | undefined): Match['changed'] {
  return (['agent', 'version', 'model', 'settings'] as const).filter((key) => after?.[key] !== before?.[key]);
}

function unmatched(tables: Tables, matches: readonly Match[], side: 'after' | 'before') {
  const known = new Set(matches.map((match) => match[side]));
  return tables.configurations.filter((_, at) => !known.has(at)).map(configurationJson);
}

function pairUnits(after: Tables, before: Tables, matches: readonly Match[]) {
  const place = new Map(matches.map((match, at) => [match.after, at]));
  const width = before.tasks.length;
  const theirTask = new Map(before.tasks.map((task, at) => [task, at]));
  const theirs = new Map<number, Unit>();
  for (const unit of before.units) if (unit.n > 0) theirs.set(unit.configuration * width + unit.task, unit);
  const pairs: Pair[] = [];
  const triedAfter = new Set<string>();
  for (const unit of after.units) {
    if (unit.n === 0) continue;
    const task = after.tasks[unit.task] ?? '';
    triedAfter.add(task);
    const configuration = place.get(unit.configuration);
    if (configuration === undefined) continue;
    const there = theirTask.get(task);
    if (there === undefined) continue;
    const other = theirs.get((matches[configuration]?.before ?? 0) * width + there);
    if (other !== undefined) pairs.push({ configuration, task, before: other, after: unit });
  }
  const paired = new Set(pairs.map(({ task }) => task));
  const triedBefore = new Set<string>();
  for (const { n, task } of before.units) if (n > 0) triedBefore.add(before.tasks[task] ?? '');
  return {
    pairs,
    onlyAfter: [...triedAfter].filter((task) => !paired.has(task)).length,
    onlyBefore: [...triedBefore].filter((task) => !paired.has(task)).length,
  };
}

function rate({ n, c }: Unit): number {
  return c / n;
}

function differenceOf({ before, after }: Pair): number {
  return rate(after) - rate(before);
}

function differenceOver(
  ofTasks: readonly number[],
  pairs: readonly Pair[],
  level: number,
): { value: number } & Interval {
  const attempts = attemptsOf(
    pairs.flatMap(({ before, after }) => [before, after]),
    ofTasks.length,
  );
  return meanDifference(ofTasks, attempts, level);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** What makes the mean differences of tasks whole numbers. */
function denominatorFor(pairs: readonly Pair[], tasks: Iterable<readonly Pair[]>): number | null {
  const tried = denominatorOf(pairs.flatMap(({ before, after }) => [before.n, after.n]));
  const together = denominatorOf(Array.from(tasks, ({ length }) => length));
  return tried === null || together === null ? null : tried * together;
}

function verdictOf(test: PairedTest, tasks: number, alpha: number): ComparisonJson['verdict'] {
  if (tasks === 0 || test.smallest > alpha) return 'cannot be told';
  if (test.worse <= alpha) return 'worse';
  return test.better <= alpha ? 'better' : 'no difference';
}

/** The mean over tasks of the mean over configurations, so that after less before is the difference. */
function sideRate(
  pairs: readonly Pair[],
  byTask: ReadonlyMap<string, readonly Pair[]>,
  side: 'before' | 'after',
  level: number,
): ComparisonJson['after'] {
  const value = mean(Array.from(byTask.values(), (own) => mean(own.map((pair) => rate(pair[side])))));
  const clusters = Array.from(byTask.values(), (own) => ({
    n: own.reduce((sum, pair) => sum + pair[side].n, 0),
    c: own.reduce((sum, pair) => sum + pair[side].c, 0),
  }));
  const interval = clusteredInterval(clusters, level);
  return interval && { value, ...interval, n: pairs.reduce((sum, pair) => sum + pair[side].n, 0) };
}

function configurationTests(
  matches: readonly Match[],
  pairs: readonly Pair[],
  level: number,
): ComparisonJson['configurations'] {
  const own: Pair[][] = matches.map(() => []);
  for (const pair of pairs) own[pair.configuration]?.push(pair);
  const tests = own.map((some): PValues => {
    const denominator = denominatorOf(some.flatMap(({ before, after }) => [before.n, after.n]));
    return signFlipTest(some.map(differenceOf), denominator);
  });
  const corrected = holm(tests.map(({ either }) => either));
  return matches.map((match, at) => {
    const differences = (own[at] ?? []).map(differenceOf);
    const { worse, better, either } = tests[at] ?? { worse: 1, better: 1, either: 1 };
    return {
      ...match,
      tasks: differences.length,
      difference: differences.length === 0 ? null : differenceOver(differences, own[at] ?? [], level),
      p: { worse, better, either },
      pHolm: corrected[at] ?? 1,
    };
  });
}

/** 1 where more than half passed, −1 where fewer did, 0 where half did. */
function side({ n, c }: Unit): number {
  return Math.sign(2 * c - n);
}

function flipsOf(pairs: readonly Pair[]): ComparisonJson['flips'] {
  const flips = { bothPassed: 0, lost: 0, won: 0, bothFailed: 0, mixed: 0 };
  for (const { before, after } of pairs) {
    const [from, to] = [side(before), side(after)];
    if (from === 0 || to === 0) flips.mixed++;
    else if (from > 0) flips[to > 0 ? 'bothPassed' : 'lost']++;
    else flips[to > 0 ? 'won' : 'bothFailed']++;
  }
  return { ...flips, p: exactMcNemar(flips.won, flips.lost) };
}

function changedOf(pairs: readonly Pair[], alpha: number): Pick<ComparisonJson, 'changed' | 'changedCount'> {
  // A pair that did not move has p = 1, and is asked about all the same.
  const moved = pairs.filter(({ before, after }) => before.c * after.n !== after.c * before.n);
  const known = new Map<string, number>();
  const values = moved.map(({ before, after }) => {
    const key = `${before.c} ${before.n} ${after.c} ${after.n}`;
    const p = known.get(key) ?? fisherTest(before, after).either;
    known.set(key, p);
    return p;
  });
  const corrected = holm(values, pairs.length);
  // The least likely first, others in the order of configurations and tasks; few of them are told.
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 1) - (values[b] ?? 1));
  const listed = order.slice(0, MAX_CHANGED).flatMap((at) => {
    const { configuration, task, before, after } = moved[at] ?? {};
    if (configuration === undefined || task === undefined || !before || !after) return [];
    return [
      {
        configuration,
        task,
        before: { n: before.n, c: before.c },
        after: { n: after.n, c: after.c },
        direction: rate(after) < rate(before) ? ('worse' as const) : ('better' as const),
        flipped: side(before) * side(after) < 0,
        p: values[at] ?? 1,
        pHolm: corrected[at] ?? 1,
        beyondChance: (corrected[at] ?? 1) <= alpha,
      },
    ];
  });
  return { changed: listed, changedCount: moved.length };
}

function measureOf(
  byTask: ReadonlyMap<string, readonly Pair[]>,
  key: 'usd' | 'wallMs' | 'tokens',
  level: number,
): ComparisonJson['cost'] {
  const count = `${key}Count` as const;
  const befores: number[] = [];
  const afters: number[] = [];
  const logs: number[] = [];
  for (const some of byTask.values()) {
    let ratios = 0;
    let told = 0;
    for (const { before, after } of some) {
      if (before[count] === 0 || after[count] === 0) continue;
      const isAlike = before.costGrade === after.costGrade && after.costGrade !== 'mixed';
      if (key === 'usd' && !isAlike) continue;
      const [from, to] = [before[key] / before[count], after[key] / after[count]];
      befores.push(from);
      afters.push(to);
      if (!(from > 0 && to > 0)) continue;
      ratios += Math.log(to / from);
      told++;
    }
    if (told > 0) logs.push(ratios / told);
  }
  const sum = logs.reduce((all, one) => all + one, 0);
  const interval = meanInterval(
    sum,
    logs.reduce((all, one) => all + one * one, 0),
    logs.length,
    level,
  );
  return {
    before: median(befores),
    after: median(afters),
    ratio: interval && {
      value: Math.exp(sum / logs.length),
      low: Math.exp(interval.low),
      high: Math.exp(interval.high),
    },
    tasks: logs.length,
  };
}

type Found = Omit<ComparisonJson, 'sentence' | 'notes'>;

export const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
const points = (share: number) =>
  `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(Math.round(share * 1000) / 10)}`;

function sentenceOf(found: Found): string {
  const { tasks, before, after, difference, verdict, p, smallestP, alpha } = found;
  if (before === null || after === null || difference === null)
    return tasks.onlyAfter + tasks.onlyBefore === 0
      ? 'It cannot be told: no attempt counts in one of the sweeps.'
      : 'It cannot be told: the sweeps have no task in common that a configuration of both tried.';
  const rates = `${percent(before.value)} before, ${percent(after.value)} after on ${many(tasks.paired, 'task')}, ${points(difference.value)} points (${points(difference.low)} to ${points(difference.high)})`;
  if (verdict === 'cannot be told') {
    const needed = Math.ceil(-Math.log2(alpha));
    return `It cannot be told: ${many(tasks.paired, 'task')} could give a p of ${pWords(smallestP)} at best, and ${needed} are needed for ${alpha}. ${rates}.`;
  }
  if (verdict === 'worse') return `Worse: ${rates}, p ${pWords(p.worse)}.`;
  if (verdict === 'better') return `Better: ${rates}, p ${pWords(p.better)}.`;
  return `No difference beyond chance: ${rates}, p ${pWords(Math.min(p.worse, p.better))}.`;
}

export function pWords(p: number): string {
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}

function notesOf(found: Found, after: Tables, before: Tables): string[] {
  const notes: string[] = [];
  const { tasks, configurations, onlyAfter, onlyBefore } = found;
  for (const { after: at, before: from, changed } of configurations)
    if (changed.length > 0)
      notes.push(
        `${configurationWords(after.configurations[at] as Configuration)} is held against ${configurationWords(before.configurations[from] as Configuration)}: ${changed.join(' and ')} ${changed.length === 1 ? 'differs' : 'differ'}.`,
      );
  const unknown = configurations.flatMap(
    ({ after: at }) => configurationJson(after.configurations[at] as Configuration).unknown,
  );
  if (unknown.length > 0)
    notes.push(
      `${[...new Set(unknown)].join(' and ')} not recorded: whether the configurations are the same cannot be told.`,
    );
  if (tasks.onlyAfter + tasks.onlyBefore > 0)
    notes.push(
      `${many(tasks.onlyAfter, 'task')} only in ${found.sweep} and ${tasks.onlyBefore} only in ${found.baseline} are not compared.`,
    );
  if (onlyAfter.length + onlyBefore.length > 0)
    notes.push(
      `${many(onlyAfter.length + onlyBefore.length, 'configuration')} of one sweep alone ${onlyAfter.length + onlyBefore.length === 1 ? 'is' : 'are'} not compared.`,
    );
  if (found.method === 'approximate')
    notes.push(
      'The tasks have so many different numbers of attempts that p is an approximation by Student’s distribution.',
    );
  return notes;
}
