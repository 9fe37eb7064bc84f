// Rows S1-S22 of the hostile inputs through the application, in both encodings: what is answered, what is
// stored, and how it is marked.
import { describe, expect, test } from 'vitest';
import type { Attribute, SpanRecord } from '../../../collector/record.ts';
import type { TraceJson } from '../../../shared/wire.ts';
import { type Answer, post, sharedCollector } from '../../support/hostile.ts';
import { aBatch, aLink, anEvent, aSpan, builtAtNs, nextSpanId } from '../../support/otlp/otlp-builders.ts';
import { tracesJson, tracesProtobuf, WireWriter } from '../../support/otlp/otlp-encode.ts';

const collectorOf = sharedCollector();
let cells = 0;

describe.each(['json', 'protobuf'] as const)('in %s', (encoding) => {
  async function send(
    spans: readonly SpanRecord[],
    resource?: readonly Attribute[],
  ): Promise<{ answer: Answer; trace: TraceJson; cell: string }> {
    const cell = `s/a/m/f/semantics${++cells}`;
    const answer = await again(cell, spans, resource);
    const trace =
      answer.status === 200 ? await collectorOf().trace(cell) : ({ total: 0, spans: [] } as never);
    return { answer, trace, cell };
  }

  function again(
    cell: string,
    spans: readonly SpanRecord[],
    resource?: readonly Attribute[],
  ): Promise<Answer> {
    const encode = encoding === 'json' ? tracesJson : tracesProtobuf;
    return post(collectorOf(), encode([aBatch(spans, resource)]), { encoding, cell });
  }

  const flagsOf = async (span: SpanRecord) => (await send([span])).trace.spans[0]?.flags;

  test.each([
    ['a zero trace id', { traceId: '0'.repeat(32) }],
    ['no trace id', { traceId: '' }],
    ['a zero span id', { spanId: '0'.repeat(16) }],
    ['no span id', { spanId: '' }],
    ["the seed page's 32 hex digits", { spanId: '6c4583143cca4d618d408a5476b49f4f' }],
  ])('S1: a span with %s is rejected by itself; alone it refuses the request', async (_name, ids) => {
    const { answer, trace } = await send([aSpan(ids), aSpan()]);
    expect(answer).toMatchObject({ status: 200, rejected: 1 });
    expect(answer.message).toMatch(/^1 span rejected, (trace|span)_id is not/);
    expect(trace.total).toBe(1);
    expect((await send([aSpan(ids)])).answer).toMatchObject({ status: 400, code: 3 });
  });

  test('S2: an empty or zero parent makes a root', async () => {
    for (const parentSpanId of ['', '0'.repeat(16)])
      expect((await send([aSpan({ parentSpanId })])).trace.spans[0]).toMatchObject({
        parentSpanId: null,
        flags: [],
      });
  });

  test('S3: a parent id of a wrong length is flagged', async () => {
    expect(await flagsOf(aSpan({ parentSpanId: 'abcd' }))).toEqual(['badParent']);
  });

  test('S4: a negative duration is kept as sent and flagged', async () => {
    const { trace } = await send([aSpan({ startNs: builtAtNs, endNs: builtAtNs - 5n })]);
    expect(trace.spans[0]).toMatchObject({
      startNs: String(builtAtNs),
      endNs: String(builtAtNs - 5n),
      flags: ['negativeDuration'],
    });
  });

  test('S5: no start and no end are flagged', async () => {
    expect(await flagsOf(aSpan({ endNs: 0n }))).toEqual(['unfinished']);
    expect(await flagsOf(aSpan({ startNs: 0n, endNs: builtAtNs }))).toEqual(['noStart']);
  });

  test('S6: clocks far off are flagged and kept out of the cell clock', async () => {
    const far = builtAtNs + 400n * 86_400_000_000_000n;
    const { trace, cell } = await send([
      aSpan(),
      aSpan({ startNs: far, endNs: far + 1n }),
      aSpan({ startNs: 5n, endNs: 6n }),
    ]);
    expect(trace.spans.filter(({ flags }) => flags.includes('clockSuspect'))).toHaveLength(2);
    expect((await collectorOf().cell(cell)).durationMs).toBe(13);
  });

  test('S7: a time beyond 2^63-1 rejects the span', async () => {
    const { answer, trace } = await send([aSpan({ endNs: 2n ** 63n }), aSpan()]);
    expect([answer.rejected, trace.total]).toEqual([1, 1]);
  });

  test('S8: nanoseconds are exact to the last digit', async () => {
    const startNs = 1_781_680_611_681_729_123n;
    const { trace } = await send([aSpan({ startNs, endNs: startNs + 1n })]);
    expect(trace.spans[0]).toMatchObject({ startNs: '1781680611681729123', endNs: '1781680611681729124' });
  });

  test('S9, S11: the same span again is nothing, within a request or later', async () => {
    const span = aSpan();
    const { answer, trace, cell } = await send([span, span]);
    expect([answer.status, answer.message, trace.total]).toEqual([200, '', 1]);
    expect((await again(cell, [span])).status).toBe(200);
    expect(await collectorOf().trace(cell)).toMatchObject({ total: 1 });
  });

  test('S10: the first durable one wins, at most four others are kept aside and shown', async () => {
    const span = aSpan({ name: 'first' });
    const { cell } = await send([span]);
    for (let n = 0; n < 6; n++) await again(cell, [{ ...span, name: `other${n}` }]);
    const { total, spans, conflicts } = await collectorOf().trace(cell);
    expect([total, spans[0]?.name, spans[0]?.flags]).toEqual([1, 'first', ['conflict']]);
    expect(conflicts?.map(({ name }) => name)).toEqual(['other0', 'other1', 'other2', 'other3']);
  });

  test('S12: its own parent, and a circle, are opened at the earliest', async () => {
    const own = nextSpanId();
    expect(await flagsOf(aSpan({ spanId: own, parentSpanId: own }))).toEqual(['cycle']);
    const [a, b] = [nextSpanId(), nextSpanId()];
    const { trace } = await send([
      aSpan({ spanId: a, parentSpanId: b, startNs: builtAtNs + 9n }),
      aSpan({ spanId: b, parentSpanId: a, startNs: builtAtNs }),
    ]);
    expect(trace.spans.map(({ spanId, flags }) => [spanId, flags])).toEqual([
      [b, ['cycle']],
      [a, []],
    ]);
  });

  test('S13: an orphan is marked until its parent arrives', async () => {
    const parent = nextSpanId();
    const { trace, cell } = await send([aSpan({ parentSpanId: parent })]);
    expect(trace.spans[0]).toMatchObject({ parentSpanId: parent, flags: ['orphan'] });
    await again(cell, [aSpan({ spanId: parent, startNs: builtAtNs - 1n })]);
    expect((await collectorOf().trace(cell)).spans.map(({ flags }) => flags)).toEqual([[], []]);
  });

  test('S15: a value keeps its first MiB', async () => {
    const { answer, trace } = await send([aSpan({ attributes: [['big', 'x'.repeat(3_000_000)]] })]);
    expect(answer).toMatchObject({ rejected: 0, message: '1 value truncated' });
    expect(String(trace.spans[0]?.attributes.big)).toHaveLength(1_048_576);
    expect(trace.spans[0]?.flags).toEqual(['truncated']);
  });

  test('S16: a span keeps its first 1,024 attributes', async () => {
    const attributes = Array.from({ length: 3000 }, (_, at): Attribute => [`k${at}`, at]);
    const { answer, trace } = await send([aSpan({ attributes })]);
    expect(answer.message).toBe('1976 attributes dropped: limit 1024');
    expect(Object.keys(trace.spans[0]?.attributes ?? {})).toHaveLength(1024);
  });

  test('S17: events, links, names and keys are cut at their limits', async () => {
    const { answer, trace } = await send([
      aSpan({
        name: 'n'.repeat(5000),
        attributes: [['k'.repeat(2000), 1]],
        events: Array.from({ length: 10_001 }, () => anEvent()),
        links: Array.from({ length: 10_001 }, () => aLink()),
      }),
      aSpan({ name: '' }),
    ]);
    expect(answer.message).toBe(
      '2 values truncated; 1 event dropped: limit 10000; 1 link dropped: bad id, or limit 10000',
    );
    expect(trace.spans[0]?.name).toHaveLength(4096);
    expect(trace.spans[0]?.events).toHaveLength(10_000);
    expect(trace.spans[1]?.name).toBe('');
  });

  test('S18: more than 200,000 spans are 413 with advice', async () => {
    const empties = Uint8Array.from({ length: 2 * 200_001 }, (_, at) => (at % 2 === 0 ? 0x12 : 0));
    const body =
      encoding === 'json'
        ? `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(200_000)}{}]}]}]}`
        : new WireWriter().message(1, (r) => r.message(2, (scope) => scope.raw(empties))).finish();
    expect(await post(collectorOf(), body, { encoding })).toMatchObject({
      status: 413,
      code: 8,
      message: 'more than 200000 spans in one request: send smaller batches',
    });
  });

  test('S20: dropped counts that cannot be true are no reason to refuse', async () => {
    const { answer } = await send([aSpan({ droppedAttributes: 2 ** 32 - 1, droppedEvents: 2 ** 32 - 1 })]);
    expect(answer).toMatchObject({ status: 200, message: '' });
  });

  test('S21: turning, hidden and terminal characters are stored as they are', async () => {
    const name = '\u202Eevil\u2066\u200B\u001b[31m\u0007';
    const { trace } = await send([aSpan({ name, attributes: [[name, name]] })]);
    expect(trace.spans[0]).toMatchObject({ name, attributes: { [name]: name } });
  });

  test.each([[[]], [[['service.name', 7]]], [[['service.name', '']]]])(
    'S22: the resource %j is of unknown_service',
    async (resource) => {
      expect((await send([aSpan()], resource as unknown as Attribute[])).trace.spans[0]?.service).toBe(
        'unknown_service',
      );
    },
  );
});
