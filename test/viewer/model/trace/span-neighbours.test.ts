// What lies around one span: neighbours of its kind, and what it holds.
import { expect, test } from 'vitest';
import { childRows, neighbourOfKind } from '../../../../viewer/model/trace/span-neighbours.ts';
import { buildTree } from '../../../../viewer/model/trace/trace-tree.ts';
import { aTrace } from '../../../support/trace-builders.ts';

const columns = aTrace([
  { startNs: 0, lengthNs: 90, kind: 'adapter_run' },
  { startNs: 10, lengthNs: 5, kind: 'model_call', parent: 0 },
  { startNs: 20, lengthNs: 30, kind: 'tool_call', parent: 0 },
  { startNs: 25, lengthNs: 5, kind: 'model_call', parent: 2 },
  { startNs: 60, lengthNs: 5, kind: 'model_call', parent: 0 },
]);

test('a neighbour is the nearest span of the same kind, whoever holds it', () => {
  expect(neighbourOfKind(columns, 1, 1, null)).toBe(3);
  expect(neighbourOfKind(columns, 4, -1, null)).toBe(3);
  expect(neighbourOfKind(columns, 1, -1, null)).toBe(-1);
  expect(neighbourOfKind(columns, 2, 1, null)).toBe(-1);
});

test('what is stepped over is no neighbour', () => {
  expect(neighbourOfKind(columns, 1, 1, Uint8Array.of(0, 0, 0, 1, 0))).toBe(4);
});

test('a span holds its children and not theirs, as many of them as are asked for', () => {
  const tree = buildTree(columns);
  expect(childRows(tree, 0, 10)).toEqual({ total: 3, rows: [1, 2, 4] });
  expect(childRows(tree, 0, 2)).toEqual({ total: 3, rows: [1, 2] });
  expect(childRows(tree, 4, 10)).toEqual({ total: 0, rows: [] });
});
