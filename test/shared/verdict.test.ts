// What people post as a verdict is read, or refused by the field's name.
import { expect, test } from 'vitest';
import { readVerdict, scoreNote, verdictProblem, withVerdict } from '../../shared/verdict.ts';

test.each([
  [true, 1],
  ['1', 1],
  ['true', 1],
  ['Yes', 1],
  ['PASSED', 1],
  ['resolved', 1],
  [false, 0],
  ['0', 0],
  ['unresolved', 0],
  ['Not resolved', 0],
  [0.5, 0.5],
  ['0.5', 0.5],
  [null, null],
])('%j is read as %j', (value, read) => {
  expect(readVerdict(value)).toBe(read);
});

test.each([2, -1, 'maybe', '', '7', [], {}])('%j is refused by its name', (pass) => {
  expect(readVerdict(pass)).toBeUndefined();
  expect(verdictProblem({ axis: 'pass_rate', values: { pass } })).toMatchObject({ path: 'values/pass' });
});

test('a verdict under another name is the pass', () => {
  expect(withVerdict({ axis: 'pass_rate', values: { resolved: true } }).values).toEqual({
    resolved: true,
    pass: 1,
  });
  expect(withVerdict({ axis: 'mood', values: { pass: 'yes' } }).values).toEqual({ pass: 'yes' });
});

test('an axis that is near a known one is named, a far one is not', () => {
  const note = (axis: string) => scoreNote({ axis, values: {} });
  expect(note('pas_rate')).toBe('pas_rate: unknown axis: pass_rate?');
  expect(note('Pass-Rate')).toContain('pass_rate?');
  expect(note('resolved')).toContain('pass_rate?');
  expect(note('mood')).toBeNull();
  expect(note('tokens')).toBeNull();
  expect(note('pass_rate')).toContain('no pass');
});
