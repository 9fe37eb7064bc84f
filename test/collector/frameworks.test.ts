// Captures of real instrumentations, each beside what the scripted model served to it: what Playhead says of a run is
// what was served, without what the capture does not tell; told by another as well, it counts once.
// `npm run capture:frameworks` makes them.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attribute, SpanRecord } from '../../collector/record.ts';
import type { ModelCallJson } from '../../shared/wire.ts';
import type { Captured } from '../frameworks/reading.ts';
import { capturedFrameworks, expectedOf, readingOf } from '../frameworks/reading.ts';
import type { ServedCall, ServedTokens } from '../frameworks/served.ts';
import { untold } from '../frameworks/untold.ts';
import { TestCollector } from '../support/collector.ts';
import { databaseFolder } from '../support/machine/database-folder.ts';
import { aBatch, aScope, aSpan } from '../support/otlp/otlp-builders.ts';

/** Later than every capture. */
const NOW_NS = 1_900_000_000_000_000_000n;

interface Retold {
  readonly call: ServedCall;
  readonly at: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
}
type Teller = (told: Retold) => SpanRecord;

function cellOf({ name }: Captured): string {
  return `frameworks/${name}/gpt-5/family/task`;
}

function retold({ call, at, startNs, endNs }: Retold, more: readonly Attribute[]): SpanRecord {
  const { model, answeredBy, responseId, tokens, error } = call;
  const attributes: Attribute[] = [
    ['gen_ai.operation.name', 'chat'],
    ['gen_ai.request.model', model],
  ];
  if (answeredBy !== null) attributes.push(['gen_ai.response.model', answeredBy]);
  if (responseId !== null) attributes.push(['gen_ai.response.id', responseId]);
  if (tokens !== null) {
    attributes.push(
      ['gen_ai.usage.input_tokens', tokens.input],
      ['gen_ai.usage.output_tokens', tokens.output],
    );
    attributes.push(['gen_ai.usage.cache_read.input_tokens', tokens.cacheRead]);
  }
  return aSpan({
    ...{ name: `chat ${model}`, traceId: 'feedfeedfeedfeedfeedfeedfeedfeed', startNs, endNs },
    spanId: `feed${String(at).padStart(12, '0')}`,
    attributes: [...attributes, ...more],
    ...(error === null ? {} : { statusCode: 2, statusMessage: error }),
  });
}

const tellers: Readonly<Record<string, Teller>> = {
  'a proxy': (told) => retold(told, [['bench.model_call.request_hash', `hash ${told.at}`]]),
  'a second instrumentation': (told) => retold(told, []),
};

function scopeOf(teller: Teller) {
  return aScope({ name: teller === tellers['a proxy'] ? 'playhead-adapter' : 'another.instrumentation' });
}

describe('captures of instrumentations', () => {
  let collector: TestCollector;
  const folder = databaseFolder();
  const captures = capturedFrameworks();

  beforeAll(async () => {
    collector = await TestCollector.unattended(join(folder, 'playhead.db'), { now: () => NOW_NS });
  });
  afterAll(async () => {
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(captured: Captured, cell = cellOf(captured)): Promise<string> {
    for (const signal of ['traces', 'logs'] as const)
      for (const body of captured[signal]) {
        const headers = { 'content-type': 'application/json' };
        const path = `/cells/${encodeURIComponent(cell)}/v1/${signal}`;
        const response = await collector.request(path, { method: 'POST', headers, body });
        expect([response.status, await response.json()]).toEqual([200, {}]);
      }
    return cell;
  }

  /** The calls as served, told by another: each within the time of the capture's own, what it leaves out after them. */
  async function tellAgain(other: Teller, captured: Captured, own: readonly ModelCallJson[], cell: string) {
    const ordered = [...own].sort((a, b) => (BigInt(a.startNs) < BigInt(b.startNs) ? -1 : 1));
    const left = [...ordered];
    const told = expectedOf(captured).calls.length < captured.truth.calls.length;
    const spans = captured.truth.calls.map((call, at) => {
      const mine = told && call.status !== 200 ? undefined : left.shift();
      const startNs = mine ? BigInt(mine.startNs) : NOW_NS - 60_000_000_000n + BigInt(at) * 1_000_000_000n;
      const lengthNs = BigInt(Math.round((mine?.durationMs ?? 1) * 1e6));
      return other({ call, at, startNs, endNs: startNs + lengthNs });
    });
    await collector.sendTraces([aBatch(spans, [['service.name', 'other']], scopeOf(other))], { cell });
  }

  test.each(captures.map((captured) => [captured.name, captured] as const))(
    '%s is read as it was served',
    async (_name, captured) => {
      const cell = await send(captured);
      const { modelCalls } = await collector.modelCalls(cell);
      const { spans } = await collector.trace(cell);
      expect(readingOf(modelCalls, spans)).toEqual(expectedOf(captured));
    },
  );

  // Which comes first differs from capture to capture: both orders of each are among them.
  test.each(captures.map((captured, at) => [captured.name, captured, at % 2 === 0] as const))(
    '%s counts a run once that a proxy or another instrumentation tells, too',
    async (_name, captured, isProxyFirst) => {
      const { modelCalls: own } = await collector.modelCalls(cellOf(captured));
      for (const [who, other] of Object.entries(tellers)) {
        const cell = `twice/${captured.name}/gpt-5/family/${who.replace(/ /g, '-')}`;
        const isFirst = isProxyFirst === (who === 'a proxy');
        if (isFirst) await tellAgain(other, captured, own, cell);
        await send(captured, cell);
        if (!isFirst) await tellAgain(other, captured, own, cell);
        const { modelCalls, tokens } = await collector.cell(cell);
        const served = captured.truth.calls.flatMap((call) => call.tokens ?? []);
        const sum = (pick: (tokens: ServedTokens) => number) =>
          served.reduce((total, one) => total + pick(one), 0);
        expect([modelCalls, tokens.output]).toEqual([
          captured.truth.calls.length,
          sum(({ output }) => output),
        ]);
        // What one of them counts too low is its own to tell, see the table.
        const lacksCache = untold[captured.name]?.streamedCache !== undefined && who !== 'a proxy';
        if (!lacksCache) expect(tokens.input).toBe(sum(({ input }) => input));
      }
    },
  );
});
