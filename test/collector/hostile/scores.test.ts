// Rows C1-C15 of the hostile inputs, at the route that the design gives scores: PUT /api/cells/:id/scores, of
// each axis the record put last stands, values are free. Where the table asks for another route or another
// model of scores, the row says what holds here.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { SweepMatrix } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';

const collectorOf = sharedCollector();
let cells = 0;
const nextCell = () => `s/a/m/f/score${++cells}`;
const JSON_TYPE = { 'content-type': 'application/json' };

async function put(
  body: string | Uint8Array,
  { cell = nextCell(), headers = JSON_TYPE as Record<string, string> } = {},
): Promise<{ status: number; code: string; etag: string | null; cell: string; issues: unknown[] }> {
  const before = collectorOf().writer.status().acknowledged;
  const response = await collectorOf().request(`${cellPath(cell)}/scores`, {
    method: 'PUT',
    headers,
    body: Buffer.from(body),
  });
  const answer = await response.json();
  expect(response.headers.get('content-type')).toBe('application/json');
  if (response.status >= 400) {
    expect(answer.error.message).not.toBe('');
    expect(collectorOf().writer.status().acknowledged).toBe(before);
  }
  const { code = answer.status, issues = [] } = answer.error ?? {};
  return { status: response.status, code, etag: response.headers.get('etag'), cell, issues };
}

const scored = (values: string, axis = 'pass_rate') => `{"scores":[{"axis":"${axis}","values":${values}}]}`;
const nested = (levels: number) => scored(`{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`);

test.each([
  ['C1: what is no JSON', 'scores!', 400],
  ['C1: nesting over 32', nested(40), 400],
  ['C1: more than 1 MiB', scored(`{"x":"${'x'.repeat(2 ** 20)}"}`), 413],
  ['C2: a bare NaN', scored('{"pass":NaN}'), 400],
  ['C2: 1e999', scored('{"pass":1e999}'), 422],
  ['C9: a time without zone', '{"scores":[{"axis":"a","values":{},"scored_at":"2026-11-22T07:20:00"}]}', 422],
  [
    'C9: a time that is none',
    '{"scores":[{"axis":"a","values":{},"scored_at":"2026-13-45T99:99:99Z"}]}',
    422,
  ],
  ['C15: a number of 400 digits', scored(`{"x":1e${'4'.repeat(3)}}`), 422],
  ['C15: the key __proto__', scored('{"__proto__":{"polluted":1}}'), 422],
])('%s is refused, and nothing is stored', async (_name, body, status) => {
  const answer = await put(body);
  expect(answer.status).toBe(status);
  expect((await collectorOf().request(cellPath(answer.cell))).status).toBe(404);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('C1: another type is 415, a packed bomb 413', async () => {
  expect((await put('{"scores":[]}', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  expect((await put(gzipSync(Buffer.alloc(2 ** 21, ' ')), { headers })).status).toBe(413);
});

test('C2: a refusal points at what is wrong', async () => {
  const { status, issues } = await put('{"scores":[{"axis":"a","values":{}},{"axis":7,"values":{}}]}');
  expect([status, issues]).toMatchObject([422, [{ path: '/scores/1/axis' }]]);
});

test('C3: what is absent or null is not measured, never 0', async () => {
  const { cell } = await put(
    '{"scores":[{"axis":"pass_rate","values":{"pass":null}},{"axis":"refusal","values":{"refusal":false,"not_applicable":true}}]}',
  );
  const { headlines, pass } = await collectorOf().cell(cell);
  expect(pass).toBeNull();
  const of = (axis: string) => headlines.find((headline) => headline.axis === axis);
  expect(of('pass_rate')).toMatchObject({ value: null, grade: 'not recorded' });
  expect(of('tokens')).toMatchObject({ value: null, grade: 'not recorded' });
  expect(of('refusal')).toMatchObject({ value: null, grade: 'not applicable' });
});

test('C4: a composite that its components do not yield is kept, and noted as a contradiction', async () => {
  const perfect = { pass_rate: 1, integrity: 1, cost_efficiency: 1, latency_efficiency: 1 };
  const components = { ...perfect, blast_radius: 0 };
  const notesOf = async (sweep: string, composite: number) => {
    const values = JSON.stringify({ composite, components });
    expect(await put(scored(values, 'composite'), { cell: `${sweep}/a/m/f/t` })).toMatchObject({
      status: 201,
    });
    return (await collectorOf().get<SweepMatrix>(`/api/sweeps/${sweep}`)).notes;
  };
  expect(await notesOf('true-sum', 1)).toEqual([0]);
  expect(await notesOf('false-sum', 0.5)).toEqual([1]);
});

test('C5: the same body again is 200 unchanged, the first one 201, with an ETag of what stands', async () => {
  const first = await put(scored('{"pass":1}'));
  const again = await put(scored('{"pass":1}'), { cell: first.cell });
  expect([first.status, first.code, again.status, again.code]).toEqual([201, 'created', 200, 'unchanged']);
  expect(first.etag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(again.etag).toBe(first.etag);
});

test('C6: another body replaces and stays in the log; with If-Match only what was read is replaced', async () => {
  const first = await put(scored('{"pass":0}'));
  const second = await put(scored('{"pass":1}'), { cell: first.cell });
  expect([second.status, second.code]).toEqual([200, 'replaced']);
  const stale = { ...JSON_TYPE, 'if-match': first.etag ?? '' };
  expect(await put(scored('{"pass":0}'), { cell: first.cell, headers: stale })).toMatchObject({
    status: 412,
    code: 'changed',
  });
  expect((await collectorOf().cell(first.cell)).pass).toBe(1);
});

test('C7: of ten writers with the same If-Match exactly one succeeds', async () => {
  const { cell, etag } = await put(scored('{"pass":0}'));
  const headers = { ...JSON_TYPE, 'if-match': etag ?? '' };
  const responses = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      collectorOf().request(`${cellPath(cell)}/scores`, {
        method: 'PUT',
        headers,
        body: scored(`{"pass":1,"writer":${n}}`),
      }),
    ),
  );
  expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
});

test.each([
  ['empty segments', 'a//b'],
  ['one segment', 'alone'],
  ['dots', 'a/../b'],
  ['a backslash', 'a\\b/c'],
  ['NUL', 'a/b\u0000'],
  ['a control character', 'a/b\u0007'],
  ['a letter of two forms', 'a/e\u0301'],
  ['more than 512 bytes', `a/${'b'.repeat(128)}/${'c'.repeat(128)}/${'d'.repeat(128)}/${'e'.repeat(128)}`],
  ['a trailing space', 'a/b '],
  ['a twice encoded slash', 'a%2Fb'],
])('C8: a cell id with %s is 400', async (_name, cell) => {
  expect(await put(scored('{"pass":1}'), { cell })).toMatchObject({ status: 400, code: 'bad_cell_id' });
});

test('C9: a scoring time keeps every digit', async () => {
  const at = '2026-11-22T07:20:00.123456789Z';
  const { cell } = await put(`{"scores":[{"axis":"pass_rate","values":{"pass":1},"scored_at":"${at}"}]}`);
  expect((await collectorOf().cell(cell)).scores[0]?.scored_at).toBe(at);
});

test('C10: a printed tail with escapes is kept as it is', async () => {
  const { cell } = await put(scored(JSON.stringify({ stdout_tail: '\u001b[31mred\u0000' }), 'verify'));
  expect((await collectorOf().cell(cell)).scores[0]?.values.stdout_tail).toBe('\u001b[31mred\u0000');
});

test('C11: unknown axes and keys are kept and never judged', async () => {
  const { cell } = await put(scored('{"vibe":11,"a.b":[1,{"c":null}]}', 'vibes'));
  const { scores, outcome, composite } = await collectorOf().cell(cell);
  expect(scores).toEqual([{ axis: 'vibes', values: { vibe: 11, 'a.b': [1, { c: null }] } }]);
  expect([outcome, composite]).toEqual(['unscored', null]);
});

test('C12: without the token no score is written', async () => {
  const collector = await TestCollector.start({ token: 'a-token-of-sixteen' });
  expect((await collector.putScores('s/a/m/f/t', [])).status).toBe(401);
});

test('C13: a score may come before its trace, or without one', async () => {
  const { cell } = await put(scored('{"pass":1}'));
  expect(await collectorOf().cell(cell)).toMatchObject({ spans: 0, outcome: 'passed' });
  await collectorOf().sendTraces([aBatch([aSpan()])], { cell });
  expect(await collectorOf().cell(cell)).toMatchObject({ spans: 1, outcome: 'passed' });
});

test('C14: a body of several records is stored whole or not at all', async () => {
  const body = '{"scores":[{"axis":"pass_rate","values":{"pass":1}},{"axis":"","values":{}}]}';
  const { cell, status } = await put(body);
  expect(status).toBe(422);
  expect((await collectorOf().request(cellPath(cell))).status).toBe(404);
});

test('C15: of a repeated key the last value counts', async () => {
  const { cell } = await put(scored('{"pass":0,"pass":1}'));
  expect((await collectorOf().cell(cell)).pass).toBe(1);
});
