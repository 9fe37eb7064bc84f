// Sweeps to judge, made from a few words: of each configuration and task what every attempt came to.
import { type Configuration, type JudgedCells, type Tables, tablesOf } from '../../../shared/judge/tables.ts';
import { type Outcome, outcomes } from '../../../shared/outcome-words.ts';

export interface JudgedCell extends Partial<Configuration> {
  readonly task?: string | null;
  /** What it came to; a number is its verdict. */
  readonly came?: Outcome | number;
  readonly usd?: number | null;
  readonly grade?: 'measured' | 'estimated' | 'as posted';
  readonly atLeast?: boolean;
  readonly wallMs?: number | null;
  readonly tokens?: number | null;
}

export function aJudgedSweep(cells: readonly JudgedCell[], sweep = 's'): Tables {
  const configurations: Configuration[] = [];
  const tasks: string[] = [];
  const place = <T>(list: T[], value: T): number => {
    const at = list.findIndex((known) => JSON.stringify(known) === JSON.stringify(value));
    return at < 0 ? list.push(value) - 1 : at;
  };
  const columns: JudgedCells = {
    sweep,
    configurations,
    tasks,
    configuration: cells.map(({ agent = 'a', version = '1', model = 'm', settings = '{}' }) =>
      place(configurations, { agent, version, model, settings }),
    ),
    task: cells.map(({ task = 'f/t' }) => (task === null ? -1 : place(tasks, task))),
    outcome: cells.map(({ came = 'passed' }) =>
      outcomes.indexOf(typeof came === 'number' ? (came === 1 ? 'passed' : 'failed') : came),
    ),
    pass: cells.map(({ came = 'passed' }) =>
      typeof came === 'number' ? came : came === 'passed' ? 1 : came === 'failed' ? 0 : null,
    ),
    cost: cells.map(({ usd = null, grade = 'measured', atLeast = false }) =>
      usd === null ? null : { usd, grade, atLeast },
    ),
    wallMs: cells.map(({ wallMs = null }) => wallMs),
    tokens: cells.map(({ tokens = null }) => tokens),
  };
  return tablesOf(columns);
}

/** `passes` of `attempts` at each task: "2/3 3/3 0/3". */
export function ofTasks(words: string, more: Partial<JudgedCell> = {}): JudgedCell[] {
  return words.split(' ').flatMap((word, task) => {
    const [passes = 0, attempts = 1] = word.split('/').map(Number);
    return Array.from(
      { length: attempts },
      (_, at): JudgedCell => ({
        task: `f/${task}`,
        came: at < passes ? 1 : 0,
        ...more,
      }),
    );
  });
}
