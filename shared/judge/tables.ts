// A sweep as judging sees it: cells by configuration and task, counted into what was tried and what passed. A failure of
// the surroundings is no attempt and stands apart; a run without a verdict whose failure is the agent's own is an attempt
// that did not pass. Tests nothing.
import { type Outcome, outcomes } from '../outcome-words.ts';
import type { Cost } from '../score.ts';
import { isPass, standings } from './attempts.ts';

/** What a sweep compares. null where it was not recorded. */
export interface Configuration {
  readonly agent: string;
  readonly version: string | null;
  readonly model: string | null;
  /** A JSON object as text, keys in order. */
  readonly settings: string | null;
}

/** Cells as columns of equal length; `configuration` and `task` are places in the lists. */
export interface JudgedCells {
  readonly sweep: string;
  readonly configurations: readonly Configuration[];
  readonly tasks: readonly string[];
  readonly configuration: readonly number[];
  /** −1 where a cell's id names none: it is not judged. */
  readonly task: readonly number[];
  /** Ordinals into `outcomes`. */
  readonly outcome: readonly number[];
  readonly pass: readonly (number | null)[];
  readonly cost: readonly (Pick<Cost, 'usd' | 'grade' | 'atLeast'> | null)[];
  readonly wallMs: readonly (number | null)[];
  readonly tokens: readonly (number | null)[];
}

/** All attempts of a configuration at a task. */
export interface Unit {
  readonly configuration: number;
  readonly task: number;
  /** Attempts that count. */
  n: number;
  /** Those of them that passed. */
  c: number;
  /** Cells whose surroundings failed. */
  leftOut: number;
  /** Cells that came to nothing that could be judged. */
  unscored: number;
  /** Of attempts that count, sums and how many they are of. Flat: a sweep has tens of thousands of units. */
  usd: number;
  usdCount: number;
  wallMs: number;
  wallMsCount: number;
  tokens: number;
  tokensCount: number;
  /** How their costs are known: `mixed` where not all alike. */
  costGrade: CostGrade | 'mixed' | null;
}

export type CostGrade = 'measured' | 'estimated' | 'as posted';

/** What a sum of costs is made of: measured and estimated are not one sum. */
export interface CostSum {
  readonly measured: { usd: number; cells: number };
  readonly estimated: { usd: number; cells: number };
  readonly asPosted: { usd: number; cells: number };
  /** Cells whose cost is not known. */
  unknown: number;
  /** Cells of which a part is not known. */
  atLeast: number;
}

export function noCost(): CostSum {
  const none = () => ({ usd: 0, cells: 0 });
  return { measured: none(), estimated: none(), asPosted: none(), unknown: 0, atLeast: 0 };
}

/** All of it, of whatever grade; null where no cell's is known. */
export function totalUsd({ measured, estimated, asPosted }: CostSum): number | null {
  const cells = measured.cells + estimated.cells + asPosted.cells;
  return cells === 0 ? null : measured.usd + estimated.usd + asPosted.usd;
}

export interface Tables extends Pick<JudgedCells, 'sweep' | 'configurations' | 'tasks'> {
  /** How many there are. */
  readonly cells: number;
  /** In the order of configurations, then of tasks. */
  readonly units: readonly Unit[];
  /** Cells by outcome, a configuration each. */
  readonly fates: readonly ReadonlyMap<Outcome, number>[];
  readonly costs: readonly CostSum[];
  /** By place of the task. */
  readonly taskCosts: readonly CostSum[];
  readonly walls: readonly number[][];
  readonly tokens: readonly number[][];
  /** Verdicts between 0 and 1, which are no pass. */
  readonly fractions: number;
  /** Cells whose id names no task. */
  readonly withoutTask: number;
  /** The most that one cell cost. */
  readonly dearestUsd: number | null;
}

export function tablesOf(cells: JudgedCells): Tables {
  const { configurations, tasks } = cells;
  const units = new Array<Unit | undefined>(configurations.length * tasks.length);
  const fates = configurations.map(() => new Map<Outcome, number>());
  const costs = configurations.map(noCost);
  const taskCosts = tasks.map(noCost);
  const walls: number[][] = configurations.map(() => []);
  const tokens: number[][] = configurations.map(() => []);
  let fractions = 0;
  let withoutTask = 0;
  let dearestUsd: number | null = null;
  for (const [at, configuration] of cells.configuration.entries()) {
    const task = cells.task[at] ?? -1;
    const outcome = cells.outcome[at] ?? 0;
    const name = outcomes[outcome] ?? 'unscored';
    const fate = fates[configuration] as Map<Outcome, number>;
    fate.set(name, (fate.get(name) ?? 0) + 1);
    const cost = cells.cost[at] ?? null;
    addCost(costs[configuration] as CostSum, cost);
    if (cost?.usd != null && (dearestUsd === null || cost.usd > dearestUsd)) dearestUsd = cost.usd;
    if (task < 0) {
      withoutTask++;
      continue;
    }
    addCost(taskCosts[task] as CostSum, cost);
    const key = configuration * tasks.length + task;
    let unit = units[key];
    if (unit === undefined) {
      unit = newUnit(configuration, task);
      units[key] = unit;
    }
    const standing = standings[outcome];
    if (standing === 'left out') unit.leftOut++;
    else if (standing === 'open') unit.unscored++;
    else {
      const pass = cells.pass[at] ?? 0;
      unit.n++;
      if (isPass(pass)) unit.c++;
      else if (pass > 0) fractions++;
      const wallMs = cells.wallMs[at] ?? null;
      if (wallMs !== null) {
        unit.wallMs += wallMs;
        unit.wallMsCount++;
        walls[configuration]?.push(wallMs);
      }
      const used = cells.tokens[at] ?? null;
      if (used !== null) {
        unit.tokens += used;
        unit.tokensCount++;
        tokens[configuration]?.push(used);
      }
      addUnitCost(unit, cost);
    }
  }
  const inOrder = units.filter((unit) => unit !== undefined);
  return {
    sweep: cells.sweep,
    configurations,
    tasks,
    cells: cells.configuration.length,
    units: inOrder,
    fates,
    costs,
    taskCosts,
    walls,
    tokens,
    fractions,
    withoutTask,
    dearestUsd,
  };
}

function newUnit(configuration: number, task: number): Unit {
  return {
    configuration,
    task,
    n: 0,
    c: 0,
    leftOut: 0,
    unscored: 0,
    usd: 0,
    usdCount: 0,
    wallMs: 0,
    wallMsCount: 0,
    tokens: 0,
    tokensCount: 0,
    costGrade: null,
  };
}

function gradeOf({ grade }: Pick<Cost, 'grade'>): CostGrade {
  return grade === 'measured' || grade === 'as posted' ? grade : 'estimated';
}

function addUnitCost(unit: Unit, cost: Pick<Cost, 'usd' | 'grade'> | null): void {
  if (cost === null || cost.usd === null) return;
  const grade = gradeOf(cost);
  unit.costGrade = unit.costGrade === null || unit.costGrade === grade ? grade : 'mixed';
  unit.usd += cost.usd;
  unit.usdCount++;
}

export function addCost(sum: CostSum, cost: Pick<Cost, 'usd' | 'grade' | 'atLeast'> | null): void {
  if (cost === null || cost.usd === null) {
    sum.unknown++;
    return;
  }
  const grade = gradeOf(cost);
  const part = grade === 'as posted' ? sum.asPosted : sum[grade];
  part.usd += cost.usd;
  part.cells++;
  if (cost.atLeast) sum.atLeast++;
}

export function joinCost(into: CostSum, from: CostSum): void {
  for (const part of ['measured', 'estimated', 'asPosted'] as const) {
    into[part].usd += from[part].usd;
    into[part].cells += from[part].cells;
  }
  into.unknown += from.unknown;
  into.atLeast += from.atLeast;
}
