// A generated sweep, small here, from its OTLP to its matrix: every cell is there under its own name, odd ones
// too, with the outcome that it was made for, and cells that fail alike share their failure.
import { expect, test } from 'vitest';
import { formatCellId } from '../../shared/cell-id.ts';
import { outcomes } from '../../shared/outcome-words.ts';
import { type SweepMatrix, sweepMatrix } from '../../shared/wire.ts';
import { TestCollector } from '../support/collector.ts';
import { largeSweepId, largeSweepIds, oddNames, sendLargeSweep } from '../support/large-sweep.ts';

const COUNT = 900;

test('a generated sweep is there whole, as it was made', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  await sendLargeSweep(collector.url, COUNT);
  const matrix: SweepMatrix = sweepMatrix.parse(await collector.get(`/api/sweeps/${largeSweepId}`));
  const { keys } = matrix;
  const ids = matrix.attempt.map((attempt, at) =>
    formatCellId({
      sweep: largeSweepId,
      agent: keys.agent[matrix.agent[at] ?? -1] ?? '',
      model: keys.model[matrix.model[at] ?? -1] ?? '',
      task: keys.task[matrix.task[at] ?? -1] ?? '',
      attempt,
    }),
  );
  expect(ids.sort()).toEqual([...largeSweepIds(COUNT)].sort());
  expect(matrix.ids).toEqual([]);
  const names = new Set([...keys.agent, ...keys.model, ...keys.family]);
  expect(oddNames.filter((name) => names.has(name)).length).toBeGreaterThan(3);
  const seen = new Set(matrix.outcome.map((outcome) => outcomes[outcome]));
  for (const outcome of ['passed', 'failed', 'no_op', 'rate_limited', 'timed_out', 'agent_error'] as const)
    expect(seen).toContain(outcome);
  const alike = matrix.failures.map((_, group) => matrix.failure.filter((of) => of === group).length);
  expect(Math.max(...alike)).toBeGreaterThan(10);
  const measures = matrix.measures.map(({ name }) => name);
  expect(measures).toEqual([
    'tokens',
    'tokens_in',
    'tokens_out',
    'latency',
    'blast_radius',
    'integrity',
    'cost',
  ]);
});
