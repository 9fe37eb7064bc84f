// Pairs of sweeps of which it is known whether they are equal: how often comparing them says "worse". Every task has a
// chance to pass of its own, attempts are drawn by it. `node test/support/judging/simulated-sweeps.ts` prints the long form.
import { compareSweeps } from '../../../shared/judge/compare-sweeps.ts';
import { aJudgedSweep, type JudgedCell } from './judged-sweeps.ts';

export interface Simulation {
  readonly pairs: number;
  readonly tasks: number;
  readonly attempts: number;
  /** By how much every task's chance is lower afterwards. */
  readonly drop: number;
  /** How often a whole task of a sweep comes out one way, 0 to 1: attempts that go together. */
  readonly together: number;
  readonly alpha: number;
  readonly seed: number;
}

export function alarmsOf(of: Simulation): { readonly alarms: number; readonly pairs: number } {
  const random = mulberry32(of.seed);
  let alarms = 0;
  for (let pair = 0; pair < of.pairs; pair++) {
    // Some tasks are easy, some hard, with room for the drop below.
    const chances = Array.from({ length: of.tasks }, () => of.drop + (1 - of.drop) * random());
    const sweep = (lower: number) => {
      const cells = chances.flatMap((chance, task) => attemptsOf(of, chance - lower, task, random));
      return aJudgedSweep(cells);
    };
    const before = sweep(0);
    if (compareSweeps(sweep(of.drop), before, of.alpha).verdict === 'worse') alarms++;
  }
  return { alarms, pairs: of.pairs };
}

function attemptsOf(
  { attempts, together }: Simulation,
  chance: number,
  task: number,
  random: () => number,
): JudgedCell[] {
  const all = random() < together ? random() < chance : null;
  return Array.from({ length: attempts }, () => {
    const passed = all ?? random() < chance;
    return { task: `f/${task}`, came: passed ? 1 : 0 };
  });
}

/** The same numbers for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (process.argv[1] === import.meta.filename) {
  const shared = { pairs: 2000, alpha: 0.05, seed: 20261130 };
  const shapes = [
    { tasks: 40, attempts: 3 },
    { tasks: 20, attempts: 1 },
    { tasks: 120, attempts: 1 },
  ];
  for (const shape of shapes)
    for (const drop of [0, 0.1])
      for (const together of [0, 0.7]) {
        const { alarms, pairs } = alarmsOf({ ...shared, ...shape, drop, together });
        const words = `${shape.tasks} tasks × ${shape.attempts}, drop ${drop}, together ${together}`;
        process.stdout.write(`${words}: ${((100 * alarms) / pairs).toFixed(2)} % called worse\n`);
      }
}
