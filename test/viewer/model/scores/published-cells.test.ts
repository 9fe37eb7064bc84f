// The 32 published cells the whole way: imported into a collector, read over its API, and judged by what the
// page makes of them. Their known contradictions are flagged, and their composites are what their parts yield.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { findContradictions } from '../../../../shared/contradictions.ts';
import { takeApart } from '../../../../viewer/model/scores/composite-parts.ts';
import { gatherEvidence } from '../../../../viewer/model/scores/contradiction-evidence.ts';
import { TestCollector } from '../../../support/collector.ts';

const root = join(import.meta.dirname, '../../../..');
const seed =
  'expansion-20260616/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling';

const known = [
  'aider ambiguous-ticket: refusal, integrity',
  'aider ambiguous-ticket: refusal, integrity',
  'aider java-exception-handling#run1: wall',
  'aider rust-lifetime-fix#run1: wall',
  'opencode java-exception-handling: wall, timeout',
  'opencode python-reverse-string: timeout',
  'opencode rust-lifetime-fix: refusal',
  'openhands unsolvable-refusal: refusal, integrity',
  'pi unsolvable-refusal: refusal, integrity',
];

test('the published cells are flagged where they are known to contradict themselves, and nowhere else', async () => {
  const collector = await TestCollector.start({});
  const report = await importFiles([join(root, 'examples-sheet/codingagentbench.jsonl')], {
    endpoint: collector.url,
  });
  expect(report.problems).toEqual([]);
  const flagged: string[] = [];
  for (const id of await collector.cellIds()) {
    const detail = await collector.cell(id);
    const { spans } = await collector.trace(id);
    const found = findContradictions(gatherEvidence(detail, spans));
    const segments = id.split('/');
    if (found.length > 0)
      flagged.push(`${segments[1]} ${segments.at(-1)}: ${found.map(({ kind }) => kind).join(', ')}`);
    const { sum, stated } = takeApart(detail.scores, detail.durationMs);
    expect(Math.abs(sum! - stated!), id).toBeLessThanOrEqual(0.001);
  }
  expect(await collector.cellIds()).toHaveLength(32);
  expect(flagged.sort()).toEqual(known);
});

test('the seed cell’s composite is what its parts yield to 1e-12, and less than doing nothing', async () => {
  const collector = await TestCollector.start({});
  const { problems } = await importFiles([join(root, 'examples/openhands-llama-4-maverick/cell.json')], {
    endpoint: collector.url,
  });
  expect(problems).toEqual([]);
  const detail = await collector.cell(seed);
  const { sum, stated, doingNothing } = takeApart(detail.scores, detail.durationMs);
  expect(stated).toBe(0.5598918427312821);
  expect(Math.abs(sum! - stated!)).toBeLessThan(1e-12);
  expect(doingNothing).toBeGreaterThan(stated!);
});
