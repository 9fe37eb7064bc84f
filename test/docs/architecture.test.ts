// ARCHITECTURE.md names modules that are there, and can be read without scrolling sideways. Who may import whom is
// test/architecture.test.ts.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const rooms = ['shared', 'adapter', 'collector', 'viewer', 'bin', 'test'];

test('every module that ARCHITECTURE.md names is there', () => {
  const named = [...page.matchAll(/`([a-z]+\/[a-z][\w./-]*|[a-z]+\/)`/g)].map(([, path = '']) => path);
  // A path may begin in its program's folder: `routes/ingest` is collector/routes/ingest.ts.
  const isThere = (path: string) =>
    ['', ...rooms.map((room) => `${room}/`)].some((room) =>
      ['', '.ts', '.tsx'].some((end) => existsSync(join(root, `${room}${path}${end}`))),
    );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => path !== 'http/protobuf' && !isThere(path))).toEqual([]);
});

test('no line of ARCHITECTURE.md is wider than 140 columns', () => {
  expect(page.split('\n').filter((line) => [...line].length > 140)).toEqual([]);
});
