// What real agents kept of a session, captured beside what the scripted model served to it: imported, each file says
// what was served, in its order. `npm run capture:frameworks` makes them.
import { describe, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { isKept, keptRuns } from '../frameworks/kept-runs.ts';
import { sharedCollector } from '../support/hostile.ts';

/** Later than every capture. */
const collector = sharedCollector({ now: () => 1_900_000_000_000_000_000n });

/** aider's history rounds to hundreds, and tells nothing of the cache. */
const rounds = new Set(['aider']);
/** Rounded as its history rounds: "1.0k". */
const rounded = (count: number): number => Math.round(count / 100) * 100;

describe.each(keptRuns().map((kept) => [kept.truth.agent, kept] as const))(
  'what %s kept',
  (agent, { truth, fullPath: path }) => {
    const cell = `kept/${agent}/local/scripted-model/polyglot/js`;
    const calls = truth.calls.filter((call) => isKept(agent, call));
    const asked = truth.calls.flatMap(({ tool }) => (tool ? [tool] : []));

    test('has the model calls that were served, in order, with their tokens', async () => {
      const report = await importFiles([path], { endpoint: collector().url, cellId: cell });
      expect(report.problems).toEqual([]);
      const { modelCalls } = await collector().modelCalls(cell);
      const told = modelCalls.map(({ inputTokens, cacheReadTokens, outputTokens }) =>
        rounds.has(agent) ? [inputTokens, outputTokens] : [inputTokens, cacheReadTokens, outputTokens],
      );
      expect(told).toEqual(
        calls.map(({ tokens: { input, cached, output } }) =>
          rounds.has(agent) ? [rounded(input), output] : [input, cached, output],
        ),
      );
      const { tokens, durationMs } = await collector().cell(cell);
      expect(tokens.output).toBe(calls.reduce((sum, call) => sum + call.tokens.output, 0));
      expect(tokens.silentCalls).toBeUndefined();
      expect(durationMs).toBeLessThan(600_000);
    });

    test('has its tools as they were asked for, with the exit codes that it tells, each after its answer', async () => {
      const { spans } = await collector().trace(cell);
      const steps = spans.filter(({ kind }) => kind === 'model_call' || kind === 'tool_call');
      const tools = steps.filter(({ kind }) => kind === 'tool_call');
      expect(steps[0]?.kind).toBe('model_call');
      if (agent === 'aider') {
        const order = steps.map(({ kind, name }) => (kind === 'model_call' ? 'answer' : name));
        expect(order.slice(0, 4)).toEqual(['answer', 'execute_tool edit', 'answer', 'execute_tool edit']);
        return;
      }
      expect(tools).toHaveLength(asked.length);
      for (const [at, { arguments: args }] of asked.entries()) {
        const [first] = Object.values(args as Record<string, unknown>);
        const said = String(tools[at]?.attributes['gen_ai.tool.call.arguments']);
        expect(said).toContain(JSON.stringify(first).slice(1, -1).slice(0, 20));
      }
      const codes = tools.map(({ attributes }) => attributes['process.exit.code'] ?? null);
      // Gemini's chat says of no command how it ended.
      if (agent !== 'gemini') expect(codes[2]).toBe(1);
    });
  },
);
