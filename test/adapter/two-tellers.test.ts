// The same run told by any two of a proxy, the agent's own telemetry, its session file and its output counts once,
// whichever comes first.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { TestCollector } from '../support/collector.ts';
import { databaseFolder } from '../support/machine/database-folder.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { recordedBodies, recordingPath } from '../support/recordings.ts';

let collector: TestCollector;
let folder: string;
beforeAll(async () => {
  folder = databaseFolder();
  collector = await TestCollector.unattended(join(folder, 'playhead.db'));
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

type Tell = (cell: string) => Promise<unknown>;

const file =
  (path: string): Tell =>
  async (cell) => {
    const report = await importFiles([recordingPath(path)], { endpoint: collector.url, cellId: cell });
    expect(report.problems).toEqual([]);
  };

/** What the agent itself sent, by signal. */
const telemetry =
  (path: string, ...signals: string[]): Tell =>
  async (cell) => {
    for (const { signal, bytes } of recordedBodies(path))
      if (signals.includes(signal))
        await collector.request(`/cells/${encodeURIComponent(cell)}/v1/${signal}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(bytes),
        });
  };

/** As a proxy before the model would have measured the calls that the session file tells. */
const proxy =
  (kept: string): Tell =>
  async (cell) => {
    const from = `kept/${kept.replace(/[^a-z]/g, '').slice(0, 40)}/m/f/t`;
    await file(kept)(from);
    const { modelCalls } = await collector.modelCalls(from);
    const spans = modelCalls.map(({ startNs, durationMs, inputTokens, outputTokens }, at) => {
      const endNs = BigInt(startNs) + BigInt(Math.round((durationMs ?? 0) * 1e6));
      return aSpan({
        name: 'chat m',
        traceId: 'feedfeedfeedfeedfeedfeedfeedfeed',
        spanId: `feed${String(at).padStart(12, '0')}`,
        startNs: endNs - 50_000_000n,
        endNs,
        attributes: [
          ['gen_ai.operation.name', 'chat'],
          ['bench.model_call.request_hash', `hash ${at}`],
          ['gen_ai.usage.input_tokens', inputTokens ?? 0],
          ['gen_ai.usage.output_tokens', outputTokens ?? 0],
        ],
      });
    });
    await collector.sendTraces([aBatch(spans, [['bench.cell.id', cell]])]);
  };

const streams = 'codex/0.169.0/streams';
const rollout = readdirSync(recordingPath(streams)).find((name) => name.startsWith('cx-json.rollout')) ?? '';
const runs: Record<string, { expected: [number, number, number]; tellers: Record<string, Tell> }> = {
  codex: {
    expected: [4, 11700, 166],
    tellers: {
      'a proxy': proxy(`${streams}/${rollout}`),
      spans: telemetry('codex/0.169.0/otlp-json', 'traces'),
      'log records': telemetry('codex/0.169.0/otlp-json', 'logs'),
      'its session file': file(`${streams}/${rollout}`),
      'its output with arrivals': file(`${streams}/cx-json.arrivals.jsonl`),
      'its bare output': file(`${streams}/cx-json.stdout.jsonl`),
    },
  },
  gemini: {
    expected: [4, 11700, 166],
    tellers: {
      'a proxy': proxy('gemini/0.61.0/streams/gemini.chat.jsonl'),
      'its telemetry': telemetry('gemini/0.61.0/otlp-json', 'traces', 'logs'),
      'its chat file': file('gemini/0.61.0/streams/gemini.chat.jsonl'),
      'its output with arrivals': file('gemini/0.61.0/streams/gemini.arrivals.jsonl'),
      'its bare output': file('gemini/0.61.0/streams/gemini.stdout.jsonl'),
    },
  },
  opencode: {
    expected: [4, 11700, 166],
    tellers: {
      'a proxy': proxy('opencode/1.18.33/streams/oc-json.export.json'),
      'its export': file('opencode/1.18.33/streams/oc-json.export.json'),
      'its output with arrivals': file('opencode/1.18.33/streams/oc-json.arrivals.jsonl'),
      'its bare output': file('opencode/1.18.33/streams/oc-json.stdout.jsonl'),
    },
  },
  pi: {
    expected: [4, 11700, 166],
    tellers: {
      'a proxy': proxy('pi/0.73.1/streams/pi.session.jsonl'),
      'its session file': file('pi/0.73.1/streams/pi.session.jsonl'),
      'its output with arrivals': file('pi/0.73.1/streams/pi.arrivals.jsonl'),
      'its bare output': file('pi/0.73.1/streams/pi.stdout.jsonl'),
    },
  },
};

describe.each(Object.entries(runs))('a run of %s', (agent, { expected, tellers }) => {
  const names = Object.keys(tellers);
  const pairs = names.flatMap((first) =>
    names.filter((second) => second !== first).map((second) => [first, second] as const),
  );

  test.each(pairs)('told by %s, then by %s', async (first, second) => {
    const cell = `told/${agent}/m/f/${names.indexOf(first)}-${names.indexOf(second)}`;
    await tellers[first]?.(cell);
    await tellers[second]?.(cell);
    const { modelCalls, tokens } = await collector.cell(cell);
    expect([modelCalls, tokens.input, tokens.output]).toEqual(expected);
  });
});
