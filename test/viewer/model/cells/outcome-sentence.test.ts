// The sentence that says why a cell has its outcome.
import { describe, expect, it } from 'vitest';
import { outcomes, outcomeWord } from '../../../../shared/outcome-words.ts';
import type { CellDetail, FileChangeJson, SpanJson } from '../../../../shared/wire.ts';
import { describeOutcome } from '../../../../viewer/model/cells/outcome-sentence.ts';
import {
  aCellDetail,
  aChange,
  aSpanJson,
  CLOCK_START_NS,
  spanIdOf,
  TRACE_ID,
} from '../../../support/trace-builders.ts';

const verifyOutput = `running 3 tests
test tests::empty ... ok
test tests::bad_input_reports_index_and_value ... FAILED

thread 'tests::bad_input_reports_index_and_value' (797) panicked at src/lib.rs:13:92:
test result: FAILED. 2 passed; 1 failed; 0 ignored
`;
const verifySpan = (output: string | null, startMs = 4400) =>
  aSpanJson({
    kind: 'verify',
    name: 'verify',
    spanId: spanIdOf(9),
    startMs,
    endMs: startMs + 90,
    status: 'error',
    attributes: output === null ? {} : { 'bench.verify.output': output },
  });
const passRate = (values: CellDetail['scores'][number]['values']) => [{ axis: 'pass_rate', values }];

function described(detail: Partial<CellDetail>, spans: SpanJson[] = [], changes: FileChangeJson[] = []) {
  const text = describeOutcome(aCellDetail(detail), spans, changes, CLOCK_START_NS);
  return { ...text, words: text.sentence.map((part) => part.text).join('') };
}

describe('the outcome of a failed cell', () => {
  const edit = aChange({ atMs: 3310, traceId: TRACE_ID, spanId: spanIdOf(4) });

  it('says what failed, where, and after which edit, with links to both moments', () => {
    const { badge, tone, words, sentence } = described(
      { outcome: 'failed' },
      [verifySpan(verifyOutput)],
      [edit],
    );
    expect(badge).toBe('Failed · 2 of 3 tests pass');
    expect(tone).toBe('bad');
    expect(words).toBe(
      'Verifier failed bad_input_reports_index_and_value at src/lib.rs:13 — after the edit at 3.31 s.',
    );
    expect(sentence.filter((part) => part.seekNs !== undefined)).toEqual([
      { text: 'bad_input_reports_index_and_value', seekNs: 4400e6, rowKey: TRACE_ID + spanIdOf(9) },
      { text: '3.31 s', seekNs: 3310e6, rowKey: TRACE_ID + spanIdOf(4) },
    ]);
  });

  it('names the last of several edits, and none that came after the verifier', () => {
    const changes = [aChange({ atMs: 2000 }), edit, aChange({ atMs: 4500 })];
    expect(described({ outcome: 'failed' }, [verifySpan(verifyOutput)], changes).words).toContain(
      'after the last edit at 3.31 s.',
    );
  });

  it('tells of no edit whose time is not known', () => {
    const { words } = described(
      { outcome: 'failed' },
      [verifySpan(verifyOutput)],
      [aChange({ atMs: 1, timing: 'none' })],
    );
    expect(words).toBe('Verifier failed bad_input_reports_index_and_value at src/lib.rs:13.');
  });

  it("reads the score's own output where no verify span was recorded, without a link", () => {
    const scores = [
      ...passRate({ pass: 0, exit_code: 101, stdout_tail: verifyOutput }),
      { axis: 'blast_radius', values: { total_changes: 0 } },
    ];
    const { words, sentence } = described({ outcome: 'failed', scores });
    expect(words).toBe(
      'Verifier failed bad_input_reports_index_and_value at src/lib.rs:13 — the run changed no file.',
    );
    expect(sentence.some((part) => part.seekNs !== undefined)).toBe(false);
  });

  it('counts the other failed tests', () => {
    const output =
      'test a::one ... FAILED\ntest a::two ... FAILED\ntest a::three ... FAILED\ntest result: FAILED. 0 passed; 3 failed\n';
    const { badge, words } = described({ outcome: 'failed' }, [verifySpan(output)]);
    expect(badge).toBe('Failed · 0 of 3 tests pass');
    expect(words).toBe('Verifier failed one and 2 other tests — no file change was recorded.');
  });

  it('says no more than the exit code where the output is not recognised', () => {
    const scores = passRate({ pass: 0, exit_code: 2, stdout_tail: 'boom' });
    const { badge, words } = described({ outcome: 'failed', scores }, [verifySpan(null)], [edit]);
    expect(badge).toBe('Failed');
    expect(words).toBe('Verifier failed with exit code 2 — after the edit at 3.31 s.');
  });
});

describe('the outcome of any other cell', () => {
  it('counts the tests of a passed one', () => {
    const output = 'test a ... ok\ntest result: ok. 3 passed; 0 failed; 0 ignored\n';
    const { badge, tone, words } = described(
      { outcome: 'passed' },
      [verifySpan(output)],
      [aChange({ atMs: 3310 })],
    );
    expect([badge, tone]).toEqual(['Passed · 3 of 3 tests pass', 'good']);
    expect(words).toBe('Verifier passed 3 tests — after the edit at 3.31 s.');
  });

  it('tells who ran out of time, and when', () => {
    const judgement = {
      sentence: 'The agent was stopped at its time limit of 600 s, 601 s after the start.',
      span: null,
    };
    const timing = { startedAt: null, endedAt: null, durationMs: 700_000, grade: 'measured' } as const;
    expect(described({ outcome: 'timed_out', timing, judgement }).words).toBe(
      'The agent was stopped at its time limit of 600 s, 601 s after the start — no file change was recorded.',
    );
    const verifiers = { sentence: 'The verifier ran out of time: its limit is 2 s.', span: null };
    expect(described({ outcome: 'verifier_error', judgement: verifiers }).words).toBe(
      'The verifier ran out of time: its limit is 2 s. That says nothing of the agent.',
    );
  });

  it("gives an agent's error with the last error recorded", () => {
    const identity = { ...aCellDetail().identity, exitCode: 1 };
    const spans = [
      aSpanJson({
        name: 'chat m',
        status: 'error',
        statusMessage: 'context overflow\nstack',
        startMs: 10,
        endMs: 1200,
      }),
      aSpanJson({ name: 'early', status: 'error', startMs: 5, endMs: 6 }),
    ];
    const { words, sentence } = described({ outcome: 'agent_error', identity }, spans);
    expect(words).toBe('The agent ended with exit code 1 — last error chat m: context overflow at 1.20 s.');
    expect(sentence.find((part) => part.text === 'chat m')?.seekNs).toBe(1200e6);
    expect(described({ outcome: 'agent_error', identity }).words).toBe('The agent ended with exit code 1.');
  });

  it('says that no verdict was recorded', () => {
    expect(described({ outcome: 'unscored' })).toMatchObject({
      badge: 'No verdict',
      tone: 'quiet',
      words: 'No verdict and no exit code were recorded.',
    });
  });

  it('has a badge and a sentence for every outcome, without spans or scores', () => {
    for (const outcome of outcomes) {
      const text = describeOutcome(aCellDetail({ outcome }), [], [], null);
      expect(text.badge).toBe(outcomeWord(outcome));
      expect(text.sentence.map((part) => part.text).join('')).toMatch(/\.$/);
    }
  });
});

describe('the outcome of a run that says nothing of its agent', () => {
  const judged = (sentence: string, span: string | null) => ({ judgement: { sentence, span } });

  it('is told in the collector’s words, with a link to the span that shows it', () => {
    const call = aSpanJson({ spanId: spanIdOf(7), kind: 'model_call', startMs: 1000, endMs: 1500 });
    const said = judged('The last model call hit a rate limit: slow down.', `${call.traceId}:${call.spanId}`);
    const { words, sentence } = described({ outcome: 'rate_limited', ...said }, [call]);
    expect(words).toBe(
      'The last model call hit a rate limit: slow down — at 1.50 s. That says nothing of the agent.',
    );
    expect(sentence[1]).toMatchObject({ rowKey: call.traceId + call.spanId });
  });

  it('is told without a link where no span shows it', () => {
    const said = judged('The verifier could not be run: exit code 127.', null);
    expect(described({ outcome: 'verifier_error', ...said }).words).toBe(
      'The verifier could not be run: exit code 127. That says nothing of the agent.',
    );
  });
});
