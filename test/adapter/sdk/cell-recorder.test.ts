// The recorder of a cell against a collector that listens: what is recorded arrives, to the nanosecond.
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterEach, describe, expect, test } from 'vitest';
import { resolveCell } from '../../../adapter/sdk/cell-identity.ts';
import type { CellOptions, CellRecorder } from '../../../adapter/sdk/cell-recorder.ts';
import { openCell, openNextAttempt } from '../../../adapter/sdk/cell-recorder.ts';
import { cellSdkConfiguration } from '../../../adapter/sdk/exporter.ts';
import { TestCollector } from '../../support/collector.ts';
import { attributesOf, OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';

const parts = { sweep: 's1', agent: 'pi', model: 'local/m', task: 'polyglot/rust' };
const cellId = 's1/pi/local/m/polyglot/rust';
const t0 = 1_795_333_411_497_123_457n;

const receivers: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function receive(...answer: Parameters<typeof OtlpReceiver.start>): Promise<OtlpReceiver> {
  const receiver = await OtlpReceiver.start(...answer);
  receivers.push(receiver);
  return receiver;
}

function open(receiver: OtlpReceiver, more: Partial<CellOptions> = {}): CellRecorder {
  return openCell({ endpoint: receiver.url, ...parts, ...more } as CellOptions);
}

/** An address where nobody listens: a port that was free a moment ago. */
async function deadEndpoint(): Promise<string> {
  const receiver = await OtlpReceiver.start();
  await receiver.close();
  return receiver.url;
}

describe('spans', () => {
  test('keep every nanosecond that they were given', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.phase('adapter_run', 'run', { startNs: t0 }).end({ endNs: t0 + 1n });
    await cell.close();
    expect(cell.problems).toEqual([]);
    expect(receiver.spans()).toMatchObject([
      { startTimeUnixNano: '1795333411497123457', endTimeUnixNano: '1795333411497123458' },
    ]);
  });

  test('take milliseconds too, to the microsecond', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.phase('verify', 'v', { startNs: 1_795_333_411_497.25 }).end({ endNs: 1_795_333_411_498 });
    await cell.close();
    expect(receiver.spans()[0]).toMatchObject({
      startTimeUnixNano: '1795333411497250000',
      endTimeUnixNano: '1795333411498000000',
    });
  });

  test('say their kind and how their times are known, and share one trace', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.phase('task_setup', 'prepare').end();
    const run = cell.phase('adapter_run', 'run');
    run.child('container', 'box', { timing: 'derived' }).end();
    run.end();
    await cell.close();
    const spans = receiver.spans();
    expect(spans.map((span) => [span.name, attributesOf(span).get('bench.span.kind')])).toEqual([
      ['prepare', 'task_setup'],
      ['box', 'container'],
      ['run', 'adapter_run'],
    ]);
    expect(spans.map((span) => attributesOf(span).get('bench.span.timing'))).toEqual([
      'measured',
      'derived',
      'measured',
    ]);
    expect(new Set(spans.map((span) => span.traceId)).size).toBe(1);
    expect(spans[1]?.parentSpanId).toBe(run.spanId);
    expect(spans[2]?.parentSpanId ?? '').toBe('');
  });

  test('of tool and model calls follow the GenAI conventions and leave out what was not recorded', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    const run = cell.phase('adapter_run', 'run', { startNs: t0 });
    run
      .toolCall({ tool: 'bash', callId: 'c1', arguments: { command: 'false' }, startNs: t0 })
      .end({ endNs: t0 + 5n, result: 'out', toolStatus: 'completed', exitCode: 1 });
    const call = run.modelCall({ model: 'local/m', provider: 'local', startNs: t0 });
    call.message('hello', t0 + 2_000_000_000n);
    call.end({
      endNs: t0 + 3_000_000_000n,
      firstChunkNs: t0 + 1_500_000_000n,
      tokens: { input: 10, output: 0, reasoning: null },
      finishReason: 'stop',
      outputMessages: [{ role: 'assistant', parts: [{ type: 'text', content: 'hello' }] }],
    });
    run.end();
    await cell.close();
    const [tool, model] = receiver.spans();
    expect(tool?.name).toBe('execute_tool bash');
    expect(Object.fromEntries(attributesOf(tool!))).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'bash',
      'gen_ai.tool.call.id': 'c1',
      'gen_ai.tool.call.arguments': '{"command":"false"}',
      'gen_ai.tool.call.result': 'out',
      'bench.tool.status': 'completed',
      'process.exit.code': 1,
      'bench.span.kind': 'tool_call',
      'bench.span.timing': 'measured',
    });
    expect(tool?.status.code ?? 0).toBe(0);
    expect(model?.name).toBe('chat local/m');
    expect(model?.kind).toBe(3);
    expect(Object.fromEntries(attributesOf(model!))).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'local',
      'gen_ai.request.model': 'local/m',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': 1.5,
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 0,
      'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"hello"}]}]',
      'bench.span.kind': 'model_call',
      'bench.span.timing': 'measured',
    });
    expect(model?.events).toMatchObject([
      { name: 'bench.message', timeUnixNano: String(t0 + 2_000_000_000n) },
    ]);
  });

  test('carry an error with its message', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.phase('verify', 'v').end({ status: 'error', message: '2 failed' });
    await cell.close();
    expect(receiver.spans()[0]?.status).toEqual({ code: 2, message: '2 failed' });
  });

  test('that are open when the cell is closed are ended there, marked as derived and told', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.phase('adapter_run', 'run');
    await cell.close();
    expect(cell.problems).toEqual(['run was open when the cell was closed']);
    expect(attributesOf(receiver.spans()[0]!).get('bench.span.timing')).toBe('derived');
  });

  test('end once: a second end changes nothing', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    const phase = cell.phase('cleanup', 'c', { startNs: t0 });
    phase.end({ endNs: t0 + 1n });
    phase.end({ endNs: t0 + 2n, status: 'error' });
    await cell.close();
    expect(receiver.spans()).toMatchObject([{ endTimeUnixNano: String(t0 + 1n), status: {} }]);
  });
});

describe('the resource', () => {
  test('names the cell, its parts and its image, with the digest’s algorithm once', async () => {
    const receiver = await receive();
    const cell = open(receiver, {
      agentVersion: '0.73.1',
      image: 'registry.example:5000/bench/pi:1',
      imageDigest: 'sha256:sha256:abc',
      modelBuildId: 'm-1',
      attempt: 2,
    });
    cell.phase('cleanup', 'c').end();
    await cell.close();
    expect(cell.cellId).toBe(`${cellId}#run2`);
    expect(Object.fromEntries(receiver.resource())).toEqual({
      'service.name': 'playhead-adapter',
      'bench.cell.id': `${cellId}#run2`,
      'bench.sweep.id': 's1',
      'gen_ai.agent.name': 'pi',
      'gen_ai.agent.version': '0.73.1',
      'gen_ai.request.model': 'local/m',
      'bench.task.id': 'polyglot/rust',
      'bench.attempt': 2,
      'container.image.name': 'registry.example:5000/bench/pi:1',
      'container.image.repo_digests': ['registry.example:5000/bench/pi@sha256:abc'],
      'bench.model.build_id': 'm-1',
    });
  });

  test('of a cell given by its id holds the parts that the id names', () => {
    const attributes = resolveCell({ cellId: 'sweep/pi/a/b/fam/task' }).attributes;
    expect({ ...attributes }).toEqual({
      'bench.cell.id': 'sweep/pi/a/b/fam/task',
      'bench.sweep.id': 'sweep',
      'gen_ai.agent.name': 'pi',
      'gen_ai.request.model': 'a/b',
      'bench.task.id': 'fam/task',
      'bench.attempt': 1,
    });
    expect(resolveCell({ cellId: 'adhoc/svc/0123' }).attributes).not.toHaveProperty('bench.task.id');
  });

  test('of a cell whose id is illegal names a legal one, and the recorder says so', async () => {
    const receiver = await receive();
    const cell = openCell({ endpoint: receiver.url, cellId: 'a b' });
    await cell.close();
    expect(cell.cellId).toBe('unnamed/a-b');
    expect(cell.problems[0]).toContain('recorded as unnamed/a-b');
  });
});

describe('log records', () => {
  test('of terminal output and size carry the stream, the text and the time', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.resize(100, 30, { atNs: t0 });
    cell.terminal('\u001b[1mhi\u001b[0m\r\n', { atNs: t0 + 1n, stream: 'stderr' });
    cell.terminal('more', { atNs: t0 + 2n });
    await cell.close();
    const [resize, output, more] = receiver.logs();
    expect(resize).toMatchObject({ eventName: 'bench.terminal.resize', timeUnixNano: String(t0) });
    expect(Object.fromEntries(attributesOf(resize!))).toEqual({
      'bench.terminal.cols': 100,
      'bench.terminal.rows': 30,
    });
    expect(output).toMatchObject({
      eventName: 'bench.terminal.output',
      body: { stringValue: '\u001b[1mhi\u001b[0m\r\n' },
      timeUnixNano: String(t0 + 1n),
    });
    expect(attributesOf(output!).get('bench.terminal.stream')).toBe('stderr');
    expect(attributesOf(more!).get('bench.terminal.stream')).toBe('pty');
    expect(receiver.resource('/v1/logs').get('bench.cell.id')).toBe(cellId);
  });

  test('of a file change point to the tool call that made it', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    const tool = cell.toolCall({ tool: 'edit' });
    cell.fileChange({ path: 'a.rs', change: 'modified', diff: '--- a\n', span: tool, atNs: t0 });
    cell.fileChange({ path: 'b.rs', change: 'removed', timing: 'none' });
    tool.end();
    await cell.close();
    const [edit, removal] = receiver.logs();
    expect(edit).toMatchObject({
      eventName: 'bench.file.change',
      spanId: tool.spanId,
      traceId: tool.traceId,
    });
    expect(Object.fromEntries(attributesOf(edit!))).toEqual({
      'file.path': 'a.rs',
      'bench.file.change': 'modified',
      'bench.file.diff': '--- a\n',
      'bench.log.timing': 'measured',
    });
    expect(removal?.spanId ?? '').toBe('');
    expect(attributesOf(removal!).has('bench.file.diff')).toBe(false);
  });
});

describe('scores', () => {
  test('are put to the cell, its id one path segment', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.score({ axis: 'pass_rate', values: { pass: 1 } });
    await cell.close();
    const put = receiver.requests.find((request) => request.method === 'PUT');
    expect(put?.path).toBe('/api/cells/s1%2Fpi%2Flocal%2Fm%2Fpolyglot%2Frust/scores');
    expect(JSON.parse(put?.body ?? '')).toEqual({ scores: [{ axis: 'pass_rate', values: { pass: 1 } }] });
  });

  test('are put once, and again with the new one after another was added', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    cell.score({ axis: 'a', values: {} });
    await cell.flush();
    await cell.flush();
    cell.score({ axis: 'b', values: {} });
    await cell.close();
    const puts = receiver.requests.filter((request) => request.method === 'PUT');
    expect(puts.map((put) => JSON.parse(put.body).scores.length)).toEqual([1, 2]);
  });
});

describe('a collector that is not well', () => {
  test('and is not there, costs the caller nothing but a sentence', async () => {
    const cell = openCell({ endpoint: await deadEndpoint(), ...parts, exportTimeoutMs: 200 });
    const run = cell.phase('adapter_run', 'run');
    cell.terminal('x');
    cell.score({ axis: 'a', values: {} });
    run.end();
    await cell.flush();
    await cell.close();
    expect(cell.problems.some((text) => /^1 spans were not delivered: /.test(text))).toBe(true);
    expect(cell.problems.some((text) => /^1 log records were not delivered: /.test(text))).toBe(true);
    expect(cell.problems.some((text) => /^scores: PUT .*ECONNREFUSED/.test(text))).toBe(true);
  });

  test('and never answers, holds close no longer than its bound', async () => {
    const receiver = await receive(() => undefined);
    const cell = open(receiver, { closeTimeoutMs: 30 });
    cell.phase('adapter_run', 'run').end();
    const before = performance.now();
    await cell.close();
    expect(performance.now() - before).toBeLessThan(3000);
    expect(cell.problems).toContain('the collector did not answer within 30 ms');
    expect(cell.problems).toContain('1 spans were dropped: the queue was full or the time was up');
  });

  test('and refuses, is quoted', async () => {
    const receiver = await receive((_, response) => {
      response.statusCode = 400;
      response.end('{"message":"no"}');
    });
    const cell = open(receiver);
    cell.phase('adapter_run', 'run').end();
    await cell.close();
    expect(cell.problems).toHaveLength(1);
    expect(cell.problems[0]).toMatch(/^1 spans were not delivered: /);
  });

  test('spans beyond the queue are dropped, counted and told', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    for (let index = 0; index < 10_000; index++) cell.phase('other', 's', { startNs: t0 }).end({ endNs: t0 });
    await cell.close();
    const delivered = receiver.spans().length;
    expect(delivered).toBeGreaterThanOrEqual(8192);
    expect(delivered).toBeLessThan(10_000);
    expect(cell.problems).toEqual([
      `${10_000 - delivered} spans were dropped: the queue was full or the time was up`,
    ]);
  });
});

describe('a caller that makes mistakes', () => {
  test('is never thrown at', async () => {
    const receiver = await receive();
    const cell = open(receiver);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const run = cell.phase('adapter_run', 'run', { startNs: Number.NaN });
    run.toolCall({ tool: 'bash', arguments: circular }).end({ endNs: Number.POSITIVE_INFINITY });
    run.event('odd', { deep: circular } as never, Number.NaN);
    cell.terminal('x', { atNs: Number.NaN });
    cell.phase('other', 'huge', { startNs: 10n ** 40n }).end();
    run.end();
    await cell.close();
    await cell.close();
    cell.phase('other', 'late').end();
    cell.terminal('late');
    expect(cell.problems.some((text) => text.startsWith('start of run: not a time'))).toBe(true);
    expect(cell.problems.some((text) => text.startsWith('late began after the cell was closed'))).toBe(true);
    expect(receiver.spans().some((span) => span.name === 'run')).toBe(true);
  });
});

describe('the global OpenTelemetry state', () => {
  test('is as it was: a harness may have an SDK of its own', async () => {
    const receiver = await receive();
    const before = globalState();
    const cell = open(receiver);
    const run = cell.phase('adapter_run', 'run');
    expect(trace.getActiveSpan()).toBeUndefined();
    run.end();
    await cell.close();
    expect(globalState()).toEqual(before);
    expect(trace.getTracer('x').startSpan('y').isRecording()).toBe(false);
  });
});

test('the same seed gives the same ids, another seed others', async () => {
  const receiver = await receive();
  for (const idSeed of ['a', 'a', 'b']) {
    const cell = open(receiver, { idSeed });
    cell.phase('adapter_run', 'run', { startNs: t0 }).end({ endNs: t0 });
    await cell.close();
  }
  const [first, again, other] = receiver.spans();
  expect(again).toEqual(first);
  expect(other?.traceId).not.toBe(first?.traceId);
  expect(other?.spanId).not.toBe(first?.spanId);
});

test('gzip bodies arrive whole', async () => {
  const receiver = await receive();
  const cell = open(receiver, { gzip: true });
  cell.phase('adapter_run', 'run').end();
  await cell.close();
  expect(receiver.requests[0]?.headers['content-encoding']).toBe('gzip');
  expect(receiver.spans()).toHaveLength(1);
});

test('a program that owns its process may give the same configuration to NodeSDK', async () => {
  const receiver = await receive();
  const failures: string[] = [];
  const watch = {
    spans: { delivered: 0, failed: 0, spooled: 0 },
    logs: { delivered: 0, failed: 0, spooled: 0 },
    onFailure: (what: string, cause: Error) => failures.push(`${what}: ${cause.message}`),
    onSpooled: (why: string) => failures.push(why),
  };
  const options = { endpoint: receiver.url };
  const sdk = new NodeSDK({
    ...cellSdkConfiguration(resolveCell(parts), options, watch),
    metricReaders: [],
    instrumentations: [],
  });
  try {
    sdk.start();
    // What the recorder must not do is seen by the same eyes.
    expect(globalState()).toContain('trace');
    trace.getTracer('harness').startSpan('of the harness').end();
    await sdk.shutdown();
  } finally {
    for (const api of [trace, context, propagation, metrics, logs]) api.disable();
  }
  expect(receiver.spans().map((span) => span.name)).toEqual(['of the harness']);
  expect(receiver.resource().get('bench.cell.id')).toBe(cellId);
  expect(watch.spans.delivered).toBe(1);
  expect(failures).toEqual([]);
});

/** What the API keeps under its symbol on globalThis. */
function globalState(): string[] {
  const key = Object.getOwnPropertySymbols(globalThis).find((symbol) =>
    String(symbol).includes('opentelemetry.js.api'),
  );
  const state = key === undefined ? {} : (globalThis as unknown as Record<symbol, object>)[key];
  return Object.keys(state ?? {}).sort();
}

test('a name that ids do not allow is recorded as one that they do, and that is said', () => {
  const cell = openCell({
    endpoint: 'http://127.0.0.1:9',
    sweep: 's',
    agent: 'My Agent',
    model: 'm',
    task: 'f/täsk',
  });
  expect(cell.cellId).toBe('s/My-Agent/m/f/t-sk');
  expect(cell.problems).toEqual([
    'agent "My Agent" is recorded as My-Agent, task "f/täsk" is recorded as f/t-sk',
  ]);
});

test('the same program run twice gives two attempts', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  const task = { endpoint: collector.url, sweep: 's', agent: 'a', model: 'm', task: 'f/t' };
  for (const id of ['s/a/m/f/t', 's/a/m/f/t#run2']) {
    const cell = await openNextAttempt(task);
    expect(cell.cellId).toBe(id);
    cell.phase('adapter_run', 'run').end();
    await cell.close();
    expect(cell.problems).toEqual([]);
  }
  expect(await collector.cellIds()).toEqual(['s/a/m/f/t', 's/a/m/f/t#run2']);
});

test('a score that may not be what was meant is a problem in the collector’s words', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  const cell = openCell({ endpoint: collector.url, cellId: 's/a/m/f/t' });
  cell.score({ axis: 'pas_rate', values: { pass: 1 } });
  await cell.close();
  expect(cell.problems).toEqual(['pas_rate: unknown axis: pass_rate?']);
});
