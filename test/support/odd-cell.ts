// A cell of odd spans, one of each kind that real traces hold: no length, ends before it starts, never ends,
// start not sent, parent never arrived, a circle, a clock far ahead; and two errors, a check and its score.
import { setTimeout as pause } from 'node:timers/promises';
import type { SpanRecord } from '../../collector/record.ts';
import { resourceKey, spanKey } from '../../shared/conventions.ts';
import type { SpanKind } from '../../shared/span.ts';
import type { CellDetail } from '../../shared/wire.ts';
import { aBatch, aSpan, builtAtNs } from './otlp/otlp-builders.ts';
import { tracesProtobuf } from './otlp/otlp-encode.ts';

const cellId = 'odd-20261122/pi/local/stub-model/bench/odd';
export const oddCellPath = '/cell/pi/local/stub-model/bench/odd?sweep=odd-20261122';

const TRACE_ID = '6ad1f1c0b9a94e0b8f0d6c9a3d5e7f11';
const NEVER_SENT = 99;
/** More than a day ahead of every collector's clock. */
const FAR_AHEAD_MS = 400 * 86_400_000;

/** Sends it and waits until it is shown with all its spans. @throws on any answer but 200 */
export async function sendOddCell(url: string): Promise<void> {
  const spans = oddSpans();
  const resource = [
    [resourceKey.serviceName, 'pi'],
    [resourceKey.cellId, cellId],
  ] as const;
  await must(`${url}/v1/traces`, 'POST', 'application/x-protobuf', tracesProtobuf([aBatch(spans, resource)]));
  const cell = `${url}/api/cells/${encodeURIComponent(cellId)}`;
  for (;;) {
    const response = await fetch(cell);
    if (response.ok && ((await response.json()) as CellDetail).spans === spans.length) break;
    await pause(20);
  }
  const scoredAt = new Date(Number(atMs(9700) / 1_000_000n)).toISOString();
  const scores = [{ axis: 'pass_rate', values: { score: 1 }, scored_at: scoredAt }];
  await must(`${cell}/scores`, 'PUT', 'application/json', JSON.stringify({ scores }));
}

async function must(address: string, method: string, type: string, body: Uint8Array | string): Promise<void> {
  const bytes = typeof body === 'string' ? body : Buffer.from(body);
  const response = await fetch(address, { method, headers: { 'content-type': type }, body: bytes });
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
}

function oddSpans(): SpanRecord[] {
  return [
    odd(1, 0, 'run', 'adapter_run', 0, 10_000),
    odd(2, 1, 'chat', 'model_call', 300, 900),
    odd(3, 1, 'instant', 'tool_call', 1000, 1000),
    odd(4, 1, 'backwards', 'tool_call', 2000, 1900),
    odd(5, 1, 'unfinished', 'tool_call', 3000, 0, { endNs: 0n }),
    odd(6, NEVER_SENT, 'orphan', 'tool_call', 4000, 5200),
    odd(7, 8, 'circle, first', 'tool_call', 5600, 6400),
    odd(8, 7, 'circle, second', 'tool_call', 5700, 6300),
    odd(9, 1, 'startless', 'tool_call', 0, 8000, { startNs: 0n }),
    odd(10, 1, 'far ahead', 'tool_call', FAR_AHEAD_MS, FAR_AHEAD_MS + 500),
    odd(11, 1, 'failed', 'tool_call', 8500, 9100, { statusCode: 2 }),
    odd(12, 11, 'inner', 'other', 8600, 9000, { statusCode: 2 }),
    odd(13, 1, 'verify', 'verify', 9500, 9900),
  ];
}

function odd(
  id: number,
  parent: number,
  name: string,
  kind: SpanKind,
  fromMs: number,
  toMs: number,
  given: Partial<SpanRecord> = {},
): SpanRecord {
  return aSpan({
    traceId: TRACE_ID,
    spanId: spanId(id),
    parentSpanId: parent === 0 ? '' : spanId(parent),
    name,
    startNs: atMs(fromMs),
    endNs: atMs(toMs),
    attributes: [[spanKey.kind, kind]],
    ...given,
  });
}

function spanId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

function atMs(ms: number): bigint {
  return builtAtNs + BigInt(ms) * 1_000_000n;
}
