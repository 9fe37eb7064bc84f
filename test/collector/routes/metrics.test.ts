// Metrics: every kind kept and told, totals over series and restarts, and agents' own counters of tokens.
import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../../collector/record.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aPoint, aResource, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';
import { recordedBodies } from '../../support/recordings.ts';

const CELL = 's/a/m/f/metered';
const MINUTE = 60_000_000_000n;
const nothing: Distribution = {
  count: 0,
  sum: null,
  min: null,
  max: null,
  bounds: [],
  counts: [],
  exponential: null,
  quantiles: [],
};

describe.each(['json', 'protobuf'] as const)('in %s', (encoding) => {
  test('each kind of metric is told whole', async () => {
    const collector = await TestCollector.start();
    const points = [
      aPoint({ value: 2n ** 60n + 1n, attributes: [['model', 'm1']] }),
      aPoint({ name: 'load', data: { kind: 'gauge', temporality: 0, isMonotonic: false }, value: 0.5 }),
      aPoint({ name: 'odd', data: { kind: 'gauge', temporality: 0, isMonotonic: false }, value: Number.NaN }),
      aPoint({
        name: 'latency',
        data: { kind: 'histogram', temporality: 1, isMonotonic: false },
        value: null,
        distribution: { ...nothing, count: 3, sum: 7.5, min: 1, max: 5, bounds: [2], counts: [1, 2] },
      }),
      aPoint({
        name: 'size',
        data: { kind: 'exponential_histogram', temporality: 2, isMonotonic: false },
        value: null,
        distribution: {
          ...nothing,
          count: 4,
          exponential: {
            scale: -2,
            zeroCount: 1,
            zeroThreshold: 0.25,
            positive: { offset: -3, counts: [1, 2] },
            negative: { offset: 0, counts: [] },
          },
        },
      }),
      aPoint({
        name: 'wait',
        data: { kind: 'summary', temporality: 0, isMonotonic: false },
        value: null,
        distribution: { ...nothing, count: 2, sum: 3, quantiles: [[0.5, 1]] },
      }),
    ];
    const response = await collector.sendMetrics([aBatch(points)], { cell: CELL, encoding });
    expect(response.status).toBe(200);
    const text = await (await collector.request(`/api/cells/${encodeURIComponent(CELL)}/metrics`)).text();
    expect(text).toContain('"value":1152921504606846977');
    const { metrics } = await collector.metrics(CELL);
    const times = { startNs: String(builtAtNs), timeNs: String(builtAtNs + MINUTE) };
    expect(metrics.map(({ name, kind, temporality, total }) => [name, kind, temporality, total])).toEqual([
      ['requests', 'sum', 'cumulative', 2 ** 60],
      ['load', 'gauge', 'unspecified', null],
      ['odd', 'gauge', 'unspecified', null],
      ['latency', 'histogram', 'delta', 7.5],
      ['size', 'exponential_histogram', 'cumulative', null],
      ['wait', 'summary', 'unspecified', 3],
    ]);
    expect(metrics[0]?.series[0]?.attributes).toEqual({ model: 'm1' });
    expect(metrics[2]?.series[0]?.points[0]?.value).toBe('NaN');
    expect(metrics[3]?.series[0]?.points).toEqual([
      { ...times, value: null, count: 3, sum: 7.5, min: 1, max: 5, bounds: [2], counts: [1, 2] },
    ]);
    expect(metrics[4]?.series[0]?.points[0]).toMatchObject({
      scale: -2,
      zeroCount: 1,
      zeroThreshold: 0.25,
      positive: { offset: -3, counts: [1, 2] },
      negative: { offset: 0, counts: [] },
    });
    expect(metrics[5]?.series[0]?.points[0]).toMatchObject({ quantiles: [{ quantile: 0.5, value: 1 }] });
  });

  test('a point with an impossible time is rejected by itself, and alone refuses the request', async () => {
    const collector = await TestCollector.start();
    const late = aPoint({ timeNs: 2n ** 63n });
    const partly = await collector.sendMetrics([aBatch([aPoint(), late])], { cell: CELL, encoding });
    expect(partly.status).toBe(200);
    if (encoding === 'json')
      expect((await partly.json()).partialSuccess).toEqual({
        rejectedDataPoints: '1',
        errorMessage: '1 data point rejected, a time is beyond 2^63-1 ns (data point 1 of the request)',
      });
    else expect(new Uint8Array(await partly.arrayBuffer()).slice(2, 4)).toEqual(Uint8Array.of(8, 1));
    expect((await collector.sendMetrics([aBatch([late])], { cell: CELL, encoding })).status).toBe(400);
    expect((await collector.metrics(CELL)).metrics[0]?.series[0]?.points).toHaveLength(1);
  });
});

test('a malformed request is refused and nothing is stored', async () => {
  const collector = await TestCollector.start();
  const post = (body: string | Uint8Array, type: string) =>
    collector.request('/v1/metrics', {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(body),
    });
  expect((await post('{"resourceMetrics":', 'application/json')).status).toBe(400);
  expect((await post(Uint8Array.of(10, 9), 'application/x-protobuf')).status).toBe(400);
  expect((await post('{"resource_metrics":[]}', 'application/json')).status).toBe(200);
  expect(collector.writer.status().acknowledged).toBe(0);
  expect(await collector.writer.setAside()).toEqual([]);
});

test('cumulative points count once a start, delta points each, and a retried request not at all', async () => {
  const collector = await TestCollector.start();
  const at = (minute: bigint, value: number, startNs = builtAtNs) =>
    aPoint({ value, startNs, timeNs: builtAtNs + minute * MINUTE });
  const delta = { kind: 'sum', temporality: 1, isMonotonic: true } as const;
  const sent = [aBatch([at(1n, 5), at(2n, 9), at(4n, 2, builtAtNs + 3n * MINUTE)])];
  await collector.sendMetrics(sent, { cell: CELL });
  await collector.sendMetrics(sent, { cell: CELL });
  await collector.sendMetrics([aBatch([2, 3].map((value) => aPoint({ name: 'd', data: delta, value })))], {
    cell: CELL,
  });
  const { metrics } = await collector.metrics(CELL);
  expect(metrics.map(({ name, total }) => [name, total])).toEqual([
    ['requests', 11],
    ['d', 5],
  ]);
  expect(metrics[0]?.series[0]?.points).toHaveLength(3);
});

test('a session id brings metrics to their run, whose tokens they tell where no span does', async () => {
  const collector = await TestCollector.start();
  const session = ['session.id', 'c-1'] as const;
  await collector.sendTraces([aBatch([aSpan({ attributes: [session] })])]);
  const [run = ''] = await collector.cellIds();
  const tokens = (type: string, value: number) =>
    aPoint({ name: 'claude_code.token.usage', value, attributes: [session, ['type', type]] });
  await collector.sendMetrics([
    aBatch([
      tokens('input', 10),
      tokens('cacheRead', 100),
      tokens('cacheCreation', 5),
      tokens('output', 7),
      aPoint({ name: 'claude_code.cost.usage', value: 0.25, attributes: [session] }),
    ]),
  ]);
  expect((await collector.metrics(run)).usage).toEqual([
    {
      metric: 'claude_code.token.usage',
      input: 115,
      cacheRead: 100,
      cacheWrite: 5,
      output: 7,
      reasoning: null,
      costUsd: null,
    },
    expect.objectContaining({ metric: 'claude_code.cost.usage', input: null, costUsd: 0.25 }),
  ]);
  const { tokens: told } = await collector.cell(run);
  expect(told).toMatchObject({ input: 115, cacheRead: 100, output: 7, grade: 'measured' });
  expect((await collector.cell(run)).durationMs).toBe(13);
});

test('a session id alone brings nothing into a cell that somebody named', async () => {
  const collector = await TestCollector.start();
  const session = ['session.id', 'c-1'] as const;
  await collector.sendTraces([aBatch([aSpan({ attributes: [session] })])], { cell: CELL });
  await collector.sendMetrics([
    aBatch([
      aPoint({ name: 'claude_code.token.usage', value: 10, attributes: [session, ['type', 'input']] }),
    ]),
  ]);
  expect((await collector.metrics(CELL)).usage).toEqual([]);
});

const counted = { input: 11_700, cacheRead: 6000, output: 166 };

describe('what real agents count', () => {
  test.each([
    ['codex/0.169.0/otlp-json', 57, [{ metric: 'codex.turn.token_usage', ...counted, reasoning: 32 }]],
    ['codex/0.169.0/otlp-protobuf', 57, [{ metric: 'codex.turn.token_usage', ...counted, reasoning: 32 }]],
    [
      'gemini/0.61.0/otlp-json',
      12,
      [
        { metric: 'gemini_cli.token.usage', ...counted, reasoning: 0 },
        { metric: 'gen_ai.client.token.usage', input: 11_700, output: 166 },
      ],
    ],
  ])('%s: %i metrics, and its tokens', async (name, metrics, usage) => {
    const collector = await TestCollector.start();
    const { encoding, bytes } = recordedBodies(name).find(({ signal }) => signal === 'metrics')!;
    const response = await collector.request(`/cells/${encodeURIComponent(CELL)}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf' },
      body: new Uint8Array(bytes),
    });
    expect(response.status).toBe(200);
    const told = await collector.metrics(CELL);
    expect(told.metrics).toHaveLength(metrics);
    expect(told.usage).toMatchObject(usage);
    expect(told.usage).toHaveLength(usage.length);
  });
});

test('metrics alone that name no cell make none in any list, and are kept where they are looked for', async () => {
  const collector = await TestCollector.start();
  const resource = aResource([['service.name', 'my-harness']]);
  await collector.sendMetrics([aBatch([aPoint()], resource)]);
  expect(await collector.cells()).toEqual([]);
  expect((await collector.get<{ sweeps: unknown[] }>('/api/sweeps')).sweeps).toEqual([]);
  const id = 'adhoc/my-harness/logs';
  expect((await collector.metrics(id)).metrics).toHaveLength(1);
  // What else the program tells without a name makes it one.
  await collector.sendLogs([aBatch([aLog()], resource)]);
  expect(await collector.cellIds()).toEqual([id]);
  expect((await collector.get<{ sweeps: unknown[] }>('/api/sweeps')).sweeps).toHaveLength(1);
});

test('metrics that name their cell make it', async () => {
  const collector = await TestCollector.start();
  await collector.sendMetrics([aBatch([aPoint()])], { cell: CELL });
  expect(await collector.cellIds()).toEqual([CELL]);
});
