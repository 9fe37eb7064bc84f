// What an agent kept in its files during a run joins what it printed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentAdapter } from '../../../adapter/agents/agent.ts';
import { findAgent } from '../../../adapter/agents/registry.ts';
import type { AgentRun, Step } from '../../../adapter/agents/step.ts';
import { modelCalls, toolCalls } from '../../../adapter/agents/step.ts';
import { AgentOutput } from '../../../adapter/run/agent-output.ts';
import { agentSamples, openhandsFolder } from '../../support/agent-samples.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'playhead-printed-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** When the run began that the samples tell of. */
const startNs = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;
const endNs = startNs + 5_000_000_000n;

function keep(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const textOf = (agent: string, name: string): string =>
  agentSamples.find((sample) => sample.agent === agent && sample.name === name)!.text;

/** The whole run: what was handed out on the way, and the rest. */
async function finish(agent: AgentAdapter, printed = ''): Promise<AgentRun | null> {
  const steps: Step[] = [];
  const output = new AgentOutput({
    agent,
    command: ['x'],
    startNs,
    prints: true,
    sessions: { home, workdir: join(home, 'w'), env: {}, startNs },
    onSteps: (some) => steps.push(...some),
  });
  if (printed !== '') output.add({ stream: 'stdout', text: `${printed}\n`, atNs: startNs + 1_000_000n });
  const run = await output.finish({ exitCode: 0, signal: null, endNs });
  return run && { ...run, steps: [...steps, ...run.steps] };
}

test('a transcript and its subagent’s are one run with the process’s end', async () => {
  const sub = {
    type: 'assistant',
    uuid: 'z',
    sessionId: 's',
    timestamp: '2026-01-01T00:00:02.500Z',
    isSidechain: true,
    agentId: 'x1',
    message: {
      id: 'm9',
      model: 'claude-x',
      content: [{ type: 'text', text: 'hi' }],
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  };
  keep('.claude/projects/p/s.jsonl', textOf('claude-code', 'transcript'));
  keep('.claude/projects/p/s/subagents/agent-x1.jsonl', JSON.stringify(sub));
  keep(
    '.claude/projects/p/other.jsonl',
    textOf('claude-code', 'transcript').replaceAll('"sessionId":"s"', '"sessionId":"other"'),
  );
  const run = await finish(findAgent({ name: 'claude-code' }), textOf('claude-code', 'stream'));
  expect(modelCalls(run!).map((call) => call.withinCallId)).toEqual([null, 'x1']);
  expect(toolCalls(run!)).toHaveLength(1);
  expect([run!.sessionId, run!.exitCode]).toEqual(['s', 0]);
});

test('a folder of events is one run', async () => {
  for (const [index, event] of openhandsFolder.entries())
    keep(
      `.openhands/conversations/c/events/event-0000${index}-0123abcd.json`,
      JSON.stringify(event, null, 2),
    );
  const run = await finish(findAgent({ name: 'openhands' }));
  expect(toolCalls(run!)).toMatchObject([{ exitCode: 3, timing: 'measured' }]);
  expect(run!.endNs).toBe(endNs);
});

test('aider’s history in the working directory is read', async () => {
  keep('w/.aider.chat.history.md', textOf('aider', 'history'));
  const run = await finish(findAgent({ name: 'aider' }));
  expect(modelCalls(run!)).toMatchObject([{ tokens: { input: 1500, output: 40 }, tokensGrade: 'estimated' }]);
});

test('a file that was last written before the run began is another run’s', async () => {
  const file = keep('.claude/projects/p/s.jsonl', textOf('claude-code', 'transcript'));
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  expect(await finish(findAgent({ name: 'claude-code' }))).toBeNull();
});

test('what a session holds from before the run began is another run’s', async () => {
  const answer = (second: number, id: string) =>
    JSON.stringify({
      type: 'assistant',
      uuid: id,
      sessionId: 's',
      timestamp: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
      message: {
        id,
        model: 'm',
        content: [{ type: 'tool_use', id: `call-${id}`, name: 'Bash', input: { command: id } }],
        usage: { input_tokens: 100, output_tokens: 10 },
      },
    });
  keep('.claude/projects/p/s.jsonl', [answer(-60, 'before'), answer(1, 'own')].join('\n'));
  const run = await finish(findAgent({ name: 'claude-code' }));
  expect(modelCalls(run!)).toMatchObject([{ tokens: { input: 100 } }]);
  expect(toolCalls(run!)).toMatchObject([{ callId: 'call-own' }]);
});

test('where everything was printed, the session adds nothing', async () => {
  keep('.pi/agent/sessions/x/s.jsonl', textOf('pi', 'session'));
  const run = await finish(findAgent({ name: 'pi' }), textOf('pi', 'stream'));
  expect(toolCalls(run!)).toMatchObject([{ timing: 'arrival' }]);
  const silent = await finish(findAgent({ name: 'pi' }));
  expect(modelCalls(silent!)).toMatchObject([{ timing: 'measured' }]);
});

test('a line without an end, in many pieces, takes time in its length, and what follows is read', async () => {
  const steps: Step[] = [];
  const output = new AgentOutput({
    agent: findAgent({ name: 'pi' }),
    command: ['x'],
    startNs,
    prints: true,
    sessions: { home, workdir: join(home, 'w'), env: {}, startNs },
    onSteps: (some) => steps.push(...some),
  });
  const add = (text: string) => output.add({ stream: 'stdout', text, atNs: startNs });
  const piece = 'x'.repeat(4096);
  const began = performance.now();
  // Splitting what came before again for each piece would read 130 GB.
  for (let at = 0; at < 8192; at++) add(piece);
  expect(performance.now() - began).toBeLessThan(10_000);
  add(`\n${textOf('pi', 'stream')}\n`);
  const run = await output.finish({ exitCode: 0, signal: null, endNs });
  expect(toolCalls({ ...run!, steps: [...steps, ...run!.steps] })).toHaveLength(1);
});

test('pipes, links and devices where sessions are kept are not read, and hold nothing up', async () => {
  const outside = keep('elsewhere.jsonl', textOf('pi', 'session'));
  const pipe = join(home, '.pi/agent/sessions/x/pipe.jsonl');
  mkdirSync(dirname(pipe), { recursive: true });
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  symlinkSync(outside, join(dirname(pipe), 'link.jsonl'));
  symlinkSync('/dev/zero', join(dirname(pipe), 'zero.jsonl'));
  symlinkSync(dirname(pipe), join(dirname(pipe), 'loop'));
  expect(await finish(findAgent({ name: 'pi' }))).toBeNull();
  keep('.pi/agent/sessions/x/s.jsonl', textOf('pi', 'session'));
  const run = await finish(findAgent({ name: 'pi' }));
  expect(modelCalls(run!)).toMatchObject([{ timing: 'measured' }]);
});

test('a session folder of the working directory that leads elsewhere is not read', async () => {
  mkdirSync(join(home, 'theirs'));
  keep('theirs/s.traj', textOf('swe-agent', 'trajectory'));
  mkdirSync(join(home, 'w'));
  symlinkSync(join(home, 'theirs'), join(home, 'w/trajectories'));
  expect(await finish(findAgent({ name: 'swe-agent' }))).toBeNull();
  rmSync(join(home, 'w/trajectories'));
  keep('w/trajectories/s.traj', textOf('swe-agent', 'trajectory'));
  expect(await finish(findAgent({ name: 'swe-agent' }))).not.toBeNull();
});
