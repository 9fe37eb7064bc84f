// Real agents through `playhead run`, against a scripted model: what is recorded is compared with what the
// model served, what lies on the disk, and what the agent itself wrote down.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Collector } from '../../collector/main.ts';
import { startCollector } from '../../collector/main.ts';
import type { CellDetail, ChangesJson, ModelCallsJson, SpanJson, TraceJson } from '../../shared/wire.ts';
import type { Finished, RealAgent } from '../support/real-agents.ts';
import {
  agentCommand,
  agentEnvironment,
  configureAgent,
  installAgents,
  playheadRun,
  realAgents,
} from '../support/real-agents.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import { layTask, patiently, plans, prompt } from './task.ts';

let folder: string;
let collector: Collector;
beforeAll(async () => {
  installAgents();
  folder = mkdtempSync(join(tmpdir(), 'playhead-agents-test-'));
  collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath: join(folder, 'playhead.db') });
});
afterAll(async () => {
  await collector?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Recorded {
  readonly finished: Finished;
  readonly model: ScriptedModel;
  readonly home: string;
  readonly cell: CellDetail;
  readonly spans: readonly SpanJson[];
  readonly tools: readonly SpanJson[];
  readonly modelCalls: ModelCallsJson['modelCalls'];
  readonly changes: ChangesJson['changes'];
  readonly terminal: string;
  /** How long this process had to wait for a processor meanwhile, at most: so much do others' clocks lag. */
  readonly lagMs: number;
}

async function record(agent: RealAgent, outcome: 'solved' | 'failed'): Promise<Recorded> {
  // codex refuses to work with a home below /tmp.
  const home = join(folder, `${agent}-${outcome}`);
  const workdir = join(home, 'work');
  layTask(workdir);
  const model = await ScriptedModel.start({ plan: plans[outcome], workdir, latencyMs: 60 });
  configureAgent(agent, home, model.url);
  const task = `polyglot/js-${outcome}`;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const finished = await playheadRun(
    [
      ...['--agent', agent, '--model', 'local/scripted-model', '--task', task, '--sweep', 'real'],
      ...['--workdir', workdir, '--expect', 'src/**', '--verify', 'node --test', '--timeout', '240'],
      ...['--endpoint', collector.url, '--spool', join(home, 'spool')],
    ],
    agentCommand(agent, prompt),
    agentEnvironment(home, model.url),
  );
  delay.disable();
  await model.close();
  const path = `/api/cells/${encodeURIComponent(`real/${agent}/local/scripted-model/${task}`)}`;
  const get = <T>(rest: string): Promise<T> => patiently(() => ask<T>(rest));
  const ask = async <T>(rest: string): Promise<T> => {
    const answer = await fetch(`${collector.url}${path}${rest}`);
    if (!answer.ok) throw new Error(`${rest}: ${answer.status}\n${finished.stderr}`);
    return (await answer.json()) as T;
  };
  const { spans } = await get<TraceJson>('/trace');
  return {
    finished,
    model,
    home,
    cell: await get<CellDetail>(''),
    spans,
    tools: spans.filter(({ kind }) => kind === 'tool_call'),
    modelCalls: (await get<ModelCallsJson>('/model-calls')).modelCalls,
    changes: (await get<ChangesJson>('/changes')).changes,
    lagMs: delay.max / 1e6,
    terminal: await (await fetch(`${collector.url}${path}/terminal`)).text(),
  };
}

const score = (cell: CellDetail, axis: string): Record<string, unknown> =>
  cell.scores.find((record) => record.axis === axis)?.values ?? {};

const ms = (ns: string): number => Number(BigInt(ns) / 1000n) / 1000;

describe.each(realAgents)('%s', (agent) => {
  describe.each(['solved', 'failed'] as const)('on the plan that ends %s', (outcome) => {
    let run: Recorded;
    beforeAll(async () => {
      run = await record(agent, outcome);
    }, 400_000);

    test('ends well, with everything acknowledged', () => {
      expect(run.finished.stderr).not.toMatch(/not recorded: |were not delivered|dropped|kept in/);
      expect(run.finished.exitCode).toBe(0);
      expect(run.cell.outcome).toBe(outcome === 'solved' ? 'passed' : 'failed');
    });

    test('has the phases of a run', () => {
      const kinds = run.spans.map(({ kind }) => kind);
      for (const kind of ['task_setup', 'adapter_run', 'verify', 'cleanup'])
        expect(kinds.filter((other) => other === kind)).toHaveLength(1);
    });

    test('has the tool calls that the model asked for', () => {
      const asked = run.model.served.flatMap(({ tool }) => (tool ? [tool] : []));
      expect(asked).toHaveLength(4);
      expect(run.tools).toHaveLength(asked.length);
      for (const [index, { arguments: args }] of asked.entries()) {
        const recorded = run.tools[index]?.attributes['gen_ai.tool.call.arguments'];
        const [first] = Object.values(args as Record<string, unknown>);
        expect(String(recorded)).toContain(JSON.stringify(first).slice(1, -1).slice(0, 20));
      }
    });

    test('has the model calls that were served, each once, with their tokens', () => {
      const served = run.model.served.toSorted((a, b) => a.askedMs - b.askedMs);
      expect(run.modelCalls).toHaveLength(served.length);
      const tokens = (call: { input: number | null; cached: number | null; output: number | null }) =>
        `${call.input}/${call.cached}/${call.output}`;
      expect(
        run.modelCalls
          .map(({ inputTokens, cacheReadTokens, outputTokens }) =>
            tokens({ input: inputTokens, cached: cacheReadTokens, output: outputTokens }),
          )
          .sort(),
      ).toEqual(served.map((call) => tokens(call.tokens)).sort());
      const sum = (pick: (tokens: { input: number; output: number }) => number) =>
        served.reduce((total, call) => total + pick(call.tokens), 0);
      expect(score(run.cell, 'tokens')).toMatchObject({
        prompt_tokens: sum(({ input }) => input),
        completion_tokens: sum(({ output }) => output),
        model_calls: served.length,
      });
    });

    test('has model calls at the moments at which the model was asked and had answered', () => {
      for (const call of run.modelCalls) {
        const served = run.model.served.find(({ tokens }) => tokens.output === call.outputTokens);
        expect(call.requestHash).toMatch(/^[0-9a-f]{64}$/);
        expect(call.timing).toBe('measured');
        // The model, the proxy and the agent are three processes that wait for a processor each.
        const slackMs = 250 + 3 * run.lagMs;
        expect(Math.abs(ms(call.startNs) - served!.askedMs)).toBeLessThan(slackMs);
        expect(Math.abs(ms(call.startNs) + call.durationMs! - served!.answeredMs)).toBeLessThan(slackMs);
        expect(call.timeToFirstChunkMs).toBeGreaterThanOrEqual(50);
      }
    });

    test('pins each file change to the tool call that made it', () => {
      // Of a change whose time no tool call holds, on a busy machine, no maker is told.
      const isPinned = (path: string) =>
        run.lagMs < 50 || (run.changes.find((item) => item.path === path)?.spanId ?? null) !== null;
      const maker = (path: string): string => {
        const change = run.changes.find((item) => item.path === path);
        const span = run.tools.find(({ spanId }) => spanId === change?.spanId);
        return String(span?.attributes['gen_ai.tool.call.arguments']);
      };
      if (isPinned('src/total.js'))
        expect(maker('src/total.js')).toMatch(outcome === 'solved' ? /bad value at/ : /\|\| 0/);
      if (outcome === 'failed' && isPinned('NOTES.md')) expect(maker('NOTES.md')).toContain('printf');
      expect(run.changes.map(({ path }) => path).sort()).toEqual(
        outcome === 'solved' ? ['src/total.js'] : ['NOTES.md', 'src/total.js'],
      );
    });

    test('tells expected from unexpected changes', () => {
      expect(score(run.cell, 'blast_radius')).toMatchObject({
        blast_radius: outcome === 'solved' ? 0 : 0.5,
        expected_changes: ['src/total.js'],
        unexpected_changes: outcome === 'solved' ? [] : ['NOTES.md'],
      });
    });

    test('has the verdict', () => {
      expect(score(run.cell, 'pass_rate')).toMatchObject({
        pass: outcome === 'solved' ? 1 : 0,
        exit_code: outcome === 'solved' ? 0 : 1,
      });
    });

    test('has a terminal that shows the tests', () => {
      expect(run.terminal).toContain('names the bad value and its place');
    });

    test('has spans near the times that the agent wrote down itself', () => {
      const slackMs = 50 + 3 * run.lagMs;
      const told = ownTimes(agent, run);
      expect(told.length).toBeGreaterThanOrEqual(4);
      for (const { index, startMs, endMs } of told) {
        const span = run.tools[index];
        // A command that was over before codex looked begins with its call.
        const early = span!.timing === 'derived' ? Number.POSITIVE_INFINITY : slackMs;
        if (startMs !== null) expect(startMs - ms(span!.startNs)).toBeLessThan(early);
        if (startMs !== null) expect(ms(span!.startNs) - startMs).toBeLessThan(slackMs);
        if (endMs !== null) expect(Math.abs(ms(span!.endNs) - endMs)).toBeLessThan(slackMs);
      }
    });
  });
});

interface OwnTime {
  /** The how manieth tool call. */
  readonly index: number;
  readonly startMs: number | null;
  readonly endMs: number | null;
}

/** Read here from the agent's own files, not by the adapter's parsers. */
function ownTimes(agent: RealAgent, { finished, home }: Recorded): OwnTime[] {
  switch (agent) {
    case 'opencode':
      return objects(finished.stdout)
        .filter(({ type }) => type === 'tool_use')
        .map(({ part }, index) => ({ index, startMs: part.state.time.start, endMs: part.state.time.end }));
    case 'pi':
      return objects(readOnly(join(home, '.pi/agent/sessions')))
        .filter(({ type, message }) => type === 'message' && message.role === 'toolResult')
        .map(({ message }, index) => ({ index, startMs: null, endMs: message.timestamp }));
    case 'codex':
      return objects(readOnly(join(home, '.codex/sessions')))
        .filter(({ type, payload }) => type === 'event_msg' && payload.started_at_ms !== undefined)
        .filter(({ payload }) => payload.item?.type === 'CommandExecution')
        .map(({ payload }, index) => ({
          index,
          startMs: payload.started_at_ms,
          endMs: payload.completed_at_ms,
        }));
    case 'qwen-code':
      return objects(readOnly(join(home, '.qwen/projects')))
        .filter(({ subtype }) => subtype === 'ui_telemetry')
        .map(({ systemPayload }) => systemPayload.uiEvent)
        .filter((event) => event['event.name'] === 'qwen-code.tool_call')
        .map((event, index) => {
          const endMs = Date.parse(event['event.timestamp']);
          return { index, startMs: endMs - event.duration_ms, endMs };
        });
    case 'gemini': {
      const events = objects(finished.stdout);
      return events
        .filter(({ type }) => type === 'tool_use')
        .map((use, index) => {
          const result = events.find(
            ({ type, tool_id }) => type === 'tool_result' && tool_id === use.tool_id,
          );
          return { index, startMs: null, endMs: Date.parse(result.timestamp) };
        });
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the agents' own shapes, read field by field
function objects(text: string): any[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/** The one session file below a folder. */
function readOnly(dir: string): string {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonl'),
  );
  expect(files).toHaveLength(1);
  return readFileSync(join(dir, files[0]!), 'utf8');
}
