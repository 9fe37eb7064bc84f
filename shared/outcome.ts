// What became of a cell and how one knows: stated rules, in order, each with its evidence. The rules tell
// a refusal from a no-op and an infrastructure failure from a failure of the agent; a verdict of "pass"
// outranks them all. It refuses to guess: where no rule fits, the verdict or "not scored" stands.
import type { TestFailure, TestTally } from './failures/reader.ts';
import { readFailures } from './failures/readers.ts';
import { verdictSentence } from './failures/words.ts';
import type { Outcome, RunEnd } from './outcome-words.ts';
import { providerFailure, providerSentence } from './provider-answer.ts';
import type { ScoreRecord } from './score.ts';
import { formatDuration } from './time.ts';
import { type VerifierEnd, verifierEnd, verifierFailure } from './verifier-end.ts';

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
  /** When it ended; absent or 0 where that is not known. */
  readonly endNs?: bigint | undefined;
  readonly startNs?: bigint | undefined;
  /** On the run's span: the limit that it ran under, in seconds. */
  readonly limitS?: number | undefined;
  /** What it says itself of its time limit. */
  readonly timedOut?: boolean | undefined;
  /** What a verifier printed; its beginning where `tally` says what all of it came to. */
  readonly output: string | null;
  readonly tally?: TestTally | null | undefined;
  /** Of the tests that failed by name: the first, and how many they are. */
  readonly tests?: { readonly first: TestFailure; readonly count: number } | undefined;
}

export interface OutcomeFacts {
  readonly scores: readonly ScoreRecord[];
  readonly end: RunEnd;
  /** In order of time; [] where none are at hand: fewer rules then find evidence. */
  readonly spans: readonly EvidenceSpan[];
  /** Recorded file changes; null where no one looked. */
  readonly changes: number | null;
  /** What the harness itself said of the run's end; null where nothing. */
  readonly harnessError: string | null;
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

/**
 * The first rule that fits decides:
 *
 * 1. passed: the verifier passed it, whatever else happened.
 * 2. running, interrupted: a run was opened, has no end, and no verdict came.
 * 3. interrupted: somebody stopped the run or its verifier.
 * 4. rate_limited: the harness says so, or the last model call failed for too many requests.
 * 5. provider_error: the last model call was answered with 402, 5xx or 529, or not at all.
 * 6. incompatible: the harness says so, or no model call succeeded and the last was refused as not understood.
 * 7. timed_out: the run, its verdict or the harness says that the agent's time ran out.
 * 8. verifier_error: the verifier ran out of its own time, was killed, could not be run or set up.
 * 9. refused: the refusal scorer found a refusal.
 * 10. agent_error: the agent's exit code is not 0, and no verdict stands on changes that it made; or, where no exit code
 *     is told, its run ended with an error and there is no verdict.
 * 11. no_op: there is a verdict, and someone looked and found no file changed.
 * 12. failed: there is a verdict. Else unscored.
 */
export function judgeOutcome(facts: OutcomeFacts): Judgement {
  const reading = read(facts);
  for (const rule of rules) {
    const judgement = rule(reading);
    if (judgement !== null) return judgement;
  }
  return { outcome: 'unscored', sentence: 'No verdict was recorded.', spanKey: null };
}

/** Whether nothing ran or nothing changed: what such a run scores says nothing of any work. */
export function didNothing(facts: OutcomeFacts): boolean {
  const { pass, changed, lastCall, anyCallSucceeded } = read(facts);
  if (pass === 1 || changed === true) return false;
  return changed === false || (lastCall !== null && !anyCallSucceeded);
}

/** What a running cell is judged to be once nothing more was heard of it. */
export function fallenSilent<T extends object>(running: T): T & Pick<Judgement, 'outcome' | 'sentence'> {
  return { ...running, outcome: 'interrupted', sentence: 'The run began and stopped without an end.' };
}

/** The facts with what several rules need. */
interface Reading extends OutcomeFacts {
  readonly verdict: ScoreRecord['values'] | null;
  readonly verifier: VerifierEnd;
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
  const record = facts.scores.find((score) => score.axis === 'pass_rate') ?? null;
  const verdict = record?.values ?? null;
  const verify = facts.spans.findLast((span) => span.kind === 'verify') ?? null;
  const calls = facts.spans.filter((span) => span.kind === 'model_call');
  return {
    ...facts,
    verdict,
    verifier: verifierEnd(verify, record),
    pass: typeof verdict?.pass === 'number' ? verdict.pass : null,
    verify,
    lastCall: calls.reduce<EvidenceSpan | null>(answeredLater, null),
    run: facts.spans.findLast((span) => span.kind === 'adapter_run' || span.kind === 'container') ?? null,
    anyCallSucceeded: calls.some((call) => !hasFailed(call)),
    changed: hasChanged(facts),
  };
}

/** An instrumentation may record the answer's status and leave the span's own unset. */
export function hasFailed(span: Pick<EvidenceSpan, 'status' | 'httpStatus'>): boolean {
  return span.status === 'error' || (span.httpStatus !== null && span.httpStatus >= 400);
}

/** The call whose answer came last: of calls within one another the outer one, which retried. */
function answeredLater(a: EvidenceSpan | null, b: EvidenceSpan): EvidenceSpan {
  return a !== null && (a.endNs ?? 0n) > (b.endNs ?? 0n) && (b.endNs ?? 0n) > 0n ? a : b;
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
const OF_VERIFIER = /verif|\bgrader\b|\bscorer\b|\btest (?:command|suite|run)/i;
/** What harnesses and agents write of a run that a person stopped. */
const INTERRUPTED =
  /^\W*(?:(?:the )?(?:run|agent|request|operation|process) (?:was )?)?(?:interrupted|cancell?ed|aborted)(?: by (?:the )?user)?\W*$|\b(?:interrupted|cancell?ed|aborted) by (?:the )?user\b|\bended by SIG(?:INT|HUP)\b|KeyboardInterrupt/i;
/** 128 + SIGINT, as shells tell it. */
const INTERRUPTED_EXIT = 130;
/** Bad request, not found, method, media type, unprocessable, not implemented. */
const NOT_UNDERSTOOD: ReadonlySet<number> = new Set([400, 404, 405, 415, 422, 501]);

type Rule = (reading: Reading) => Judgement | null;

const rules: readonly Rule[] = [
  passed,
  withoutEnd,
  interrupted,
  rateLimited,
  providerError,
  incompatible,
  timedOut,
  verifierError,
  refused,
  agentError,
  noOp,
  failed,
];

function passed(reading: Reading): Judgement | null {
  return reading.pass === 1 ? judged('passed', verdictOf('passed', reading), reading.verify) : null;
}

function withoutEnd({ life, pass, spans }: Reading): Judgement | null {
  if (life === 'ended' || pass !== null) return null;
  const last = judged('running', 'The run is still going on.', spans.at(-1) ?? null);
  return life === 'running' ? last : fallenSilent(last);
}

function interrupted({ harnessError, end, run, verifier, verify }: Reading): Judgement | null {
  const sentence = 'The run was interrupted';
  const isStopped = says(harnessError, INTERRUPTED) || end.exitCode === INTERRUPTED_EXIT;
  if (isStopped && !end.timedOut) return judged('interrupted', `${sentence}.`, run);
  return verifier.interrupted
    ? judged('interrupted', `${sentence} while the verifier was at work.`, verify)
    : null;
}

function rateLimited({ harnessError, lastCall, run }: Reading): Judgement | null {
  if (says(harnessError, RATE_LIMIT)) return judged('rate_limited', sentence(harnessError), lastCall ?? run);
  if (lastCall === null || !hasFailed(lastCall)) return null;
  if (lastCall.httpStatus !== 429 && !says(errorText(lastCall), RATE_LIMIT)) return null;
  return judged(
    'rate_limited',
    because('The last model call hit a rate limit', errorText(lastCall)),
    lastCall,
  );
}

function providerError(reading: Reading): Judgement | null {
  const { lastCall, end } = reading;
  if (lastCall !== null && hasFailed(lastCall)) {
    const text = errorText(lastCall);
    const answer = providerFailure({ status: lastCall.httpStatus, text });
    // A call that was under way when the agent's time ran out was cut off by that.
    if (answer !== null && !(answer === '' && end.timedOut && !says(text, REFUSED_CONNECTION)))
      return judged('provider_error', because(providerSentence(answer), text), lastCall);
    return null;
  }
  return providerErrorTold(reading);
}

/** Where no failed call was recorded: the agent's own last error, or its last word with a bad end. */
function providerErrorTold({ lastCall, end, harnessError, spans, run }: Reading): Judgement | null {
  if (end.timedOut) return null;
  const error = spans.findLast((span) => span.status === 'error' && toldBy.has(span.kind)) ?? null;
  // A call that got through after the error says that it was overcome.
  const isLast = error !== null && (lastCall === null || spans.indexOf(error) > spans.indexOf(lastCall));
  const text = isLast ? errorText(error) : null;
  const answer = providerFailure({ status: error?.httpStatus ?? null, text });
  if (isLast && answer !== null)
    return judged('provider_error', because(providerSentence(answer), text), error);
  const last = harnessError === null ? null : providerFailure({ status: null, text: harnessError });
  // "Not reached" may be said of anything; beside calls that got through it is not taken for the provider.
  const isOther = last === '' && lastCall !== null;
  return last === null || isOther
    ? null
    : judged('provider_error', because(providerSentence(last), harnessError), run);
}

/** Kinds whose errors are the agent's own: a tool's say nothing of the provider. */
const toldBy: ReadonlySet<string> = new Set(['agent_step', 'adapter_run', 'container']);
const REFUSED_CONNECTION = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|connection refused|getaddrinfo/i;

function incompatible({ harnessError, lastCall, anyCallSucceeded, run }: Reading): Judgement | null {
  if (says(harnessError, INCOMPATIBLE))
    return judged('incompatible', sentence(harnessError), lastCall ?? run);
  if (lastCall === null || anyCallSucceeded) return null;
  const refusedAs = lastCall.httpStatus !== null && NOT_UNDERSTOOD.has(lastCall.httpStatus);
  if (!refusedAs && !says(errorText(lastCall), INCOMPATIBLE)) return null;
  const what = `No model call succeeded: the last was answered with ${lastCall.httpStatus ?? 'an error'}`;
  return judged('incompatible', because(what, errorText(lastCall)), lastCall);
}

function timedOut({ harnessError, end, verdict, verifier, run, spans }: Reading): Judgement | null {
  // What ran out of time while the run was set up had no agent in it.
  const isOfSetup = spans.some(
    ({ kind, status, statusMessage }) =>
      kind === 'task_setup' && status === 'error' && statusMessage === harnessError,
  );
  if (says(harnessError, TIMED_OUT) && !says(harnessError, OF_VERIFIER) && !isOfSetup)
    return judged('timed_out', sentence(harnessError), run);
  if (end.timedOut) return judged('timed_out', stoppedSentence(spans, run), run);
  if (verdict?.timed_out === true && !verifier.timedOut)
    return judged('timed_out', "The verdict's record says that time ran out.", run);
  return null;
}

/** "The agent was stopped at its time limit of 2 s, 2.06 s after the start." */
function stoppedSentence(spans: readonly EvidenceSpan[], run: EvidenceSpan | null): string {
  const limited = spans.findLast((span) => span.limitS !== undefined) ?? run;
  const { limitS, startNs, endNs } = limited ?? {};
  const limit = limitS === undefined ? '' : ` of ${limitS} s`;
  const isTimed = startNs !== undefined && endNs !== undefined && endNs > startNs && startNs > 0n;
  const after = isTimed ? `, ${formatDuration(Number(endNs - startNs) / 1e6)} after the start` : '';
  return `The agent was stopped at its time limit${limit}${after}.`;
}

function verifierError({ harnessError, run, verdict, verifier, verify, spans }: Reading): Judgement | null {
  const failure = verifierFailure(verifier, verify, verdict);
  if (failure !== null) return judged('verifier_error', sentence(failure), verify);
  if (says(harnessError, OF_VERIFIER) && says(harnessError, TIMED_OUT))
    return judged('verifier_error', sentence(harnessError), verify);
  const setUp = spans.findLast((span) => span.kind === 'task_setup' && span.status === 'error') ?? null;
  if (setUp === null || run !== null) return null;
  return judged('verifier_error', because("The task's set-up failed", errorText(setUp)), setUp);
}

function refused({ scores, spans }: Reading): Judgement | null {
  const refusal = valuesOf(scores, 'refusal');
  if (refusal?.refusal_produced !== true) return null;
  const asked = refusal.expected_refusal === true ? ', as the task asks' : '';
  const last = spans.findLast((span) => span.kind === 'model_call') ?? null;
  return judged('refused', `The agent declined the task${asked}.`, last);
}

function agentError({ end, changed, pass, harnessError, spans, run }: Reading): Judgement | null {
  const { exitCode } = end;
  if (exitCode === null && pass === null && run?.kind === 'adapter_run' && run.status === 'error')
    return judged('agent_error', because('The agent ended with an error', errorText(run)), run);
  if (exitCode === null || exitCode === 0 || (pass !== null && changed === true)) return null;
  const failedSpan = spans.findLast((span) => span.status === 'error' && span.kind !== 'verify') ?? null;
  const why = harnessError ?? (failedSpan ? errorText(failedSpan) : null);
  return judged('agent_error', because(`The agent ended with exit code ${exitCode}`, why), failedSpan);
}

function noOp({ changed, pass, run }: Reading): Judgement | null {
  if (pass === null || changed !== false) return null;
  return judged('no_op', 'The agent ended by itself without changing a file.', run);
}

function failed(reading: Reading): Judgement | null {
  if (reading.pass === null) return null;
  return judged('failed', verdictOf('failed', reading), reading.verify);
}

/** What the verifier says of its tests, as everywhere. */
function verdictOf(outcome: 'passed' | 'failed', { verdict, verify }: Reading): string {
  const printed = verify?.output ?? (typeof verdict?.stdout_tail === 'string' ? verdict.stdout_tail : '');
  const found = readFailures(printed);
  const { first, count = 0 } = verify?.tests ?? {};
  const tests = first === undefined ? found.tests : Array.from({ length: count }, () => first);
  const exitCode = verify?.exitCode ?? (typeof verdict?.exit_code === 'number' ? verdict.exit_code : null);
  return verdictSentence(outcome, { tests, tally: verify?.tally ?? found.tally }, exitCode);
}

function judged(outcome: Outcome, text: string, span: EvidenceSpan | null): Judgement {
  return { outcome, sentence: text, spanKey: span?.key ?? null };
}

function says(text: string | null, pattern: RegExp): boolean {
  return text !== null && pattern.test(text);
}

function errorText(span: EvidenceSpan): string | null {
  const parts = [span.statusMessage, span.errorType].filter((part) => part !== null && part !== '');
  return parts.length === 0 ? null : parts.map((part) => part?.replace(/(?<!\.)\.$/, '')).join(', ');
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
