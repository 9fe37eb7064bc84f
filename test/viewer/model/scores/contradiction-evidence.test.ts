// What a cell's page knows of the evidence for contradictions.
import { describe, expect, it } from 'vitest';
import { findContradictions } from '../../../../shared/contradictions.ts';
import { gatherEvidence } from '../../../../viewer/model/scores/contradiction-evidence.ts';
import { aCellDetail, aSpanJson } from '../../../support/trace-builders.ts';

const failed = { axis: 'pass_rate', values: { pass: 0, timed_out: false } };

describe('the evidence of a cell', () => {
  it('takes the message of the run’s own span for the harness’s word', () => {
    const run = aSpanJson({
      kind: 'adapter_run',
      status: 'error',
      statusMessage: 'adapter timed out after 630s (outer guard)',
    });
    const found = findContradictions(gatherEvidence(aCellDetail({ scores: [failed] }), [run]));
    expect(found.map(({ kind }) => kind)).toEqual(['timeout']);
  });

  it('hears it from the score sheet where no span carries it', () => {
    const sheet = { axis: 'sheet', values: { banner: 'This run timed out.' } };
    expect(gatherEvidence(aCellDetail({ scores: [sheet] }), []).harnessError).toBe('This run timed out.');
    expect(gatherEvidence(aCellDetail(), []).harnessError).toBeNull();
  });

  it('adds up the recorded tokens, and knows none where none were recorded', () => {
    const tokens = { ...aCellDetail().tokens, input: 9000, output: 237 };
    expect(gatherEvidence(aCellDetail({ tokens }), []).recorded.totalTokens).toBe(9237);
    expect(gatherEvidence(aCellDetail(), []).recorded.totalTokens).toBeNull();
  });
});
