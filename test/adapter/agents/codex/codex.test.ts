// codex: its stream and its rollout file against each other, and session files of older versions.
import { describe, expect, test } from 'vitest';
import { codex } from '../../../../adapter/agents/codex/codex.ts';
import { parseRollout } from '../../../../adapter/agents/codex/codex-rollout.ts';
import { readArrivals, readBareOutput } from '../../../../adapter/agents/reading/arrivals.ts';
import { assembleRun } from '../../../../adapter/agents/reading/assemble.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { readRecording } from '../../../support/recordings.ts';

const folder = 'codex/0.169.0/streams';
const good = {
  arrivals: `${folder}/cx-json.arrivals.jsonl`,
  rollout: `${folder}/cx-json.rollout-2026-11-22T07-24-53-01a20224-c53b-7373-a62b-efa537f3b7e9.jsonl`,
};
const boom = {
  arrivals: `${folder}/cx-boom.arrivals.jsonl`,
  rollout: `${folder}/cx-boom.rollout-2026-11-22T07-25-01-01a20224-e162-7fe0-8a23-3f9f8fc0cbe2.jsonl`,
};

const ms = (ns: bigint): number => Number(ns / 1_000_000n);

/** The rows of a JSON lines file, read without any code under test. */
function rows(text: string): Record<string, never>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function assembled({ arrivals, rollout }: typeof good) {
  const stream = readArrivals(readRecording(arrivals));
  return assembleRun(codex, stream, [{ path: rollout, text: readRecording(rollout) }])!;
}

describe('a recorded run of codex', () => {
  test('the stream alone gives the tools as they arrived, with status and exit code apart', () => {
    const run = readStream(codex, readArrivals(readRecording(good.arrivals)));
    expect(toolCalls(run).map((s) => [s.tool, s.status, s.failed, s.exitCode, s.timing])).toEqual([
      ['command_execution', 'completed', false, 0, 'arrival'],
      ['command_execution', 'completed', false, 0, 'arrival'],
      ['command_execution', 'failed', true, 3, 'arrival'],
    ]);
    expect(ms(toolCalls(run)[2]!.startNs)).toBe(1795332296073);
    expect(ms(toolCalls(run)[2]!.endNs)).toBe(1795332297967);
  });

  test('the stream alone tells the run’s tokens and no call’s', () => {
    const run = readStream(codex, readArrivals(readRecording(good.arrivals)));
    expect(run.totals).toEqual({ input: 11700, cacheRead: 6000, cacheWrite: 0, output: 166, reasoning: 32 });
    expect(modelCalls(run)).toHaveLength(4);
    expect(sumTokens(run.steps).input).toBeNull();
  });

  test('the session’s model calls add up to the stream’s own total', () => {
    const run = assembled(good);
    expect(modelCalls(run)).toHaveLength(4);
    expect(sumTokens(run.steps)).toEqual(run.totals);
    expect(run.totals).toEqual({ input: 11700, cacheRead: 6000, cacheWrite: 0, output: 166, reasoning: 32 });
  });

  test('the session’s tool calls have codex’s own times; what it saw only when over lasts since it was asked for', () => {
    const items = rows(readRecording(good.rollout))
      .map(
        (row) =>
          row.payload as never as { type: string; item: Record<string, unknown>; completed_at_ms: number },
      )
      .filter(({ type, item }) => type === 'item_completed' && item.type === 'CommandExecution');
    const told = items.map(({ item, completed_at_ms }) => {
      const duration = item.duration as { secs: number; nanos: number };
      return [
        item.id,
        item.exit_code,
        item.aggregated_output,
        completed_at_ms,
        duration.secs * 1e9 + duration.nanos,
      ];
    });
    expect(told).toHaveLength(3);
    const calls = toolCalls(assembled(good));
    expect(calls.map((s) => [s.callId, s.exitCode, s.output, ms(s.endNs)])).toEqual(
      told.map((row) => row.slice(0, 4)),
    );
    for (const [index, call] of calls.entries()) {
      const lengthNs = Number(call.endNs - call.startNs);
      const toldNs = Number(told[index]![4]);
      // 9 and 12 µs are told of two commands that took a tenth of a second from call to output.
      const isSeen = toldNs >= 1_000_000;
      if (isSeen) expect(Math.abs(lengthNs - toldNs)).toBeLessThan(1_000_000);
      else expect(lengthNs).toBeGreaterThan(50_000_000);
      expect(call.timing).toBe(isSeen ? 'measured' : 'derived');
      expect(call.tool).toBe('exec_command');
    }
  });

  test('the session’s times lie within 50 ms of the arrivals of the same things', () => {
    const printed = toolCalls(readStream(codex, readArrivals(readRecording(good.arrivals))));
    for (const [index, call] of toolCalls(assembled(good)).entries()) {
      const lateMs = ms(printed[index]!.startNs - call.startNs);
      // What was over before codex looked is printed when it is over.
      if (call.timing === 'derived') expect(lateMs).toBeGreaterThan(-50);
      else expect(Math.abs(lateMs)).toBeLessThan(50);
      expect(Math.abs(ms(call.endNs - printed[index]!.endNs))).toBeLessThan(50);
    }
  });

  test('every model call holds the moment at which the model was really asked', () => {
    const asked = readRecording(`${folder}/model-requests.log`)
      .split('\n')
      .filter((line) => line.includes('POST /v1/responses'))
      .map((line) => Date.parse(line.split(' ')[0]!));
    expect(asked).toHaveLength(4);
    const calls = modelCalls(assembled(good));
    for (const [index, call] of calls.entries()) {
      expect(ms(call.startNs)).toBeLessThanOrEqual(asked[index]!);
      expect(ms(call.endNs)).toBeGreaterThan(asked[index]!);
      expect(call.timing).toBe('derived');
      expect(call.model).toBe('stub-model');
    }
  });

  test('joined, the run keeps the process: command, exit code, spawn and exit', () => {
    const run = assembled(good);
    expect([ms(run.startNs), ms(run.endNs), run.exitCode, run.timing]).toEqual([
      1795332292942,
      1795332299553,
      0,
      'measured',
    ]);
    expect(run.command?.slice(1, 3)).toEqual(['exec', '--json']);
    expect(run.agentVersion).toBe('0.169.0');
    expect(run.unparsedLines).toHaveLength(3);
  });

  test('a failure that stream and session both tell is one error, and no tokens are no tokens', () => {
    const run = assembled(boom);
    expect(run.steps.map((step) => step.type)).toEqual(['message', 'error']);
    expect(run.steps[1]).toMatchObject({ message: expect.stringContaining('ran out of room') });
    expect(run.totals).toBeNull();
    expect(run.exitCode).toBe(1);
    expect(readStream(codex, readArrivals(readRecording(boom.arrivals))).steps).toHaveLength(1);
  });

  test('bare output keeps the order and says that it knows no times', () => {
    const run = readStream(codex, readBareOutput(readRecording(`${folder}/cx-json.stdout.jsonl`)));
    expect(run.timing).toBe('none');
    expect(run.steps.map((step) => step.type)).toEqual([
      ...Array(3).fill(['model_call', 'tool_call']).flat(),
      'model_call',
    ]);
    expect(run.steps.every((step) => step.timing === 'none')).toBe(true);
  });

  test('a session file that was cut in the middle gives what is whole, and the stream fills the rest', () => {
    const text = readRecording(good.rollout);
    const cut = text.slice(0, text.indexOf('"call_006"') + 40);
    const stream = readArrivals(readRecording(good.arrivals));
    const run = assembleRun(codex, stream, [{ path: 'r', text: cut }])!;
    expect(toolCalls(run).map((s) => [s.tool, s.exitCode, s.timing])).toEqual([
      ['exec_command', 0, 'derived'],
      ['exec_command', 0, 'derived'],
      ['command_execution', 3, 'arrival'],
    ]);
    expect(parseRollout(cut)?.remarks).toEqual(['1 lines begin like an event and are cut or broken']);
  });
});

describe('session files of older versions', () => {
  const at = (second: number) => `2025-09-01T10:00:${String(second).padStart(2, '0')}.000Z`;
  const row = (second: number, type: string, payload: object) =>
    JSON.stringify({ timestamp: at(second), type, payload });
  const usage = (input: number, output: number) => ({
    input_tokens: input,
    cached_input_tokens: 0,
    output_tokens: output,
    reasoning_output_tokens: 0,
    total_tokens: input + output,
  });
  const older = [
    row(0, 'session_meta', { id: 's', cwd: '/w', cli_version: '0.30.0' }),
    row(1, 'event_msg', { type: 'user_message', message: 'go' }),
    row(3, 'response_item', {
      type: 'function_call',
      name: 'shell',
      arguments: '{"command":["ls"]}',
      call_id: 'c1',
    }),
    row(3, 'event_msg', {
      type: 'token_count',
      info: { total_token_usage: usage(10, 2), last_token_usage: usage(10, 2) },
    }),
    row(5, 'event_msg', {
      type: 'exec_command_end',
      call_id: 'c1',
      aggregated_output: 'a\n',
      exit_code: 2,
      duration: { secs: 1, nanos: 500_000_000 },
    }),
    row(5, 'response_item', {
      type: 'function_call_output',
      call_id: 'c1',
      output: '{"output":"a\\n","metadata":{"exit_code":2}}',
    }),
    row(6, 'event_msg', {
      type: 'token_count',
      info: { total_token_usage: usage(10, 2), last_token_usage: usage(10, 2) },
    }),
    row(7, 'response_item', {
      type: 'custom_tool_call',
      name: 'apply_patch',
      input: '*** Begin Patch',
      call_id: 'c2',
    }),
    row(8, 'event_msg', {
      type: 'patch_apply_end',
      call_id: 'c2',
      success: true,
      changes: {
        '/w/a.txt': { add: { content: 'x\n' } },
        '/w/__proto__': { update: { unified_diff: '@@ -1 +1 @@\n-a\n+b\n' } },
      },
    }),
  ].join('\n');

  test('tell a command’s length and exit code at its end', () => {
    const [shell] = toolCalls(parseRollout(older)!);
    expect(shell).toMatchObject({
      tool: 'shell',
      exitCode: 2,
      status: 'failed',
      output: 'a\n',
      timing: 'measured',
    });
    expect(shell!.endNs - shell!.startNs).toBe(1_500_000_000n);
    expect(shell!.arguments).toEqual({ command: ['ls'] });
  });

  test('repeat a token count without a second model call', () => {
    expect(modelCalls(parseRollout(older)!).map((call) => call.tokens.input)).toEqual([10, null]);
  });

  test('pin a patch’s files to its call, whatever their names', () => {
    expect(toolCalls(parseRollout(older)!)[1]!.changes).toEqual([
      { path: 'a.txt', change: 'added', diff: expect.stringContaining('+x') },
      { path: '__proto__', change: 'modified', diff: expect.stringContaining('+b') },
    ]);
  });

  test('without an end event, the exit code is read from what went back to the model', () => {
    const lines = older.split('\n').filter((line) => !line.includes('exec_command_end'));
    expect(toolCalls(parseRollout(lines.join('\n'))!)[0]).toMatchObject({ output: 'a\n', exitCode: 2 });
  });
});
