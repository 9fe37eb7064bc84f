// Whether a verifier came to a verdict or failed itself: its time ran out, something killed it, its tool was
// missing, its set-up failed. Does not judge the agent.
import { computedScorer, type ScoreRecord, type ScoreValue } from './score.ts';

/** What the verifier's span and the verdict's record say of how it ended. */
export interface VerifierEnd {
  readonly exitCode: number | null;
  /** "SIGKILL"; null where none is known to have ended it. */
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly interrupted: boolean;
}

interface VerifySpan {
  readonly status: string;
  readonly statusMessage: string | null;
  readonly errorType: string | null;
  readonly exitCode: number | null;
  readonly timedOut?: boolean | null | undefined;
}

/** POSIX shells: found but not executable; not found. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);
/** GNU timeout. */
const OUT_OF_TIME = 124;
/** Signals that come from outside. SIGSEGV, SIGABRT and their like are of the code under test: it failed. */
const outsideSignals: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
  SIGXCPU: 24,
};
const TIME = /\b(?:its time was up|timed? ?-?out|timeout|ran out of time|time limit)\b/i;
const SET_UP =
  /\bset-?up (?:failed|error)|failed (?:to|in|during) (?:set-?up|start)|could not be (?:run|started)/i;
const MISSING = /\bENOENT\b|\bEACCES\b|command not found|no such file or directory|^spawn\b/i;

export function verifierEnd(verify: VerifySpan | null, record: ScoreRecord | null): VerifierEnd {
  const values = record?.values ?? {};
  const message = verify?.statusMessage ?? '';
  const exitCode = verify?.exitCode ?? numberOf(values.exit_code);
  const stated = textOf(values.verifier_signal) ?? /\b(SIG[A-Z0-9]{2,8})\b/.exec(message)?.[1] ?? null;
  // Whose time-out another scorer means is not known.
  const isVerifiers = record?.scorer === computedScorer;
  return {
    exitCode,
    signal: stated,
    timedOut:
      values.verifier_timed_out === true ||
      verify?.timedOut === true ||
      (values.timed_out === true && isVerifiers) ||
      (verify?.status === 'error' && exitCode === null && TIME.test(`${message} ${verify.errorType ?? ''}`)),
    interrupted:
      values.verifier_interrupted === true || (verify?.status === 'error' && /^interrupted\b/i.test(message)),
  };
}

/** Why the verifier gave no verdict, without a stop; null where it gave one. */
export function verifierFailure(
  end: VerifierEnd,
  verify: (VerifySpan & { readonly output: string | null }) | null,
  values: ScoreRecord['values'] | null,
): string | null {
  const own = textOf(values?.verifier_error);
  if (own !== null) return `The verifier failed itself: ${own}`;
  if (end.timedOut || end.exitCode === OUT_OF_TIME) {
    const limit = end.timedOut ? numberOf(values?.verifier_timeout_s) : null;
    return `The verifier ran out of time${limit === null ? '' : `: its limit is ${limit} s`}`;
  }
  if (end.exitCode !== null && NOT_RUN.has(end.exitCode))
    return `The verifier could not be run: exit code ${end.exitCode}`;
  const signal = end.signal ?? signalOf(end.exitCode);
  if (signal !== null && Object.hasOwn(outsideSignals, signal)) return `The verifier was ended by ${signal}`;
  if (verify?.status !== 'error' || end.exitCode !== null) return null;
  const said = [verify.statusMessage, verify.errorType].filter((part) => part !== null && part !== '');
  const text = said.join(', ');
  const isOfTests = /assert|test|fail/i.test(verify.errorType ?? '') && !SET_UP.test(text);
  const neverRan = verify.errorType !== null && !verify.output && !isOfTests;
  return neverRan || SET_UP.test(text) || (MISSING.test(text) && !verify.output)
    ? `The verifier failed itself: ${text}`
    : null;
}

function signalOf(exitCode: number | null): string | null {
  if (exitCode === null || exitCode <= 128) return null;
  return Object.entries(outsideSignals).find(([, number]) => number === exitCode - 128)?.[0] ?? null;
}

function numberOf(value: ScoreValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(value: ScoreValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 300) : null;
}
