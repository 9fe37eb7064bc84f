// A sweep as a table: a row for agent, model and task, a sign for each attempt. Pure text.
import type { Outcome } from '../../shared/outcome-words.ts';
import { isJudged } from './slots.ts';

export type SlotState = Outcome | 'waiting';

const signs: Partial<Record<SlotState, string>> = { passed: '✓', running: '▶', waiting: '·', unscored: '–' };

/** Passed, judged otherwise, under way, waiting, ended by the surroundings. */
function signOf(state: SlotState): string {
  return signs[state] ?? (state !== 'waiting' && isJudged({ outcome: state }) ? '✗' : '!');
}

export interface TableRow {
  readonly agent: string;
  readonly model: string;
  readonly task: string;
  readonly states: readonly SlotState[];
}

export function sweepTable(rows: readonly TableRow[]): string[] {
  const width = (pick: (row: TableRow) => string) => Math.max(...rows.map((row) => pick(row).length));
  const [agents, models, tasks] = [width((r) => r.agent), width((r) => r.model), width((r) => r.task)];
  return rows.map(({ agent, model, task, states }) => {
    const passed = states.filter((state) => state === 'passed').length;
    const marks = states.map(signOf).join(' ');
    return `  ${agent.padEnd(agents)}  ${model.padEnd(models)}  ${task.padEnd(tasks)}  ${marks}  ${passed}/${states.length}`;
  });
}

export const TABLE_KEY =
  '  ✓ passed  ✗ not passed  – not scored  ! ended by its surroundings  ▶ under way  · waiting';
