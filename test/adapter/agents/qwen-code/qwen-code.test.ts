// qwen: a stream shaped like Claude's, told apart from it and counted in its own way.
import { describe, expect, test } from 'vitest';
import { parseQwenChat } from '../../../../adapter/agents/qwen-code/qwen-chat.ts';
import { qwenCode } from '../../../../adapter/agents/qwen-code/qwen-code.ts';
import { readBareOutput } from '../../../../adapter/agents/reading/arrivals.ts';
import { assembleRun } from '../../../../adapter/agents/reading/assemble.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import { recogniseAgent } from '../../../../adapter/agents/registry.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';

const ms = (ns: bigint): number => Number(ns / 1_000_000n);
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

const stream = [
  {
    type: 'system',
    subtype: 'init',
    session_id: 's',
    model: 'qwen3',
    cwd: '/p',
    permission_mode: 'yolo',
    qwen_code_version: '0.15.10',
  },
  {
    type: 'assistant',
    session_id: 's',
    parent_tool_use_id: null,
    message: {
      id: 'm1',
      model: 'qwen3',
      content: [{ type: 'tool_use', id: 'c1', name: 'run_shell_command', input: { command: 'exit 3' } }],
      usage: { input_tokens: 1234, output_tokens: 56, cache_read_input_tokens: 1000, total_tokens: 1290 },
    },
  },
  {
    type: 'user',
    session_id: 's',
    parent_tool_use_id: null,
    message: { content: [{ type: 'tool_result', tool_use_id: 'c1', is_error: false, content: 'out' }] },
  },
  {
    type: 'result',
    subtype: 'success',
    session_id: 's',
    is_error: false,
    num_turns: 1,
    duration_ms: 9,
    usage: { input_tokens: 1234, output_tokens: 56, cache_read_input_tokens: 1000, total_tokens: 1290 },
  },
]
  .map((event) => JSON.stringify(event))
  .join('\n');

const line = (second: number, type: string, more: object): string =>
  JSON.stringify({
    uuid: `u${second}`,
    sessionId: 's',
    timestamp: at(second),
    cwd: '/p',
    version: '0.15.10',
    type,
    ...more,
  });
const telemetry = (second: number, event: object): string =>
  line(second, 'system', {
    subtype: 'ui_telemetry',
    systemPayload: { uiEvent: { 'event.timestamp': at(second), ...event } },
  });

const chat = [
  line(0, 'user', { message: { role: 'user', parts: [{ text: 'go' }] } }),
  telemetry(3, {
    'event.name': 'qwen-code.api_response',
    model: 'qwen3',
    duration_ms: 2000,
    input_token_count: 1234,
    output_token_count: 56,
    cached_content_token_count: 1000,
    thoughts_token_count: 6,
  }),
  line(3, 'assistant', {
    model: 'qwen3',
    message: {
      role: 'model',
      parts: [
        { text: 'let me see', thought: true },
        { text: 'ok' },
        { functionCall: { id: 'c1', name: 'run_shell_command', args: { command: 'exit 3' } } },
      ],
    },
    usageMetadata: {
      promptTokenCount: 1234,
      candidatesTokenCount: 56,
      thoughtsTokenCount: 6,
      cachedContentTokenCount: 1000,
      totalTokenCount: 1290,
    },
  }),
  telemetry(6, {
    'event.name': 'qwen-code.tool_call',
    function_name: 'run_shell_command',
    duration_ms: 1500,
    success: true,
  }),
  line(6, 'tool_result', {
    toolCallResult: { callId: 'c1', status: 'success', resultDisplay: 'out' },
    message: {
      role: 'user',
      parts: [
        {
          functionResponse: {
            id: 'c1',
            name: 'run_shell_command',
            response: { output: 'Output: out\nExit Code: 3\nSignal: (none)' },
          },
        },
      ],
    },
  }),
].join('\n');

describe('the stream of qwen', () => {
  test('is told from Claude’s, whose shape it has', () => {
    expect(recogniseAgent(readBareOutput(stream))?.name).toBe('qwen-code');
  });

  test('counts cached input as input, as its total shows', () => {
    const run = readStream(qwenCode, readBareOutput(stream));
    expect(modelCalls(run)[0]!.tokens).toMatchObject({ input: 1234, cacheRead: 1000, output: 56 });
    expect(run.totals).toEqual(sumTokens(run.steps));
  });

  test('an answer that is printed as two messages is one model call, with the usage of the second', () => {
    const said = {
      type: 'assistant',
      session_id: 's',
      parent_tool_use_id: null,
      message: {
        id: 'm0',
        model: 'qwen3',
        content: [{ type: 'text', text: 'so' }],
        stop_reason: null,
        usage: { input_tokens: 0, output_tokens: 0 },
      },
    };
    const [init = '', ...rest] = stream.split('\n');
    const run = readStream(qwenCode, readBareOutput([init, JSON.stringify(said), ...rest].join('\n')));
    expect(modelCalls(run)).toHaveLength(1);
    expect(modelCalls(run)[0]).toMatchObject({
      tokens: { input: 1234 },
      parts: [{ text: 'so' }, { tool: 'run_shell_command' }],
    });
  });

  test('a model call that failed is an error, though it is printed as an answer', () => {
    const failed = {
      type: 'assistant',
      session_id: 's',
      parent_tool_use_id: null,
      message: {
        id: 'm0',
        model: 'qwen3',
        content: [{ type: 'text', text: '[API Error: Connection error.]' }],
        usage: { input_tokens: 0, output_tokens: 0 },
      },
    };
    const run = readStream(qwenCode, readBareOutput(`${stream.split('\n')[0]}\n${JSON.stringify(failed)}`));
    expect(run.steps).toMatchObject([
      { type: 'error', name: 'api_error', message: '[API Error: Connection error.]' },
    ]);
  });

  test('says nothing of the exit code', () => {
    expect(toolCalls(readStream(qwenCode, readBareOutput(stream)))[0]).toMatchObject({
      status: 'completed',
      failed: false,
      exitCode: null,
    });
  });
});

describe('the chat file of qwen', () => {
  test('has a model call from its request to its answer, by the length that telemetry tells', () => {
    const [call] = modelCalls(parseQwenChat(chat)!);
    expect([ms(call!.startNs), ms(call!.endNs), call!.timing]).toEqual([
      Date.parse(at(1)),
      Date.parse(at(3)),
      'measured',
    ]);
    expect(call!.tokens).toEqual({
      input: 1234,
      cacheRead: 1000,
      cacheWrite: null,
      output: 56,
      reasoning: 6,
    });
    expect(call!.parts.map((part) => part.type)).toEqual(['reasoning', 'text', 'tool_call']);
  });

  test('has a tool call with its exit code, status and length', () => {
    const [call] = toolCalls(parseQwenChat(chat)!);
    expect(call).toMatchObject({
      tool: 'run_shell_command',
      status: 'success',
      failed: false,
      exitCode: 3,
      output: 'out',
      timing: 'measured',
    });
    expect(ms(call!.endNs) - ms(call!.startNs)).toBe(1500);
  });

  test('thinking that is counted apart is added to the output', () => {
    const apart = chat.replace('"totalTokenCount":1290', '"totalTokenCount":1296');
    expect(modelCalls(parseQwenChat(apart)!)[0]!.tokens.output).toBe(62);
  });

  test('an answer that nobody wrote down is a model call all the same', () => {
    const more = telemetry(8, {
      'event.name': 'qwen-code.api_response',
      duration_ms: 1000,
      input_token_count: 7,
      output_token_count: 1,
    });
    expect(sumTokens(parseQwenChat(`${chat}\n${more}`)!.steps).input).toBe(1241);
  });

  test('joined with the stream, gives its times to the stream’s run', () => {
    const run = assembleRun(qwenCode, readBareOutput(stream), [{ path: 'c', text: chat }])!;
    expect(toolCalls(run)).toHaveLength(1);
    expect(toolCalls(run)[0]).toMatchObject({ exitCode: 3 });
    expect(run.totals).toMatchObject({ input: 1234 });
    expect(run.timing).not.toBe('none');
  });
});
