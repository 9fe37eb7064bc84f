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
])('%s and %s: %s', (glob, path, matches) => {
  expect(matchesAny(path, [glob])).toBe(matches);
});

test('no globs match nothing', () => {
  expect(matchesAny('a', [])).toBe(false);
});
