import { describe, expect, it } from 'vitest';
import { findContradictions } from '../../../shared/contradictions.ts';
import { judgeOutcome } from '../../../shared/outcome.ts';
import { gatherEvidence } from '../../../viewer/model/evidence.ts';
import { rowKeyOf } from '../../../viewer/model/trace-tree.ts';
import { aCellDetail, aChange, aSpanJson, spanIdOf } from '../../support/trace-builders.ts';

const failed = { axis: 'pass_rate', values: { pass: 0, timed_out: false } };

describe('the evidence of a cell', () => {
  it('lets the rules find the span that shows what happened', () => {
    const call = aSpanJson({
      spanId: spanIdOf(7),
      kind: 'model_call',
      status: 'error',
      attributes: { 'http.response.status_code': 429, 'error.type': 'rate_limit' },
    });
    const judged = judgeOutcome(gatherEvidence(aCellDetail({ scores: [failed] }), [call], null));
    expect(judged).toMatchObject({ outcome: 'rate_limited', spanKey: rowKeyOf(call) });
  });

  it('takes the message of the run’s own span for the harness’s word', () => {
    const run = aSpanJson({
      kind: 'adapter_run',
      status: 'error',
      statusMessage: 'adapter timed out after 630s (outer guard)',
    });
    const facts = gatherEvidence(aCellDetail({ scores: [failed] }), [run], null);
    expect(judgeOutcome(facts).outcome).toBe('timed_out');
    expect(findContradictions(facts).map(({ kind }) => kind)).toEqual(['timeout']);
  });

  it('does not take the lack of recorded changes for a no-op: perhaps no one watched', () => {
    const cell = aCellDetail({ scores: [failed] });
    expect(judgeOutcome(gatherEvidence(cell, [], [])).outcome).toBe('failed');
    expect(gatherEvidence(cell, [], [aChange({})]).changes).toBe(1);
  });

  it('adds up the recorded tokens, and knows none where none were recorded', () => {
    const tokens = { ...aCellDetail().tokens, input: 9000, output: 237 };
    expect(gatherEvidence(aCellDetail({ tokens }), [], null).recorded.totalTokens).toBe(9237);
    expect(gatherEvidence(aCellDetail(), [], null).recorded.totalTokens).toBeNull();
  });
});
