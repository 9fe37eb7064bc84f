// S14 the whole way: 100,000 spans as one chain and as siblings, in both encodings, through the application
// into the columns that a page reads, and through the page's own tree.
import { describe, expect, test } from 'vitest';
import type { SpanRecord } from '../../../collector/record.ts';
import { decodeTraceColumns, TRACE_COLUMNS_TYPE } from '../../../shared/trace-columns.ts';
import { ancestorsOf, buildTree } from '../../../viewer/model/trace/trace-tree.ts';
import { cellPath } from '../../support/collector.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { aBatch, aSpan, builtAtNs, nextSpanId } from '../../support/otlp/otlp-builders.ts';

const collectorOf = sharedCollector();
const COUNT = 100_000;
const BATCH = 20_000;

/** Each span a microsecond after the one before it. */
function spansWith(parentOf: (ids: readonly string[], at: number) => string): SpanRecord[] {
  const ids = Array.from({ length: COUNT }, () => nextSpanId());
  return ids.map((spanId, at) => {
    const startNs = builtAtNs + BigInt(at) * 1000n;
    return aSpan({ spanId, parentSpanId: parentOf(ids, at), startNs, endNs: startNs + 500n });
  });
}

describe.each(['json', 'protobuf'] as const)('in %s', (encoding) => {
  async function treeOf(cell: string, spans: readonly SpanRecord[]) {
    // Last ones first: parents that come after their children.
    for (let at = COUNT - BATCH; at >= 0; at -= BATCH) {
      const batches = [aBatch(spans.slice(at, at + BATCH))];
      expect((await collectorOf().sendTraces(batches, { cell, encoding })).status).toBe(200);
    }
    const response = await collectorOf().request(`${cellPath(cell)}/trace`, {
      headers: { accept: TRACE_COLUMNS_TYPE },
    });
    const columns = decodeTraceColumns(await response.arrayBuffer());
    expect(columns.count).toBe(COUNT);
    expect(columns.flags.every((flags) => flags === 0)).toBe(true);
    return buildTree(columns);
  }

  test('S14: a chain 100,000 deep stands whole, from its first span to its last', async () => {
    const tree = await treeOf(
      `s/a/m/f/chain-${encoding}`,
      spansWith((ids, at) => ids[at - 1] ?? ''),
    );
    expect(tree.depth.every((depth, row) => depth === row)).toBe(true);
    expect(tree.rows.every((row, at) => row === at)).toBe(true);
    const nearest = ancestorsOf(tree, COUNT - 1);
    expect([nearest.length, nearest.at(-1)]).toEqual([64, COUNT - 2]);
  }, 60_000);

  test('S14: 100,000 siblings stand in order under their one parent', async () => {
    const tree = await treeOf(
      `s/a/m/f/siblings-${encoding}`,
      spansWith((ids, at) => (at === 0 ? '' : (ids[0] ?? ''))),
    );
    expect(tree.depth.every((depth, row) => depth === (row === 0 ? 0 : 1))).toBe(true);
    expect(tree.parent.every((parent, row) => parent === (row === 0 ? -1 : 0))).toBe(true);
    expect(tree.rows.every((row, at) => row === at)).toBe(true);
  }, 60_000);
});
