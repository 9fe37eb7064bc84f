// Folders that are imported as they grow: whatever was seen half written, and however often the watcher was killed, what
// stands in the end is what one import of the whole gives.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { FolderWatcher, REST_MS, type WatchOptions } from '../../../../adapter/import/watch/watcher.ts';
import { Redactor } from '../../../../adapter/sdk/redact.ts';
import { agentSamples } from '../../../support/agent-samples.ts';
import { TestCollector } from '../../../support/collector.ts';

let folder: string;
let collector: TestCollector;
let told: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-watch-'));
  collector = await TestCollector.start();
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
const watcher = (more: Partial<WatchOptions> = {}) =>
  new FolderWatcher([{ path: folder }], {
    endpoint: collector.url,
    onImport: ({ lines, problems }) => told.push(...lines, ...problems),
    ...more,
  });
/** A watcher to which all files have rested for long. */
const later = () => watcher({ now: () => Date.now() + 2 * REST_MS });

async function facts(of: TestCollector) {
  const ids = await of.cellIds();
  return Promise.all(
    ids.map(async (id) => {
      const { outcome, tokens, modelCalls } = await of.cell(id);
      const { spans, conflicts } = await of.trace(id);
      const { changes } = await of.changes(id);
      const told = spans.map(({ spanId, parentSpanId, name, startNs, endNs }) =>
        [spanId, parentSpanId, name, startNs, endNs].join(' '),
      );
      return { id, outcome, tokens, modelCalls, conflicts, changes: changes.length, spans: told.sort() };
    }),
  );
}

const SESSION = '5b1f6c3e-9a40-4c1d-8f27-d0e9a3b7c654';
const growing = ['claude-code', 'codex', 'gemini', 'pi', 'qwen-code', 'copilot'].map((name) => {
  const text = agentSamples.find(({ agent, kind }) => agent === name && kind === 'keeps')?.text ?? '';
  return [name, text.replaceAll('"s"', JSON.stringify(SESSION))] as const;
});

test.each(growing)(
  'a session of %s that grows by pieces of lines ends as one import of the whole',
  async (_name, text) => {
    const whole = await TestCollector.start();
    write('whole/session.jsonl', text);
    await importFiles([join(folder, 'whole')], { endpoint: whole.url });
    rmSync(join(folder, 'whole'), { recursive: true });
    expect(text.length).toBeGreaterThan(100);
    let watching = watcher();
    for (let part = 1; part <= 5; part++) {
      write('session.jsonl', text.slice(0, Math.round((text.length * part) / 5)));
      await watching.look();
      // Killed: what it knew is lost.
      if (part % 2 === 0) watching = watcher();
    }
    await later().look();
    expect(await facts(collector)).toEqual(await facts(whole));
  },
);

test('a session is live as it grows, and what was sent is not sent again', async () => {
  const now = () => BigInt(Date.now()) * 1_000_000n;
  collector = await TestCollector.start({ now });
  const [, old = ''] = growing[0] ?? [];
  const text = old.replaceAll('2026-01-01T00:00:0', `${new Date().toISOString().slice(0, 18)}`);
  const lines = text.trimEnd().split('\n');
  const sent = new Set<string>();
  const watching = watcher({ sent });
  write('session.jsonl', `${lines.slice(0, -1).join('\n')}\n`);
  expect(await watching.look()).toBe(1);
  const [id = ''] = await collector.cellIds();
  expect((await collector.cell(id)).outcome).toBe('running');
  expect(await watching.look()).toBe(0);
  const before = await collector.trace(id);
  write('session.jsonl', `${lines.join('\n')}\n`);
  expect(await watching.look()).toBe(1);
  const after = await collector.trace(id);
  expect(after.spans.length).toBeGreaterThan(before.spans.length);
  expect(after.spans).toEqual(expect.arrayContaining(before.spans));
});

describe('a job of Harbor', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 30, 10, 0, second)).toISOString();
  const step = (id: number) => ({
    step_id: id,
    source: 'agent',
    timestamp: at(10 + id),
    message: `step ${id}`,
    metrics: { prompt_tokens: 100, completion_tokens: 10 },
    tool_calls: [{ tool_call_id: `c${id}`, function_name: 'bash', arguments: { cmd: 'ls' } }],
    observation: { results: [{ source_call_id: `c${id}`, content: 'ok' }] },
  });
  const trajectory = (steps: number) =>
    JSON.stringify({
      schema_version: 'ATIF-v1.7',
      session_id: 'd7c0f0de-0000-4000-8000-000000000001',
      agent: { name: 'terminus-2', version: '2.0', model_name: 'openai/gpt-5' },
      steps: Array.from({ length: steps }, (_, index) => step(index + 1)),
    });
  const config = JSON.stringify({
    trial_name: 'fix-parser__AbCdEfG',
    task: { path: 'tasks/fix-parser', source: 'bench' },
    agent: { name: 'terminus-2', model_name: 'openai/gpt-5' },
  });
  const result = JSON.stringify({
    id: 'trial-1',
    trial_name: 'fix-parser__AbCdEfG',
    task_name: 'fix-parser',
    source: 'bench',
    agent_info: { name: 'terminus-2', version: '2.0', model_info: { name: 'gpt-5', provider: 'openai' } },
    agent_result: { n_input_tokens: 400, n_output_tokens: 40 },
    verifier_result: { rewards: { reward: 1 } },
    started_at: at(0),
    finished_at: at(60),
    agent_execution: { started_at: at(10), finished_at: at(40) },
    verifier: { started_at: at(40), finished_at: at(59) },
  });
  const trial = 'nightly/fix-parser__AbCdEfG';
  const cellId = 'nightly/terminus-2/openai/gpt-5/bench/fix-parser';

  test('shows each trial while it runs, and in the end as one import of the whole', async () => {
    let watching = watcher();
    await watching.look();
    expect(await collector.cellIds()).toEqual([]);
    write(`${trial}/config.json`, config);
    write(`${trial}/agent/trajectory.json`, trajectory(1));
    await watching.look();
    expect(await collector.cell(cellId)).toMatchObject({ modelCalls: 1 });
    write(`${trial}/agent/trajectory.json`, trajectory(3));
    await watching.look();
    expect(await collector.cell(cellId)).toMatchObject({ modelCalls: 3 });
    // Half written, and then the watcher is killed.
    write(`${trial}/agent/trajectory.json`, trajectory(4).slice(0, 300));
    write(`${trial}/result.json`, result.slice(0, 100));
    await watching.look();
    watching = watcher();
    write(`${trial}/agent/trajectory.json`, trajectory(4));
    write(`${trial}/result.json`, result);
    await watching.look();
    const whole = await TestCollector.start();
    await importFiles([join(folder, 'nightly')], { endpoint: whole.url });
    expect(await facts(collector)).toEqual(await facts(whole));
    expect(await collector.cell(cellId)).toMatchObject({ outcome: 'passed', modelCalls: 4 });
  });
});

test('a collector that is away loses nothing: what it missed comes when it is back', async () => {
  const [, text = ''] = growing[0] ?? [];
  write('session.jsonl', text);
  const gone = await TestCollector.start();
  await gone.close();
  const watching = watcher({ endpoint: gone.url });
  await watching.look();
  expect(told.join()).toContain('no collector answers');
  await gone.reopen();
  const here = watcher({ endpoint: gone.url });
  await here.look();
  expect(await gone.cellIds()).toHaveLength(1);
});

test('a file that is broken for good is told once, and those beside it are read', async () => {
  const [, text = ''] = growing[0] ?? [];
  write('broken.json', '{"playhead": 1, "cell": ');
  write('manifest.json', '{"playhead": 1}');
  write('session.jsonl', text);
  const watching = watcher({ now: () => Date.now() + 2 * REST_MS });
  await watching.look();
  await watching.look();
  expect(told.filter((line) => line.includes('manifest.json'))).toHaveLength(1);
  expect(await collector.cellIds()).toHaveLength(1);
});

describe('what is kept of a session is a choice', () => {
  const secret = 'sk-a-secret-of-some-length';
  const [, sample = ''] = growing.find(([name]) => name === 'claude-code') ?? [];
  const text = sample.replace('"content":"go"', `"content":"the key is ${secret}"`);
  const stored = async () => {
    const [id = ''] = await collector.cellIds();
    return JSON.stringify([await collector.trace(id), await collector.logs(id), await collector.changes(id)]);
  };

  test('numbers: no word that was said, and all that was counted', async () => {
    write('session.jsonl', text);
    await watcher({ now: () => Date.now() + 2 * REST_MS, withoutTexts: true }).look();
    expect(await stored()).not.toContain(secret);
    const [id = ''] = await collector.cellIds();
    expect((await collector.cell(id)).modelCalls).toBeGreaterThan(0);
    expect(JSON.stringify((await collector.trace(id)).spans)).not.toMatch(
      /gen_ai\.(?:input|output)\.messages"?,?\s*"?\[\{"role":"user/,
    );
  });

  test('no-secrets: the text, without the values of secret variables', async () => {
    write('session.jsonl', text);
    const redactor = Redactor.of({ MY_API_KEY: secret });
    await watcher({ now: () => Date.now() + 2 * REST_MS, redactor }).look();
    expect(text).toContain(secret);
    expect(await stored()).not.toContain(secret);
    expect(await stored()).toContain('[redacted:MY_API_KEY]');
  });
});
