// A sweep of 2 agents, 2 tasks and 3 attempts that is interrupted and gone on with: twelve judged runs, none twice, and what
// the provider failed is tried again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Budget } from '../../../bin/sweep/budget.ts';
import { readPlan } from '../../../bin/sweep/plan.ts';
import { type EndedRun, runSweep, type SweepOptions } from '../../../bin/sweep/run-sweep.ts';
import { sharedCollector } from '../../support/hostile.ts';

const collector = sharedCollector({ now: () => BigInt(Date.now()) * 1_000_000n });
/** Asks its model once, and does what the task says if that answered. */
const AGENT = `const { writeFileSync } = require('node:fs');
fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'scripted', messages: [{ role: 'user', content: process.argv[2] }] }) })
  .then((answer) => { if (answer.ok) writeFileSync('done.txt', process.argv[2]); });`;
let folder: string;
let model: Server;
let asked = 0;
/** By their number, from 1: answered with 503. */
const failing = new Set([2, 3]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-sweep-test-'));
  writeFileSync(join(folder, 'agent.cjs'), AGENT);
  model = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      asked++;
      const usage = { prompt_tokens: 10, completion_tokens: 2 };
      const body = {
        choices: [{ message: { role: 'assistant', content: 'done' } }],
        model: 'scripted',
        usage,
      };
      response.writeHead(failing.has(asked) ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
  const command = `[${JSON.stringify(process.execPath)}, ${JSON.stringify(join(folder, 'agent.cjs'))}, "{prompt}"]`;
  const { port } = model.address() as AddressInfo;
  writeFileSync(
    join(folder, 'sweep.yaml'),
    `sweep: nightly
attempts: 3
timeout: 30s
agents:
  - name: first
    command: &command ${command}
    env: &env { OPENAI_BASE_URL: "http://127.0.0.1:${port}/v1", OPENAI_API_KEY: none-at-all }
  - name: second
    command: *command
    env: *env
models: [local/scripted]
tasks:
  - { name: words/hello, prompt: hello, verify: grep -q hello done.txt }
  - { name: words/world, prompt: "wor{ld}", verify: grep -q never done.txt }
`,
  );
});

afterAll(() => {
  model.closeAllConnections();
  model.close();
  rmSync(folder, { recursive: true, force: true });
});

async function swept(stopAfter = Number.POSITIVE_INFINITY): Promise<{ judged: number; ended: EndedRun[] }> {
  const ended: EndedRun[] = [];
  const stop = new AbortController();
  const options: SweepOptions = {
    client: { endpoint: collector().url },
    atOnce: 2,
    retry: 2,
    keepFailed: false,
    budget: new Budget({ maxCostUsd: null, maxCellCostUsd: null }, { usd: 0, unknown: 0 }),
    env: { PATH: process.env.PATH, HOME: folder, XDG_STATE_HOME: folder },
    signal: stop.signal,
    on: {
      states: () => undefined,
      state: () => undefined,
      ended: (run) => {
        ended.push(run);
        if (ended.length >= stopAfter) stop.abort();
      },
    },
  };
  const groups = await runSweep(readPlan(join(folder, 'sweep.yaml')), options);
  return { judged: groups.flatMap(({ slots }) => slots).filter(({ done }) => done !== null).length, ended };
}

test('interrupted and gone on with, it has twelve judged runs, none twice, and tries again what the provider failed', async () => {
  const first = await swept(6);
  expect(first.judged).toBeLessThan(12);
  const failed = first.ended.filter(({ outcome }) => outcome === 'provider_error');
  expect(failed.map(({ willRetry }) => willRetry)).toEqual([true, true]);

  const second = await swept();
  expect(second.judged).toBe(12);
  const cells = await collector().cells('?sweep=nightly&limit=100');
  expect(cells).toHaveLength(12);
  expect(new Set(cells.map(({ id }) => id)).size).toBe(12);
  for (const agent of ['first', 'second'])
    for (const task of ['words/hello', 'words/world']) {
      const own = cells.filter((cell) => cell.agent === agent && cell.task === task);
      const outcome = task === 'words/hello' ? 'passed' : 'failed';
      expect(own.map((cell) => cell.outcome)).toEqual([outcome, outcome, outcome]);
    }

  const before = asked;
  expect(await swept()).toMatchObject({ judged: 12, ended: [] });
  expect(asked).toBe(before);
});
