// Real agents from PyPI through `playhead run`, against a scripted model: totals, tools, changes, order and exit codes
// are what the model served and what lies on the disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, startCollector } from '../../collector/main.ts';
import type { CellDetail, ChangesJson, ModelCallsJson, SpanJson, TraceJson } from '../../shared/wire.ts';
import { type Finished, playheadRun } from '../support/real-agents.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import {
  type PythonAgent,
  planFor,
  pythonAgentCommand,
  pythonAgentEnvironment,
  pythonAgents,
} from './python-agents.ts';
import { layTask, prompt, twoEdits } from './task.ts';

interface Recorded {
  readonly finished: Finished;
  readonly model: ScriptedModel;
  readonly cell: CellDetail;
  readonly spans: readonly SpanJson[];
  readonly modelCalls: ModelCallsJson['modelCalls'];
  readonly changes: ChangesJson['changes'];
  /** How far behind the machine was at most, as this process saw it. */
  readonly lagMs: number;
}

let folder: string;
let collector: Collector;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-python-agents-'));
  collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath: join(folder, 'playhead.db') });
});
afterAll(async () => {
  await collector?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function record(agent: PythonAgent): Promise<Recorded> {
  const command = pythonAgentCommand(agent, prompt);
  const home = join(folder, agent);
  const workdir = join(home, 'work');
  layTask(workdir);
  const own = planFor(agent, twoEdits);
  const inText = agent === 'aider' ? ({ inText: true } as const) : {};
  const model = await ScriptedModel.start({ plan: own, workdir, latencyMs: 60, ...inText });
  const names = [
    '--agent',
    agent,
    '--model',
    'local/scripted-model',
    '--task',
    'polyglot/js',
    '--sweep',
    'py',
  ];
  const rest = ['--workdir', workdir, '--expect', 'src/**', '--verify', 'node --test', '--timeout', '400'];
  const to = ['--endpoint', collector.url, '--spool', join(home, 'spool')];
  const env = pythonAgentEnvironment(agent, home, model.url);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const finished = await playheadRun([...names, ...rest, ...to], command, env);
  delay.disable();
  await model.close();
  const path = `/api/cells/${encodeURIComponent(`py/${agent}/local/scripted-model/polyglot/js`)}`;
  const get = async <T>(part: string): Promise<T> => {
    const answer = await fetch(`${collector.url}${path}${part}`);
    if (!answer.ok) throw new Error(`${part}: ${answer.status}\n${finished.stderr}`);
    return (await answer.json()) as T;
  };
  return {
    finished,
    model,
    cell: await get<CellDetail>(''),
    spans: (await get<TraceJson>('/trace')).spans,
    modelCalls: (await get<ModelCallsJson>('/model-calls')).modelCalls,
    changes: (await get<ChangesJson>('/changes')).changes,
    lagMs: delay.max / 1e6,
  };
}

describe.each(pythonAgents)('%s', (agent) => {
  let run: Recorded;
  beforeAll(async () => {
    run = await record(agent);
  }, 900_000);

  test('ends well, with everything acknowledged', () => {
    expect(run.finished.stderr).not.toMatch(/not recorded: |were not delivered|dropped|kept in/);
    expect([run.finished.exitCode, run.cell.identity.exitCode, run.cell.outcome]).toEqual([0, 0, 'passed']);
  });

  test('has the model calls that were served, each once, in order, with their tokens and their sum', () => {
    const { served } = run.model;
    expect(served.length).toBeGreaterThanOrEqual(2);
    const told = run.modelCalls.map((call) => [call.inputTokens, call.cacheReadTokens, call.outputTokens]);
    expect(told).toEqual(served.map(({ tokens }) => [tokens.input, tokens.cached, tokens.output]));
    const sum = (pick: (tokens: { input: number; output: number }) => number) =>
      served.reduce((total, call) => total + pick(call.tokens), 0);
    expect(run.cell.tokens).toMatchObject({
      input: sum(({ input }) => input),
      output: sum(({ output }) => output),
    });
    expect(run.cell.tokens.silentCalls).toBeUndefined();
  });

  test('has its tools in the order in which they were asked for, with their exit codes, each after its answer', () => {
    const steps = run.spans.filter(({ kind }) => kind === 'model_call' || kind === 'tool_call');
    const order = steps.map(({ kind }) => (kind === 'model_call' ? 'call' : 'tool'));
    const tools = steps.filter(({ kind }) => kind === 'tool_call');
    if (agent === 'aider') {
      // After them it has summaries made of its history.
      expect(order.slice(0, 4)).toEqual(['call', 'tool', 'call', 'tool']);
      expect(tools).toHaveLength(2);
      return;
    }
    const asked = run.model.served.flatMap(({ tool }) => (tool ? [tool] : []));
    const codes = tools.map(({ attributes }) => attributes['process.exit.code'] ?? null);
    const named = tools.map(({ attributes }) => String(attributes['gen_ai.tool.call.arguments']));
    expect(tools).toHaveLength(asked.length);
    for (const [index, { arguments: args }] of asked.entries()) {
      const { command } = args as { command: string };
      expect(named[index]).toContain(JSON.stringify(command).slice(1, -1).slice(0, 20));
    }
    expect(codes.filter((code) => code === 1)).toHaveLength(1);
    expect(codes.indexOf(1)).toBe(2);
    expect(order.slice(0, 10)).toEqual(Array(5).fill(['call', 'tool']).flat());
  });

  test('has the change of the file that it changed, pinned to the tool that made it', () => {
    // What it keeps of its session lies beside it.
    const changes = run.changes.filter(({ path }) => !path.startsWith('.aider'));
    expect([...new Set(changes.map(({ path }) => path))]).toEqual(['src/total.js']);
    // Of a change whose time no tool call holds no maker is told: on a busy machine, and of aider, which tells seconds.
    const pinned =
      run.lagMs < 50 && agent !== 'aider' ? changes : changes.filter(({ spanId }) => spanId !== null);
    const makers = pinned.map(({ spanId }) => run.spans.find((span) => span.spanId === spanId)?.kind);
    expect(makers).toEqual(pinned.map(() => 'tool_call'));
  });
});
