// Who could have written what a page shows: told where it matters, and nowhere else.
import { expect, test } from 'vitest';
import { openVerdictNote, refusedNote } from '../../../../viewer/model/scores/trust-notes.ts';

const scores = [{ axis: 'pass_rate', values: { pass: 1 } }];

test('a verdict of a collector without a token may be anyone’s', () => {
  expect(openVerdictNote({ anyoneMayJudge: true, scores })).toContain('anyone who reaches it');
  expect(openVerdictNote({ anyoneMayJudge: false, scores })).toBeNull();
  expect(openVerdictNote({ anyoneMayJudge: true, scores: [] })).toBeNull();
});

test('what was refused is counted in words', () => {
  expect(refusedNote({ refusedRecords: 0 })).toBeNull();
  expect(refusedNote({ refusedRecords: 1 })).toMatch(/^1 record was refused/);
  expect(refusedNote({ refusedRecords: 12_000 })).toMatch(/^12,000 records were refused/);
});
