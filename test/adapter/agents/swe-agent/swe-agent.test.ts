// SWE-agent and mini-swe-agent: trajectories of each version become runs that claim no more than they tell.
import { describe, expect, test } from 'vitest';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { parseMiniSweAgent } from '../../../../adapter/agents/swe-agent/mini-swe-agent.ts';
import { parseSweAgent } from '../../../../adapter/agents/swe-agent/swe-agent.ts';
import { readSample } from '../../../support/recordings.ts';

describe('trajectories of SWE-agent', () => {
  test.each(['replay', 'older-long', 'older-submitted'])(
    '%s: as many model calls and commands as turns, and the agent’s own totals',
    (name) => {
      const text = readSample(`swe-agent/${name}.traj`);
      const { trajectory, info } = JSON.parse(text);
      const run = parseSweAgent(text)!;
      expect(modelCalls(run)).toHaveLength(info.model_stats.api_calls);
      expect(toolCalls(run).map((step) => step.output)).toEqual(
        trajectory.map((turn: { observation: string }) => turn.observation),
      );
      const { tokens_sent, tokens_received } = info.model_stats;
      expect(run.totals?.input ?? 0).toBe(tokens_sent);
      expect(run.totals?.output ?? 0).toBe(tokens_received);
      expect(sumTokens(run.steps).input).toBeNull();
    },
  );

  test('commands last as long as the file says, and say that their place is not known', () => {
    const text = readSample('swe-agent/replay.traj');
    const lengths = JSON.parse(text).trajectory.map(
      (turn: { execution_time: number }) => turn.execution_time,
    );
    const calls = toolCalls(parseSweAgent(text)!);
    for (const [index, call] of calls.entries()) {
      expect(Number(call.endNs - call.startNs) / 1e9).toBeCloseTo(lengths[index], 5);
      expect(call.timing).toBe('none');
    }
    expect(calls.map((call) => call.tool).slice(0, 2)).toEqual(['bash', 'open']);
  });

  test('a replay, which asks no model, used no tokens rather than 0', () => {
    const run = parseSweAgent(readSample('swe-agent/replay.traj'))!;
    expect(run.totals).toBeNull();
  });

  test('what was submitted is a diff of the call that submitted it', () => {
    const run = parseSweAgent(readSample('swe-agent/older-submitted.traj'))!;
    expect(toolCalls(run).flatMap((step) => step.changes)).toMatchObject([
      { path: 'src/area.py', change: 'modified', diff: expect.stringContaining('+def area') },
    ]);
  });

  test('a demonstration, which is a history alone, gives its commands and what came back', () => {
    const run = parseSweAgent(readSample('swe-agent/demonstration.traj'))!;
    expect(toolCalls(run).map((step) => step.tool)).toEqual(['find_file', 'open', 'edit', 'bash', 'submit']);
    expect(toolCalls(run).every((step) => step.output !== null)).toBe(true);
  });
});

test('a run of SWE-agent that ended otherwise than by submitting ends with an error', () => {
  const turn = { action: 'ls', observation: 'a', response: 'look' };
  const run = parseSweAgent(
    JSON.stringify({ trajectory: [turn], history: [], info: { exit_status: 'exit_cost' } }),
  )!;
  expect(run.steps.at(-1)).toMatchObject({ type: 'error', name: 'exit_cost' });
});

describe('trajectories of mini-swe-agent, version 1', () => {
  test.each(['v1-fix', 'v1-short'])('%s: commands in code blocks, exit codes in tags', (name) => {
    const text = readSample(`mini-swe-agent/${name}.traj.json`);
    const messages: { role: string; content: string }[] = JSON.parse(text);
    const run = parseMiniSweAgent(text)!;
    expect(modelCalls(run)).toHaveLength(messages.filter(({ role }) => role === 'assistant').length);
    const codes = messages
      .slice(3)
      .flatMap(({ role, content }) =>
        role === 'user' ? [/<returncode>(\d+)/.exec(content)?.[1] ?? null] : [],
      );
    expect(toolCalls(run).map((step) => (step.exitCode === null ? null : String(step.exitCode)))).toEqual(
      codes,
    );
    expect(run.timing).toBe('none');
  });
});

describe('a trajectory of mini-swe-agent, version 2', () => {
  const START_S = 1_767_225_600;
  const trajectory = {
    trajectory_format: 'mini-swe-agent-1.1',
    info: {
      mini_version: '2.2.8',
      exit_status: 'Submitted',
      config: { model: { model_name: 'openai/m' }, environment: { cwd: '/w' } },
      model_stats: { api_calls: 2, instance_cost: 0.03 },
    },
    messages: [
      { role: 'system', content: 'you are' },
      { role: 'user', content: 'go', extra: { timestamp: START_S } },
      {
        role: 'assistant',
        content: 'two',
        extra: {
          timestamp: START_S + 4.5,
          cost: 0.01,
          actions: [
            { command: 'ls', tool_call_id: 'a' },
            { command: 'pwd', tool_call_id: 'b' },
          ],
          response: {
            model: 'm-1',
            usage: { prompt_tokens: 100, completion_tokens: 9, prompt_tokens_details: { cached_tokens: 60 } },
          },
        },
      },
      { role: 'tool', tool_call_id: 'a', content: 'x', extra: { returncode: 0, timestamp: START_S + 5 } },
      { role: 'tool', tool_call_id: 'b', content: 'y', extra: { returncode: 3, timestamp: START_S + 6 } },
      {
        object: 'response',
        output: [{ type: 'message', content: [{ type: 'output_text', text: 'done' }] }],
        usage: {
          input_tokens: 120,
          input_tokens_details: { cached_tokens: 25 },
          output_tokens: 5,
          output_tokens_details: { reasoning_tokens: 2 },
        },
        extra: { timestamp: START_S + 9, cost: 0.02 },
      },
      { role: 'exit', content: '', extra: { exit_status: 'Submitted' } },
    ],
  };
  const run = parseMiniSweAgent(JSON.stringify(trajectory))!;

  test('stamps both sides: answers end when they came, commands when they were observed', () => {
    const seconds = (ns: bigint): number => Number(ns) / 1e9 - START_S;
    expect(modelCalls(run).map((c) => [seconds(c.startNs), seconds(c.endNs), c.timing])).toEqual([
      [0, 4.5, 'derived'],
      [6, 9, 'derived'],
    ]);
    expect(toolCalls(run).map((s) => [s.callId, s.exitCode, seconds(s.startNs), seconds(s.endNs)])).toEqual([
      ['a', 0, 4.5, 5],
      ['b', 3, 5, 6],
    ]);
  });

  test('has the usage of either interface and the cost of each answer', () => {
    expect(modelCalls(run).map((c) => [c.tokens, c.costUsd])).toEqual([
      [{ input: 100, cacheRead: 60, cacheWrite: null, output: 9, reasoning: null }, 0.01],
      [{ input: 120, cacheRead: 25, cacheWrite: null, output: 5, reasoning: 2 }, 0.02],
    ]);
    expect([run.model, run.agentVersion, run.workingDirectory]).toEqual(['openai/m', '2.2.8', '/w']);
  });
});

describe('a trajectory whose first messages bear no time', () => {
  const at = 1_796_026_178;
  const answer = (text: string, timestamp: number) => ({
    role: 'assistant',
    content: text,
    extra: { actions: [{ command: text, tool_call_id: text }], timestamp, response: { model: 'm' } },
  });
  const observed = (id: string, timestamp: number, extra: object) => ({
    role: 'tool',
    tool_call_id: id,
    content: 'seen',
    extra: { ...extra, timestamp },
  });
  const run = parseMiniSweAgent(
    JSON.stringify({
      trajectory_format: 'mini-swe-agent-1.1',
      info: { mini_version: '2.4.6', exit_status: 'Submitted' },
      messages: [
        { role: 'system', content: 'You are an agent.' },
        { role: 'user', content: 'Fix it.' },
        answer('ls', at),
        observed('ls', at + 0.5, { returncode: 0 }),
        answer('submit', at + 1),
        observed('submit', at + 1.5, { returncode: -1, exception_info: 'action was not executed' }),
      ],
    }),
  )!;

  test('lasts as long as its dates say: what bears none is ordered before them', () => {
    const times = run.steps.flatMap((step) => ('startNs' in step ? [step.startNs] : []));
    const first = [...times].sort((a, b) => Number(a - b))[0]!;
    const told = BigInt(at) * 1_000_000_000n;
    expect(first).toBeGreaterThan(told - 10_000_000n);
    expect(first).toBeLessThan(told);
    expect(run.steps[0]).toMatchObject({ timing: 'none' });
  });

  test('a command that never ran has no exit code', () => {
    expect(toolCalls(run).map(({ exitCode, failed }) => [exitCode, failed])).toEqual([
      [0, false],
      [null, true],
    ]);
  });
});
