// The changelog keeps its form: what is not released yet first, then dated versions, newest first, each
// change under a heading that says of which kind it is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const versions = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

test('the changelog begins with what is not released, and every version after it has a date', () => {
  const [first, ...released] = versions;
  expect(first).toBe('[Unreleased]');
  for (const version of released) expect(version).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
  const dates = released.map((version) => version?.split(' - ')[1] ?? '');
  expect(dates).toEqual([...dates].sort().reverse());
});

test('the newest released version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(versions[1]).toContain(`[${version}]`);
});

test('every change stands under one of the six kinds', () => {
  const kinds = [...text.matchAll(/^### (.+)$/gm)].map(([, kind]) => kind);
  const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  expect(kinds.filter((kind) => !known.includes(kind ?? ''))).toEqual([]);
  for (const section of text.split(/^## /m).slice(1)) {
    const [, ...afterHeading] = section.split('\n');
    expect(afterHeading.find((line) => line.trim() !== '')).toMatch(/^(### |$)/);
  }
});
