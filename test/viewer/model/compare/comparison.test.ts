// The differences of two cells, claimed only where both have a value.
import { describe, expect, it } from 'vitest';
import { headlines, type ScoreRecord } from '../../../../shared/score.ts';
import type { CellDetail } from '../../../../shared/wire.ts';
import { changedLines } from '../../../../viewer/model/changes/diff-tally.ts';
import { type ComparedCell, compareCells } from '../../../../viewer/model/compare/comparison.ts';
import { aCellDetail, aChange } from '../../../support/trace-builders.ts';

const noTokens = aCellDetail().tokens;
const timing = (durationMs: number): CellDetail['timing'] => ({ ...aCellDetail().timing, durationMs });
const withScores = (scores: ScoreRecord[]) => ({
  scores,
  headlines: headlines(scores, { modelCalls: 0, totalTokens: null, wallMs: null }),
});
const aSide = (detail: Partial<CellDetail>, more: Partial<ComparedCell> = {}): ComparedCell => ({
  detail: aCellDetail(detail),
  changes: [],
  steps: null,
  ...more,
});
const rowOf = (a: ComparedCell, b: ComparedCell, label: string) =>
  compareCells(a, b).find((row) => row.label === label);

const failed = aSide(
  {
    outcome: 'failed',
    ...withScores([
      { axis: 'pass_rate', values: { pass: 0 } },
      { axis: 'composite', values: { composite: 0.579 } },
    ]),
    tokens: { ...noTokens, input: 9000, output: 237 },
    modelCalls: 5,
    timing: timing(4436),
  },
  {
    steps: 5,
    changes: [
      aChange({ diff: '--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n' }),
      aChange({ path: 'NOTES.md', change: 'added' }),
    ],
  },
);
const passed = aSide(
  {
    outcome: 'passed',
    ...withScores([
      { axis: 'pass_rate', values: { pass: 1 } },
      { axis: 'composite', values: { composite: 0.967 } },
    ]),
    tokens: { ...noTokens, input: 10_204, output: 237 },
    modelCalls: 6,
    timing: timing(10_399),
  },
  { steps: 6, changes: [aChange({ diff: '@@ -1 +1,2 @@\n-x\n+y\n+z\n' })] },
);

describe('two cells compared', () => {
  it('differ in outcome, scores, tokens, time and files, told from the first to the second', () => {
    expect(compareCells(failed, passed).map((row) => [row.label, row.a, row.b, row.difference])).toEqual([
      ['Outcome', 'Failed', 'Passed', null],
      ['Exit code', 'not recorded', 'not recorded', null],
      ['Pass', '0 / 1', '1 / 1', '+1'],
      ['Cost', 'not recorded', 'not recorded', null],
      ['Blast radius', 'not recorded', 'not recorded', null],
      ['Refusal', 'not recorded', 'not recorded', null],
      ['Integrity', 'not recorded', 'not recorded', null],
      ['Composite', '0.58', '0.97', '+0.388'],
      ['Input tokens', '9,000', '10,204', '+1,204'],
      ['Output tokens', '237', '237', null],
      ['Model calls', '5', '6', '+1'],
      ['Length', '4.44 s', '10.40 s', '+5.96 s'],
      ['Steps', '5', '6', '+1'],
      ['NOTES.md', 'added', 'not changed', 'only in the first'],
      ['src/lib.rs', 'modified +1 −1', 'modified +2 −1', 'other lines'],
    ]);
    expect(rowOf(passed, failed, 'Length')?.difference).toBe('−5.96 s');
  });

  it('claim no difference of files where one recorded no change at all', () => {
    const silent = aSide({ outcome: 'failed' });
    expect(rowOf(failed, silent, 'src/lib.rs')).toMatchObject({
      b: 'no change recorded',
      difference: null,
      equal: null,
    });
  });

  it('have no difference where one was not recorded, and are not called equal there', () => {
    const unknown = aSide({});
    expect(rowOf(failed, unknown, 'Input tokens')).toMatchObject({
      b: 'not recorded',
      difference: null,
      equal: null,
    });
    expect(rowOf(failed, unknown, 'Model calls')).toMatchObject({ b: 'not recorded', equal: null });
    expect(rowOf(failed, unknown, 'src/lib.rs')).toMatchObject({ b: 'no change recorded' });
    expect(rowOf(failed, passed, 'Output tokens')).toMatchObject({ equal: true, difference: null });
  });

  it('changed a file alike where the lines are the same, whatever the context of the diff', () => {
    const wide = aSide({}, { changes: [aChange({ diff: '@@ -1,3 +1,3 @@\n a\n-x\n+y\n b\n' })] });
    const narrow = aSide({}, { changes: [aChange({ diff: '@@ -2 +2 @@\n-x\n+y\n' })] });
    expect(rowOf(wide, narrow, 'src/lib.rs')).toMatchObject({ equal: true, difference: null });
    const untold = aSide({}, { changes: [aChange({ diff: null })] });
    expect(rowOf(wide, untold, 'src/lib.rs')).toMatchObject({ b: 'modified', equal: null, difference: null });
  });

  it('agree with themselves in everything that is known', () => {
    for (const { equal, difference } of compareCells(passed, passed)) {
      expect(equal).not.toBe(false);
      expect(difference).toBeNull();
    }
  });
});

it('takes "--- x" within a hunk for a removed line, not for a header', () => {
  expect(changedLines('--- a\n+++ b\n@@ -1,2 +1 @@\n--- x\n y\n')).toBe('--- x');
});

it('costs that are known in different ways say so beside their difference', () => {
  const withCost = (usd: number, grade: 'measured' | 'estimated') => ({
    ...failed,
    detail: {
      ...failed.detail,
      headlines: headlines([], {
        modelCalls: 1,
        totalTokens: null,
        wallMs: null,
        cost: { usd, grade, atLeast: false, because: '' },
      }),
    },
  });
  const costRow = (a: 'measured' | 'estimated', b: 'measured' | 'estimated') =>
    compareCells(withCost(0.5, a), withCost(0.75, b)).find(({ label }) => label === 'Cost');
  expect(costRow('measured', 'measured')).toMatchObject({ a: '$0.50', b: '$0.75', difference: '+$0.25' });
  expect(costRow('measured', 'estimated')).toMatchObject({
    b: '$0.75, estimated',
    difference: '+$0.25 (A measured, B estimated)',
  });
});
