// What became of a cell and how one knows: stated rules, in order, each with its evidence. The rules tell
// a refusal from a no-op and an infrastructure failure from a failure of the agent; a verdict of "pass"
// outranks them all. It refuses to guess: where no rule fits, the verdict or "not scored" stands.
import type { Outcome, RunEnd } from './outcome-words.ts';
import type { ScoreRecord } from './score.ts';
import type { TestTally } from './test-tally.ts';
import { readTestTally } from './test-tally.ts';

/** A span as far as the rules read it. */
export interface EvidenceSpan {
  /** Whatever finds the span again, e.g. traceId + spanId. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly statusMessage: string | null;
  readonly errorType: string | null;
  readonly httpStatus: number | null;
  readonly exitCode: number | null;
  /** What a verifier printed; its beginning where `tally` says what all of it came to. */
  readonly output: string | null;
  readonly tally?: Pick<TestTally, 'passed' | 'failed'> | null | undefined;
}

export interface OutcomeFacts {
  readonly scores: readonly ScoreRecord[];
  readonly end: RunEnd;
  /** In order of time; [] where none are at hand: fewer rules then find evidence. */
  readonly spans: readonly EvidenceSpan[];
  /** Recorded file changes; null where no one looked. */
  readonly changes: number | null;
  /** What the harness itself said of the run's end; null where nothing. */
  readonly banner: string | null;
  /** ended unless a run was opened: then it goes on, or stopped without an end. */
  readonly life: 'running' | 'interrupted' | 'ended';
}

export interface Judgement {
  readonly outcome: Outcome;
  /** One sentence without a link: why. */
  readonly sentence: string;
  /** The span that shows it, where one does. */
  readonly spanKey: string | null;
}

/** Failures of the surroundings, which say nothing of what the agent can do: may be left out of totals. */
export const infrastructureOutcomes: ReadonlySet<Outcome> = new Set<Outcome>([
  'incompatible',
  'rate_limited',
  'verifier_error',
  'interrupted',
  'running',
]);

/**
 * The first rule that fits decides:
 *
 * 1. passed: the verifier passed it, whatever else happened.
 * 2. running, interrupted: a run was opened, has no end, and no verdict came.
 * 3. rate_limited: the harness says so, or the last model call failed for too many requests.
 * 4. incompatible: the harness says so, or no model call succeeded and the last was refused as not understood.
 * 5. timed_out: the run, its verdict or the harness says that time ran out.
 * 6. verifier_error: the verifier could not be run (exit 126, 127, or an error without an exit code).
 * 7. refused: the refusal scorer found a refusal.
 * 8. agent_error: the agent's exit code is not 0, and no verdict stands on changes that it made.
 * 9. no_op: there is a verdict, and someone looked and found no file changed.
 * 10. failed: there is a verdict. Else unscored.
 */
export function judgeOutcome(facts: OutcomeFacts): Judgement {
  const reading = read(facts);
  for (const rule of rules) {
    const judgement = rule(reading);
    if (judgement !== null) return judgement;
  }
  return { outcome: 'unscored', sentence: 'No verdict was recorded.', spanKey: null };
}

/** What a running cell is judged to be once nothing more was heard of it. */
export function fallenSilent<T extends object>(running: T): T & Pick<Judgement, 'outcome' | 'sentence'> {
  return { ...running, outcome: 'interrupted', sentence: 'The run began and stopped without an end.' };
}

/** The facts with what several rules need. */
interface Reading extends OutcomeFacts {
  readonly verdict: ScoreRecord['values'] | null;
  /** The verdict's number, or null. */
  readonly pass: number | null;
  readonly verify: EvidenceSpan | null;
  readonly lastCall: EvidenceSpan | null;
  /** The span of the run itself. */
  readonly run: EvidenceSpan | null;
  readonly anyCallSucceeded: boolean;
  /** Whether files changed; null where no one looked. */
  readonly changed: boolean | null;
}

function read(facts: OutcomeFacts): Reading {
  const verdict = valuesOf(facts.scores, 'pass_rate');
  const calls = facts.spans.filter((span) => span.kind === 'model_call');
  return {
    ...facts,
    verdict,
    pass: typeof verdict?.pass === 'number' ? verdict.pass : null,
    verify: facts.spans.findLast((span) => span.kind === 'verify') ?? null,
    lastCall: calls.at(-1) ?? null,
    run: facts.spans.findLast((span) => span.kind === 'adapter_run' || span.kind === 'container') ?? null,
    anyCallSucceeded: calls.some((call) => call.status !== 'error'),
    changed: hasChanged(facts),
  };
}

/** The scorer's count first: it looks at the folder, while recorded changes are what the agent told. */
function hasChanged({ scores, changes }: OutcomeFacts): boolean | null {
  const blast = valuesOf(scores, 'blast_radius');
  if (typeof blast?.total_changes === 'number') return blast.total_changes > 0;
  const lists = [blast?.added, blast?.removed, blast?.modified].filter((list) => Array.isArray(list));
  if (lists.some((list) => list.length > 0)) return true;
  if (Array.isArray(blast?.added) && Array.isArray(blast?.modified)) return false;
  return changes === null ? null : changes > 0;
}

const RATE_LIMIT = /rate[ _-]?limit|too many requests|\b429\b|quota exceeded/i;
const INCOMPATIBLE =
  /incompatible|could not handshake|not supported|unsupported|does not support|model[ _]not[ _]found|unknown model|invalid model/i;
const TIMED_OUT = /timed out|time ?out|never finished/i;
/** Bad request, not found, method, media type, unprocessable, not implemented. */
const NOT_UNDERSTOOD: ReadonlySet<number> = new Set([400, 404, 405, 415, 422, 501]);
/** POSIX shells: found but not executable; not found. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

type Rule = (reading: Reading) => Judgement | null;

const rules: readonly Rule[] = [
  passed,
  withoutEnd,
  rateLimited,
  incompatible,
  timedOut,
  verifierError,
  refused,
  agentError,
  noOp,
  failed,
];

function passed({ pass, verify }: Reading): Judgement | null {
  return pass === 1 ? judged('passed', 'The verifier passed it.', verify) : null;
}

function withoutEnd({ life, pass, spans }: Reading): Judgement | null {
  if (life === 'ended' || pass !== null) return null;
  const last = judged('running', 'The run is still going on.', spans.at(-1) ?? null);
  return life === 'running' ? last : fallenSilent(last);
}

function rateLimited({ banner, lastCall, run }: Reading): Judgement | null {
  if (says(banner, RATE_LIMIT)) return judged('rate_limited', sentence(banner), lastCall ?? run);
  if (lastCall?.status !== 'error') return null;
  if (lastCall.httpStatus !== 429 && !says(errorText(lastCall), RATE_LIMIT)) return null;
  return judged(
    'rate_limited',
    because('The last model call hit a rate limit', errorText(lastCall)),
    lastCall,
  );
}

function incompatible({ banner, lastCall, anyCallSucceeded, run }: Reading): Judgement | null {
  if (says(banner, INCOMPATIBLE)) return judged('incompatible', sentence(banner), lastCall ?? run);
  if (lastCall === null || anyCallSucceeded) return null;
  const refusedAs = lastCall.httpStatus !== null && NOT_UNDERSTOOD.has(lastCall.httpStatus);
  if (!refusedAs && !says(errorText(lastCall), INCOMPATIBLE)) return null;
  const what = `No model call succeeded: the last was answered with ${lastCall.httpStatus ?? 'an error'}`;
  return judged('incompatible', because(what, errorText(lastCall)), lastCall);
}

function timedOut({ banner, end, verdict, run }: Reading): Judgement | null {
  if (says(banner, TIMED_OUT)) return judged('timed_out', sentence(banner), run);
  if (end.timedOut) return judged('timed_out', 'The agent ran until its time limit.', run);
  if (verdict?.timed_out === true)
    return judged('timed_out', "The verdict's record says that time ran out.", run);
  return null;
}

function verifierError({ verify, verdict }: Reading): Judgement | null {
  const exitCode = verify?.exitCode ?? (typeof verdict?.exit_code === 'number' ? verdict.exit_code : null);
  if (exitCode !== null && NOT_RUN.has(exitCode))
    return judged('verifier_error', `The verifier could not be run: exit code ${exitCode}.`, verify);
  const neverRan =
    verify?.status === 'error' && verify.errorType !== null && exitCode === null && !verify.output;
  if (!neverRan) return null;
  return judged('verifier_error', because('The verifier failed itself', errorText(verify)), verify);
}

function refused({ scores, spans }: Reading): Judgement | null {
  const refusal = valuesOf(scores, 'refusal');
  if (refusal?.refusal_produced !== true) return null;
  const asked = refusal.expected_refusal === true ? ', as the task asks' : '';
  const last = spans.findLast((span) => span.kind === 'model_call') ?? null;
  return judged('refused', `The agent declined the task${asked}.`, last);
}

function agentError({ end, changed, pass, banner, spans }: Reading): Judgement | null {
  const { exitCode } = end;
  if (exitCode === null || exitCode === 0 || (pass !== null && changed === true)) return null;
  const failedSpan = spans.findLast((span) => span.status === 'error' && span.kind !== 'verify') ?? null;
  const why = banner ?? (failedSpan ? errorText(failedSpan) : null);
  return judged('agent_error', because(`The agent ended with exit code ${exitCode}`, why), failedSpan);
}

function noOp({ changed, pass, run }: Reading): Judgement | null {
  if (pass === null || changed !== false) return null;
  return judged('no_op', 'The agent ended by itself without changing a file.', run);
}

function failed({ pass, verdict, verify }: Reading): Judgement | null {
  if (pass === null) return null;
  const printed = verify?.output ?? (typeof verdict?.stdout_tail === 'string' ? verdict.stdout_tail : '');
  const tally = verify?.tally ?? readTestTally(printed);
  const exitCode = verify?.exitCode ?? (typeof verdict?.exit_code === 'number' ? verdict.exit_code : null);
  const why = tally
    ? `${tally.failed} of ${tally.failed + tally.passed} tests failed`
    : exitCode === null
      ? null
      : `exit code ${exitCode}`;
  return judged('failed', because('The verifier did not pass it', why), verify);
}

function judged(outcome: Outcome, text: string, span: EvidenceSpan | null): Judgement {
  return { outcome, sentence: text, spanKey: span?.key ?? null };
}

function says(text: string | null, pattern: RegExp): boolean {
  return text !== null && pattern.test(text);
}

function errorText(span: EvidenceSpan): string | null {
  const parts = [span.statusMessage, span.errorType].filter((part) => part !== null && part !== '');
  return parts.length === 0 ? null : parts.join(', ');
}

function because(what: string, why: string | null): string {
  return sentence(why === null ? what : `${what}: ${why}`);
}

/** One line with a stop at its end. */
function sentence(text: string | null): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 400);
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function valuesOf(scores: readonly ScoreRecord[], axis: string): ScoreRecord['values'] | null {
  return scores.find((score) => score.axis === axis)?.values ?? null;
}
