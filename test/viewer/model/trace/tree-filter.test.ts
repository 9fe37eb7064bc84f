// The tree table's filter: what fits, and the ancestors that say where it stands.
import { expect, test } from 'vitest';
import { buildTree } from '../../../../viewer/model/trace/trace-tree.ts';
import { filterTree } from '../../../../viewer/model/trace/tree-filter.ts';
import { cpuMs } from '../../../support/machine/cpu-time.ts';
import { aTrace, spanIdOf, TRACE_ID, type TraceRow } from '../../../support/trace-builders.ts';

const rows: TraceRow[] = [
  { startNs: 0, lengthNs: 100, name: 'run', kind: 'adapter_run' },
  { startNs: 10, lengthNs: 20, name: 'Chat', kind: 'model_call', parent: 0 },
  { startNs: 40, lengthNs: 20, name: 'execute_tool bash', kind: 'tool_call', parent: 0, status: 'error' },
  { startNs: 45, lengthNs: 5, name: 'fs.read', parent: 2 },
  { startNs: 200, lengthNs: 5, name: 'cleanup', kind: 'cleanup' },
];

function filtered(text: string): number[] | null {
  const columns = aTrace(rows);
  const found = filterTree(buildTree(columns), columns, text);
  return found && [...found.rows];
}

test('keeps what fits and its ancestors, in the order of the tree', () => {
  expect(filtered('fs.')).toEqual([0, 2, 3]);
  expect(filtered('chat')).toEqual([0, 1]);
  expect(filtered('cleanup')).toEqual([4]);
});

test('finds by kind, by error, by the start of an id and by a whole trace id', () => {
  expect(filtered('tool_call')).toEqual([0, 2]);
  expect(filtered('error')).toEqual([0, 2]);
  expect(filtered(spanIdOf(4))).toEqual([4]);
  expect(filtered(TRACE_ID)).toEqual([0, 1, 2, 3, 4]);
});

test('asks for all words, in any case and any compatible form', () => {
  expect(filtered('BASH error')).toEqual([0, 2]);
  expect(filtered('bash chat')).toEqual([]);
  expect(filtered('ｃｈａｔ')).toEqual([0, 1]);
});

test('no words are no filter', () => {
  expect(filtered('  ')).toBeNull();
});

test('counts what fits, not what stands around it', () => {
  const columns = aTrace(rows);
  const found = filterTree(buildTree(columns), columns, 'fs.');
  expect(found?.count).toBe(1);
  expect([...(found?.fits ?? [])]).toEqual([0, 0, 0, 1, 0]);
});

test('a chain of 100,000 spans is walked once', () => {
  const chain = Array.from({ length: 100_000 }, (_, row) => ({
    startNs: row,
    lengthNs: 1,
    parent: row - 1,
    name: 'deep',
  }));
  const columns = aTrace(chain);
  const before = cpuMs();
  expect(filterTree(buildTree(columns), columns, 'deep')?.rows.length).toBe(100_000);
  expect(cpuMs(before)).toBeLessThan(2000);
});
