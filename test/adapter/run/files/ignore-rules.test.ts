// What of a tree is not watched, as projects write it down, and that no rule takes long.
import { expect, test } from 'vitest';
import { IgnoreRules } from '../../../../adapter/run/files/ignore-rules.ts';

const rules = (files: Record<string, string>) => {
  const made = new IgnoreRules();
  for (const [folder, text] of Object.entries(files)) made.add(folder, text);
  return made;
};

test.each([
  ['*.log', 'a/b.log', true],
  ['*.log', 'a/b.logs', false],
  ['/top', 'top', true],
  ['/top', 'a/top', false],
  ['a/b', 'x/a/b', false],
  ['**/a/b', 'x/y/a/b', true],
  ['a/**', 'a', false],
  ['a/**', 'a/x/y', true],
  ['a/**/z', 'a/z', true],
  ['a/**/z', 'a/x/y/z', true],
  ['build/', 'build', false],
  ['[!ab].c', 'c.c', true],
  ['[a-c].c', 'd.c', false],
  ['\\#x', '#x', true],
  ['# *', 'x', false],
  ['*.txt\n!keep.txt', 'keep.txt', false],
  ['*.txt\r\n', 'a.txt', true],
])('%j says of the file %s: %s', (text, path, ignored) => {
  expect(rules({ '': text }).isIgnored(path, false)).toBe(ignored);
});

test('a folder rule is for folders, and a deeper file outranks the others', () => {
  expect(rules({ '': 'build/' }).isIgnored('a/build', true)).toBe(true);
  expect(rules({ '': '*.txt', a: '!*.txt' }).isIgnored('a/x.txt', false)).toBe(false);
  expect(rules({ '': '*.txt', a: '!*.txt' }).isIgnored('b/x.txt', false)).toBe(true);
});

test('what tools build is ignored without a rule', () => {
  expect(rules({}).isIgnored('a/node_modules', true)).toBe(true);
  expect(rules({}).isIgnored('a/node_modules', false)).toBe(false);
  expect(rules({}).isIgnored('a/x.pyc', false)).toBe(true);
});

test('a rule made to take for ever does not', () => {
  const began = performance.now();
  const hostile = rules({ '': `${'*a'.repeat(400)}b\n${'**/a/'.repeat(150)}b` });
  for (let n = 0; n < 100; n++) hostile.isIgnored(`${'a/'.repeat(500)}${'a'.repeat(250)}`, false);
  expect(performance.now() - began).toBeLessThan(5000);
});
