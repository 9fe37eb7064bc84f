// copilot: its events, whether printed or kept, become one run.
import { describe, expect, test } from 'vitest';
import { copilot, parseCopilotSession } from '../../../adapter/agents/copilot.ts';
import { readBareOutput } from '../../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../../adapter/agents/reading/read-stream.ts';
import { recogniseAgent } from '../../../adapter/agents/registry.ts';
import { modelCalls, toolCalls } from '../../../adapter/agents/step.ts';

const ms = (ns: bigint): number => Number(ns / 1_000_000n);
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const event = (second: number, type: string, data: object, more: object = {}): string =>
  JSON.stringify({ type, data, id: `e${second}`, timestamp: at(second), parentId: null, ...more });

const patch =
  '\ndiff --git a/w/src/a.rs b/w/src/a.rs\n--- a/w/src/a.rs\n+++ b/w/src/a.rs\n@@ -1 +1 @@\n-a\n+b\n';
const session = [
  event(0, 'session.start', {
    sessionId: 's',
    copilotVersion: '1.0.90',
    selectedModel: 'gpt-5',
    context: { cwd: '/w' },
  }),
  event(1, 'user.message', { content: 'go' }),
  event(2, 'assistant.turn_start', { turnId: '0' }),
  event(5, 'assistant.message', {
    messageId: 'm',
    model: 'gpt-5',
    content: 'ok',
    outputTokens: 42,
    toolRequests: [{ toolCallId: 'c1', name: 'bash', arguments: '{"command":"make"}' }],
  }),
  event(5, 'tool.execution_start', { toolCallId: 'c1', toolName: 'bash', arguments: { command: 'make' } }),
  event(6, 'tool.execution_partial_result', { toolCallId: 'c1', partialOutput: 'half' }),
  event(8, 'tool.execution_complete', {
    toolCallId: 'c1',
    success: true,
    result: { content: 'no rule\n<shellId: 0 completed with exit code 2>' },
  }),
  event(9, 'tool.execution_start', { toolCallId: 'c2', toolName: 'edit', arguments: {} }),
  event(10, 'tool.execution_complete', {
    toolCallId: 'c2',
    success: true,
    result: { content: 'updated', detailedContent: patch },
  }),
  event(11, 'tool.execution_start', { toolCallId: 'c3', toolName: 'view', arguments: {} }),
  event(12, 'tool.execution_complete', {
    toolCallId: 'c3',
    success: false,
    error: { message: 'Path does not exist', code: 'failure' },
  }),
  event(13, 'session.shutdown', {
    modelMetrics: {
      'gpt-5': { usage: { inputTokens: 900, outputTokens: 42, cacheReadTokens: 100, cacheWriteTokens: 0 } },
      mini: { usage: { inputTokens: 10, outputTokens: 1 } },
    },
  }),
].join('\n');

describe('the events of copilot', () => {
  test('are told by their names, printed or kept', () => {
    expect(recogniseAgent(readBareOutput(session))?.name).toBe('copilot');
    expect(parseCopilotSession(session)?.sessionId).toBe('s');
    expect(parseCopilotSession('{"type":"session","version":3}')).toBeNull();
  });

  test('give tools with their times, and exit code and status apart', () => {
    const run = parseCopilotSession(session)!;
    expect(
      toolCalls(run).map((s) => [s.tool, s.status, s.failed, s.exitCode, ms(s.endNs - s.startNs), s.timing]),
    ).toEqual([
      ['bash', 'success', false, 2, 3000, 'measured'],
      ['edit', 'success', false, null, 1000, 'measured'],
      ['view', 'failure', true, null, 1000, 'measured'],
    ]);
    expect(toolCalls(run)[2]!.output).toBe('Path does not exist');
  });

  test('give edits as diffs relative to the working directory', () => {
    expect(toolCalls(parseCopilotSession(session)!)[1]!.changes).toEqual([
      { path: 'src/a.rs', change: 'modified', diff: '--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1 +1 @@\n-a\n+b\n' },
    ]);
  });

  test('give the output of each answer, and the sums of all models at the end', () => {
    const run = parseCopilotSession(session)!;
    expect(modelCalls(run)).toMatchObject([
      { model: 'gpt-5', tokens: { input: null, output: 42 }, timing: 'derived' },
    ]);
    expect(run.totals).toEqual({ input: 910, cacheRead: 100, cacheWrite: 0, output: 43, reasoning: null });
  });

  test('in the stream also give the input of an answer and the exit code', () => {
    const usage = event(
      4,
      'assistant.usage',
      { inputTokens: 900, outputTokens: 42, cacheReadTokens: 100 },
      { ephemeral: true },
    );
    const result = JSON.stringify({ type: 'result', timestamp: at(14), sessionId: 's', exitCode: 1 });
    const lines = session.split('\n');
    const run = readStream(
      copilot,
      readBareOutput([...lines.slice(0, 3), usage, ...lines.slice(3), result].join('\n')),
    );
    expect(modelCalls(run)[0]!.tokens).toMatchObject({ input: 900, cacheRead: 100, output: 42 });
    expect(run.exitCode).toBe(1);
  });
});
