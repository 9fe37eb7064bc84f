// What the OTLP bodies of real agents say once normalised, beside what each agent told of the same kind of run
// in its own stream and session file, read by the adapter's parsers. Prints the table it asserts.
import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { readArrivals } from '../../adapter/agents/reading/arrivals.ts';
import { assembleRun } from '../../adapter/agents/reading/assemble.ts';
import { agents } from '../../adapter/agents/registry.ts';
import { type AgentRun, modelCalls, sumTokens, toolCalls } from '../../adapter/agents/step.ts';
import { TestCollector } from '../support/collector.ts';
import { readRecording, recordedBodies, recordingPath } from '../support/recordings.ts';

interface Counted {
  spans: number | null;
  modelCalls: number;
  toolCalls: number;
  tools: string;
  input: number | null;
  cacheRead: number | null;
  output: number | null;
  reasoning: number | null;
  finish: string;
}

const table: Record<string, unknown>[] = [];

/** Sends every body of a folder to one cell and counts what the API then tells. */
async function normalised(folder: string): Promise<Counted> {
  const collector = await TestCollector.start();
  const cell = `r/${folder.replaceAll('/', '-')}/m/f/t`;
  for (const { name, signal, encoding, bytes, gzip } of recordedBodies(folder)) {
    if (gzip) continue;
    const response = await collector.request(`/cells/${encodeURIComponent(cell)}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': encoding === 'protobuf' ? 'application/x-protobuf' : 'application/json' },
      body: new Uint8Array(bytes),
    });
    expect([name, response.status]).toEqual([name, 200]);
  }
  const { spans, tokens, modelCalls: calls } = await collector.cell(cell);
  const tools = (await collector.trace(cell, '?kind=tool_call')).spans;
  const { modelCalls: rows } = await collector.modelCalls(cell);
  const toolOf = ({ attributes }: (typeof tools)[number]) =>
    attributes['ai.toolCall.name'] ?? attributes.tool_name ?? attributes['gen_ai.tool.name'] ?? '?';
  const { input, cacheRead, output, reasoning } = tokens;
  return {
    spans,
    modelCalls: calls,
    toolCalls: tools.length,
    tools: tools.map(toolOf).sort().join(' '),
    input,
    cacheRead,
    output,
    reasoning,
    finish: rows.map(({ finishReason }) => finishReason ?? '-').join(' '),
  };
}

/** What the agent itself told. */
function told(agent: string, arrivals: string, session: string | null): Counted {
  const adapter = agents.find(({ name }) => name === agent)!;
  const files = session === null ? [] : [{ path: session, text: readRecording(session) }];
  const run = assembleRun(adapter, readArrivals(readRecording(arrivals)), files) as AgentRun;
  const { input, cacheRead, output, reasoning } = run.totals ?? sumTokens(run.steps);
  return {
    spans: null,
    modelCalls: modelCalls(run).length,
    toolCalls: toolCalls(run).length,
    tools: toolCalls(run)
      .map(({ tool }) => tool)
      .sort()
      .join(' '),
    input,
    cacheRead,
    output,
    reasoning,
    finish: modelCalls(run)
      .map(({ finishReason }) => finishReason ?? '-')
      .join(' '),
  };
}

function note(who: string, counted: Counted): void {
  table.push({ who, ...counted });
}

describe("the agents' dialects", () => {
  afterAll(() => console.table(table));

  // Log records tell each of four answers as well.
  test.each([
    ['codex/0.169.0/otlp-json', 857],
    ['codex/0.169.0/otlp-protobuf', 845],
  ])('codex tells in %s what its rollout file tells', async (folder, spans) => {
    const streams = 'codex/0.169.0/streams';
    const rollout = readdirSync(recordingPath(streams)).find((name) => name.startsWith('cx-json.rollout'));
    const own = told('codex', `${streams}/cx-json.arrivals.jsonl`, `${streams}/${rollout}`);
    const otlp = await normalised(folder);
    note(folder, otlp);
    note('codex: stream and rollout', own);
    expect(otlp).toEqual({ ...own, spans });
    expect(own).toMatchObject({ modelCalls: 4, toolCalls: 3, input: 11_700, output: 166 });
  });

  test('gemini tells what its chat file tells; cached tokens by its metrics alone', async () => {
    const streams = 'gemini/0.61.0/streams';
    const own = told('gemini', `${streams}/gemini.arrivals.jsonl`, `${streams}/gemini.chat.jsonl`);
    const otlp = await normalised('gemini/0.61.0/otlp-json');
    note('gemini/0.61.0/otlp-json', otlp);
    note('gemini: stream and chat', own);
    // The chat names no thoughts where there were none; the counter says 0.
    expect(otlp).toEqual({ ...own, spans: 10, reasoning: 0 });
    expect(own).toMatchObject({ modelCalls: 4, toolCalls: 3, input: 11_700, cacheRead: 6000, output: 166 });
  });

  test('opencode tells what its stream tells, and a call for the title; its last call it did not export', async () => {
    const own = told('opencode', 'opencode/1.18.33/streams/oc-json.arrivals.jsonl', null);
    const otlp = await normalised('opencode/1.18.33/otlp-json');
    note('opencode/1.18.33/otlp-json', otlp);
    note('opencode: stream', own);
    const title = { input: 1200, output: 40 };
    const last = { input: 4650, cacheRead: 3000, output: 43 };
    expect(otlp).toMatchObject({
      spans: 1426,
      modelCalls: own.modelCalls,
      tools: own.tools,
      input: (own.input ?? 0) - last.input + title.input,
      cacheRead: (own.cacheRead ?? 0) - last.cacheRead,
      output: (own.output ?? 0) - last.output + title.output,
      finish: 'stop tool-calls tool-calls tool-calls',
    });
    expect(own.finish).toBe('tool-calls tool-calls tool-calls stop');
  });

  test('pi sends no OTLP: it is read from its stream, and the SDK of any language by its own names', async () => {
    const otlp = await normalised('otel-js-sdk/0.223');
    note('otel-js-sdk', otlp);
    expect(otlp).toMatchObject({ modelCalls: 1, input: 1200, output: 40, finish: 'tool_calls' });
  });
});
