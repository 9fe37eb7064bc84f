// An agent's run as the collector receives it: one adapter_run and all else below it.
import { afterEach, describe, expect, test } from 'vitest';
import { readArrivals, readBareOutput } from '../../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../../adapter/agents/reading/read-stream.ts';
import { recogniseAgent } from '../../../adapter/agents/registry.ts';
import { noTokens } from '../../../adapter/agents/step.ts';
import { recordAgentRun, stepsOf } from '../../../adapter/record/record-run.ts';
import { StepRecorder } from '../../../adapter/record/step-recorder.ts';
import type { CellRecorder } from '../../../adapter/sdk/cell-recorder.ts';
import { openCell } from '../../../adapter/sdk/cell-recorder.ts';
import { agentSamples } from '../../support/agent-samples.ts';
import type { OtlpJsonSpan } from '../../support/otlp/otlp-receiver.ts';
import { attributesOf, OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';
import { readExample, readRecording } from '../../support/recordings.ts';

const receivers: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

/** Sends a run as spans and gives what arrived. */
function sent(arrivals: string): Promise<OtlpReceiver> {
  const stream = readArrivals(arrivals);
  const run = readStream(recogniseAgent(stream)!, stream);
  return sentBy((cell) => recordAgentRun(cell, run, 'the run', stepsOf(run, 'stream')));
}

async function sentBy(record: (cell: CellRecorder) => Promise<unknown>): Promise<OtlpReceiver> {
  const receiver = await OtlpReceiver.start();
  receivers.push(receiver);
  const cell = openCell({ endpoint: receiver.url, cellId: 's/a/m/f/t' });
  await record(cell);
  await cell.close();
  expect(cell.problems).toEqual([]);
  return receiver;
}

function kindOf(span: OtlpJsonSpan): unknown {
  return attributesOf(span).get('bench.span.kind');
}

describe('a recorded run', () => {
  test('is one adapter_run with the command, the session and the exit code, and all else below it', async () => {
    const receiver = await sent(readExample('opencode-rust-error-handling-solved/arrivals.jsonl'));
    const spans = receiver.spans();
    const run = spans.find((span) => kindOf(span) === 'adapter_run');
    expect(run).toMatchObject({
      name: 'the run',
      startTimeUnixNano: '1795333399972000000',
      endTimeUnixNano: '1795333410371000000',
    });
    const attributes = attributesOf(run!);
    expect(attributes.get('process.exit.code')).toBe(0);
    expect(attributes.get('gen_ai.conversation.id')).toBe('ses_dfdca52abffeBtTGd1A4ZTiK5Y');
    expect((attributes.get('process.command_args') as string[])[0]).toBe('opencode');
    const others = spans.filter((span) => span !== run);
    expect(others).toHaveLength(11);
    expect(others.every((span) => span.parentSpanId === run?.spanId)).toBe(true);
  });

  test('has the tokens of each model call where the conventions put them', async () => {
    const receiver = await sent(readExample('pi-rust-error-handling-failed/arrivals.jsonl'));
    const calls = receiver.spans().filter((span) => kindOf(span) === 'model_call');
    expect(calls.map((call) => attributesOf(call).get('gen_ai.usage.input_tokens'))).toEqual([
      1200, 1500, 1800, 2100, 2400,
    ]);
    expect(calls.map((call) => call.name)).toEqual(Array(5).fill('chat local/scripted-model'));
    expect(calls.every((call) => !attributesOf(call).has('gen_ai.usage.reasoning.output_tokens'))).toBe(true);
  });

  test('has the prompt as the first call’s input and each answer as messages with its tool call', async () => {
    const receiver = await sent(readExample('pi-rust-error-handling-failed/arrivals.jsonl'));
    const [first, second] = receiver
      .spans()
      .filter((span) => kindOf(span) === 'model_call')
      .map((span) => attributesOf(span));
    expect(JSON.parse(first?.get('gen_ai.input.messages') as string)).toEqual([
      {
        role: 'user',
        parts: [
          {
            type: 'text',
            content: 'Function uses unwrap on user input; replace with proper Result propagation',
          },
        ],
      },
    ]);
    expect(second?.has('gen_ai.input.messages')).toBe(false);
    expect(JSON.parse(first?.get('gen_ai.output.messages') as string)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: 'Let me read the code.' },
          { type: 'tool_call', id: 'call_1', name: 'read', arguments: { path: 'src/lib.rs' } },
        ],
        finish_reason: 'toolUse',
      },
    ]);
  });

  test('has its file changes in the log, tied to the edits', async () => {
    const receiver = await sent(readExample('opencode-rust-error-handling-solved/arrivals.jsonl'));
    const edits = receiver.spans().filter((span) => span.name === 'execute_tool edit');
    expect(receiver.logs().map((log) => [log.spanId, log.timeUnixNano])).toEqual(
      edits.map((span) => [span.spanId, span.endTimeUnixNano]),
    );
  });
});

describe('runs that failed', () => {
  test('an agent’s error is a span of its own and the run fails with its exit code', async () => {
    const receiver = await sent(readRecording('opencode/1.18.33/streams/oc-boom.arrivals.jsonl'));
    const spans = receiver.spans();
    expect(spans.map((span) => [kindOf(span), span.name, span.status.code])).toEqual([
      ['agent_step', 'error ContextOverflowError', 2],
      ['agent_step', 'error ContextOverflowError', 2],
      ['adapter_run', 'the run', 2],
    ]);
    expect(spans[0]?.status.message).toBe('stub: bad request (context_length_exceeded)');
    expect(attributesOf(spans[0]!).get('error.type')).toBe('ContextOverflowError');
    expect(spans[2]?.status.message).toBe('exit code 1');
  });

  test('a tool’s exit code is kept beside a status that says completed', async () => {
    const receiver = await sent(readRecording('opencode/1.18.33/streams/oc-json.arrivals.jsonl'));
    const bash = receiver.spans().findLast((span) => span.name === 'execute_tool bash');
    expect(attributesOf(bash!).get('process.exit.code')).toBe(3);
    expect(attributesOf(bash!).get('bench.tool.status')).toBe('completed');
    expect(bash?.status.code ?? 0).toBe(0);
  });

  test('a tool that the agent calls failed is an error that ends with the tool’s words', async () => {
    const receiver = await sent(readRecording('pi/0.73.1/streams/pi.arrivals.jsonl'));
    const bash = receiver.spans().findLast((span) => span.name === 'execute_tool bash');
    expect(bash?.status).toEqual({ code: 2, message: 'Command exited with code 3' });
  });
});

describe('a stream that is recorded while it comes', () => {
  /** What arrived, without the ids. */
  function told(spans: readonly OtlpJsonSpan[]) {
    const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    return spans
      .map((span) => ({
        name: span.name,
        startNs: span.startTimeUnixNano,
        endNs: span.endTimeUnixNano,
        below: names.get(span.parentSpanId ?? ''),
        status: span.status,
        attributes: [...attributesOf(span)].sort(([a], [b]) => (a < b ? -1 : 1)),
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }

  const samples = agentSamples.filter(({ kind }) => kind === 'prints');
  const streams = [
    ...samples.map(({ agent, name, text }) => [`${agent} ${name}`, readBareOutput(text)] as const),
    ...['opencode-rust-error-handling-solved', 'pi-rust-error-handling-failed'].map(
      (example) => [example, readArrivals(readExample(`${example}/arrivals.jsonl`))] as const,
    ),
  ];

  test.each(streams)('%s: gives the spans of one that is read at the end', async (_, stream) => {
    const agent = recogniseAgent(stream)!;
    const run = readStream(agent, stream);
    const whole = await sentBy((cell) => recordAgentRun(cell, run, 'the run', stepsOf(run, 'stream')));
    const live = await sentBy(async (cell) => {
      const reader = agent.reader(stream);
      const { startNs, timing } = readStream(agent, stream);
      const parent = cell.phase('adapter_run', 'the run', { startNs, timing });
      const steps = new StepRecorder({ recorder: cell, parent });
      for (const line of stream.lines) {
        reader.push(line);
        steps.add(reader.take());
      }
      const run = reader.end(stream);
      steps.add(run.steps);
      steps.finish();
      parent.end({ endNs: run.endNs });
    });
    const below = (receiver: OtlpReceiver) =>
      told(receiver.spans()).filter((span) => span.below !== undefined);
    expect(below(live)).toEqual(below(whole));
    expect(below(live).length).toBeGreaterThan(0);
  });
});

test('lines that are no event become log lines at their time', async () => {
  const rows = [
    { t: 0, epoch_ms: 1000, stream: 'spawn', line: '["pi"]' },
    { t: 1, epoch_ms: 1001, stream: 'stderr', line: 'warning: careful' },
    { t: 2, epoch_ms: 1002, stream: 'stdout', line: '{"type":"agent_start"}' },
    { t: 3, epoch_ms: 1003, stream: 'exit', code: null, signal: 'SIGKILL' },
  ];
  const receiver = await sent(rows.map((row) => JSON.stringify(row)).join('\n'));
  expect(receiver.logs()).toMatchObject([
    { body: { stringValue: 'warning: careful' }, timeUnixNano: '1001000000' },
  ]);
  expect(receiver.spans()[0]?.status).toEqual({ code: 2, message: 'ended by SIGKILL' });
});

test('a run of more steps than the exporter’s queue holds loses none', async () => {
  const rows = ['{"t":0,"epoch_ms":1000,"stream":"spawn","line":"[]"}'];
  for (let n = 1; n <= 9000; n++) {
    const state = { status: 'completed', input: {}, output: '', metadata: {}, time: { start: n, end: n } };
    const part = { type: 'tool', tool: 't', callID: `c${n}`, state };
    const line = JSON.stringify({ type: 'tool_use', timestamp: n, sessionID: 'ses_1', part });
    rows.push(JSON.stringify({ t: n, epoch_ms: 1000 + n, stream: 'stdout', line }));
  }
  const receiver = await sent(rows.join('\n'));
  expect(receiver.spans()).toHaveLength(9001);
});

describe('images', () => {
  const image = (chars: number) => ({
    kind: 'image',
    mediaType: 'image/png',
    name: null,
    address: null,
    base64: 'A'.repeat(chars),
    text: null,
    size: (chars * 3) / 4,
  });
  const at = {
    startNs: 1_796_000_000_000_000_000n,
    endNs: 1_796_000_000_000_000_000n,
    timing: 'measured',
  } as const;

  test('that were asked with and given back are sent as GenAI parts, as many as one value holds', async () => {
    const receiver = await sentBy(async (cell) => {
      const parent = cell.phase('adapter_run', 'run', at);
      const steps = new StepRecorder({ recorder: cell, parent });
      const call = {
        model: 'm',
        provider: null,
        firstChunkNs: null,
        costUsd: null,
        finishReason: null,
        parts: [],
        error: null,
      };
      steps.add([
        {
          type: 'message',
          ...at,
          role: 'user',
          text: 'look',
          media: [image(400), image(800_000), image(400)],
        },
        { type: 'model_call', ...at, ...call, tokens: noTokens },
        {
          type: 'tool_call',
          ...at,
          tool: 'read',
          callId: 'c',
          arguments: null,
          output: 'x',
          status: null,
          failed: false,
          exitCode: null,
          changes: [],
          media: [image(400)],
        },
      ]);
      steps.finish();
      parent.end({ endNs: at.endNs });
    });
    const [call, tool] = ['model_call', 'tool_call'].map((kind) =>
      attributesOf(receiver.spans().find((span) => kindOf(span) === kind)!),
    );
    const blob = { modality: 'image', mime_type: 'image/png', type: 'blob' };
    expect(JSON.parse(String(call?.get('gen_ai.input.messages')))).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'look' },
          { ...blob, content: 'A'.repeat(400) },
          { ...blob, size: 600_000 },
          { ...blob, content: 'A'.repeat(400) },
        ],
      },
    ]);
    expect(JSON.parse(String(tool?.get('bench.tool_call.media')))).toEqual([
      { ...blob, content: 'A'.repeat(400) },
    ]);
  });
});
