// Why a run failed, in what a reader asks for first: the tests that failed with assertion and place, the last edit of
// the code that they test, whether tests ran after it, and what the verifier printed. Read from what was recorded;
// what that does not say is said to be unknown. Does not judge: the collector has.
import { spanKey } from '../../../shared/conventions.ts';
import type { Findings, TestFailure } from '../../../shared/failures/reader.ts';
import { readFailures } from '../../../shared/failures/readers.ts';
import { failedShare } from '../../../shared/failures/words.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import type { CellDetail, FileChangeJson, SpanJson } from '../../../shared/wire.ts';
import { plural } from '../display/format.ts';
import { numberAttribute } from '../trace/attributes.ts';
import { offsetNs } from '../trace/offset.ts';
import { rowKeyOf } from '../trace/trace-tree.ts';
import type { TranscriptEntry } from '../transcript/entry.ts';
import { verifyOutputOf } from '../transcript/tool-text.ts';
import { errorOf, type FailureTexts, findSuspect, type Suspect, verifySpanOf } from './suspect.ts';

export interface Why {
  /** "3 of 214 tests failed". */
  readonly title: string;
  readonly exitCode: number | null;
  /** What all failed tests' names begin with, or null; `tests` then go without it. */
  readonly suite: string | null;
  readonly tests: readonly TestFailure[];
  /** Tests that failed and are not named. */
  readonly unnamed: number;
  /** Where no test is named: the lines that say most. */
  readonly excerpt: string | null;
  readonly suspect: Suspect | null;
  /** Tests that the agent ran itself, beside the suspect edit; null where that says nothing. */
  readonly ran: TestRun | null;
  readonly output: VerifierOutput | null;
}

interface TestRun {
  /** "No test ran after it." and the like, before and after the linked moment. */
  readonly before: string;
  readonly tNs: number | null;
  readonly after: string;
}

interface VerifierOutput {
  readonly text: string;
  /** The first line that says what failed, from 0. */
  readonly line: number;
  readonly rowKey: string | null;
}

export interface WhySources {
  readonly detail: CellDetail;
  readonly spans: readonly SpanJson[];
  readonly changes: readonly FileChangeJson[];
  readonly clockStartNs: string | null;
  readonly transcript: readonly Pick<TranscriptEntry, 'kind' | 'startNs' | 'tally'>[];
}

export function explainFailure({ detail, spans, changes, clockStartNs, transcript }: WhySources): Why {
  const { verify, found, text, score } = readVerifier(detail, spans);
  const { suite, tests } = withoutSuite(found.tests);
  const suspect = findSuspect(failureTexts({ detail, spans, changes, clockStartNs }));
  const failed = Math.max(found.tally?.failed ?? 0, tests.length);
  return {
    title: titleOf(detail, found, verify, score),
    exitCode: exitCodeOf(detail, verify, score),
    suite,
    tests,
    unnamed: failed - tests.length,
    excerpt: tests.length > 0 ? null : excerptOf(detail, text, spans),
    suspect,
    ran: suspect && testRun(transcript, suspect.tNs, verifyNs(verify, clockStartNs)),
    output:
      text === null ? null : { text, line: failureLine(text, found), rowKey: verify && rowKeyOf(verify) },
  };
}

/** What the verifier printed, wherever that was recorded, and the tests that it names. */
function readVerifier(detail: CellDetail, spans: readonly SpanJson[]) {
  const score: Values = detail.scores.find(({ axis }) => axis === 'pass_rate')?.values ?? {};
  const verify = verifySpanOf(spans);
  const printed = [verify && verifyOutputOf(verify), score.stdout_tail, score.stderr_tail].filter(isText);
  return { verify, score, ...firstFound(printed) };
}

/** What says which code the failed tests test. */
export function failureTexts({
  detail,
  spans,
  changes,
  clockStartNs,
}: Omit<WhySources, 'transcript'>): FailureTexts {
  const { found, text, verify } = readVerifier(detail, spans);
  const { tests } = found;
  return { tests, output: text, spans, changes, verifyStartNs: verify?.startNs ?? null, clockStartNs };
}

type Values = CellDetail['scores'][number]['values'];

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function firstFound(printed: readonly string[]): { found: Findings; text: string | null } {
  for (const text of printed) {
    const found = readFailures(text);
    if (found.tally !== null || found.tests.length > 0) return { found, text };
  }
  return { found: { tests: [], tally: null }, text: printed[0] ?? null };
}

/** Counts of the output, else of the score, else what the verifier's span says, else the outcome's word. */
function titleOf({ outcome }: CellDetail, found: Findings, verify: SpanJson | null, score: Values): string {
  const word = outcomeWord(outcome);
  if (outcome !== 'failed' && outcome !== 'no_op' && outcome !== 'refused') return word;
  const share = failedShare(found);
  const { tests_passed: passed, tests_total: total } = score;
  const scored =
    typeof passed === 'number' && typeof total === 'number' && passed < total
      ? failedShare({ tests: [], tally: { passed, failed: total - passed } })
      : null;
  const tests =
    share ?? scored ?? (found.tests.length > 0 ? `${plural(found.tests.length, 'test')} failed` : null);
  if (outcome !== 'failed') return tests === null ? word : `${word}: ${tests}`;
  return tests ?? (verify && errorOf(verify)) ?? 'The verifier failed';
}

function exitCodeOf(
  { outcome, identity }: CellDetail,
  verify: SpanJson | null,
  score: Values,
): number | null {
  if (outcome === 'agent_error') return identity.exitCode;
  const said = verify && numberAttribute(verify.attributes, spanKey.exitCode);
  return said ?? (typeof score.exit_code === 'number' ? score.exit_code : null);
}

const SEPARATORS = ['::', ' › ', ' > ', '.', '/', '#'];

/** "a.b.C.test_x" of a suite "a.b.C", where all names have one. */
function withoutSuite(tests: readonly TestFailure[]): {
  suite: string | null;
  tests: readonly TestFailure[];
} {
  const parts = tests.map(({ name }) => (name === null ? null : splitName(name)));
  const suite = parts[0]?.suite ?? null;
  if (suite === null || parts.some((part) => part?.suite !== suite)) return { suite: null, tests };
  return { suite, tests: tests.map((test, index) => ({ ...test, name: parts[index]?.name ?? test.name })) };
}

/** A separator within a parameter is part of it. */
function splitName(name: string): { suite: string; name: string } | null {
  const bare = /^[^[(]*/.exec(name)?.[0].trimEnd() ?? '';
  let at = -1;
  let length = 0;
  for (const separator of SEPARATORS) {
    // A sentence has stops and slashes of its own.
    if (separator.length === 1 && /\s/.test(bare)) continue;
    const found = bare.lastIndexOf(separator);
    if (found > at) [at, length] = [found, separator.length];
  }
  return at <= 0 || at + length >= bare.length
    ? null
    : { suite: name.slice(0, at), name: name.slice(at + length) };
}

const SAYS_MOST = /\b(?:FAIL(?:ED|URE)?|[A-Za-z]*(?:Error|Exception)|[Aa]ssert\w*|panicked|error)\b/;
const EXCERPT_LINES = 9;

/** From the first line that says what failed, else the tail; without output the last error that a span tells. */
function excerptOf(
  { judgement }: CellDetail,
  text: string | null,
  spans: readonly SpanJson[],
): string | null {
  if (text !== null) {
    const lines = text.trimEnd().split('\n');
    const at = lines.findIndex((line) => SAYS_MOST.test(line.slice(0, 400)));
    return lines
      .slice(at < 0 ? -EXCERPT_LINES : at)
      .slice(0, EXCERPT_LINES)
      .join('\n');
  }
  const failed = spans.findLast((span) => span.status === 'error' && errorOf(span) !== null);
  return (failed && errorOf(failed)) ?? (judgement.sentence || null);
}

function failureLine(text: string, { tests: [first] }: Findings): number {
  const lines = text.split('\n');
  const word = first?.name?.split(/[.:›>/\s]+/).findLast((part) => part !== '') ?? null;
  const named = word === null ? -1 : lines.findIndex((line) => line.includes(word));
  return Math.max(0, named >= 0 ? named : lines.findIndex((line) => SAYS_MOST.test(line.slice(0, 400))));
}

function verifyNs(verify: SpanJson | null, clockStartNs: string | null): number {
  return verify === null || clockStartNs === null
    ? Number.POSITIVE_INFINITY
    : Math.max(0, offsetNs(verify.startNs, clockStartNs));
}

/** What the agent saw of tests after its edit, else before it. Which tests they were is not known, nor claimed. */
function testRun(transcript: WhySources['transcript'], editNs: number | null, endNs: number): TestRun | null {
  if (editNs === null) return null;
  const runs = transcript.filter(
    ({ kind, tally, startNs }) => kind === 'tool' && tally !== null && startNs < endNs,
  );
  const after = runs.findLast(({ startNs }) => startNs >= editNs);
  if (after?.tally)
    return {
      before: 'The agent ran tests after it, at ',
      tNs: after.startNs,
      after: `: ${said(after.tally)}.`,
    };
  const last = runs.at(-1);
  if (!last?.tally) return { before: 'The agent ran no test that could be read.', tNs: null, after: '' };
  return {
    before: 'The agent ran no test after it. The last ran at ',
    tNs: last.startNs,
    after: `: ${said(last.tally)}.`,
  };
}

function said({ passed, failed }: { readonly passed: number; readonly failed: number }): string {
  return failed === 0 ? `all ${passed} passed` : `${failed} of ${passed + failed} failed`;
}
