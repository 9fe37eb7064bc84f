// S19: a trace takes a million spans and a gigabyte, then no more; what comes beyond is refused before it is
// acknowledged, told to its sender, counted, and not found by a rebuild either. Here with limits set low.
import { expect, test } from 'vitest';
import type { CollectorOptions } from '../../../collector/config.ts';
import { TraceSizeLimit } from '../../../collector/http/trace-size-limit.ts';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import type { SpanRecord } from '../../../collector/record.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aSpan } from '../../support/otlp/otlp-builders.ts';

const CELL = 's/a/m/f/growing';
const ONE = '1'.repeat(32);
const TWO = '2'.repeat(32);
const start = (limits: CollectorOptions['limits']) => TestCollector.start({ limits: limits ?? {} });

function spans(count: number, traceId = ONE): SpanRecord[] {
  return Array.from({ length: count }, () => aSpan({ traceId }));
}

async function send(
  collector: TestCollector,
  records: readonly SpanRecord[],
): Promise<{ rejected: number; message: string }> {
  const response = await collector.sendTraces([aBatch(records)], { cell: CELL, encoding: 'json' });
  expect(response.status).toBe(200);
  const { partialSuccess } = (await response.json()) as {
    partialSuccess?: { rejectedSpans: string; errorMessage: string };
  };
  await collector.writer.settled();
  return {
    rejected: Number(partialSuccess?.rejectedSpans ?? 0),
    message: partialSuccess?.errorMessage ?? '',
  };
}

const stored = async (collector: TestCollector) => (await collector.cell(CELL)).spans;

test('S19: a trace at its limit takes no further span, and the other traces of the request stand', async () => {
  const collector = await start({ traceSpans: 100 });
  expect(await send(collector, spans(60))).toEqual({ rejected: 0, message: '' });
  expect(await send(collector, spans(40))).toEqual({ rejected: 0, message: '' });
  const beyond = await send(collector, [...spans(3), ...spans(5, TWO), ...spans(1)]);
  expect(beyond).toEqual({ rejected: 4, message: `4 rejected: the trace ${ONE} is too large` });
  expect(await send(collector, spans(1))).toMatchObject({ rejected: 1 });
  const acknowledged = collector.writer.status().acknowledged;
  expect(acknowledged).toBe(3);
  const of = async (traceId: string) =>
    (await collector.trace(CELL)).spans.filter((span) => span.traceId === traceId).length;
  expect([await of(ONE), await of(TWO)]).toEqual([100, 5]);
  const metrics = await (await collector.request('/metrics')).text();
  expect(metrics).toContain('playhead_spans_overgrown_total 5\n');
  expect(metrics).toContain('playhead_records_received_total{signal="traces"} 110\n');
  expect(metrics).toContain('playhead_records_accepted_total{signal="traces"} 105\n');
  expect(metrics).toContain('playhead_records_rejected_total{signal="traces"} 5\n');
  expect(metrics).toContain('playhead_records_dropped_total{signal="traces"} 0\n');
  await collector.writer.rebuild();
  expect([await of(ONE), await of(TWO)]).toEqual([100, 5]);
  await collector.close();
  expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
});

test('S19: in protobuf the answer is the same', async () => {
  const collector = await start({ traceSpans: 10 });
  await collector.sendTraces([aBatch(spans(10))], { cell: CELL });
  const response = await collector.sendTraces([aBatch([...spans(2), ...spans(2, TWO)])], { cell: CELL });
  const body = Buffer.from(await response.arrayBuffer());
  expect(response.status).toBe(200);
  expect(body.subarray(2, 4)).toEqual(Buffer.from([0x08, 2]));
  expect(body.toString()).toContain(`2 rejected: the trace ${ONE} is too large`);
  expect(await stored(collector)).toBe(12);
});

test('spans that are sent again do not use it up', async () => {
  const collector = await start({ traceSpans: 100 });
  const first = spans(60);
  await send(collector, first);
  // Too many if they were new. They are stored: that they are refused loses nothing.
  for (let i = 0; i < 5; i++) expect(await send(collector, first)).toMatchObject({ rejected: 60 });
  const small = first.slice(0, 30);
  for (let i = 0; i < 5; i++) expect(await send(collector, small)).toEqual({ rejected: 0, message: '' });
  expect(await send(collector, spans(40))).toEqual({ rejected: 0, message: '' });
  expect(await send(collector, spans(1))).toMatchObject({ rejected: 1 });
  expect(await stored(collector)).toBe(100);
});

test('a restart forgets nothing, and a cell of many traces may be larger than each', async () => {
  const collector = await start({ traceSpans: 100 });
  for (const traceId of [ONE, TWO, '3'.repeat(32)])
    expect(await send(collector, spans(90, traceId))).toEqual({ rejected: 0, message: '' });
  await collector.reopen();
  expect(await send(collector, spans(11))).toMatchObject({ rejected: 11 });
  expect(await send(collector, spans(10, TWO))).toEqual({ rejected: 0, message: '' });
  expect(await stored(collector)).toBe(280);
});

test('a trace is also held to the bytes that brought it', async () => {
  const collector = await start({ traceBytes: 20_000 });
  const heavy = () =>
    spans(2).map((span) => ({ ...span, attributes: [['text', 'x'.repeat(4000)]] as const }));
  const answers: number[] = [];
  for (let i = 0; i < 4; i++) answers.push((await send(collector, heavy())).rejected);
  expect(answers).toEqual([0, 0, 2, 2]);
  await collector.reopen();
  expect(await send(collector, heavy())).toMatchObject({ rejected: 2 });
  expect(await send(collector, spans(1, TWO))).toEqual({ rejected: 0, message: '' });
});

test('the store is asked once a 64th of the limit has come, and again when the limit is near', async () => {
  let asked = 0;
  const limit = new TraceSizeLimit(
    { traceSpans: 64_000, traceBytes: 2 ** 40 },
    {
      sizeOf: async () => {
        asked++;
        return { spans: 0, bytes: 0 };
      },
      isWhole: () => true,
    },
  );
  const admit = async (count: number) => (await limit.admit(new Map([[ONE, count]]), 1000)).size;
  for (let i = 0; i < 10; i++) await admit(100);
  expect(asked).toBe(0);
  for (let i = 0; i < 600; i++) expect(await admit(100)).toBe(0);
  expect(asked).toBe(1);
  for (let i = 0; i < 100; i++) await admit(100);
  expect(asked).toBe(2);
});

test('a hundred thousand traces are counted in bounded memory, the busy ones among them', async () => {
  const limit = new TraceSizeLimit(
    { traceSpans: 640, traceBytes: 2 ** 40 },
    {
      sizeOf: async () => ({ spans: 0, bytes: 0 }),
      isWhole: () => true,
    },
  );
  const busy = new Map([[ONE, 1]]);
  let full = 0;
  for (let i = 0; i < 100_000; i++) {
    await limit.admit(new Map([[i.toString(16).padStart(32, '0'), 1]]), 100);
    if (i % 100 === 0) full = Math.max(full, (await limit.admit(busy, 100)).size);
  }
  // 1000 spans came for the busy one; the store, asked at the limit, knew of none.
  expect(full).toBe(0);
  expect((await limit.admit(new Map([[ONE, 641]]), 100)).size).toBe(1);
});
