// Which paths a glob means: the globs of --expect and of an agent's own files.
import { expect, test } from 'vitest';
import { matchesAny } from '../../../adapter/run/glob.ts';

test.each([
  ['src/**', 'src/a.ts', true],
  ['src/**', 'src/deep/er/.hidden', true],
  ['src/', 'src/a.ts', true],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/deep/a.ts', false],
  ['**/*.ts', 'a.ts', true],
  ['**/*.ts', 'src/deep/a.ts', true],
  ['*.md', 'NOTES.md', true],
  ['*.md', 'docs/NOTES.md', false],
  ['.aider.*', '.aider.chat.history.md', true],
  ['./src/lib.rs', 'src/lib.rs', true],
  ['src/{lib,main}.rs', 'src/main.rs', true],
  ['src/{lib,main}.rs', 'src/other.rs', false],
  ['file[0-9].txt', 'file7.txt', true],
  ['file[!0-9].txt', 'file7.txt', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['a.c', 'abc', false],
  ['src', 'src/a.ts', false],
  ['**', 'src/deep/a.ts', true],
  ['src/**.ts', 'src/deep/a.ts', true],
  ['**/src/**/*.ts', 'a/src/b/c.ts', true],
  ['**/src/**/*.ts', 'a/src.ts', false],
  ['**/a', '/a', false],
  ['src/{a,{b,c/d}}.ts', 'src/c/d.ts', true],
  ['src/{a,}.ts', 'src/.ts', true],
  ['src/{a.ts', 'src/{a.ts', true],
  ['a}', 'a}', true],
  ['a{b{c}', 'a{bc', true],
  ['a[b', 'a[b', true],
  ['a[!b]c', 'a/c', false],
  ['a[^b]c', 'axc', true],
  ['a[z-a]', 'az', false],
  ['a[-b]', 'a-', true],
  ['a[]]', 'a]', true],
])('%s and %s: %s', (glob, path, matches) => {
  expect(matchesAny(path, [glob])).toBe(matches);
});

test('no globs match nothing', () => {
  expect(matchesAny('a', [])).toBe(false);
});

test('a glob of many stars takes no longer than its length times the path’s', () => {
  const path = `${'a'.repeat(2000)}/${'a/'.repeat(1000)}b`;
  for (const glob of ['**a'.repeat(20), '**/*a*'.repeat(20), '{*a,**a}'.repeat(20)].map((one) => `${one}c`))
    expect(matchesAny(path, [glob])).toBe(false);
  expect(matchesAny(path, [`${'**a'.repeat(20)}**b`])).toBe(true);
});
