// The sweeps: their order and summaries, and one sweep's cells as columns that say what the cells say.
import { expect, test } from 'vitest';
import { formatCellId } from '../../../shared/cell-id.ts';
import { outcomes } from '../../../shared/outcome-words.ts';
import { type SweepMatrix, type SweepsPage, sweepMatrix, sweepsPage } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

const MINUTE = 60_000_000_000n;
let traces = 0;

/** One span of its own trace, that many minutes before the others. */
async function aCell(collector: TestCollector, id: string, minutesAgo = 0): Promise<void> {
  const span = aSpan({
    traceId: (++traces).toString(16).padStart(32, '0'),
    startNs: builtAtNs - BigInt(minutesAgo) * MINUTE,
  });
  await collector.sendTraces([aBatch([span])], { cell: id });
}

async function matrixOf(collector: TestCollector, sweep: string): Promise<SweepMatrix> {
  return sweepMatrix.parse(await collector.get(`/api/sweeps/${sweep}`));
}

/** Ids in order, made of keys and ordinals as a reader would. */
function idsOf(matrix: SweepMatrix): string[] {
  const odd = new Map(matrix.ids);
  const key = (axis: 'agent' | 'model' | 'task', at: number) =>
    matrix.keys[axis][matrix[axis][at] ?? -1] ?? '';
  return matrix.attempt.map(
    (attempt, at) =>
      odd.get(at) ??
      formatCellId({
        sweep: matrix.id,
        agent: key('agent', at),
        model: key('model', at),
        task: key('task', at),
        attempt,
      }),
  );
}

test('sweeps are listed by their newest cell, page by page', async () => {
  const collector = await TestCollector.start();
  await aCell(collector, 'old/a/m/f/t', 60);
  await aCell(collector, 'new/a/m/f/t', 5);
  await aCell(collector, 'mixed/a/m/f/t', 90);
  await aCell(collector, 'mixed/a/m/f/u', 1);
  const seen: string[] = [];
  let next: string | undefined;
  do {
    const cursor: string = next === undefined ? '' : `&cursor=${next}`;
    const page: SweepsPage = sweepsPage.parse(await collector.get(`/api/sweeps?limit=1${cursor}`));
    seen.push(...page.sweeps.map(({ id }) => id));
    next = page.next;
  } while (next !== undefined);
  expect(seen).toEqual(['mixed', 'new', 'old']);
});

test('a summary counts outcomes, keys and recorded cells, and says from when to when it ran', async () => {
  const collector = await TestCollector.start();
  await aCell(collector, 's/pi/x/m1/polyglot/rust', 10);
  await aCell(collector, 's/pi/x/m1/polyglot/java', 3);
  await collector.putScores('s/aider/m2/polyglot/rust', [{ axis: 'pass_rate', values: { pass: 1 } }]);
  const { sweeps } = await collector.get<SweepsPage>('/api/sweeps');
  expect(sweeps).toEqual([
    {
      id: 's',
      cells: 3,
      outcomes: [
        { outcome: 'passed', count: 1 },
        { outcome: 'unscored', count: 2 },
      ],
      agents: 2,
      models: 2,
      tasks: 2,
      startNs: String(builtAtNs - 10n * MINUTE),
      endNs: String(builtAtNs - 3n * MINUTE + 13_000_000n),
      recorded: 2,
      n: 1,
      passed: 1,
      medianMs: 13,
      cost: {
        measured: { usd: 0, cells: 0 },
        estimated: { usd: 0, cells: 0 },
        asPosted: { usd: 0, cells: 0 },
      },
    },
  ]);
});

test('a matrix says of each cell what its page says, newest first', async () => {
  const collector = await TestCollector.start();
  await aCell(collector, 's/pi/meta/llama/polyglot/rust#run2', 1);
  await aCell(collector, 's/pi/meta/llama/polyglot/rust', 2);
  await aCell(collector, 's/aider/m/polyglot/java', 3);
  await collector.putScores('s/pi/meta/llama/polyglot/rust', [
    { axis: 'pass_rate', values: { pass: 0 } },
    { axis: 'composite', values: { composite: 0.5625 } },
    { axis: 'blast_radius', values: { blast_radius: 0.25 } },
    { axis: 'latency', values: { wall_clock_ms: 1234.5 } },
    { axis: 'politeness', values: { politeness: 0.75, of: 4 } },
  ]);
  const matrix = await matrixOf(collector, 's');
  const { cells } = await collector.get<{ cells: { id: string }[] }>('/api/cells?sweep=s');
  expect(idsOf(matrix)).toEqual(cells.map(({ id }) => id));
  for (const [at, id] of idsOf(matrix).entries()) {
    const cell = await collector.cell(id);
    expect({
      outcome: outcomes[matrix.outcome[at] ?? -1],
      pass: matrix.pass[at],
      composite: matrix.composite[at],
      durationMs: matrix.durationMs[at],
      spans: matrix.spans[at],
      startMs: matrix.startMs[at],
    }).toEqual({
      outcome: cell.outcome,
      pass: cell.pass,
      composite: cell.composite,
      durationMs: cell.durationMs,
      spans: cell.spans,
      startMs: Number(cell.startNs) / 1e6,
    });
  }
  const scored = idsOf(matrix).indexOf('s/pi/meta/llama/polyglot/rust');
  const measures = new Map(matrix.measures.map(({ name, values }) => [name, values[scored]]));
  expect([...measures]).toEqual([
    ['latency', 1234.5],
    ['blast_radius', 0.25],
    ['politeness', 0.75],
  ]);
});

test('ids that their parts do not make are told in full', async () => {
  const collector = await TestCollector.start();
  const ids = ['s/agent', 's/agent/x/y', 's/a/m/f/t#run1', 's/a/m/f/t', 's/a/__proto__/constructor/toString'];
  for (const [at, id] of ids.entries()) await aCell(collector, id, at);
  const matrix = await matrixOf(collector, 's');
  expect(idsOf(matrix)).toEqual(ids);
  expect(matrix.ids.map(([, id]) => id)).toEqual(['s/agent', 's/agent/x/y', 's/a/m/f/t#run1']);
});

test('a sweep that holds no cell is not there', async () => {
  const collector = await TestCollector.start();
  await aCell(collector, 's/a/m/f/t');
  expect((await collector.request('/api/sweeps/other')).status).toBe(404);
  expect((await collector.request('/api/sweeps/a%2Fb')).status).toBe(400);
  expect((await collector.request('/api/sweeps?cursor=AAAA')).status).toBe(400);
  await collector.request(cellPath('s/a/m/f/t'), { method: 'DELETE' });
  expect((await collector.request('/api/sweeps/s')).status).toBe(404);
  expect(await collector.get('/api/sweeps')).toEqual({
    sweeps: [],
    totals: { sweeps: 0, cells: 0, outcomes: [] },
  });
});

test('a reader who has the newest answer is told so, until a cell of that sweep changes', async () => {
  const collector = await TestCollector.start();
  await aCell(collector, 's/a/m/f/t');
  const tag = (await collector.request('/api/sweeps/s')).headers.get('etag') ?? '';
  const again = () => collector.request('/api/sweeps/s', { headers: { 'if-none-match': `"x", W/${tag}` } });
  expect((await again()).status).toBe(304);
  await aCell(collector, 'other/a/m/f/t');
  expect((await again()).status).toBe(304);
  await collector.putScores('s/a/m/f/t', [{ axis: 'pass_rate', values: { pass: 1 } }]);
  const changed = await again();
  expect(changed.status).toBe(200);
  expect(((await changed.json()) as SweepMatrix).pass).toEqual([1]);
});

test('a recording from the end of time is a cell like others', async () => {
  const collector = await TestCollector.start();
  const cast = '{"version":3,"term":{"cols":80,"rows":24}}\n[10,"o","x"]\n';
  // A year before its times would leave 64 bits; what claims to begin later is refused.
  const latestNs = 9n * 10n ** 18n;
  await collector.putTerminal('s/a/m/f/t', cast, `?start_ns=${latestNs}`);
  expect((await matrixOf(collector, 's')).durationMs).toEqual([10_000]);
  expect((await collector.putTerminal('s/a/m/f/u', cast, `?start_ns=${latestNs + 1n}`)).status).toBe(400);
  expect(await collector.writer.setAside()).toEqual([]);
});

test('a cell that joins another one leaves its sweep', async () => {
  const collector = await TestCollector.start();
  const traceId = 'ab'.repeat(16);
  await collector.sendTraces([aBatch([aSpan({ traceId })])]);
  expect((await collector.get<SweepsPage>('/api/sweeps')).sweeps.map(({ id }) => id)).toEqual(['adhoc']);
  await collector.sendTraces([aBatch([aSpan({ traceId })])], { cell: 's/a/m/f/t' });
  const { sweeps } = await collector.get<SweepsPage>('/api/sweeps');
  expect(sweeps.map(({ id, cells }) => [id, cells])).toEqual([['s', 1]]);
  expect((await matrixOf(collector, 's')).spans).toEqual([2]);
});

test('runs whose ids name no model are listed by the model of their first call', async () => {
  const collector = await TestCollector.start();
  const call = (model: string, startNs: bigint) =>
    aSpan({
      name: 'chat',
      startNs,
      attributes: [
        ['gen_ai.operation.name', 'chat'],
        ['gen_ai.request.model', model],
      ],
    });
  await collector.sendTraces([aBatch([call('title-model', builtAtNs + 5n), call('gpt-5', builtAtNs)])]);
  expect((await collector.cells()).map(({ model }) => model)).toEqual(['gpt-5']);
  const matrix = await collector.get<SweepMatrix>('/api/sweeps/adhoc');
  expect(matrix.keys.model).toEqual(['gpt-5']);
  expect(matrix.ids).toHaveLength(1);
});
