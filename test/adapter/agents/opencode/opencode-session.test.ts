// What opencode keeps: its own export of recorded runs beside what the same runs printed, and its database.
import { describe, expect, test } from 'vitest';
import { opencode } from '../../../../adapter/agents/opencode/opencode.ts';
import { opencodeDatabase } from '../../../../adapter/agents/opencode/opencode-database.ts';
import { parseOpencodeSessions } from '../../../../adapter/agents/opencode/opencode-session.ts';
import { readArrivals } from '../../../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import type { AgentRun, Json } from '../../../../adapter/agents/step.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { agentSamples } from '../../../support/agent-samples.ts';
import { readRecording } from '../../../support/recordings.ts';

const recorded = 'opencode/1.18.33/streams';
const runs = ['oc-json', 'oc-flaky', 'oc-boom', 'oc-nomodel'];

function exported(name: string): AgentRun {
  const run = parseOpencodeSessions(readRecording(`${recorded}/${name}.export.json`));
  if (run === null) throw new Error('no session of opencode');
  return run;
}

const printed = (name: string) =>
  readStream(opencode, readArrivals(readRecording(`${recorded}/${name}.arrivals.jsonl`)));

describe.each(runs)('the export of %s', (name) => {
  test('tells the tool calls that were printed, with the same times, outputs and exit codes', () => {
    const said = toolCalls(printed(name));
    const kept = toolCalls(exported(name));
    expect(kept).toEqual(said.map((step) => ({ ...step, withinCallId: null })));
  });

  test('tells the same answers with the same tokens, and when each was asked for', () => {
    const said = modelCalls(printed(name));
    const kept = modelCalls(exported(name)).filter(({ parts }) => parts.length > 0);
    expect(kept.map(({ tokens }) => tokens)).toEqual(said.map(({ tokens }) => tokens));
    for (const [index, call] of kept.entries()) {
      const other = said[index];
      expect(call.endNs >= call.startNs).toBe(true);
      const apartMs = Math.abs(Number(call.startNs - (other?.startNs ?? 0n))) / 1e6;
      expect(apartMs).toBeLessThan(50);
    }
  });

  test('names its session, folder, version and what was asked', () => {
    const run = exported(name);
    expect(run.sessionId).toBe(printed(name).sessionId ?? run.sessionId);
    expect(run.agentVersion).toBe('1.18.33');
    expect(run.workingDirectory).toMatch(/^\//);
    expect(run.steps.some((step) => step.type === 'message' && step.role === 'user')).toBe(true);
  });
});

test('an answer whose steps were not told apart has the tokens and the cost of its message', () => {
  const text = agentSamples.find(({ name }) => name === 'export')?.text ?? '';
  const run = parseOpencodeSessions(text);
  expect(toolCalls(run as AgentRun)).toMatchObject([
    { tool: 'bash', callId: 'c1', output: 'out', exitCode: 3 },
  ]);
  expect(modelCalls(run as AgentRun)).toMatchObject([
    {
      model: 'p/m',
      costUsd: 0.01,
      tokens: { input: 15, cacheRead: 5, cacheWrite: 0, output: 4, reasoning: 0 },
      parts: [{ type: 'tool_call' }, { type: 'text', text: 'done' }],
    },
  ]);
});

describe('the rows of its database', () => {
  const at = 1_796_000_000_000;
  const rows: Readonly<Record<string, readonly (readonly Json[])[]>> = {
    session: [
      ['ses_b', 'ses_a', '/w', 'child', '1.18.33', at, at],
      ['ses_a', null, '/w', 'run', '1.18.33', at, at],
      ['ses_c', null, '/w', 'other', '1.18.33', at, at],
    ],
    message: [
      [
        'msg_2',
        'ses_a',
        at + 1000,
        JSON.stringify({
          role: 'assistant',
          modelID: 'm',
          providerID: 'p',
          time: { created: at + 1000, completed: at + 5000 },
        }),
      ],
      ['msg_1', 'ses_a', at, JSON.stringify({ role: 'user', time: { created: at } })],
      [
        'msg_3',
        'ses_b',
        at + 2000,
        JSON.stringify({
          role: 'assistant',
          modelID: 'm',
          providerID: 'p',
          time: { created: at + 2000, completed: at + 3000 },
        }),
      ],
      ['msg_4', 'ses_c', at, 'not json'],
    ],
    part: [
      ['prt_1', 'msg_1', 'ses_a', JSON.stringify({ type: 'text', text: 'do it' })],
      [
        'prt_2',
        'msg_2',
        'ses_a',
        JSON.stringify({
          type: 'tool',
          tool: 'task',
          callID: 'call_1',
          state: {
            status: 'completed',
            input: {},
            output: 'ok',
            metadata: { sessionId: 'ses_b' },
            time: { start: at + 1500, end: at + 4000 },
          },
        }),
      ],
      [
        'prt_3',
        'msg_3',
        'ses_b',
        JSON.stringify({
          type: 'step-finish',
          reason: 'stop',
          tokens: { input: 3, output: 2, reasoning: 0, cache: { read: 0, write: 0 } },
        }),
      ],
    ],
  };
  const texts = [...opencodeDatabase.sessions((table) => rows[table] ?? [])];

  test('are a run each session that no other began, messages in their order', () => {
    expect(texts.map(({ id }) => id)).toEqual(['ses_a', 'ses_c']);
    const run = parseOpencodeSessions(texts[0]?.text ?? '') as AgentRun;
    expect(run.steps.map(({ type }) => type)).toEqual(['message', 'model_call', 'tool_call', 'model_call']);
    expect(sumTokens(run.steps).input).toBe(3);
  });

  test('of a session that a subagent had stand below the call that sent it', () => {
    const run = parseOpencodeSessions(texts[0]?.text ?? '') as AgentRun;
    expect(modelCalls(run).map(({ withinCallId }) => withinCallId)).toEqual([null, 'call_1']);
  });

  test('that hold no JSON are left out and counted', () => {
    const run = parseOpencodeSessions(texts[1]?.text ?? '') as AgentRun;
    expect(run.lines).toMatchObject({ total: 1, read: 0 });
    expect([...(run.lines?.leftOut.values() ?? [])]).toEqual([1]);
  });
});
