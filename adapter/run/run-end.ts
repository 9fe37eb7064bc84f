// How a run ended, in the words that others read: the spans' status, the exit code that the command line passes
// on, and what the rules of its outcome look at, as its spans tell it to the collector. Judges nothing. Pure.
import { constants } from 'node:os';
import type { EvidenceSpan, OutcomeFacts } from '../../shared/outcome.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import { compareNs } from '../../shared/time.ts';
import type { StepRecorder } from '../record/step-recorder.ts';
import type { ProcessEnd } from './agent-process.ts';
import type { Verdict } from './verify.ts';

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

/** What the verifier's span says of how it ended. */
export function verifyStatus(verdict: Verdict): { status: 'ok' | 'error'; message?: string } {
  const { pass, timedOut, interrupted, failure, signal, exitCode } = verdict;
  if (pass) return { status: 'ok' };
  const own = signal === null ? `exit code ${exitCode ?? 'unknown'}` : `ended by ${signal}`;
  return {
    status: 'error',
    message: interrupted ? 'interrupted' : timedOut ? 'its time was up' : (failure ?? own),
  };
}

/** What is known of a run that is over. */
export interface EndedRun {
  readonly stopped: Stopped;
  readonly startNs: bigint;
  /** Null for no limit. */
  readonly timeoutMs: number | null;
  readonly verdict: Verdict | null;
  readonly steps: Pick<StepRecorder, 'callEnds' | 'lastError'>;
  readonly scores: readonly ScoreRecord[];
}

/** The facts from which the collector will judge the run: where it is away, others judge by the same rules. */
export function outcomeFactsOf(run: EndedRun): OutcomeFacts {
  const { stopped, verdict, steps, scores } = run;
  const spans = [runEvidence(run), ...steps.callEnds.map(callEvidence)];
  const { lastError } = steps;
  if (lastError !== null) {
    const { name, message, startNs, endNs } = lastError;
    spans.push({
      ...evidence('agent_step', startNs, endNs),
      status: 'error',
      statusMessage: message,
      errorType: name,
    });
  }
  if (verdict !== null) spans.push(verdictEvidence(verdict));
  return {
    scores,
    end: { exitCode: stopped.end.exitCode, timedOut: stopped.timedOut },
    spans: spans.toSorted((a, b) => compareNs(a.startNs ?? 0n, b.startNs ?? 0n)),
    // The scores say what was changed.
    changes: null,
    harnessError: runStatus(stopped).message ?? null,
    life: 'ended',
  };
}

function runEvidence({ stopped, startNs, timeoutMs }: EndedRun): EvidenceSpan {
  const { status = 'unset', message = null } = runStatus(stopped);
  return {
    ...evidence('adapter_run', startNs, stopped.end.endNs),
    status,
    statusMessage: message,
    exitCode: stopped.end.exitCode,
    timedOut: stopped.timedOut,
    ...(timeoutMs === null ? {} : { limitS: timeoutMs / 1000 }),
  };
}

function callEvidence({ startNs, endNs, status, error }: StepRecorder['callEnds'][number]): EvidenceSpan {
  return {
    ...evidence('model_call', startNs, endNs),
    httpStatus: status,
    ...(error === null ? {} : { status: 'error', statusMessage: error.message, errorType: error.type }),
  };
}

function verdictEvidence(verdict: Verdict): EvidenceSpan {
  const { status, message = null } = verifyStatus(verdict);
  return {
    ...evidence('verify', verdict.startNs, verdict.endNs),
    status,
    statusMessage: message,
    exitCode: verdict.exitCode,
    timedOut: verdict.timedOut,
    output: verdict.outputTail,
  };
}

/** A span that tells nothing yet but what it is and when it was. */
function evidence(kind: EvidenceSpan['kind'], startNs: bigint, endNs: bigint): EvidenceSpan {
  return {
    key: `${kind} ${startNs}`,
    kind,
    name: kind,
    status: 'unset',
    statusMessage: null,
    errorType: null,
    httpStatus: null,
    exitCode: null,
    startNs,
    endNs,
    output: null,
  };
}
