// OpenHands: events, printed stream, completion logs and the trajectories of the first generation.
import { describe, expect, test } from 'vitest';
import { openhands, parseOpenHandsSession } from '../../../../adapter/agents/openhands/openhands.ts';
import { readArrivals } from '../../../../adapter/agents/reading/arrivals.ts';
import { assembleRun } from '../../../../adapter/agents/reading/assemble.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { readSample } from '../../../support/recordings.ts';

const ms = (ns: bigint): number => Number(ns / 1_000_000n);

describe('a conversation of OpenHands', () => {
  const text = readSample('openhands/events.jsonl');
  const events = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

  test('its model calls are the steps by which its token sums grew, and add up to the last sum', () => {
    const sums = events
      .filter((event) => event.key === 'stats')
      .map((event) => event.value.usage_to_metrics.default.accumulated_token_usage);
    const run = parseOpenHandsSession(text, 'x')!;
    expect(sums.map((sum) => sum.prompt_tokens)).toEqual([412, 9820, 19555, 29911]);
    expect(modelCalls(run).map((call) => call.tokens.input)).toEqual([412, 9408, 9735, 10356]);
    const { prompt_tokens, completion_tokens, cache_read_tokens } = sums.at(-1);
    expect(sumTokens(run.steps)).toMatchObject({
      input: prompt_tokens,
      output: completion_tokens,
      cacheRead: cache_read_tokens,
    });
    expect(run.totals).toEqual(sumTokens(run.steps));
    expect(modelCalls(run).every((call) => call.tokensGrade === 'derived')).toBe(true);
    expect(modelCalls(run).every((call) => call.endNs > call.startNs && call.costUsd === null)).toBe(true);
  });

  test('a tool call lasts from its action to its observation, to the microsecond', () => {
    const action = events.find((event) => event.kind === 'ActionEvent');
    const observation = events.find((event) => event.action_id === action.id);
    const [call] = toolCalls(parseOpenHandsSession(text, 'x')!);
    const micros = (iso: string): number => Number(iso.slice(-6));
    expect(call!.endNs - call!.startNs).toBe(
      BigInt(1_000_000 - micros(action.timestamp) + micros(observation.timestamp)) * 1000n,
    );
    expect(call).toMatchObject({
      tool: 'terminal',
      status: 'error',
      failed: true,
      exitCode: null,
      timing: 'measured',
    });
  });

  test('a command that failed while the tool did not is both; an observation without its action is kept', () => {
    const run = parseOpenHandsSession(text, 'x')!;
    expect(toolCalls(run).map((s) => [s.status, s.failed, s.exitCode, s.timing])).toEqual([
      ['error', true, null, 'measured'],
      ['error', true, null, 'derived'],
      ['completed', false, 1, 'measured'],
    ]);
    expect(run.remarks).toEqual([
      expect.stringMatching(/^its times name no zone and were read as local time, [\w/+-]+$/),
    ]);
  });

  test.each([
    ['completion-1770109230.500.json', 3120, 88, 3207.1],
    ['completion-1770109260.250.json', 5204, 41, 5018.6],
  ])('the log of one completion is one model call: %s', (file, input, output, lengthMs) => {
    const [call, ...others] = modelCalls(parseOpenHandsSession(readSample(`openhands/${file}`), file)!);
    expect(others).toEqual([]);
    expect(call!.tokens).toMatchObject({ input, output });
    expect(Number(call!.endNs - call!.startNs) / 1e6).toBeCloseTo(lengthMs, 2);
    expect(call).toMatchObject({ timing: 'measured', finishReason: 'tool_calls' });
  });
});

const event = (second: number, kind: string, more: object) => ({
  id: `e${second}`,
  timestamp: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000001`,
  source: 'agent',
  kind,
  ...more,
});
const action = (second: number, callId: string, response: string) =>
  event(second, 'ActionEvent', {
    tool_name: 'file_editor',
    tool_call_id: callId,
    llm_response_id: response,
    thought: [{ type: 'text', text: 'so' }],
    tool_call: { name: 'file_editor', arguments: '{"command":"str_replace"}' },
  });
const observation = (second: number, callId: string, more: object = {}) =>
  event(second, 'ObservationEvent', {
    source: 'environment',
    tool_call_id: callId,
    observation: { content: [{ type: 'text', text: 'done' }], is_error: false, ...more },
  });

describe('events', () => {
  test('that share the id of an answer are one model call with several tools', () => {
    const events = [action(1, 'a', 'r'), action(1, 'b', 'r'), observation(2, 'a'), observation(3, 'b')];
    const run = parseOpenHandsSession(events.map((e) => JSON.stringify(e)).join('\n'), 'x')!;
    expect(modelCalls(run)).toHaveLength(1);
    expect(modelCalls(run)[0]!.parts.filter((part) => part.type === 'tool_call')).toHaveLength(2);
    expect(modelCalls(run)[0]!.tokens.input).toBeNull();
  });

  test('of the file editor tell the diff and the file that was not there', () => {
    const edit = {
      path: '/w/a.py',
      prev_exist: true,
      old_content: '1\n2\n3\n4\n5\n6\n7\n8\n',
      new_content: '1\n2\n3\n4\nfive\n6\n7\n8\n',
      metadata: { working_dir: '/w' },
    };
    const make = { path: '/w/b.py', prev_exist: false, old_content: null, new_content: 'x\n' };
    const events = [
      action(1, 'a', 'r'),
      observation(2, 'a', edit),
      action(3, 'b', 's'),
      observation(4, 'b', make),
    ];
    const run = parseOpenHandsSession(events.map((e) => JSON.stringify(e)).join('\n'), 'x')!;
    expect(toolCalls(run).map((step) => step.changes)).toEqual([
      [
        {
          path: 'a.py',
          change: 'modified',
          diff: '--- a/a.py\n+++ b/a.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
        },
      ],
      [{ path: 'b.py', change: 'added', diff: '--- /dev/null\n+++ b/b.py\n@@ -0,0 +1,1 @@\n+x\n' }],
    ]);
  });

  test('in a folder are read in the order of their names, each file one event', () => {
    const files = [observation(9, 'a'), action(8, 'a', 'r')].map((e, index) => ({
      path: `/c/0123456789abcdef0123456789abcdef/events/event-0000${2 - index}-x.json`,
      text: JSON.stringify(e, null, 2),
    }));
    const run = assembleRun(openhands, null, files)!;
    expect(toolCalls(run)).toMatchObject([{ callId: 'a', status: 'completed', timing: 'measured' }]);
    expect(run.sessionId).toBe('0123456789abcdef0123456789abcdef');
  });
});

describe('the printed stream', () => {
  const printed = (texts: string[]) =>
    readArrivals(
      texts
        .map((line) => JSON.stringify({ t: 0, epoch_ms: 1_700_000_000_000, stream: 'stdout', line }))
        .join('\n'),
    );

  test('is a marker and an event over many lines, between lines of another kind', () => {
    const lines = [
      'Agent is working',
      ...[action(1, 'a', 'r'), observation(2, 'a')].flatMap((e) => [
        '--JSON Event--',
        ...JSON.stringify(e, null, 2).split('\n'),
      ]),
      'Conversation ID: 0123456789abcdef0123456789abcdef',
    ];
    const run = readStream(openhands, printed(lines));
    expect(toolCalls(run)).toMatchObject([{ callId: 'a', output: 'done', timing: 'measured' }]);
    expect(run.sessionId).toBe('0123456789abcdef0123456789abcdef');
    expect(run.unparsedLines.map((line) => line.text)).toEqual(['Agent is working', lines.at(-1)]);
  });

  test('that is cut within an event gives what is whole and says so', () => {
    const whole = JSON.stringify(action(1, 'a', 'r'), null, 2).split('\n');
    const cut = JSON.stringify(observation(2, 'a'), null, 2).split('\n').slice(0, 4);
    const run = readStream(openhands, printed(['--JSON Event--', ...whole, '--JSON Event--', ...cut]));
    expect(toolCalls(run)).toMatchObject([{ callId: 'a', status: null }]);
    expect(run.remarks).toContain('1 lines begin like an event and are cut or broken');
  });
});

describe('a trajectory of the first generation', () => {
  const at = (second: number) => `2025-03-01T00:00:${String(second).padStart(2, '0')}.000000`;
  const metrics = (prompt: number, completion: number) => ({
    accumulated_token_usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
    },
  });
  const trajectory = JSON.stringify([
    { id: 0, timestamp: at(0), source: 'user', action: 'message', args: { content: 'fix it' } },
    {
      id: 1,
      timestamp: at(5),
      source: 'agent',
      action: 'run',
      args: { command: 'ls', thought: 'look' },
      llm_metrics: metrics(100, 10),
    },
    {
      id: 2,
      timestamp: at(6),
      source: 'environment',
      observation: 'run',
      content: 'no such file',
      cause: 1,
      extras: { metadata: { exit_code: 2, working_dir: '/w' } },
    },
    { id: 3, timestamp: at(9), source: 'agent', action: 'finish', args: {}, llm_metrics: metrics(250, 30) },
  ]);

  test('joins an observation to the action that caused it, with its exit code', () => {
    const run = parseOpenHandsSession(trajectory, 'x')!;
    expect(toolCalls(run)).toMatchObject([
      { tool: 'run', status: 'completed', failed: false, exitCode: 2, timing: 'measured' },
      { tool: 'finish' },
    ]);
    expect(ms(toolCalls(run)[0]!.endNs - toolCalls(run)[0]!.startNs)).toBe(1000);
  });

  test('tells sums of tokens, of which the differences are the calls’', () => {
    const run = parseOpenHandsSession(trajectory, 'x')!;
    expect(modelCalls(run).map((call) => [call.tokens.input, call.tokens.output, call.tokensGrade])).toEqual([
      [100, 10, 'derived'],
      [150, 20, 'derived'],
    ]);
    expect(run.totals).toMatchObject({ input: 250, output: 30 });
  });
});
