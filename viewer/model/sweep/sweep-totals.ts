// What a sweep, or what is shown of it, amounts to: how many passed and how sure that is, what was left out
// and why, the median wall time, tokens. What was not recorded is counted as that and never as 0.

import { standings } from '../../../shared/judge/attempts.ts';
import { type Interval, wilsonInterval } from '../../../shared/judge/intervals.ts';
import { formatUsd } from '../../../shared/money.ts';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomes } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { FailureGroup } from '../../../shared/wire.ts';
import { formatCount, formatTokens, plural } from '../display/format.ts';
import { failureKey } from './matrix.ts';
import type { CellIndex, CostGrade } from './matrix-index.ts';
import { formatPercent } from './measure-scale.ts';

export interface SweepTotals {
  readonly cells: number;
  /** Cells whose time, tokens and cost are told. */
  readonly counted: number;
  /** Attempts that passed. */
  readonly passed: number;
  /** Cells that are an attempt: by the rule of `playhead check`. */
  readonly attempts: number;
  readonly interval: Interval | null;
  /** Failures of the surroundings: no attempt. */
  readonly leftOut: number;
  /** Cells that go on, or that nobody judged. */
  readonly open: number;
  /** Null where no cell knows it. */
  readonly medianMs: number | null;
  readonly tokens: number | null;
  /** Cells whose tokens are known. */
  readonly tokensKnown: number;
  /** US dollars, as the cells' costs are known: these are not one sum. */
  readonly costs: Readonly<Record<CostGrade, { readonly usd: number; readonly cells: number }>>;
}

/** @param withoutInfrastructure leaves failures of the surroundings out of times, tokens and costs, too */
export function totalsOf(index: CellIndex, cells: Uint32Array, withoutInfrastructure: boolean): SweepTotals {
  const attempts = index.values('outcome');
  const wall = index.values('duration');
  const used = index.values('tokens');
  const spent = index.values('cost');
  const costs = {
    measured: { usd: 0, cells: 0 },
    estimated: { usd: 0, cells: 0 },
    'as posted': { usd: 0, cells: 0 },
  };
  const walls: number[] = [];
  const sums = { passed: 0, attempts: 0, leftOut: 0, tokens: 0, tokensKnown: 0 };
  for (const at of cells) {
    if (standings[index.outcome[at] ?? 0] === 'left out') {
      sums.leftOut++;
      if (withoutInfrastructure) continue;
    }
    if (!Number.isNaN(attempts[at])) {
      sums.attempts++;
      sums.passed += attempts[at] ?? 0;
    }
    if (!Number.isNaN(wall[at])) walls.push(wall[at] ?? 0);
    if (!Number.isNaN(spent[at])) {
      const sum = costs[index.costGradeOf(at)];
      sum.usd += spent[at] ?? 0;
      sum.cells++;
    }
    if (!Number.isNaN(used[at])) {
      sums.tokensKnown++;
      sums.tokens += used[at] ?? 0;
    }
  }
  return {
    ...sums,
    costs,
    cells: cells.length,
    counted: cells.length - (withoutInfrastructure ? sums.leftOut : 0),
    interval: wilsonInterval(sums.passed, sums.attempts),
    open: cells.length - sums.leftOut - sums.attempts,
    medianMs: medianOf(walls),
    tokens: sums.tokensKnown === 0 ? null : sums.tokens,
  };
}

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const numbers = Float64Array.from(values);
  const middle = numbers.length >> 1;
  const upper = selectAt(numbers, middle);
  if (numbers.length % 2 === 1) return upper;
  // What stands before the middle is now no greater than it.
  let lower = numbers[0] ?? 0;
  for (let at = 1; at < middle; at++) lower = Math.max(lower, numbers[at] ?? 0);
  return (lower + upper) / 2;
}

/** Hoare's selection: the value that sorting would put there, in a time that grows as the count does. */
function selectAt(numbers: Float64Array, wanted: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const pivot = numbers[(low + high) >> 1] ?? 0;
    let up = low;
    let down = high;
    while (up <= down) {
      while ((numbers[up] ?? 0) < pivot) up++;
      while ((numbers[down] ?? 0) > pivot) down--;
      if (up > down) break;
      const kept = numbers[up] ?? 0;
      numbers[up++] = numbers[down] ?? 0;
      numbers[down--] = kept;
    }
    if (wanted <= down) high = down;
    else if (wanted >= up) low = up;
    else break;
  }
  return numbers[wanted] ?? 0;
}

/** "96 of 120 attempts passed", "80 % (72–86 %)", "4 infrastructure failures left out", "3 not judged". */
export function totalsWords(totals: SweepTotals): string[] {
  const words: string[] = [];
  if (totals.attempts === 0) words.push('no attempt was judged');
  else {
    words.push(`${formatCount(totals.passed)} of ${plural(totals.attempts, 'attempt')} passed`);
    words.push(shareWords(totals.passed / totals.attempts, totals.interval));
  }
  if (totals.leftOut > 0) words.push(`${plural(totals.leftOut, 'infrastructure failure')} left out`);
  if (totals.open > 0 && totals.attempts > 0) words.push(`${formatCount(totals.open)} not judged`);
  return words;
}

/** "80 % (72–86 %)". */
export function shareWords(share: number, interval: Interval | null): string {
  if (!interval) return formatPercent(share);
  return `${formatPercent(share)} (${Math.round(interval.low * 100)}–${Math.round(interval.high * 100)} %)`;
}

/** "13.17 s", "not recorded". */
export function medianWords({ medianMs }: SweepTotals): string {
  return medianMs === null ? 'not recorded' : formatDuration(medianMs);
}

/** "1.2 M", "1.2 M in 30 of 32 runs", "not recorded". */
export function tokenWords({ tokens, tokensKnown, counted }: SweepTotals): string {
  if (tokens === null) return 'not recorded';
  const where = tokensKnown < counted ? ` in ${formatCount(tokensKnown)} of ${plural(counted, 'run')}` : '';
  return `${formatTokens(tokens)}${where}`;
}

/** "$1.20", "$1.20 estimated", "$0.80 measured and $0.40 estimated in 30 of 32 runs", "not recorded". */
export function costWords({ costs, counted }: SweepTotals): string {
  const known = (Object.entries(costs) as [CostGrade, { usd: number; cells: number }][]).filter(
    ([, sum]) => sum.cells > 0,
  );
  if (known.length === 0) return 'not recorded';
  const isTold = known.length === 1 && known[0]?.[0] === 'measured';
  const words = known
    .map(([grade, { usd }]) => `${formatUsd(usd)}${isTold ? '' : ` ${grade}`}`)
    .join(' and ');
  const among = known.reduce((sum, [, one]) => sum + one.cells, 0);
  return among < counted ? `${words} in ${formatCount(among)} of ${plural(counted, 'run')}` : words;
}

/** How many of some cells have each outcome, in the order of `outcomes`. */
export function countByOutcome(index: CellIndex, cells: Iterable<number>): (readonly [Outcome, number])[] {
  const counts = new Uint32Array(outcomes.length);
  for (const at of cells) counts[index.outcome[at] ?? 0] = (counts[index.outcome[at] ?? 0] ?? 0) + 1;
  return outcomes.flatMap((outcome, at) =>
    (counts[at] ?? 0) > 0 ? [[outcome, counts[at] ?? 0] as const] : [],
  );
}

export interface SharedFailure {
  /** Its message is null where the cells do not all say the same. */
  readonly group: FailureGroup;
  /** How many different ones. */
  readonly messages: number;
  readonly count: number;
  readonly agents: readonly string[];
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  /** When its first and its last cell began, Unix milliseconds; null where no cell has a time. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The newest of its cells that can be played, else the newest. */
  readonly play: number;
}

interface Members {
  group: FailureGroup;
  readonly messages: Set<string | null>;
  count: number;
  readonly agents: Set<number>;
  readonly models: Set<number>;
  readonly tasks: Set<number>;
  firstMs: number | null;
  lastMs: number | null;
  play: number;
}

/** Failures that some cells share, the most frequent first. */
export function failureGroups(index: CellIndex, cells: Uint32Array): SharedFailure[] {
  const byKey = new Map<string, Members>();
  const keys = index.failures.map(failureKey);
  const agent = index.ordinals('agent');
  const model = index.ordinals('model');
  const task = index.ordinals('task');
  for (const at of cells) {
    const failure = index.failure[at] ?? -1;
    const [group, key] = [index.failures[failure], keys[failure]];
    if (!group || key === undefined) continue;
    const known = byKey.get(key) ?? {
      group,
      messages: new Set(),
      count: 0,
      agents: new Set(),
      models: new Set(),
      tasks: new Set(),
      firstMs: null,
      lastMs: null,
      play: at,
    };
    known.count++;
    known.messages.add(group.message);
    known.agents.add(agent[at] ?? 0);
    known.models.add(model[at] ?? 0);
    known.tasks.add(task[at] ?? 0);
    const startMs = index.startMs(at);
    if (startMs !== null) {
      known.firstMs = Math.min(known.firstMs ?? startMs, startMs);
      known.lastMs = Math.max(known.lastMs ?? startMs, startMs);
    }
    // Newest first: the first that has more than a lone span stays.
    if ((index.spans[known.play] ?? 0) < 2 && (index.spans[at] ?? 0) > 1) known.play = at;
    byKey.set(key, known);
  }
  const named = (axis: 'agent' | 'model' | 'task', of: ReadonlySet<number>) =>
    [...of].sort((a, b) => a - b).map((key) => index.keys(axis)[key] ?? '');
  return [...byKey.values()]
    .sort((one, other) => other.count - one.count)
    .map(({ group, messages, agents, models, tasks, ...rest }) => ({
      ...rest,
      group: messages.size > 1 ? { ...group, message: null } : group,
      messages: messages.size,
      agents: named('agent', agents),
      models: named('model', models),
      tasks: named('task', tasks),
    }));
}
