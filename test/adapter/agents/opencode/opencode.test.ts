// opencode: the example run, recorded streams beside the agent's own export, streams that are odd.
import { describe, expect, test } from 'vitest';
import { isOpencode, opencode } from '../../../../adapter/agents/opencode/opencode.ts';
import { readArrivals, readBareOutput } from '../../../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import type { AgentRun, ModelCallStep, ToolCallStep } from '../../../../adapter/agents/step.ts';
import { sumTokens } from '../../../../adapter/agents/step.ts';
import { readExample, readRecording } from '../../../support/recordings.ts';

const recorded = 'opencode/1.18.33/streams';
const runs = ['oc-json', 'oc-flaky', 'oc-boom', 'oc-nomodel'];

function toolCalls(run: AgentRun): ToolCallStep[] {
  return run.steps.filter((step) => step.type === 'tool_call');
}

function modelCalls(run: AgentRun): ModelCallStep[] {
  return run.steps.filter((step) => step.type === 'model_call');
}

interface ExportedTokens {
  total: number;
  input: number;
  output: number;
  cache: { read: number; write: number };
}

interface ExportedTool {
  type: string;
  tool: string;
  callID: string;
  state: {
    status: string;
    output: string;
    metadata: { exit?: number };
    time: { start: number; end: number };
  };
}

/** What `opencode export` says of a session. */
interface Exported {
  messages: {
    info: { role: string; time: { created: number }; tokens?: ExportedTokens };
    parts: ExportedTool[];
  }[];
}

function exported(name: string): Exported['messages'] {
  return (JSON.parse(readRecording(`${recorded}/${name}.export.json`)) as Exported).messages;
}

const ms = (ns: bigint): number => Number(ns / 1_000_000n);

/** The stream's own events, read without any code under test. */
function eventsOf(arrivals: string): { type: string; part: ExportedTool }[] {
  return arrivals
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row))
    .filter((row) => row.stream === 'stdout')
    .map((row) => JSON.parse(row.line));
}

describe('the example run of opencode', () => {
  const text = readExample('opencode-rust-error-handling-solved/arrivals.jsonl');
  const run = readStream(opencode, readArrivals(text));

  test('lasts from spawn to exit and knows its command, model, session and exit code', () => {
    expect(ms(run.startNs)).toBe(1795333399972);
    expect(ms(run.endNs)).toBe(1795333410371);
    expect(run.timing).toBe('measured');
    expect(run.command?.slice(0, 2)).toEqual(['opencode', 'run']);
    expect(run.model).toBe('local/scripted-model');
    expect(run.sessionId).toBe('ses_dfdca52abffeBtTGd1A4ZTiK5Y');
    expect(run.exitCode).toBe(0);
    expect(run.signal).toBeNull();
  });

  test('has every tool call, from start to end as the stream says', () => {
    const told = eventsOf(text)
      .filter((event) => event.type === 'tool_use')
      .map(({ part }) => [part.tool, part.callID, part.state.time.start, part.state.time.end]);
    expect(told).toHaveLength(5);
    expect(toolCalls(run).map((step) => [step.tool, step.callId, ms(step.startNs), ms(step.endNs)])).toEqual(
      told,
    );
    expect(toolCalls(run).every((step) => step.timing === 'measured')).toBe(true);
  });

  test('pins the two edits to the tool calls that made them, as diffs without the machine’s paths', () => {
    const edits = toolCalls(run).filter((step) => step.changes.length > 0);
    expect(edits.map((step) => step.callId)).toEqual(['call_3', 'call_4']);
    for (const { changes } of edits) {
      expect(changes[0]?.path).toBe('src/lib.rs');
      expect(changes[0]?.diff).toMatch(/^--- a\/src\/lib\.rs\n\+\+\+ b\/src\/lib\.rs\n@@ /);
      expect(changes[0]?.diff).not.toContain('/workspace');
    }
    expect(edits[1]?.changes[0]?.diff).toContain('+pub fn sum_inputs(s: &[&str]) -> Result<i64, String> {');
  });

  test('has six model calls whose answers and finish reasons are the stream’s', () => {
    const calls = modelCalls(run);
    expect(calls.map((call) => call.finishReason)).toEqual([...Array(5).fill('tool-calls'), 'stop']);
    expect(calls[0]?.parts).toMatchObject([
      { type: 'text', text: "I'll look at the code first.", endNs: 1795333404703000000n },
      { type: 'tool_call', tool: 'read', callId: 'call_1' },
    ]);
    expect(calls.every((call) => call.timing === 'derived')).toBe(true);
  });

  test('starts each model call before its first chunk and ends it before its tool runs', () => {
    const tools = toolCalls(run);
    for (const [index, call] of modelCalls(run).entries()) {
      expect(call.startNs).toBeLessThan(call.firstChunkNs ?? 0n);
      expect(call.endNs).toBeGreaterThan(call.firstChunkNs ?? 0n);
      const tool = tools[index];
      if (tool) expect(call.endNs).toBe(tool.startNs);
    }
  });

  test('keeps the order in which things began', () => {
    expect(run.steps.map((step) => (step.type === 'tool_call' ? step.tool : step.type))).toEqual(
      ['read', 'bash', 'edit', 'edit', 'bash'].flatMap((tool) => ['model_call', tool]).concat('model_call'),
    );
  });
});

describe('recorded streams of opencode', () => {
  test.each(runs)('%s: tokens are those of the agent’s own export, cache reads counted as input', (name) => {
    const run = readStream(opencode, readArrivals(readRecording(`${recorded}/${name}.arrivals.jsonl`)));
    const counted = exported(name).flatMap(({ info }) => (info.tokens?.total ? [info.tokens] : []));
    const sum = (pick: (tokens: ExportedTokens) => number): number =>
      counted.reduce((total, tokens) => total + pick(tokens), 0);
    const tokens = sumTokens(run.steps);
    expect(tokens.input ?? 0).toBe(sum((t) => t.input + t.cache.read + t.cache.write));
    expect(tokens.cacheRead ?? 0).toBe(sum((t) => t.cache.read));
    expect(tokens.output ?? 0).toBe(sum((t) => t.output));
  });

  test.each(runs)('%s: tool calls are those of the agent’s own export, to the millisecond', (name) => {
    const run = readStream(opencode, readArrivals(readRecording(`${recorded}/${name}.arrivals.jsonl`)));
    const told = exported(name)
      .flatMap(({ parts }) => parts)
      .filter((part) => part.type === 'tool')
      .map(({ callID, state: { status, metadata, output, time } }) => [
        callID,
        status,
        metadata.exit ?? null,
        output,
        time.start,
        time.end,
      ]);
    expect(
      toolCalls(run).map((s) => [s.callId, s.status, s.exitCode, s.output, ms(s.startNs), ms(s.endNs)]),
    ).toEqual(told);
  });

  test.each(['oc-json', 'oc-flaky'])('%s: a model call starts when its message was made', (name) => {
    const run = readStream(opencode, readArrivals(readRecording(`${recorded}/${name}.arrivals.jsonl`)));
    const made = exported(name).flatMap(({ info }) => (info.role === 'assistant' ? [info.time.created] : []));
    expect(modelCalls(run).map((call) => ms(call.startNs))).toEqual(made);
  });

  test('an exit code of 3 in a tool that the agent calls completed is both', () => {
    const run = readStream(opencode, readArrivals(readRecording(`${recorded}/oc-json.arrivals.jsonl`)));
    expect(toolCalls(run).at(-1)).toMatchObject({ status: 'completed', failed: false, exitCode: 3 });
  });

  test('a file that was there and is written again is modified, and its diff is not known', () => {
    const run = readStream(opencode, readArrivals(readRecording(`${recorded}/oc-json.arrivals.jsonl`)));
    expect(toolCalls(run)[1]?.changes).toEqual([{ path: 'src/lib.rs', change: 'modified', diff: null }]);
  });

  test.each([
    ['oc-boom', 'ContextOverflowError', 2],
    ['oc-nomodel', 'UnknownError', 1],
  ] as const)('%s: the failure is an error step and the exit code is 1', (name, error, times) => {
    const run = readStream(opencode, readArrivals(readRecording(`${recorded}/${name}.arrivals.jsonl`)));
    expect(run.steps.map((step) => step.type === 'error' && step.name)).toEqual(Array(times).fill(error));
    expect(run.exitCode).toBe(1);
    expect(sumTokens(run.steps).input).toBeNull();
  });

  test.each(runs)('%s: bare output gives the same tool calls as the output with arrivals', (name) => {
    const stamped = readStream(opencode, readArrivals(readRecording(`${recorded}/${name}.arrivals.jsonl`)));
    const bare = readStream(opencode, readBareOutput(readRecording(`${recorded}/${name}.stdout.jsonl`)));
    expect(toolCalls(bare)).toEqual(toolCalls(stamped));
    expect(bare.exitCode).toBeNull();
    expect(bare.timing).toBe('derived');
  });
});

describe('a stream that is not as expected', () => {
  const event = (type: string, part: object, timestamp = 1_700_000_001_000) =>
    JSON.stringify({ type, timestamp, sessionID: 'ses_1', part });

  test('lines that are no event are kept aside and unknown events counted', () => {
    const run = readStream(
      opencode,
      readBareOutput(
        ['! permission requested: bash', event('step_start', {}), event('weather', {}), '{"a":1}'].join('\n'),
      ),
    );
    expect(run.unparsedLines.map((line) => line.text)).toEqual(['! permission requested: bash', '{"a":1}']);
    expect([...run.unknownEvents]).toEqual([['weather', 1]]);
  });

  test('a message id without a time falls back to the end of what went before', () => {
    const lines = [
      event('step_finish', { messageID: 'msg_x', tokens: {} }, 1_700_000_001_000),
      event('step_start', { messageID: 'msg_x' }, 1_700_000_002_000),
      event('step_finish', { messageID: 'msg_x', tokens: {} }, 1_700_000_003_000),
    ];
    const calls = modelCalls(readStream(opencode, readBareOutput(lines.join('\n'))));
    expect(calls.map((call) => [ms(call.startNs), ms(call.endNs)])).toEqual([
      [1_700_000_001_000, 1_700_000_001_000],
      [1_700_000_001_000, 1_700_000_003_000],
    ]);
  });

  test('an answer that was never finished lasts until the last that was heard', () => {
    const text = { type: 'text', text: 'half', time: { start: 1_700_000_001_500, end: 1_700_000_002_000 } };
    const lines = [event('step_start', {}), event('text', text, 1_700_000_002_001)];
    const run = readStream(opencode, readBareOutput(lines.join('\n')));
    expect(modelCalls(run)).toMatchObject([{ finishReason: null, endNs: 1_700_000_002_001_000_000n }]);
  });

  test('a tool that failed keeps the agent’s error and changes no file', () => {
    const state = {
      status: 'error',
      input: { filePath: '/a' },
      error: 'no such file',
      time: { start: 1, end: 2 },
    };
    const run = readStream(opencode, readBareOutput(event('tool_use', { tool: 'edit', callID: 'c', state })));
    expect(toolCalls(run)).toMatchObject([
      { status: 'error', failed: true, output: 'no such file', changes: [] },
    ]);
  });

  test('a file that was not there before is added with all its lines', () => {
    const state = {
      status: 'completed',
      title: 'docs/new.md',
      input: { filePath: '/w/docs/new.md', content: 'hello\n' },
      metadata: { filepath: '/w/docs/new.md', exists: false },
      time: { start: 1, end: 2 },
    };
    const run = readStream(
      opencode,
      readBareOutput(event('tool_use', { tool: 'write', callID: 'c', state })),
    );
    expect(toolCalls(run)[0]?.changes).toEqual([
      {
        path: 'docs/new.md',
        change: 'added',
        diff: '--- /dev/null\n+++ b/docs/new.md\n@@ -0,0 +1,1 @@\n+hello\n',
      },
    ]);
  });

  test('reasoning tokens are part of the output, whichever way the agent printed it', () => {
    const tokens = (total: number) => ({
      tokens: { total, input: 100, output: 10, reasoning: 5, cache: { read: 20, write: 3 } },
    });
    const outputs = [138, 133].map((total) => {
      const run = readStream(opencode, readBareOutput(event('step_finish', tokens(total))));
      return modelCalls(run)[0]?.tokens;
    });
    expect(outputs).toEqual([
      { input: 123, cacheRead: 20, cacheWrite: 3, output: 15, reasoning: 5 },
      { input: 123, cacheRead: 20, cacheWrite: 3, output: 10, reasoning: 5 },
    ]);
  });

  test('keys that are names of object machinery are data like any other', () => {
    const line = '{"type":"__proto__","timestamp":1,"sessionID":"ses_1","constructor":{"prototype":1}}';
    const run = readStream(opencode, readBareOutput(line));
    expect([...run.unknownEvents]).toEqual([['__proto__', 1]]);
  });

  test('only a known event with a session id of opencode is taken for its stream', () => {
    expect(isOpencode([event('step_start', {})])).toBe(true);
    expect(isOpencode(['{"type":"text","text":"x"}', 'hello'])).toBe(false);
  });
});
