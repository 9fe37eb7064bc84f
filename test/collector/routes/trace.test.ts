// The trace of a cell as the API gives it: both forms, their order, what is odd about spans, spans that
// come twice, pages.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnyValue, KeyValueList, type SpanRecord } from '../../../collector/record.ts';
import { spanFlag } from '../../../shared/span.ts';
import {
  decodeTraceColumns,
  kindAt,
  spanIdAt,
  statusAt,
  TRACE_COLUMNS_TYPE,
  type TraceColumns,
} from '../../../shared/trace-columns.ts';
import { type ModelCallsJson, type SpanJson, traceJson } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aLink, anEvent, aSpan, builtAtNs, builtTraceId } from '../../support/otlp/otlp-builders.ts';

const CELL = 'sweep-1/opencode/stub/polyglot/rust';
const SECOND = 1_000_000_000n;

async function collectorWith(spans: readonly SpanRecord[]): Promise<TestCollector> {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch(spans)], { cell: CELL });
  return collector;
}

async function columnsOf(collector: TestCollector): Promise<TraceColumns> {
  const response = await collector.request(`${cellPath(CELL)}/trace`, {
    headers: { accept: `${TRACE_COLUMNS_TYPE}, application/json;q=0.5` },
  });
  expect(response.headers.get('content-type')).toBe(TRACE_COLUMNS_TYPE);
  return decodeTraceColumns(await response.arrayBuffer());
}

test('a model call whose start was never sent has neither start nor length', async () => {
  const call = { attributes: [['gen_ai.operation.name', 'chat']] } as const;
  const collector = await collectorWith([
    aSpan(call),
    aSpan({ ...call, startNs: 0n, endNs: builtAtNs + SECOND }),
  ]);
  const { modelCalls } = await collector.get<ModelCallsJson>(`${cellPath(CELL)}/model-calls`);
  const told = modelCalls.map(({ startNs, durationMs }) => [startNs, durationMs === null]);
  expect(told).toContainEqual(['0', true]);
  expect(told).toContainEqual([String(builtAtNs), false]);
});

test('a span is told with every field that it was sent with', async () => {
  const parent = aSpan();
  const span = aSpan({
    parentSpanId: parent.spanId,
    name: 'execute_tool bash',
    otelKind: 3,
    startNs: builtAtNs + 1n,
    endNs: builtAtNs + SECOND + 7n,
    statusCode: 2,
    statusMessage: 'exit 101',
    attributes: [
      ['bench.span.kind', 'tool_call'],
      ['bench.span.timing', 'arrival'],
      ['bench.span.source_id', '6c4583143cca4d618d408a5476b49f4f'],
      ['gen_ai.tool.name', 'bash'],
    ],
    events: [anEvent({ attributes: [['n', 1]] })],
    links: [aLink({ spanId: parent.spanId, attributes: [['why', 'after']] })],
  });
  const collector = await collectorWith([parent, span]);
  const trace = await collector.trace(CELL);
  expect(traceJson.parse(trace)).toEqual(trace);
  expect(trace.spans[1]).toEqual({
    traceId: builtTraceId,
    spanId: span.spanId,
    parentSpanId: parent.spanId,
    sourceId: '6c4583143cca4d618d408a5476b49f4f',
    name: 'execute_tool bash',
    kind: 'tool_call',
    otelKind: 'client',
    startNs: '1795332000000000001',
    endNs: '1795332001000000007',
    timing: 'arrival',
    status: 'error',
    statusMessage: 'exit 101',
    attributes: { 'gen_ai.tool.name': 'bash' },
    events: [{ timeNs: '1795332000001000000', name: 'terminal.output', attributes: { n: 1 } }],
    links: [{ traceId: builtTraceId, spanId: parent.spanId, attributes: { why: 'after' } }],
    service: 'test-agent',
    scope: 'test',
    flags: [],
  });
});

test('attribute values keep every digit, and hostile keys are plain data', async () => {
  const attributes: [string, AnyValue][] = [
    ['big', 2n ** 63n - 1n],
    ['nan', Number.NaN],
    ['inf', Number.NEGATIVE_INFINITY],
    ['bytes', Uint8Array.from([0, 255, 1])],
    ['list', ['a', 1, null, ['b']]],
    [
      'nested',
      new KeyValueList([
        ['__proto__', 'x'],
        ['deep', new KeyValueList([['a.b', true]])],
      ]),
    ],
    ['__proto__', 'polluted'],
    ['constructor', 'y'],
    ['key', 1],
    ['key', 2],
    ['bench.span.kind', 'no kind of ours'],
  ];
  const collector = await collectorWith([aSpan({ attributes })]);
  const response = await collector.request(`${cellPath(CELL)}/trace`);
  const text = await response.text();
  expect(text).toContain('"big":9223372036854775807');
  expect(text).toContain('"__proto__":"polluted"');
  expect(text).toContain('"nested":{"__proto__":"x","deep":{"a.b":true}}');
  const [span] = JSON.parse(text).spans;
  expect(span.attributes).toMatchObject({ nan: 'NaN', inf: '-Infinity', bytes: { $bytes: 'AP8B' }, key: 1 });
  expect(span.attributes.list).toEqual(['a', 1, null, ['b']]);
  expect(span.attributes['bench.span.kind']).toBe('no kind of ours');
  expect(span.repeatedAttributes).toEqual([{ key: 'key', value: 2 }]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('JSON and protobuf of the same spans end as equal traces', async () => {
  const spans = [
    aSpan({
      attributes: [
        ['a', 1],
        ['b', 1.5],
        ['c', 'ünï'],
        ['d', [true, 'x']],
      ],
    }),
    aSpan({ parentSpanId: 'ffffffffffffffff', endNs: 0n, events: [anEvent()], statusCode: 1 }),
  ];
  const answers = await Promise.all(
    (['json', 'protobuf'] as const).map(async (encoding) => {
      const collector = await TestCollector.start();
      expect((await collector.sendTraces([aBatch(spans)], { cell: CELL, encoding })).status).toBe(200);
      return collector.trace(CELL);
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.spans).toHaveLength(2);
});

test('spans stand in order of start, equal starts in order of arrival', async () => {
  const collector = await collectorWith([
    aSpan({ name: 'c', startNs: builtAtNs + 2n * SECOND }),
    aSpan({ name: 'a', startNs: builtAtNs }),
    aSpan({ name: 'd', startNs: builtAtNs + 2n * SECOND }),
  ]);
  await collector.sendTraces([aBatch([aSpan({ name: 'b', startNs: builtAtNs + SECOND })])], { cell: CELL });
  const { spans, startNs, endNs } = await collector.trace(CELL);
  expect(spans.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  expect([startNs, endNs]).toEqual([String(builtAtNs), String(builtAtNs + 2n * SECOND + 13_000_000n)]);
});

test('of equal starts a span comes before those inside it, which exporters send first', async () => {
  const inside = (name: string, spanId: string, parentSpanId?: string) =>
    aSpan({ name, spanId, ...(parentSpanId && { parentSpanId }), startNs: builtAtNs });
  const id = (digit: string) => digit.repeat(16);
  const collector = await collectorWith([
    inside('call', id('3'), id('2')),
    inside('other', id('4')),
    inside('run', id('2'), id('1')),
    // Two that each claim to lie in the other are shown as they came.
    inside('circle a', id('5'), id('6')),
    inside('circle b', id('6'), id('5')),
    inside('setup', id('1')),
    aSpan({ name: 'later', parentSpanId: id('1'), startNs: builtAtNs + 1n }),
  ]);
  const { spans } = await collector.trace(CELL);
  expect(spans.map(({ name }) => name)).toEqual([
    'other',
    'circle b',
    'setup',
    'run',
    'circle a',
    'call',
    'later',
  ]);
});

test('pages and kinds cut the same order', async () => {
  const tool = (name: string) => aSpan({ name, attributes: [['bench.span.kind', 'tool_call']] });
  const collector = await collectorWith([tool('a'), aSpan({ name: 'b' }), tool('c'), tool('d')]);
  const names = async (query: string) => {
    const { total, spans } = await collector.trace(CELL, query);
    return [total, spans.map(({ name }) => name).join('')];
  };
  expect(await names('?offset=1&limit=2')).toEqual([4, 'bc']);
  expect(await names('?kind=tool_call')).toEqual([3, 'acd']);
  expect(await names('?kind=tool_call,other&offset=3')).toEqual([4, 'd']);
  expect(await names('?limit=0')).toEqual([4, '']);
  expect((await collector.request(`${cellPath(CELL)}/trace?kind=shell`)).status).toBe(400);
  expect((await collector.request(`${cellPath(CELL)}/trace?limit=-1`)).status).toBe(400);
});

test('odd times are kept as sent, flagged, and kept out of the clock', async () => {
  const future = builtAtNs + 400n * 86_400n * SECOND;
  const odd: Partial<SpanRecord>[] = [
    { name: 'fine' },
    { name: 'negative', startNs: builtAtNs + SECOND, endNs: builtAtNs + SECOND - 5n },
    { name: 'unfinished', endNs: 0n },
    { name: 'no start', startNs: 0n, endNs: builtAtNs + 3n * SECOND },
    { name: 'future', startNs: future, endNs: future + 1n },
    { name: 'ancient', startNs: 5n, endNs: 9n },
    { name: 'largest', startNs: builtAtNs, endNs: 2n ** 63n - 1n },
  ];
  const collector = await collectorWith(odd.map((given) => aSpan(given)));
  const trace = await collector.trace(CELL);
  const told = new Map(trace.spans.map((span) => [span.name, span]));
  const brief = ({ startNs, endNs, flags }: SpanJson) => [startNs, endNs, flags.join()];
  expect([...odd].map(({ name }) => brief(told.get(name ?? '')!))).toEqual([
    ['1795332000000000000', '1795332000013000000', ''],
    ['1795332001000000000', '1795332000999999995', 'negativeDuration'],
    ['1795332000000000000', '0', 'unfinished'],
    ['0', '1795332003000000000', 'noStart'],
    [String(future), String(future + 1n), 'clockSuspect'],
    ['5', '9', 'clockSuspect'],
    ['1795332000000000000', '9223372036854775807', 'clockSuspect'],
  ]);
  expect([trace.startNs, trace.endNs]).toEqual([String(builtAtNs), String(builtAtNs + SECOND)]);
});

test('a cell of suspect clocks alone still has a clock', async () => {
  const collector = await collectorWith([aSpan({ startNs: 1000n, endNs: 5000n })]);
  expect(await collector.cell(CELL)).toMatchObject({ startNs: '1000', endNs: '5000', durationMs: 0.004 });
});

test('orphans and circles are shown as what they are', async () => {
  const [a, b, self] = [aSpan({ name: 'a' }), aSpan({ name: 'b', startNs: builtAtNs + 1n }), aSpan()];
  const collector = await collectorWith([
    { ...a, parentSpanId: b.spanId },
    { ...b, parentSpanId: a.spanId },
    { ...self, name: 'self', parentSpanId: self.spanId },
    aSpan({ name: 'orphan', parentSpanId: '00000000000000aa' }),
  ]);
  const { spans } = await collector.trace(CELL);
  expect(new Map(spans.map(({ name, flags }) => [name, flags.join()]))).toEqual(
    new Map([
      ['a', 'cycle'],
      ['b', ''],
      ['self', 'cycle'],
      ['orphan', 'orphan'],
    ]),
  );
  const columns = await columnsOf(collector);
  expect([...columns.parent]).toEqual([-1, -1, -2, 0]);
});

test('a parent that arrives after its child is found', async () => {
  const parent = aSpan({ name: 'parent' });
  const child = aSpan({ name: 'child', parentSpanId: parent.spanId, startNs: builtAtNs + 1n });
  const collector = await collectorWith([child]);
  expect([...(await columnsOf(collector)).parent]).toEqual([-2]);
  await collector.sendTraces([aBatch([parent])], { cell: CELL });
  expect([...(await columnsOf(collector)).parent]).toEqual([-1, 0]);
});

test('the same span again is nothing', async () => {
  const span = aSpan({ attributes: [['x', 1]] });
  const collector = await collectorWith([span, span]);
  await collector.sendTraces([aBatch([span])], { cell: CELL });
  await collector.reopen();
  await collector.sendTraces([aBatch([span])], { cell: CELL, encoding: 'json' });
  expect(await collector.cell(CELL)).toMatchObject({ spans: 1 });
  expect(await collector.trace(CELL)).not.toHaveProperty('conflicts');
});

test('of one span with several contents the first durable one wins, up to four others are shown', async () => {
  const span = aSpan({ name: 'first' });
  const collector = await collectorWith([span]);
  for (const name of ['second', 'third', 'second', 'fourth', 'fifth', 'sixth'])
    await collector.sendTraces([aBatch([{ ...span, name }])], { cell: CELL });
  const { spans, conflicts } = await collector.trace(CELL);
  expect(spans.map(({ name, flags }) => [name, ...flags])).toEqual([['first', 'conflict']]);
  expect(conflicts?.map(({ name }) => name)).toEqual(['second', 'third', 'fourth', 'fifth']);
  expect((await columnsOf(collector)).flags[0]).toBe(spanFlag.conflict);
});

test('a first version that moved with its late label still wins', async () => {
  const collector = await TestCollector.start();
  const span = aSpan({ name: 'first' });
  await collector.sendTraces([aBatch([span])]);
  await collector.sendTraces([aBatch([{ ...span, name: 'second' }])], { cell: CELL });
  const { spans, conflicts } = await collector.trace(CELL);
  expect(spans.map(({ name }) => name)).toEqual(['first']);
  expect(conflicts?.map(({ name }) => name)).toEqual(['second']);
});

const arbitrarySpans = fc
  .array(
    fc.record({
      trace: fc.integer({ min: 0, max: 2 }),
      parent: fc.integer({ min: -2, max: 12 }),
      offset: fc.bigInt({ min: -(10n ** 10n), max: 10n ** 10n }),
      length: fc.oneof(fc.bigInt({ min: -5n, max: 10n ** 12n }), fc.constant(null)),
      name: fc.constantFrom('a', 'b', 'chat'),
      kind: fc.constantFrom('tool_call', 'model_call', 'verify', 'nonsense'),
      status: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drafts) =>
    drafts.map(({ trace, parent, offset, length, name, kind, status }, at) =>
      aSpan({
        traceId: String(trace + 1).repeat(32),
        spanId: String(at + 1).padStart(16, '0'),
        parentSpanId: parent < 0 ? '' : String(parent + 1).padStart(16, '0'),
        name,
        startNs: builtAtNs + offset,
        endNs: length === null ? 0n : builtAtNs + offset + length,
        statusCode: status,
        attributes: [['bench.span.kind', kind]],
      }),
    ),
  );

test('the compact form says the same as the JSON form', async () => {
  const collector = await TestCollector.start();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(arbitrarySpans, fc.integer({ min: 0, max: 12 }), async (spans, cut) => {
      const cell = `sweep-${++run}/a/m/f/t`;
      await collector.sendTraces([aBatch(spans.slice(0, cut))], { cell });
      await collector.sendTraces([aBatch(spans.slice(cut))], { cell });
      const headers = { accept: TRACE_COLUMNS_TYPE };
      const response = await collector.request(`${cellPath(cell)}/trace`, { headers });
      const columns = decodeTraceColumns(await response.arrayBuffer());
      const json = await collector.trace(cell);
      expect(columns.count).toBe(json.total);
      expectPromises(columns);
      expect(columns.startNs).toBe(json.startNs);
      expect(BigInt(columns.startNs) + BigInt(columns.lengthNs)).toBe(BigInt(json.endNs ?? 0));
      expect(json.spans.map((_, row) => rowOf(columns, row))).toEqual(
        json.spans.map((span) => briefOf(span, json.spans)),
      );
    }),
    { numRuns: 40 },
  );
});

/** What the compact form promises its reader: order, no circle, orphans and opened circles flagged. */
function expectPromises({ count, offset, parent, flags }: TraceColumns): void {
  for (let row = 0; row < count; row++) {
    const has = (flag: number) => ((flags[row] ?? 0) & flag) !== 0;
    expect(offset[row]).toBeGreaterThanOrEqual(offset[row - 1] ?? Number.NEGATIVE_INFINITY);
    expect(has(spanFlag.orphan)).toBe(parent[row] === -2);
    if (has(spanFlag.cycle)) expect(parent[row]).toBe(-1);
    let steps = 0;
    for (let up = row; up >= 0; up = parent[up] ?? -1) expect(steps++).toBeLessThan(count);
  }
}

function rowOf(columns: TraceColumns, row: number): unknown[] {
  const start = BigInt(columns.startNs) + BigInt(columns.offset[row] ?? 0);
  const length = columns.duration[row] ?? Number.NaN;
  const parent = columns.parent[row] ?? -1;
  return [
    columns.traceIds[columns.trace[row] ?? 0],
    spanIdAt(columns, row),
    parent >= 0 ? spanIdAt(columns, parent) : null,
    columns.names[columns.name[row] ?? 0],
    kindAt(columns, row),
    statusAt(columns, row),
    String(start),
    Number.isNaN(length) ? '0' : String(start + BigInt(length)),
    columns.flags[row],
  ];
}

function briefOf(span: SpanJson, all: readonly SpanJson[]): unknown[] {
  const isOpened = span.flags.includes('cycle') || span.flags.includes('orphan');
  const hasParent = all.some((other) => other.traceId === span.traceId && other.spanId === span.parentSpanId);
  expect(span.flags.includes('orphan')).toBe(span.parentSpanId !== null && !hasParent);
  return [
    span.traceId,
    span.spanId,
    isOpened ? null : span.parentSpanId,
    span.name,
    span.kind,
    span.status,
    span.startNs,
    span.endNs,
    span.flags.reduce((bits, name) => bits | spanFlag[name as keyof typeof spanFlag], 0),
  ];
}
