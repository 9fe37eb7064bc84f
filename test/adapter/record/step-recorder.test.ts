// One trace from three sources: what the agent told, what the proxy measured, what changed on disk. No call
// is counted twice, no word is lost, and a change hangs on the tool that made it.
import { describe, expect, test } from 'vitest';
import type { ModelCallStep, ToolCallStep } from '../../../adapter/agents/step.ts';
import { noTokens } from '../../../adapter/agents/step.ts';
import type { MeasuredCall, SeenChange } from '../../../adapter/record/observations.ts';
import type { StepOptions } from '../../../adapter/record/step-recorder.ts';
import { StepRecorder } from '../../../adapter/record/step-recorder.ts';
import { openCell } from '../../../adapter/sdk/cell-recorder.ts';
import { TestCollector } from '../../support/collector.ts';

const id = 'tests/steps/model/family/task';
const zeroNs = BigInt(Date.now()) * 1_000_000n - 60_000_000_000n;
const at = (ms: number): bigint => zeroNs + BigInt(ms) * 1_000_000n;

function measured(
  startMs: number,
  endMs: number,
  input: number,
  output: number,
  more: Partial<MeasuredCall> = {},
): MeasuredCall {
  return {
    provider: 'openai',
    requestModel: 'm',
    responseModel: 'm',
    requestHash: 'ab'.repeat(32),
    tokens: { ...noTokens, input, output },
    finishReason: 'stop',
    error: null,
    content: {
      inputMessages: [{ role: 'user', content: 'asked' }],
      parts: [{ type: 'text', content: 'heard' }],
    },
    startNs: at(startMs),
    firstChunkNs: at(startMs + 1),
    endNs: at(endMs),
    status: 200,
    retries: 0,
    serverAddress: 'llm.example',
    serverPort: 443,
    aborted: false,
    ...more,
  };
}

function told(
  startMs: number,
  endMs: number,
  text: string,
  more: Partial<ModelCallStep> = {},
): ModelCallStep {
  return {
    type: 'model_call',
    startNs: at(startMs),
    endNs: at(endMs),
    timing: 'derived',
    model: 'local/m',
    provider: 'local',
    firstChunkNs: null,
    tokens: noTokens,
    costUsd: null,
    finishReason: 'stop',
    parts: [{ type: 'text', text, endNs: at(endMs) }],
    error: null,
    ...more,
  };
}

function tool(
  callId: string,
  startMs: number,
  endMs: number,
  args: ToolCallStep['arguments'],
  more: Partial<ToolCallStep> = {},
): ToolCallStep {
  return {
    type: 'tool_call',
    startNs: at(startMs),
    endNs: at(endMs),
    timing: 'measured',
    tool: 'edit',
    callId,
    arguments: args,
    output: 'ok',
    status: 'completed',
    failed: false,
    exitCode: null,
    changes: [],
    ...more,
  };
}

const change = (path: string, ms: number): SeenChange => ({
  path,
  change: 'modified',
  diff: `+${path}\n`,
  atNs: at(ms),
  timing: 'measured',
});

async function record(work: (steps: StepRecorder) => void, options: Partial<StepOptions> = {}) {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  const recorder = openCell({ endpoint: collector.url, cellId: id });
  const parent = recorder.phase('adapter_run', 'run', { startNs: at(0) });
  const steps = new StepRecorder({
    recorder,
    parent,
    content: false,
    watched: true,
    proxied: true,
    ...options,
  });
  work(steps);
  steps.finish();
  parent.end({ endNs: at(10_000) });
  await recorder.close();
  expect(recorder.problems).toEqual([]);
  const { spans } = await collector.trace(id);
  const said = (kind: string) =>
    spans
      .filter((span) => span.kind === kind)
      .map(
        ({ attributes }) =>
          /"content":"([^"]*)"/.exec(String(attributes['gen_ai.output.messages']))?.[1] ?? null,
      );
  return {
    sums: steps.modelCallFacts(),
    calls: (await collector.modelCalls(id)).modelCalls,
    changes: (await collector.changes(id)).changes,
    tools: spans.filter(({ kind }) => kind === 'tool_call'),
    spans,
    said,
  };
}

describe('a model call that both measured and told', () => {
  test('is one span: the proxy’s times and tokens, the agent’s words', async () => {
    const { calls, said } = await record((steps) => {
      steps.addCall(measured(100, 200, 50, 5));
      steps.add([told(90, 230, 'I look.')]);
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      startNs: String(at(100)),
      durationMs: 100,
      inputTokens: 50,
      outputTokens: 5,
      timing: 'measured',
    });
    expect(said('model_call')).toEqual(['I look.']);
  });

  test('is found by its tokens where two ran side by side', async () => {
    const tokens = (input: number) => ({ ...noTokens, input, output: 1 });
    const { calls, said } = await record((steps) => {
      steps.addCall(measured(100, 200, 7, 1));
      steps.addCall(measured(100, 220, 9, 1));
      steps.add([
        told(100, 221, 'for seven', { tokens: tokens(7) }),
        told(100, 201, 'for nine', { tokens: tokens(9) }),
      ]);
    });
    const words = new Map(calls.map((call, index) => [call.inputTokens, said('model_call')[index]]));
    expect(words).toEqual(
      new Map([
        [7, 'for seven'],
        [9, 'for nine'],
      ]),
    );
  });

  test('that only the agent tells of is, beside measured ones, an agent_step with its words and no tokens', async () => {
    const { calls, said, sums } = await record((steps) => {
      steps.addCall(measured(100, 200, 50, 5));
      steps.add([
        told(100, 200, 'one'),
        told(9000, 9100, 'two', { tokens: { ...noTokens, input: 1, output: 1 } }),
      ]);
    });
    expect(calls).toHaveLength(1);
    expect(said('agent_step')).toEqual(['two']);
    expect(sums).toMatchObject({ count: 1, inputTokens: 50, outputTokens: 5 });
  });

  test('without any measured call the agent’s own numbers stand', async () => {
    const { calls, sums } = await record((steps) =>
      steps.add([told(100, 200, 'one', { tokens: { ...noTokens, input: 30, output: 3 } })]),
    );
    expect(calls).toMatchObject([{ inputTokens: 30, outputTokens: 3 }]);
    expect(sums).toEqual({ count: 1, inputTokens: 30, outputTokens: 3, activeMs: 100 });
  });

  test('has what the proxy heard only where content is asked for', async () => {
    const work = (steps: StepRecorder) => steps.addCall(measured(100, 200, 50, 5));
    expect((await record(work)).said('model_call')).toEqual([null]);
    expect((await record(work, { content: true })).said('model_call')).toEqual(['heard']);
  });

  test('that failed is an error with its status and the number of tries before', async () => {
    const error = { type: 'rate_limit_error', message: 'slow down' };
    const { spans, calls } = await record((steps) =>
      steps.addCall(measured(100, 200, 1, 1, { error, status: 429, retries: 2 })),
    );
    expect(calls[0]).toMatchObject({ error: 'slow down' });
    expect(spans.find(({ kind }) => kind === 'model_call')).toMatchObject({
      status: 'error',
      attributes: {
        'http.response.status_code': 429,
        'bench.model_call.retries': 2,
        'error.type': 'rate_limit_error',
      },
    });
  });

  test('time with calls side by side is counted once', async () => {
    const { sums } = await record((steps) => {
      steps.addCall(measured(100, 300, 1, 1));
      steps.addCall(measured(200, 400, 1, 1));
      steps.addCall(measured(500, 600, 1, 1));
    });
    expect(sums?.activeMs).toBe(400);
  });
});

describe('steps of a run under way', () => {
  test('are recorded as they come, in any order', async () => {
    const { tools } = await record((steps) => {
      steps.add([tool('b', 300, 400, { path: 'y' })]);
      steps.add([tool('a', 100, 200, { path: 'x' })]);
    });
    expect(tools.map(({ attributes }) => attributes['gen_ai.tool.call.id'])).toEqual(['a', 'b']);
  });

  test('an answer takes its measured call, whichever of both comes first', async () => {
    const answer = told(90, 210, 'I look.');
    // After some seconds a call no longer waits for its words.
    const now = () => at(300);
    const { calls, said } = await record(
      (steps) => {
        steps.add([answer]);
        steps.addCall(measured(100, 200, 50, 5));
        // Its words are taken: nothing waits for the end of the run.
        expect(steps.waiting).toBe(0);
      },
      { now },
    );
    expect(calls).toHaveLength(1);
    expect(said('model_call')).toEqual(['I look.']);
  });

  test('a subagent’s steps wait for the call that sent it, and stand below it', async () => {
    const sent = tool('task', 50, 400, {});
    const { tools, calls, spans } = await record((steps) => {
      steps.add([told(90, 210, 'I look.', { withinCallId: 'task' })]);
      steps.addCall(measured(100, 200, 50, 5));
      steps.add([tool('a', 220, 300, {}, { withinCallId: 'task' })]);
      steps.add([sent]);
    });
    const parent = tools.find(({ attributes }) => attributes['gen_ai.tool.call.id'] === 'task')!.spanId;
    expect(calls).toHaveLength(1);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === parent).map(({ kind }) => kind)).toEqual([
      'model_call',
      'tool_call',
    ]);
  });

  test('of a subagent whose call never came stand below the run', async () => {
    const { tools } = await record((steps) => steps.add([tool('a', 220, 300, {}, { withinCallId: 'lost' })]));
    expect(tools).toHaveLength(1);
  });
});

describe('a file change', () => {
  test('hangs on the tool call that was running when the file changed', async () => {
    const { changes, tools } = await record((steps) => {
      steps.addChanges([change('a.txt', 150), change('b.txt', 350)]);
      steps.add([tool('a', 100, 200, {}), tool('b', 300, 400, {})]);
    });
    const idOf = (spanId: string | null) =>
      tools.find((span) => span.spanId === spanId)?.attributes['gen_ai.tool.call.id'];
    expect(changes.map(({ path, spanId }) => [path, idOf(spanId)])).toEqual([
      ['a.txt', 'a'],
      ['b.txt', 'b'],
    ]);
  });

  test('hangs on the one of several running tools that names the file', async () => {
    const { changes, tools } = await record((steps) => {
      steps.addChanges([change('src/b.txt', 150)]);
      steps.add([tool('a', 100, 200, { path: 'src/a.txt' }), tool('b', 100, 200, { path: 'src/b.txt' })]);
    });
    const owner = tools.find(({ spanId }) => spanId === changes[0]?.spanId);
    expect(owner?.attributes['gen_ai.tool.call.id']).toBe('b');
  });

  test('just before a tool call that was stamped when it was over is that call’s, where the model had asked for it', async () => {
    const late = tool('a', 400, 400, { command: 'node -e …' });
    const asked = (steps: StepRecorder) => {
      steps.addCall(measured(100, 200, 50, 5));
      steps.addChanges([change('a.txt', 300)]);
      steps.add([late]);
    };
    const { changes, tools } = await record(asked);
    expect(changes).toMatchObject([{ spanId: tools[0]!.spanId }]);
    // The model answered only after the change: the tool that it then asked for did not make it.
    const before = await record((steps) => {
      steps.addCall(measured(100, 200, 50, 5));
      steps.addCall(measured(320, 390, 60, 6));
      steps.addChanges([change('a.txt', 300)]);
      steps.add([late]);
    });
    expect(before.changes).toMatchObject([{ spanId: null }]);
  });

  test('that no tool made hangs on none', async () => {
    const { changes } = await record((steps) => {
      steps.addChanges([change('a.txt', 5000)]);
      steps.add([tool('a', 100, 200, {})]);
    });
    expect(changes).toMatchObject([{ path: 'a.txt', spanId: null }]);
  });

  test('that the agent tells of is left out where files are watched, and stands where they are not', async () => {
    const step = tool('a', 100, 200, {}, { changes: [{ path: 'a.txt', change: 'modified', diff: null }] });
    expect((await record((steps) => steps.add([step]))).changes).toEqual([]);
    const unwatched = await record((steps) => steps.add([step]), { watched: false });
    expect(unwatched.changes).toMatchObject([{ path: 'a.txt', spanId: unwatched.tools[0]!.spanId }]);
  });
});

test('a call that failed is told by its answer, not by the tokens that it lacks', async () => {
  const lines: string[] = [];
  const failed = { tokens: noTokens, error: { type: 'not_found', message: 'no such model' } };
  await record(
    (steps) => {
      steps.addCall(measured(100, 108, 0, 0, { ...failed, status: 404 }));
      steps.addCall(measured(200, 208, 0, 0, { ...failed, status: null }));
      steps.addCall(measured(300, 308, 50, 5));
    },
    { onStep: (line) => lines.push(line) },
  );
  expect(lines).toEqual([
    'model m: answered with 404, 8 ms',
    'model m: not answered, 8 ms',
    'model m: 50 tokens in, 5 out, 8 ms',
  ]);
});
