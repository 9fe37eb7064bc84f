// The answer first: what became of the cell in words, and one sentence that says why, with links to the
// moments. It states what the data show and their order in time ("after"), never a cause.

import { spanKey } from '../../../shared/conventions.ts';
import type { Findings } from '../../../shared/failures/reader.ts';
import { readFailures } from '../../../shared/failures/readers.ts';
import { verdictWords } from '../../../shared/failures/words.ts';
import { type Outcome, outcomeWord } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { CellDetail, FileChangeJson, SpanJson } from '../../../shared/wire.ts';
import { plural } from '../display/format.ts';
import { tallyShare } from '../display/tally-words.ts';
import { textAttribute } from '../trace/attributes.ts';
import { handledErrors } from '../trace/handled-errors.ts';
import { offsetNs } from '../trace/offset.ts';
import { rowKeyOf } from '../trace/trace-tree.ts';
import { verifyOutputOf } from '../transcript/tool-text.ts';
import { type OutcomeTone, outcomeTone } from './outcome-tone.ts';

export interface SentencePart {
  readonly text: string;
  /** A link to this moment, nanoseconds from the clock's zero; absent for plain text. */
  readonly seekNs?: number;
  /** The span meant, as `rowKeyOf`. */
  readonly rowKey?: string;
}
export interface OutcomeText {
  readonly outcome: Outcome;
  readonly tone: OutcomeTone;
  /** "Failed · 2 of 3 tests pass". */
  readonly badge: string;
  /** One sentence, in parts; never empty. */
  readonly sentence: readonly SentencePart[];
}

/**
 * @param detail the cell
 * @param spans the trace, or [] while it is not here yet: the sentence then has fewer links
 * @param clockStartNs `TraceColumns.startNs`, or null where no span was recorded
 */
export function describeOutcome(
  detail: CellDetail,
  spans: readonly SpanJson[],
  changes: readonly FileChangeJson[],
  clockStartNs: string | null,
): OutcomeText {
  const facts = gatherFacts(detail, spans, changes, clockStartNs);
  const { outcome } = detail;
  const more = facts.found.tally && verdicts.has(outcome) ? tallyShare(facts.found.tally) : null;
  const badge = more === null ? outcomeWord(outcome) : `${outcomeWord(outcome)} · ${more}`;
  return { outcome, tone: outcomeTone(outcome), badge, sentence: sentenceOf(detail, facts) };
}

/** The verifier's tests say something of these. */
const verdicts: ReadonlySet<Outcome> = new Set(['passed', 'failed', 'no_op', 'refused']);

interface Moment {
  readonly tNs: number;
  readonly rowKey: string | null;
}

interface Facts {
  /** What the verifier's output says of its tests. */
  readonly found: Findings;
  readonly verify: Moment | null;
  /** Changes made before the verifier began, and the last of them with a known time. */
  readonly edits: number;
  readonly lastEdit: Moment | null;
  /** What the scores or tracks say of changed files where no edit has a time. */
  readonly editWords: string | null;
  readonly lastError: { readonly span: SpanJson; readonly at: Moment } | null;
  /** Of the span that the collector's judgement rests on. */
  readonly shown: Moment | null;
  readonly score: CellDetail['scores'][number]['values'] | null;
}

function gatherFacts(
  detail: CellDetail,
  spans: readonly SpanJson[],
  changes: readonly FileChangeJson[],
  clockStartNs: string | null,
): Facts {
  const score = detail.scores.find((record) => record.axis === 'pass_rate')?.values ?? null;
  const verifySpan = spans.findLast((span) => span.kind === 'verify');
  const printed = verifySpan ? verifyOutputOf(verifySpan) : null;
  const momentOf = (ns: string, rowKey: string | null): Moment | null =>
    clockStartNs === null ? null : { tNs: Math.max(0, offsetNs(ns, clockStartNs)), rowKey };
  const before = verifySpan
    ? changes.filter((change) => offsetNs(change.timeNs, verifySpan.startNs) <= 0)
    : changes;
  const last = before.filter((change) => change.timing !== 'none').reduce<FileChangeJson | null>(later, null);
  const handled = handledErrors(spans);
  const failed = spans
    .filter((span) => span.status === 'error' && span.kind !== 'verify' && !handled.has(rowKeyOf(span)))
    .reduce<SpanJson | null>((a, b) => (a && offsetNs(lastSeen(a), lastSeen(b)) > 0 ? a : b), null);
  const failedAt = failed && momentOf(lastSeen(failed), rowKeyOf(failed));
  const [traceId, spanId] = detail.judgement.span?.split(':') ?? [];
  const shown = spans.find((span) => span.spanId === spanId && span.traceId === traceId);
  return {
    found: foundIn([printed, textField(score, 'stdout_tail'), textField(score, 'stderr_tail')]),
    verify: verifySpan ? momentOf(verifySpan.startNs, rowKeyOf(verifySpan)) : null,
    edits: before.length,
    lastEdit: last && momentOf(last.timeNs, last.traceId && last.spanId ? last.traceId + last.spanId : null),
    editWords: editWords(detail, before.length),
    lastError: failed && failedAt ? { span: failed, at: failedAt } : null,
    shown: shown ? momentOf(lastSeen(shown), rowKeyOf(shown)) : null,
    score,
  };
}

function later(a: FileChangeJson | null, b: FileChangeJson): FileChangeJson {
  return a && offsetNs(a.timeNs, b.timeNs) > 0 ? a : b;
}

/** Its end, or its start where it never ended. */
function lastSeen(span: SpanJson): string {
  return span.endNs === '0' ? span.startNs : span.endNs;
}

/** A measured "none" and a missing record are two sentences. */
function editWords(detail: CellDetail, recorded: number): string | null {
  if (recorded > 0) return null;
  const blast = detail.scores.find((record) => record.axis === 'blast_radius')?.values;
  if (blast?.total_changes === 0) return 'the run changed no file';
  if (typeof blast?.total_changes === 'number')
    return `the run changed ${plural(blast.total_changes, 'file')}`;
  return 'no file change was recorded';
}

function sentenceOf(detail: CellDetail, facts: Facts): SentencePart[] {
  switch (detail.outcome) {
    case 'passed':
    case 'failed':
      return [...verdictParts(detail.outcome, facts), ...editParts(facts), { text: '.' }];
    case 'timed_out':
      return timeoutParts(detail, facts);
    case 'agent_error':
      return [{ text: agentEnd(detail) }, ...errorParts(facts)];
    case 'refused':
    case 'no_op':
      return [{ text: `${judgedText(detail)} — ` }, ...lowered(verdictParts('failed', facts)), { text: '.' }];
    case 'incompatible':
      return judgedParts(detail, facts);
    case 'rate_limited':
    case 'provider_error':
    case 'verifier_error':
      return [...judgedParts(detail, facts), { text: ' That says nothing of the agent.' }];
    case 'interrupted':
      return judgedParts(detail, facts);
    case 'running':
      return [{ text: 'The run is still going on' }, ...editParts(facts), { text: '.' }];
    case 'unscored':
      return unscoredParts(detail, facts);
  }
}

function verdictParts(outcome: 'passed' | 'failed', { found, score, verify }: Facts): SentencePart[] {
  const exitCode = typeof score?.exit_code === 'number' ? score.exit_code : null;
  const { before, test, after } = verdictWords(outcome, found, exitCode);
  const parts = test === null ? [linked(before, verify)] : [{ text: before }, linked(test, verify)];
  return after === '' ? parts : [...parts, { text: after }];
}

/** The same parts within a sentence. */
function lowered([first, ...others]: SentencePart[]): SentencePart[] {
  return first ? [{ ...first, text: first.text.replace(/^Verifier/, 'the verifier') }, ...others] : others;
}

function editParts(facts: Facts): SentencePart[] {
  if (!facts.lastEdit) return facts.editWords === null ? [] : [{ text: ` — ${facts.editWords}` }];
  const which = facts.edits > 1 ? 'last edit' : 'edit';
  return [{ text: ` — after the ${which} at ` }, linked(shortTime(facts.lastEdit.tNs), facts.lastEdit)];
}

function timeoutParts(detail: CellDetail, facts: Facts): SentencePart[] {
  return [{ text: judgedText(detail) }, ...editParts(facts), { text: '.' }];
}

/** The collector's own sentence, as the command line prints it, without its stop. */
function judgedText({ judgement }: CellDetail): string {
  return cut(judgement.sentence.replace(/\.$/, ''));
}

/** The same with a link to what shows it. */
function judgedParts(detail: CellDetail, { shown }: Facts): SentencePart[] {
  const text = judgedText(detail);
  const stop = /[!?…]$/.test(text) ? '' : '.';
  if (!shown) return [{ text: `${text}${stop}` }];
  return [{ text: `${text} — at ` }, linked(shortTime(shown.tNs), shown), { text: '.' }];
}

function errorParts(facts: Facts): SentencePart[] {
  if (!facts.lastError) return [{ text: '.' }];
  const { span, at } = facts.lastError;
  const said =
    (span.statusMessage || textAttribute(span.attributes, spanKey.errorType) || '').split('\n')[0] ?? '';
  const message = said === '' ? '' : `: ${cut(said)}`;
  return [
    { text: ' — last error ' },
    linked(cut(span.name), at),
    { text: `${message} at ${shortTime(at.tNs)}.` },
  ];
}

function agentEnd(detail: CellDetail): string {
  const { exitCode } = detail.identity;
  return exitCode === null ? 'The agent ended with an error' : `The agent ended with exit code ${exitCode}`;
}

function unscoredParts(detail: CellDetail, facts: Facts): SentencePart[] {
  const { exitCode } = detail.identity;
  const text =
    exitCode === null
      ? 'No verdict and no exit code were recorded'
      : `No verdict was recorded; the agent ended with exit code ${exitCode}`;
  return [{ text }, ...errorParts(facts)];
}

function linked(text: string, moment: Moment | null): SentencePart {
  if (!moment) return { text };
  return moment.rowKey === null
    ? { text, seekNs: moment.tNs }
    : { text, seekNs: moment.tNs, rowKey: moment.rowKey };
}

/** "3.31 s", as the mockup's links. */
function shortTime(tNs: number): string {
  return formatDuration(tNs / 1e6);
}

function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** Of the first output that says something of tests. */
function foundIn(outputs: readonly (string | null)[]): Findings {
  for (const output of outputs) {
    const found = output === null ? null : readFailures(output);
    if (found && (found.tally !== null || found.tests.length > 0)) return found;
  }
  return { tests: [], tally: null };
}

function textField(values: Facts['score'], key: string): string | null {
  const value = values && Object.hasOwn(values, key) ? values[key] : undefined;
  return typeof value === 'string' ? value : null;
}
