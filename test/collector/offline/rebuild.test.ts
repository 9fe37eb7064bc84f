// The log is the truth: dropping every projection and building it again gives the same answers, and so
// does a collector that was stopped at any point on the way.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attribute } from '../../../collector/record.ts';
import { TRACE_COLUMNS_TYPE } from '../../../shared/trace-columns.ts';
import type { SweepsPage } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aPoint, aSpan, builtAtNs, nextSpanId } from '../../support/otlp/otlp-builders.ts';

/** Everything that the API says of every cell, as one value. */
async function answersOf(collector: TestCollector): Promise<unknown> {
  const list = await collector.cells('?limit=500');
  const cells = [];
  for (const { id } of list) {
    const path = cellPath(id);
    const columns = await collector.request(`${path}/trace`, { headers: { accept: TRACE_COLUMNS_TYPE } });
    cells.push({
      detail: await collector.cell(id),
      trace: await collector.trace(id),
      columns: Buffer.from(await columns.arrayBuffer()).toString('base64'),
      terminal: await (await collector.request(`${path}/terminal`)).text(),
      modelCalls: await collector.modelCalls(id),
      changes: await collector.changes(id),
      logs: await collector.logs(id),
      metrics: await collector.metrics(id),
    });
  }
  const page = await collector.get<SweepsPage>('/api/sweeps');
  const matrices = [];
  for (const { id } of page.sweeps) matrices.push(await collector.get(`/api/sweeps/${id}`));
  return { list, cells, page, matrices };
}

const CELLS = ['s/a/m/f/one', 's/b/m/f/two'];
const traceIds = ['1', '2', '3'].map((digit) => digit.repeat(32));
const knownSpanIds = [nextSpanId(), nextSpanId()];

/** One thing that may happen to a collector. */
type Step = (collector: TestCollector) => Promise<unknown>;

const resourceOf = (labelled: number): Attribute[] => [
  ['service.name', 'agent'],
  ...(CELLS[labelled] ? [['bench.cell.id', CELLS[labelled]] as Attribute] : []),
];

const spansStep: fc.Arbitrary<Step> = fc
  .record({
    label: fc.integer({ min: 0, max: 5 }),
    endpoint: fc.integer({ min: 0, max: 9 }),
    spans: fc.array(
      fc.record({
        trace: fc.constantFrom(...traceIds),
        known: fc.integer({ min: 0, max: 5 }),
        parent: fc.integer({ min: 0, max: 3 }),
        offset: fc.bigInt({ min: 0n, max: 10n ** 9n }),
        kind: fc.constantFrom('model_call', 'tool_call', 'adapter_run'),
        session: fc.constantFrom(null, null, 'x', 'y'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ label, endpoint, spans }) => {
    const records = spans.map(({ trace, known, parent, offset, kind, session }) =>
      aSpan({
        traceId: trace,
        ...(knownSpanIds[known] && { spanId: knownSpanIds[known] }),
        parentSpanId: knownSpanIds[parent] ?? '',
        startNs: builtAtNs + offset,
        attributes: [
          ['bench.span.kind', kind],
          ['exit_code', known],
          ...(session === null ? [] : [['session.id', session] as Attribute]),
        ],
      }),
    );
    const options = CELLS[endpoint] === undefined ? {} : { cell: CELLS[endpoint] };
    return (collector) => collector.sendTraces([aBatch(records, resourceOf(label))], options);
  });

const logsStep: fc.Arbitrary<Step> = fc
  .record({
    label: fc.integer({ min: 0, max: 5 }),
    trace: fc.constantFrom('', ...traceIds),
    name: fc.constantFrom('', 'bench.terminal.output', 'bench.file.change', 'gen_ai.evaluation.result'),
    body: fc.string(),
  })
  .map(({ label, trace, name, body }) => {
    const log = aLog({
      traceId: trace,
      eventName: name,
      body,
      attributes: [
        ['file.path', 'src/lib.rs'],
        ['bench.file.change', 'modified'],
        ['gen_ai.evaluation.name', 'pass_rate'],
        ['gen_ai.evaluation.score.value', 1],
      ],
    });
    return (collector) => collector.sendLogs([aBatch([log], resourceOf(label))]);
  });

const putStep: fc.Arbitrary<Step> = fc
  .record({ cell: fc.constantFrom(...CELLS), n: fc.integer({ min: 0, max: 3 }) })
  .map(
    ({ cell, n }): Step =>
      n > 1
        ? (collector) => collector.putScores(cell, [{ axis: 'pass_rate', values: { pass: n - 2 } }])
        : (collector) =>
            collector.putTerminal(cell, `{"version":2,"width":80,"height":24}\n[${n},"o","x"]\n`),
  );

const metricsStep: fc.Arbitrary<Step> = fc
  .record({ label: fc.integer({ min: 0, max: 5 }), session: fc.constantFrom('x', 'y'), value: fc.nat() })
  .map(({ label, session, value }) => {
    const point = aPoint({ value, attributes: [['session.id', session]] });
    return (collector) => collector.sendMetrics([aBatch([point], resourceOf(label))]);
  });

/** Deletes one of the cells that are there: labelled or not. */
const deleteStep: fc.Arbitrary<Step> = fc.nat().map(
  (n): Step =>
    async (collector) => {
      const ids = await collector.cellIds();
      const id = ids[n % Math.max(1, ids.length)];
      if (id !== undefined) await collector.request(cellPath(id), { method: 'DELETE' });
    },
);

test('building the projections again gives the same answers, wherever a restart fell', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(spansStep, spansStep, logsStep, putStep, metricsStep, deleteStep), {
        minLength: 1,
        maxLength: 10,
      }),
      fc.integer({ min: 0, max: 10 }),
      async (steps, restartAt) => {
        const collector = await TestCollector.start();
        for (const [at, step] of steps.entries()) {
          await step(collector);
          if (at === restartAt) await collector.reopen();
        }
        const before = await answersOf(collector);
        await collector.writer.rebuild();
        expect(await answersOf(collector)).toEqual(before);
        await collector.close();
      },
    ),
    { numRuns: 10 },
  );
}, 180_000);

test('the list counts as many model calls as the cell shows, in whatever order spans arrive', async () => {
  const collector = await TestCollector.start();
  let run = 0;
  const tree = fc.array(fc.record({ parent: fc.nat(), isCall: fc.boolean() }), {
    minLength: 1,
    maxLength: 14,
  });
  await fc.assert(
    fc.asyncProperty(tree, fc.array(fc.nat({ max: 2 }), { maxLength: 14 }), async (nodes, requests) => {
      const cell = `s/a/m/f/t${++run}`;
      const ids = nodes.map(() => nextSpanId());
      const parents = nodes.map(({ parent }, at) => (at === 0 ? -1 : (parent % (at + 1)) - 1));
      const spans = nodes.map(({ isCall }, at) =>
        aSpan({
          traceId: run.toString(16).padStart(32, '0'),
          spanId: ids[at]!,
          parentSpanId: ids[parents[at]!] ?? '',
          attributes: isCall ? [['bench.span.kind', 'model_call']] : [],
        }),
      );
      for (const request of [0, 1, 2]) {
        const part = spans.filter((_, at) => (requests[at] ?? 0) === request);
        if (part.length > 0) await collector.sendTraces([aBatch(part)], { cell });
      }
      const isAbove = (at: number, other: number): boolean => {
        for (let up = parents[other]!; up >= 0; up = parents[up]!) if (up === at) return true;
        return false;
      };
      const leaves = nodes.filter(
        ({ isCall }, at) => isCall && !nodes.some((node, other) => node.isCall && isAbove(at, other)),
      );
      expect((await collector.modelCalls(cell)).modelCalls).toHaveLength(leaves.length);
      expect((await collector.cell(cell)).modelCalls).toBe(leaves.length);
    }),
    { numRuns: 60 },
  );
}, 180_000);
