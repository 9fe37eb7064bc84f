// How a run ended, in the words that others read: the span's status, the exit code that the command line passes
// on. Pure.
import { constants } from 'node:os';
import type { ProcessEnd } from './agent-process.ts';

export interface Stopped {
  readonly end: ProcessEnd;
  readonly timedOut: boolean;
  readonly interrupted: boolean;
}

export function runStatus({ end, timedOut, interrupted }: Stopped): { status?: 'error'; message?: string } {
  const { exitCode, signal } = end;
  if (timedOut) return { status: 'error', message: 'its time was up' };
  if (interrupted) return { status: 'error', message: 'interrupted' };
  if (signal !== null) return { status: 'error', message: `ended by ${signal}` };
  return exitCode === 0 ? {} : { status: 'error', message: `exit code ${exitCode}` };
}

/** The agent's own, or as shells tell it: 124 out of time, 130 interrupted, 128 + the signal's number. */
export function exitCodeOf({ end, timedOut, interrupted }: Stopped): number {
  if (timedOut) return 124;
  if (interrupted) return 130;
  if (end.exitCode !== null) return end.exitCode;
  const number = constants.signals[end.signal as NodeJS.Signals];
  return number === undefined ? 1 : 128 + number;
}
