// Scores of a cell: put by the API or told by log records, revised, and what is made of them.
import { expect, test } from 'vitest';
import type { Attribute } from '../../../collector/record.ts';
import type { ScoresJson } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

const CELL = 'sweep-1/opencode/stub/polyglot/rust';
const passed = { axis: 'pass_rate', values: { pass: 1, exit_code: 0, stdout_tail: 'ok\n' } };

test('scores put before any span make the cell', async () => {
  const collector = await TestCollector.start();
  expect((await collector.putScores(CELL, [passed])).status).toBe(201);
  expect(await collector.cells()).toMatchObject([{ id: CELL, outcome: 'passed', pass: 1, spans: 0 }]);
});

test('records come back whole, keys in their order, axes in reading order', async () => {
  const collector = await TestCollector.start();
  const records = [
    { axis: 'vibes', values: { zeta: null, alpha: [1, { deep: true }], 'a.b': 0.5598918427312821 } },
    { axis: 'composite', values: { composite: 0.5598918427312821 }, scorer: 'bench 1.2' },
    { ...passed, scored_at: '2026-06-17T07:17:04.854527Z' },
  ];
  await collector.putScores(CELL, records);
  const { scores, composite } = await collector.cell(CELL);
  expect(JSON.stringify(scores)).toBe(JSON.stringify([records[2], records[1], records[0]]));
  expect(composite).toBe(0.5598918427312821);
});

test('the same body is unchanged, another one a new revision of its axes alone', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(CELL, [passed, { axis: 'integrity', values: { integrity: 1 } }]);
  const again = await collector.putScores(CELL, [passed]);
  expect([again.status, (await again.json()).status]).toEqual([200, 'unchanged']);
  expect(collector.writer.status().acknowledged).toBe(1);
  const failed = await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 0 } }]);
  expect([failed.status, (await failed.json()).status]).toEqual([200, 'replaced']);
  const cell = await collector.cell(CELL);
  expect(cell.outcome).toBe('failed');
  expect(cell.scores).toEqual([
    { axis: 'pass_rate', values: { pass: 0 } },
    { axis: 'integrity', values: { integrity: 1 } },
  ]);
  expect(collector.writer.status().acknowledged).toBe(2);
});

test('a record is the same in whatever order its own fields stand', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(CELL, [{ values: { a: 1 }, scorer: 's', axis: 'a' }]);
  const again = await collector.putScores(CELL, [{ axis: 'a', scorer: 's', values: { a: 1 } }]);
  expect((await again.json()).status).toBe('unchanged');
});

test.each([
  ['no JSON', '{"scores":', 400],
  ['no scores', '{}', 422],
  ['a list', '[]', 422],
  ['a record without values', '{"scores":[{"axis":"pass_rate"}]}', 422],
  ['a nameless axis', '{"scores":[{"axis":"","values":{}}]}', 422],
  ['an endless number', '{"scores":[{"axis":"a","values":{"x":1e999}}]}', 422],
  ['a key that objects swallow', '{"scores":[{"axis":"a","values":{"__proto__":1}}]}', 422],
  ['a bad time', '{"scores":[{"axis":"a","values":{},"scored_at":"yesterday"}]}', 422],
  ['nesting', `{"scores":[{"axis":"a","values":{"x":${'['.repeat(99)}${']'.repeat(99)}}}]}`, 400],
])('%s is refused', async (_what, body, status) => {
  const collector = await TestCollector.start();
  const headers = { 'content-type': 'application/json' };
  const response = await collector.request(`${cellPath(CELL)}/scores`, { method: 'PUT', headers, body });
  expect(response.status).toBe(status);
  expect((await response.json()).error.code).toMatch(/^bad_/);
  expect(await collector.cells()).toEqual([]);
});

test('an issue names the place in the body', async () => {
  const collector = await TestCollector.start();
  const response = await collector.putScores(CELL, [
    { axis: 'a', values: {} },
    { axis: 5, values: {} },
  ]);
  expect((await response.json()).error.issues).toMatchObject([{ path: '/scores/1/axis' }]);
});

test('scores must be JSON and within their size', async () => {
  const collector = await TestCollector.start();
  const put = (headers: Record<string, string>, body: string) =>
    collector.request(`${cellPath(CELL)}/scores`, { method: 'PUT', headers, body });
  expect((await put({ 'content-type': 'text/plain' }, '{}')).status).toBe(415);
  expect((await put({ 'content-type': 'application/json' }, ' '.repeat(2 ** 20 + 1))).status).toBe(413);
});

test('an evaluation event is a score, which a put one outranks', async () => {
  const collector = await TestCollector.start();
  const evaluation = (score: number) =>
    aLog({
      eventName: 'gen_ai.evaluation.result',
      attributes: [
        ['gen_ai.evaluation.name', 'pass_rate'],
        ['gen_ai.evaluation.score.value', score],
        ['gen_ai.evaluation.explanation', 'cargo test'],
      ],
    });
  await collector.sendLogs([aBatch([evaluation(1)])], { cell: CELL });
  const cell = await collector.cell(CELL);
  expect(cell.outcome).toBe('passed');
  expect(cell.scores).toEqual([
    {
      axis: 'pass_rate',
      values: { pass: 1, explanation: 'cargo test' },
      scorer: 'gen_ai.evaluation.result',
    },
  ]);
  await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 0 } }]);
  await collector.sendLogs([aBatch([evaluation(0.9)])], { cell: CELL });
  expect((await collector.cell(CELL)).outcome).toBe('failed');
});

test('an evaluation event inside a span is the same score, once where both tell it, in both encodings', async () => {
  const collector = await TestCollector.start();
  const attributes: Attribute[] = [
    ['gen_ai.evaluation.name', 'pass_rate'],
    ['gen_ai.evaluation.score.value', 1],
    ['gen_ai.evaluation.explanation', 'cargo test'],
  ];
  const event = { timeNs: builtAtNs, name: 'gen_ai.evaluation.result', attributes, droppedAttributes: 0 };
  const said = {
    axis: 'pass_rate',
    values: { pass: 1, explanation: 'cargo test' },
    scorer: 'gen_ai.evaluation.result',
  };
  for (const [cell, encoding] of [
    ['s/a/m/f/json', 'json'],
    ['s/a/m/f/protobuf', 'protobuf'],
  ] as const) {
    await collector.sendTraces([aBatch([aSpan({ events: [event] })])], { cell, encoding });
    expect((await collector.cell(cell)).scores).toEqual([said]);
    await collector.sendLogs([aBatch([aLog({ eventName: event.name, attributes })])], { cell });
    expect((await collector.cell(cell)).scores).toEqual([said]);
    expect((await collector.cell(cell)).outcome).toBe('passed');
  }
});

test('a verdict in words is read, one that says nothing is refused by the name of its field', async () => {
  const collector = await TestCollector.start();
  for (const pass of [true, '1', 'resolved']) {
    await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 0 } }]);
    await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass } }]);
    expect(await collector.cell(CELL)).toMatchObject({ outcome: 'passed', pass: 1 });
    const again = await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass } }]);
    expect((await again.json()).status).toBe('unchanged');
  }
  const refused = await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 'maybe' } }]);
  expect(refused.status).toBe(422);
  expect((await refused.json()).error.message).toContain('/scores/0/values/pass: pass takes');
  const near = await collector.putScores(CELL, [{ axis: 'pas_rate', values: { pass: 1 } }]);
  expect((await near.json()).notes).toEqual(['pas_rate: unknown axis: pass_rate?']);
});

test('tokens that only the scorer counted are told as its measure, and zero as not recorded', async () => {
  const collector = await TestCollector.start();
  const tokensOf = async (prompt: number, completion: number) => {
    const values = {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    };
    await collector.putScores(CELL, [{ axis: 'tokens', values }]);
    return (await collector.cell(CELL)).tokens;
  };
  expect(await tokensOf(0, 0)).toMatchObject({ input: null, output: null, grade: 'not recorded' });
  expect(await tokensOf(900, 40)).toMatchObject({
    input: 900,
    output: 40,
    grade: 'measured',
    cacheRead: null,
  });
});

test('a headline says where its number comes from, and never makes one up', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(CELL, [
    passed,
    { axis: 'tokens', values: { total_tokens: 0 } },
    { axis: 'refusal', values: { refusal: 0, not_applicable: true } },
  ]);
  const { headlines } = await collector.cell(CELL);
  const told = new Map(headlines.map(({ axis, value, grade }) => [axis, [value, grade]]));
  expect(told.get('pass_rate')).toEqual([1, 'as posted']);
  expect(told.get('tokens')).toEqual([null, 'not recorded']);
  expect(told.get('refusal')).toEqual([null, 'not applicable']);
  expect(told.get('composite')).toEqual([null, 'not recorded']);
});

test('a corrected verdict keeps who said what before, and when; pages show the newest', async () => {
  let nowNs = builtAtNs;
  const collector = await TestCollector.start({ now: () => nowNs });
  const said = (pass: number, scorer: string) => [{ axis: 'pass_rate', values: { pass }, scorer }];
  await collector.putScores(CELL, said(0, 'first judge'));
  nowNs += 60_000_000_000n;
  await collector.putScores(CELL, said(0, 'first judge'));
  nowNs += 60_000_000_000n;
  await collector.putScores(CELL, said(1, 'second judge'));
  const path = `/api/cells/${encodeURIComponent(CELL)}/scores`;
  const answer = await collector.request(path);
  expect(await answer.json()).toEqual({
    scores: [
      {
        ...said(1, 'second judge')[0],
        source: 'put',
        received_at: '2026-11-22T07:22:00.000Z',
        revision: 2,
        before: [{ ...said(0, 'first judge')[0], source: 'put', received_at: '2026-11-22T07:20:00.000Z' }],
      },
    ],
  });
  const cell = await collector.cell(CELL);
  expect(cell).toMatchObject({ outcome: 'passed', pass: 1, scores: said(1, 'second judge') });
  expect(cell.corrections).toEqual([
    { axis: 'pass_rate', at: '2026-11-22T07:22:00.000Z', before: 0, scorer: 'first judge', revision: 2 },
  ]);
  // What is read can be put back, guarded by the tag that came with it.
  const etag = answer.headers.get('etag') ?? '';
  const again = await collector.request(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': etag },
    body: await (await collector.request(path)).text(),
  });
  expect(await again.json()).toMatchObject({ status: 'unchanged' });
});

test('the history of an axis is bounded, in number and in length', async () => {
  const collector = await TestCollector.start();
  const long = 'x'.repeat(20_000);
  for (let at = 0; at < 23; at++)
    await collector.putScores(CELL, [{ axis: 'a', values: { value: at, ...(at === 21 && { long }) } }]);
  const path = `/api/cells/${encodeURIComponent(CELL)}/scores`;
  const { scores } = await collector.get<ScoresJson>(path);
  expect(scores[0]).toMatchObject({ values: { value: 22 }, revision: 23 });
  expect(scores[0]?.before).toHaveLength(20);
  expect(scores[0]?.before.map(({ values }) => values?.value ?? null).slice(0, 3)).toEqual([null, 20, 19]);
});
