// What holds for the tests themselves: a clone runs every one of them with nothing beside it, and a reader
// finds out from the first line what a file is for. Does not judge what they test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const testFiles = filesBelow('test', /\.test\.ts$/);

test('no test is skipped, and none is waiting to be written', () => {
  const skipping = /\b(?:test|it|describe)\.(?:skip|skipIf|runIf|todo|only)\b/;
  expect(testFiles.filter((path) => path !== 'test/suite.test.ts' && skipping.test(read(path)))).toEqual([]);
});

test('every test file opens with a sentence', () => {
  expect(testFiles.filter((path) => !/^\/\/ [^\n]+/.test(read(path)))).toEqual([]);
});

test('what supports the tests lies in folders that can be read at a glance', () => {
  const entries = readdirSync(join(root, 'test/support'), { withFileTypes: true });
  expect(entries.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(25);
});

test('no test, benchmark or script names a path beside the repository', () => {
  const files = [...filesBelow('test', /\.ts$/), 'vitest.config.ts', 'package.json', '.ci/run'];
  // The architecture test names such paths as examples of imports.
  const outside = files.filter((path) => !path.endsWith('architecture.test.ts') && isOutside(path));
  expect(outside).toEqual([]);
});

/** Whether a quoted path leaves the root, or goes up to a neighbour of this folder's that is not there. */
function isOutside(path: string): boolean {
  return [...read(path).matchAll(/['"`]((?:\.\.\/)+[^'"`$\s]*)['"`]/g)].some(([, named = '']) => {
    const target = relative(root, join(root, dirname(path), named));
    return target.startsWith('..') || (named.startsWith('../shared/') && !existsSync(join(root, target)));
  });
}
