// What commands leave with, in one table, which docs/command-line.md repeats. Leaves nothing itself.
import type { StartError } from '../collector/errors.ts';
import { UsageError } from './usage-error.ts';

export const exitCodes = [
  { code: 0, when: 'It is done' },
  { code: 1, when: 'It failed, in whole or in part; one line says why. `check`: it is worse' },
  { code: 2, when: 'The call itself is wrong. `check`: it cannot be told' },
  { code: 3, when: 'There is no database of Playhead there, or it is damaged' },
  { code: 4, when: 'Another process is using the database' },
  { code: 5, when: 'The database is of a newer Playhead' },
  { code: 124, when: '`run`: the agent’s time was up' },
  { code: 127, when: '`run`: there is no such command' },
  { code: 130, when: '`run`, `sweep`, `rejudge` and `import`: interrupted' },
] as const;

/** Errors are told by what they carry: their classes are in parts of the house that are loaded late. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  if (!(error instanceof Error)) return 1;
  if (error.name === 'StartError') return (error as StartError).exitCode;
  return 'code' in error && error.code === 'command_not_found' ? 127 : 1;
}
