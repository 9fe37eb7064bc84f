// The shape of the house: no circle of imports, no folder too full to read, no name twice in the viewer. Which
// room may import which is architecture.test.ts.
import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { productFiles, root } from './support/product-files.ts';

const MAX_FILES_A_FOLDER = 25;

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?from\s*)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/g;

/** Files that import one another round in a circle, values or types, one list a circle. */
function circles(files: ReadonlyMap<string, string>): string[][] {
  const targets = new Map<string, string[]>();
  for (const [path, source] of files)
    targets.set(
      path,
      [...source.matchAll(IMPORT)]
        .map((match) => posix.normalize(posix.join(posix.dirname(path), match[1] ?? match[2] ?? '')))
        .filter((target) => files.has(target)),
    );
  return components(targets).filter(
    ([first, ...more]) => more.length > 0 || targets.get(first ?? '')?.includes(first ?? ''),
  );
}

/** Strongly connected components, after Tarjan. */
function components(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (path: string): number => {
    let low = order.size;
    order.set(path, low);
    open.push(path);
    const own = low;
    for (const target of targets.get(path) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, lowest.get(target) ?? order.get(target) ?? low);
    }
    lowest.set(path, low);
    if (low === own) found.push(open.splice(open.indexOf(path)).sort());
    return low;
  };
  for (const path of targets.keys()) if (!order.has(path)) visit(path);
  return found;
}

/** Folders with more files beside each other than a reader takes in. */
function fullFolders(paths: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const path of paths)
    if (!path.endsWith('.css')) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > MAX_FILES_A_FOLDER).map(([folder]) => folder);
}

/** Stems that more than one file has. */
function repeatedStems(paths: readonly string[]): string[] {
  const stems = paths.map((path) => posix.basename(path).replace(/\.\w+$/, ''));
  return [...new Set(stems.filter((stem, at) => stems.indexOf(stem) !== at))];
}

test('no file imports itself by way of others, neither values nor types', () => {
  expect(circles(productFiles())).toEqual([]);
});

test('a planted circle of types is found', () => {
  const planted = new Map([
    ['viewer/state/a.ts', "import type { B } from './b.ts';"],
    ['viewer/state/b.ts', "import { c } from './deep/c.ts';"],
    ['viewer/state/deep/c.ts', "export type { A } from '../a.ts';"],
    ['viewer/state/d.ts', "import { c } from './deep/c.ts';"],
  ]);
  expect(circles(planted)).toEqual([['viewer/state/a.ts', 'viewer/state/b.ts', 'viewer/state/deep/c.ts']]);
});

test('no folder of source or tests holds more files than a reader takes in', () => {
  const tests = readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  expect(fullFolders([...productFiles().keys(), ...tests])).toEqual([]);
});

test('no two files of the viewer have one name', () => {
  const viewer = [...productFiles().keys()].filter((path) => path.startsWith('viewer/'));
  expect(repeatedStems(viewer)).toEqual([]);
});
