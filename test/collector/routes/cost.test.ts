// One cost for each run, the same in list, page, matrix and calls: told by the run or estimated, never both in silence.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Attribute } from '../../../collector/record.ts';
import type { Cost } from '../../../shared/score.ts';
import type { SweepMatrix } from '../../../shared/wire.ts';
import { TestCollector } from '../../support/collector.ts';
import { databaseFolder } from '../../support/machine/database-folder.ts';
import { aBatch, aPoint, aSpan, nextSpanId } from '../../support/otlp/otlp-builders.ts';

let folder: string;
let collector: TestCollector;
beforeAll(async () => {
  folder = databaseFolder();
  collector = await TestCollector.unattended(join(folder, 'playhead.db'));
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true });
});

const nextTraceId = () => nextSpanId().padStart(32, '5');
const chat: Attribute = ['gen_ai.operation.name', 'chat'];
const tokens: readonly Attribute[] = [
  ['gen_ai.usage.input_tokens', 100_000],
  ['gen_ai.usage.cache_read.input_tokens', 60_000],
  ['gen_ai.usage.output_tokens', 8000],
];
/** 40,000 x 1.25 + 60,000 x 0.125 + 8,000 x 10, in millionths. */
const GPT5_USD = 0.1375;

function aCall(...attributes: readonly Attribute[]) {
  return aSpan({ traceId: nextTraceId(), name: 'chat', attributes: [chat, ...attributes] });
}

function aRun(...attributes: readonly Attribute[]) {
  const kind: Attribute = ['bench.span.kind', 'adapter_run'];
  return aSpan({ traceId: nextTraceId(), attributes: [kind, ...attributes] });
}

let runs = 0;
async function cellOf(...spans: ReturnType<typeof aSpan>[]): Promise<string> {
  const id = `cost${++runs}/pi/openai/gpt-5/f/t`;
  await collector.sendTraces([aBatch(spans)], { cell: id });
  return id;
}

/** What page, list, headline and matrix say; fails where they do not say the same. */
async function costOf(id: string, from = collector): Promise<Cost> {
  const sweep = id.slice(0, id.indexOf('/'));
  const [detail, [listed], matrix] = await Promise.all([
    from.cell(id),
    from.cells(`?sweep=${sweep}`),
    from.get<SweepMatrix>(`/api/sweeps/${sweep}`),
  ]);
  const { cost } = detail;
  expect(listed?.cost).toEqual(cost);
  expect(detail.headlines.find(({ axis }) => axis === 'cost')).toMatchObject({
    value: cost.usd,
    grade: cost.grade,
    because: cost.because,
    unit: 'usd',
  });
  const measure = matrix.measures.find(({ name }) => name === 'cost');
  expect(measure?.values[0] ?? null).toBe(cost.usd);
  expect(matrix.costGrades?.estimated ?? []).toEqual(cost.grade === 'estimated' ? [0] : []);
  expect(matrix.costGrades?.posted ?? []).toEqual(cost.grade === 'as posted' ? [0] : []);
  expect(matrix.costGrades?.atLeast ?? []).toEqual(cost.atLeast ? [0] : []);
  return cost;
}

test('a run that tells tokens and no cost is estimated by dated prices', async () => {
  const id = await cellOf(aCall(['gen_ai.response.model', 'gpt-5-2025-08-07'], ...tokens));
  const cost = await costOf(id);
  expect(cost).toMatchObject({ grade: 'estimated', atLeast: false });
  expect(cost.usd).toBeCloseTo(GPT5_USD, 12);
  expect(cost.because).toMatch(/^by the prices of 20\d\d-\d\d-\d\d \(litellm /);
  const { modelCalls } = await collector.modelCalls(id);
  expect(modelCalls.map(({ costUsd, costGrade }) => [costUsd, costGrade])).toEqual([[cost.usd, 'estimated']]);
});

test.each(['gen_ai.usage.cost', 'bench.model_call.cost_usd', 'llm.cost.total'])(
  'what the calls told as %s is measured',
  async (key) => {
    const id = await cellOf(aCall([key, 0.25], ...tokens), aCall([key, 0.5], ...tokens));
    expect(await costOf(id)).toEqual({
      usd: 0.75,
      grade: 'measured',
      atLeast: false,
      because: 'told by 2 model calls',
    });
    const { modelCalls } = await collector.modelCalls(id);
    expect(modelCalls.map(({ costGrade }) => costGrade)).toEqual(['measured', 'measured']);
  },
);

test('a told cost of 0 for a model whose price nobody knows is not recorded', async () => {
  const id = await cellOf(
    aCall(['gen_ai.request.model', 'somebody/new-model'], ['gen_ai.usage.cost', 0], ...tokens),
  );
  expect(await costOf(id)).toMatchObject({
    usd: null,
    grade: 'not recorded',
    because: 'no price is known for somebody/new-model (1 model call)',
  });
  const { modelCalls } = await collector.modelCalls(id);
  expect(modelCalls[0]).toMatchObject({ costUsd: null, costGrade: 'not recorded' });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e12, 'free'])(
  'a told cost of %s is none: the run is estimated',
  async (value) => {
    const id = await cellOf(
      aCall(['gen_ai.usage.cost', value], ['gen_ai.request.model', 'gpt-5'], ...tokens),
    );
    expect((await costOf(id)).usd).toBeCloseTo(GPT5_USD, 12);
  },
);

test('0 stands for a model that the price table calls free', async () => {
  const id = await cellOf(aCall(['gen_ai.request.model', 'ollama/llama3.1'], ...tokens));
  expect(await costOf(id)).toMatchObject({ usd: 0, grade: 'estimated' });
});

test('the total of the run is shown where its calls told none, and is the one source that is named', async () => {
  const id = await cellOf(
    aRun(['gen_ai.usage.cost', 0.42]),
    aCall(['gen_ai.request.model', 'gpt-5'], ...tokens),
  );
  expect(await costOf(id)).toEqual({
    usd: 0.42,
    grade: 'measured',
    atLeast: false,
    because: 'the agent’s own total',
  });
});

test('a run with two sources of cost shows one, and says that the other differs', async () => {
  const id = await cellOf(aRun(['gen_ai.usage.cost', 0.42]), aCall(['gen_ai.usage.cost', 0.4], ...tokens));
  expect(await costOf(id)).toMatchObject({
    usd: 0.4,
    because: 'told by 1 model call; the agent’s own total is $0.42',
  });
});

test('a call around calls is not charged twice', async () => {
  const outer = aCall(['gen_ai.usage.cost', 0.3], ...tokens);
  const inner = { ...aCall(['gen_ai.usage.cost', 0.3], ...tokens), traceId: outer.traceId };
  const id = await cellOf({ ...inner, parentSpanId: outer.spanId }, outer);
  expect(await costOf(id)).toMatchObject({ usd: 0.3, because: 'told by 1 model call' });
});

test('an answered call that told nothing makes the sum "at least", a failed one does not', async () => {
  const priced = () => aCall(['gen_ai.request.model', 'gpt-5'], ...tokens);
  const failed = { ...aCall(), statusCode: 2, statusMessage: 'overloaded' };
  expect(await costOf(await cellOf(priced(), failed))).toMatchObject({ atLeast: false });
  const cost = await costOf(await cellOf(priced(), aCall()));
  expect(cost).toMatchObject({ atLeast: true, grade: 'estimated' });
  expect(cost.because).toMatch(/^at least: by .*; 1 model call told neither tokens nor cost$/);
});

test('the agent’s own counter stands where no span tells', async () => {
  const id = `cost${++runs}/claude/claude-sonnet-4-5/f/t`;
  const point = (value: number) => aPoint({ name: 'claude_code.cost.usage', value });
  await collector.sendMetrics([aBatch([point(0.125)])], { cell: id });
  await collector.sendMetrics([aBatch([point(0.25)])], { cell: id });
  expect(await costOf(id)).toMatchObject({ grade: 'measured', because: 'the agent’s own counter' });
  const { usage } = await collector.metrics(id);
  expect((await costOf(id)).usd).toBe(usage[0]?.costUsd);
});

test('a posted cost is as posted, and a posted 0 is none', async () => {
  const id = await cellOf(aRun());
  await collector.putScores(id, [{ axis: 'cost', values: { cost_usd: 1.5 } }]);
  expect(await costOf(id)).toMatchObject({ usd: 1.5, grade: 'as posted' });
  await collector.putScores(id, [{ axis: 'cost', values: { cost_usd: 0 } }]);
  expect(await costOf(id)).toMatchObject({ usd: null, grade: 'not recorded' });
});

test('a hostile number of models keeps a cell small, and its calls counted', async () => {
  const many = Array.from({ length: 300 }, (_, at) =>
    aCall(['gen_ai.request.model', `no/such-${'x'.repeat(300)}-${at}`], ...tokens),
  );
  const id = await cellOf(...many);
  const cost = await costOf(id);
  expect(cost.usd).toBeNull();
  expect(cost.because.length).toBeLessThan(6000);
});

test('own prices hold at once, for runs that were recorded before', async () => {
  const own = databaseFolder();
  onTestFinished(() => rmSync(own, { recursive: true }));
  const priceFile = join(own, 'prices.json');
  const dbPath = join(own, 'playhead.db');
  const first = await TestCollector.unattended(dbPath);
  const id = 's/pi/ours/f/t';
  await first.sendTraces([aBatch([aCall(['gen_ai.request.model', 'ours'], ...tokens)])], { cell: id });
  expect((await costOf(id, first)).usd).toBeNull();
  await first.close();
  writeFileSync(priceFile, JSON.stringify({ date: '2026-12-01', models: { ours: { input: 1, output: 5 } } }));
  const second = await TestCollector.open(dbPath, { priceFile });
  const cost = await costOf(id, second);
  expect(cost.usd).toBeCloseTo(0.14, 12);
  expect(cost.because).toBe('by the prices of 2026-12-01 (prices.json)');
});
