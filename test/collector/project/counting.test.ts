// How calls and tokens are counted: once, wherever and however often they are told.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Attribute, LogRecord, SpanRecord } from '../../../collector/record.ts';
import { TestCollector } from '../../support/collector.ts';
import { databaseFolder } from '../../support/machine/database-folder.ts';
import { aBatch, aLog, aScope, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

let collector: TestCollector;
let folder: string;
beforeAll(async () => {
  folder = databaseFolder();
  collector = await TestCollector.unattended(join(folder, 'playhead.db'));
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A cell of its own for each test. */
let CELL = '';
let label: Attribute[] = [];
let cells = 0;
beforeEach(() => {
  CELL = `sweep-1/pi/stub/polyglot/rust#run${++cells}`;
  label = [
    ['service.name', 'harness'],
    ['bench.cell.id', CELL],
  ];
});
const second = (n: number): bigint => builtAtNs + BigInt(Math.round(n * 1e9));
const traceOf = (n: number): string => n.toString(16).padStart(32, 'a');

interface Told {
  readonly from?: number;
  readonly to?: number;
  readonly input?: number;
  readonly output?: number;
  readonly id?: string;
  readonly attributes?: readonly Attribute[];
}

/** A model call in the GenAI conventions, seconds after the start. */
function aCall(told: Told, given: Partial<SpanRecord> = {}): SpanRecord {
  const { from = 0, to = from + 1, input, output, id, attributes = [] } = told;
  return aSpan({
    name: 'chat m',
    startNs: second(from),
    endNs: second(to),
    ...given,
    attributes: [
      ['gen_ai.operation.name', 'chat'],
      ...(input === undefined ? [] : ([['gen_ai.usage.input_tokens', input]] as Attribute[])),
      ...(output === undefined ? [] : ([['gen_ai.usage.output_tokens', output]] as Attribute[])),
      ...(id === undefined ? [] : ([['gen_ai.response.id', id]] as Attribute[])),
      ...attributes,
    ],
  });
}

async function countsOf(id = CELL) {
  const cell = await collector.cell(id);
  const [row] = (await collector.cells()).filter((one) => one.id === id);
  const { modelCalls } = await collector.modelCalls(id);
  // The list says what the page says.
  expect(row?.modelCalls).toBe(modelCalls.length);
  return { calls: modelCalls.length, input: cell.tokens.input, output: cell.tokens.output };
}

describe('usage counts where it is told nearest to the call', () => {
  const outer = { traceId: traceOf(1), spanId: 'aaaaaaaaaaaaaaa1' };
  const inner = { traceId: traceOf(1), spanId: 'aaaaaaaaaaaaaaa2', parentSpanId: outer.spanId };

  test('on a call around the call that tells none', async () => {
    await collector.sendTraces([aBatch([aCall({ input: 300, output: 30 }, outer), aCall({}, inner)], label)]);
    expect(await countsOf()).toEqual({ calls: 1, input: 300, output: 30 });
  });

  test('on the agent around its calls, and on no agent around that', async () => {
    const agent: Attribute[] = [
      ['gen_ai.operation.name', 'invoke_agent'],
      ['gen_ai.usage.input_tokens', 300],
      ['gen_ai.usage.output_tokens', 30],
    ];
    const workflow = aSpan({ ...outer, endNs: second(5), attributes: agent });
    const step = aSpan({ ...inner, endNs: second(5), attributes: agent });
    const call = aCall({}, { ...inner, spanId: 'aaaaaaaaaaaaaaa3', parentSpanId: inner.spanId });
    for (const order of [
      [workflow, step, call],
      [call, step, workflow],
    ]) {
      for (const span of order) await collector.sendTraces([aBatch([span], label)]);
      expect(await countsOf()).toEqual({ calls: 1, input: 300, output: 30 });
    }
  });

  test('part by part: the input inside, the output outside', async () => {
    await collector.sendTraces([
      aBatch([aCall({ input: 301, output: 30 }, outer), aCall({ input: 300 }, inner)], label),
    ]);
    expect(await countsOf()).toEqual({ calls: 1, input: 300, output: 30 });
  });

  test('of a call that the proxy measured as it was measured, whatever is told below it', async () => {
    const toldBy: Attribute = ['bench.model_call.told_by', 'proxy'];
    const measured = aCall({ input: 300, output: 30, attributes: [toldBy] }, outer);
    const agent: Attribute[] = [
      ['gen_ai.operation.name', 'invoke_agent'],
      ['gen_ai.usage.input_tokens', 1],
    ];
    const below = [
      aCall({ input: 1, output: 1 }, inner),
      aSpan({ ...inner, spanId: 'aaaaaaaaaaaaaaa4', attributes: agent }),
      aCall(
        { input: 5000, output: 900 },
        { ...inner, spanId: 'aaaaaaaaaaaaaaa5', parentSpanId: inner.spanId },
      ),
    ];
    for (const order of [[measured, ...below], [...below, measured].toReversed()]) {
      for (const span of order) await collector.sendTraces([aBatch([span], label)]);
      expect(await countsOf()).toEqual({ calls: 1, input: 300, output: 30 });
    }
  });

  test('of a measured call whose answer told no usage as it is told below it', async () => {
    const toldBy: Attribute = ['bench.model_call.told_by', 'proxy'];
    await collector.sendTraces([
      aBatch([aCall({ attributes: [toldBy] }, outer), aCall({ input: 40, output: 4 }, inner)], label),
    ]);
    expect(await countsOf()).toEqual({ calls: 1, input: 40, output: 4 });
  });

  test('at any depth once, in whatever order the spans come', async () => {
    interface Node {
      readonly up: number;
      readonly kind: 'chat' | 'invoke_agent' | 'execute_tool';
      readonly input: number | undefined;
      readonly output: number | undefined;
    }
    const tokens = fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined });
    const node = fc.record({
      up: fc.nat(),
      kind: fc.constantFrom('chat' as const, 'invoke_agent' as const, 'execute_tool' as const),
      input: tokens,
      output: tokens,
    });
    /** What is told at a place and nowhere below it. */
    const sumOf = (nodes: readonly Node[], part: 'input' | 'output'): number | null => {
      const parentOf = (at: number) => (at === 0 ? -1 : (nodes[at]?.up ?? 0) % at);
      const below = new Set<number>();
      for (let at = nodes.length - 1; at > 0; at--)
        if (nodes[at]?.[part] !== undefined || below.has(at)) below.add(parentOf(at));
      const told = nodes.flatMap((one, at) => (one[part] === undefined || below.has(at) ? [] : [one[part]]));
      return told.length === 0 ? null : told.reduce((a, b) => a + b, 0);
    };
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(node, { minLength: 1, maxLength: 12 }), fc.nat(), async (nodes, turn) => {
        const id = `${CELL}/${++runs}`.replace('#', '-');
        const idOf = (at: number) => (at + 1).toString(16).padStart(16, '0');
        const spans = nodes.map(({ up, kind, input, output }, at) =>
          aSpan({
            traceId: (cells * 1000 + runs).toString(16).padStart(32, 'd'),
            spanId: idOf(at),
            parentSpanId: at === 0 ? '' : idOf(up % at),
            startNs: second(at),
            endNs: second(50 - at),
            attributes: [
              ['gen_ai.operation.name', kind],
              ...(input === undefined ? [] : ([['gen_ai.usage.input_tokens', input]] as Attribute[])),
              ...(output === undefined ? [] : ([['gen_ai.usage.output_tokens', output]] as Attribute[])),
            ],
          }),
        );
        const from = turn % spans.length;
        const parts = [spans.slice(from).toReversed(), spans.slice(0, from), spans.slice(from)];
        for (const part of parts)
          if (part.length > 0) await collector.sendTraces([aBatch(part, [['bench.cell.id', id]])]);
        const { input, output } = (await collector.cell(id)).tokens;
        expect({ input, output }).toEqual({ input: sumOf(nodes, 'input'), output: sumOf(nodes, 'output') });
      }),
      { numRuns: 15 },
    );
  });

  test('on the run, where no call tells it', async () => {
    const run = aSpan({
      ...outer,
      endNs: second(9),
      attributes: [
        ['bench.span.kind', 'adapter_run'],
        ['gen_ai.usage.input_tokens', 1000],
        ['gen_ai.usage.output_tokens', 50],
      ],
    });
    await collector.sendTraces([aBatch([run, aCall({}, inner)], label)]);
    expect(await countsOf()).toEqual({ calls: 1, input: 1000, output: 50 });
    // The agent's own telemetry tells the same run call by call.
    await collector.sendTraces([
      aBatch(
        [aCall({ from: 0, input: 900, output: 45 }, { traceId: traceOf(2) })],
        label,
        aScope({ name: 'x' }),
      ),
    ]);
    expect(await countsOf()).toMatchObject({ input: 900, output: 45 });
  });
});

describe('a call that two tell counts once', () => {
  const sdk = aScope({ name: 'the provider’s SDK' });
  const other = aScope({ name: 'an instrumentation' });

  test('where both name the answer, each in a trace of its own', async () => {
    const told = (n: number, from: number, to: number, id: string) =>
      aCall({ from, to, input: 1300, output: 80, id }, { traceId: traceOf(n) });
    await collector.sendTraces([
      aBatch([told(1, 0.69, 0.75, 'msg_1'), told(2, 0.76, 0.85, 'msg_1')], label, sdk),
      aBatch([told(3, 0.68, 0.751, 'msg_1'), told(4, 0.752, 0.86, 'msg_1')], label, other),
    ]);
    expect(await countsOf()).toEqual({ calls: 2, input: 2600, output: 160 });
    const { modelCalls } = await collector.modelCalls(CELL);
    expect(modelCalls.map(({ toldBy }) => toldBy.length)).toEqual([2, 2]);
    const track = (await collector.cell(CELL)).tracks.find(({ name }) => name === 'model_calls');
    expect(track?.note).toMatch(/2 by .*SDK.*instrumentation|2 by .*instrumentation.*SDK/);
  });

  test('by the proxy and the agent, who knows no id: same tokens at the same time', async () => {
    const proxied: Attribute[] = [['bench.model_call.request_hash', 'ab']];
    const calls = [0, 2, 4].map((from) => ({ from, to: from + 1, input: 1200, output: 80 }));
    await collector.sendTraces([
      aBatch(
        calls.map((call) =>
          aCall({ ...call, from: call.from - 0.05, to: call.to + 0.05 }, { traceId: traceOf(9) }),
        ),
        label,
        other,
      ),
    ]);
    await collector.sendTraces([
      aBatch(
        calls.map((call) => aCall({ ...call, attributes: proxied })),
        label,
      ),
    ]);
    expect(await countsOf()).toEqual({ calls: 3, input: 3600, output: 240 });
    const { modelCalls } = await collector.modelCalls(CELL);
    expect(modelCalls[0]?.toldBy).toEqual(['the recording proxy', 'an instrumentation in harness']);
  });

  test('but not two calls of one teller, nor calls of other tokens or another answer', async () => {
    await collector.sendTraces([
      aBatch([aCall({ input: 10, output: 1 }), aCall({ input: 10, output: 1 })], label, sdk),
      aBatch([aCall({ input: 11, output: 1 }, { traceId: traceOf(5) })], label, other),
    ]);
    expect(await countsOf()).toEqual({ calls: 3, input: 31, output: 3 });
    await collector.sendTraces([
      aBatch([aCall({ from: 50, input: 5, output: 1, id: 'a' })], label, sdk),
      aBatch([aCall({ from: 50, input: 5, output: 1, id: 'b' }, { traceId: traceOf(6) })], label, other),
    ]);
    expect(await countsOf()).toEqual({ calls: 5, input: 41, output: 5 });
  });

  test('what one leaves out, the other tells', async () => {
    await collector.sendTraces([
      aBatch([aCall({ id: 'x' })], label, sdk),
      aBatch([aCall({ id: 'x', input: 7, output: 3 }, { traceId: traceOf(5) })], label, other),
    ]);
    expect(await countsOf()).toEqual({ calls: 1, input: 7, output: 3 });
  });
});

test('a sum in which a call told no usage says “at least”, and of how many', async () => {
  const failed = aCall({ from: 8 }, { statusCode: 2, statusMessage: 'RateLimitError: 429' });
  const calls = [0, 2, 4].map((from) => aCall({ from, input: 1200, output: 80 }));
  await collector.sendTraces([aBatch([...calls, aCall({ from: 6 }), failed], label)]);
  const cell = await collector.cell(CELL);
  expect(cell.tokens).toMatchObject({ input: 3600, answeredCalls: 4, silentCalls: 1 });
  expect(cell.headlines.find(({ axis }) => axis === 'tokens')).toMatchObject({
    value: 3840,
    atLeast: true,
    because: 'at least: 1 of 4 answered calls told no usage; summed over the recorded model calls',
  });
});

test('what a call writes to a cache for an hour is priced as such', async () => {
  const attributes: Attribute[] = [
    ['gen_ai.request.model', 'claude-sonnet-4-5'],
    ['gen_ai.usage.cache_write.input_tokens', 2000],
    ['bench.usage.cache_write_1h.input_tokens', 1000],
  ];
  await collector.sendTraces([aBatch([aCall({ input: 2000, output: 0, attributes })], label)]);
  expect((await collector.cell(CELL)).cost).toMatchObject({ usd: 0.00975, grade: 'estimated' });
  const { modelCalls } = await collector.modelCalls(CELL);
  expect(modelCalls[0]?.costUsd).toBeCloseTo(0.00975, 12);
});

describe('a span that was exported before its end', () => {
  const id = { traceId: traceOf(1), spanId: 'bbbbbbbbbbbbbbb1' };
  const begun = aSpan({
    ...id,
    name: 'work',
    endNs: 0n,
    flags: 0,
    attributes: [['gen_ai.operation.name', 'chat']],
  });
  const done = aCall({ to: 5, input: 10, output: 2 }, { ...id, name: 'work' });
  const child = aSpan({ traceId: id.traceId, parentSpanId: id.spanId });

  test.each([
    ['first', [begun, done]],
    ['last', [done, begun]],
    ['again and again', [begun, begun, done, begun, done]],
  ])('gives way to its finished copy, where it comes %s', async (_, order) => {
    await collector.sendTraces([aBatch([child], label)]);
    for (const span of order) await collector.sendTraces([aBatch([span], label)]);
    expect(await countsOf()).toEqual({ calls: 1, input: 10, output: 2 });
    const { spans, conflicts } = await collector.trace(CELL);
    expect(conflicts).toBeUndefined();
    expect(spans.map(({ name, endNs, flags }) => [name, endNs, flags])).toEqual([
      ['work', String(second(5)), []],
      ['adapter_run', String(child.endNs), []],
    ]);
    expect(await collector.cell(CELL)).toMatchObject({ spans: 2, durationMs: 5000 });
    await collector.reopen();
    await collector.sendTraces([aBatch([begun, aCall({ from: 7, input: 1, output: 1 })], label)]);
    expect(await countsOf()).toEqual({ calls: 2, input: 11, output: 3 });
  });

  test('both in one request, in either order', async () => {
    await collector.sendTraces([aBatch([begun, done], label)]);
    expect(await countsOf()).toEqual({ calls: 1, input: 10, output: 2 });
    expect((await collector.trace(CELL)).total).toBe(1);
  });

  test('shows the last state that was told, while it has not ended', async () => {
    await collector.sendTraces([aBatch([begun], label)]);
    const attributes: Attribute[] = [...begun.attributes, ['step', 2]];
    await collector.sendTraces([aBatch([{ ...begun, attributes }], label)]);
    const { spans, conflicts } = await collector.trace(CELL);
    expect(spans.map((span) => [span.attributes.step, span.flags])).toEqual([[2, ['unfinished']]]);
    expect(conflicts).toBeUndefined();
  });
});

describe('log records that tell of calls', () => {
  const told = async (service: string, scope: string, records: readonly LogRecord[]) => {
    const resource: Attribute[] = [
      ['service.name', service],
      ['bench.cell.id', CELL],
    ];
    return collector.sendLogs([aBatch(records, resource, aScope({ name: scope }))]);
  };
  const texts = (pairs: Readonly<Record<string, string>>): Attribute[] => Object.entries(pairs);
  const claude = (event: string, at: number, pairs: Readonly<Record<string, string>>) =>
    aLog({
      timeNs: second(at),
      body: `claude_code.${event}`,
      attributes: texts({
        'event.name': event,
        'session.id': 'f00d0000-0000-4000-8000-00000000beef',
        ...pairs,
      }),
    });
  const request = { model: 'm', input_tokens: '12', output_tokens: '300', cache_read_tokens: '15000' };

  test('Claude Code’s: a model call with tokens, cost and length, and a tool call', async () => {
    const records = [
      claude('user_prompt', 0, { prompt: 'fix' }),
      claude('api_request', 3, {
        ...request,
        cache_creation_tokens: '800',
        cost_usd: '0.0123',
        duration_ms: '2900',
      }),
      claude('tool_result', 5, {
        tool_name: 'Bash',
        success: 'false',
        duration_ms: '1200',
        error: 'no such file',
      }),
      claude('api_error', 6, { model: 'm', error: 'overloaded', status_code: '529', duration_ms: '40' }),
    ];
    await told('claude-code', 'com.anthropic.claude_code.events', records);
    // A retry in another batch brings nothing new.
    await told('claude-code', 'com.anthropic.claude_code.events', records.slice(1));
    const { modelCalls } = await collector.modelCalls(CELL);
    expect(modelCalls).toMatchObject([
      {
        inputTokens: 15812,
        cacheReadTokens: 15000,
        outputTokens: 300,
        costUsd: 0.0123,
        durationMs: 2900,
        startNs: String(second(0.1)),
        toldBy: ['log records of claude-code'],
      },
      { error: 'overloaded', durationMs: 40 },
    ]);
    expect(await countsOf()).toEqual({ calls: 2, input: 15812, output: 300 });
    const { spans } = await collector.trace(CELL);
    expect(spans.map(({ name, kind, status }) => [name, kind, status])).toEqual([
      ['chat m', 'model_call', 'unset'],
      ['execute_tool Bash', 'tool_call', 'error'],
      ['chat m', 'model_call', 'error'],
    ]);
    expect((await collector.logs(CELL)).total).toBe(7);
  });

  test('Codex’ and Gemini’s, also where a record has no time but that of its observation', async () => {
    const codex = (pairs: Readonly<Record<string, string>>) =>
      aLog({
        timeNs: 0n,
        observedNs: second(4),
        eventName: 'event otel/src/x.rs:1',
        attributes: texts(pairs),
      });
    await told('codex_cli_rs', 'codex_otel.log_only', [
      codex({ 'event.name': 'codex.sse_event', 'event.kind': 'response.completed', duration_ms: '3' }),
      codex({
        'event.name': 'codex.sse_event',
        'event.kind': 'response.completed',
        input_token_count: '9000',
        output_token_count: '120',
        cached_token_count: '8000',
      }),
      codex({
        'event.name': 'codex.tool_result',
        tool_name: 'shell',
        call_id: 'c',
        duration_ms: '30',
        success: 'true',
      }),
    ]);
    expect(await countsOf()).toEqual({ calls: 1, input: 9000, output: 120 });
    expect((await collector.trace(CELL)).spans.map(({ name }) => name).sort()).toEqual([
      'chat',
      'execute_tool shell',
    ]);
    await told('gemini-cli', 'gemini-cli', [
      aLog({
        timeNs: second(9),
        attributes: texts({
          'event.name': 'gemini_cli.api_response',
          model: 'g',
          input_token_count: '50',
          output_token_count: '7',
          thoughts_token_count: '2',
          duration_ms: '500',
        }),
      }),
    ]);
    expect(await countsOf()).toEqual({ calls: 2, input: 9050, output: 129 });
    await collector.reopen();
    expect((await collector.trace(CELL)).spans).toHaveLength(3);
  });

  test('a call that a span tells as well counts once, by the span', async () => {
    const attributes: Attribute[] = [['span.type', 'llm_request'], ...texts(request)];
    await collector.sendTraces([
      aBatch(
        [aSpan({ name: 'claude_code.llm_request', startNs: second(0), endNs: second(3), attributes })],
        label,
      ),
    ]);
    await told('claude-code', 'com.anthropic.claude_code.events', [
      claude('api_request', 3.01, { ...request, cost_usd: '0.01', duration_ms: '2900' }),
    ]);
    expect(await countsOf()).toEqual({ calls: 1, input: 15012, output: 300 });
    const { modelCalls } = await collector.modelCalls(CELL);
    expect(modelCalls[0]).toMatchObject({ costUsd: 0.01, durationMs: 3000 });
    expect(modelCalls[0]?.toldBy).toHaveLength(2);
  });
  describe('of a tool, within a trace', () => {
    const trace = 'ab'.repeat(16);
    const result = (at: number, ms: number, pairs: Readonly<Record<string, string>>) =>
      aLog({
        timeNs: second(at),
        traceId: trace,
        attributes: texts({ 'event.name': 'codex.tool_result', duration_ms: String(ms), ...pairs }),
      });
    const toolSpan = (id: string, from: number, to: number, pairs: Readonly<Record<string, string>>) =>
      aSpan({
        name: `execute_tool ${pairs.tool_name}`,
        traceId: trace,
        spanId: id.repeat(16),
        startNs: second(from),
        endNs: second(to),
        attributes: texts({ 'gen_ai.operation.name': 'execute_tool', ...pairs }),
      });
    const tools = async () => {
      const { spans } = await collector.trace(CELL);
      const shown = spans.filter(({ kind }) => kind === 'tool_call').map(({ spanId }) => spanId);
      expect((await collector.cell(CELL)).spans).toBe(spans.length);
      return shown;
    };
    const sendTools = () =>
      collector.sendTraces([
        aBatch(
          [
            toolSpan('a', 1, 2, { tool_name: 'shell', call_id: 'one' }),
            toolSpan('b', 3, 4, { tool_name: 'read' }),
          ],
          label,
        ),
      ]);
    const tellTools = () =>
      told('codex_cli_rs', 'codex_otel', [
        result(2, 900, { tool_name: 'shell', call_id: 'one' }),
        result(4.1, 950, { tool_name: 'read', call_id: 'two' }),
        result(8, 500, { tool_name: 'shell', call_id: 'three' }),
      ]);

    test('is a tool call where no span tells it', async () => {
      await tellTools();
      expect(await tools()).toHaveLength(3);
    });

    test.each([
      ['spans first', [sendTools, tellTools]],
      ['log records first', [tellTools, sendTools]],
    ] as const)('stands once beside the spans that tell it, %s', async (_, sends) => {
      for (const send of sends) await send();
      const shown = await tools();
      expect(shown.slice(0, 2)).toEqual(['a'.repeat(16), 'b'.repeat(16)]);
      expect(shown).toHaveLength(3);
      await collector.reopen();
      expect(await tools()).toEqual(shown);
    });
  });
});
