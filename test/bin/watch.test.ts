// `playhead watch` as a process of its own: what it says before it begins, and that killing it loses and doubles nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { TestCollector } from '../support/collector.ts';
import { programEnv } from '../support/program-env.ts';
import { said } from './said.ts';

const program = join(import.meta.dirname, '../../bin/playhead.ts');
const SESSION = '5b1f6c3e-9a40-4c1d-8f27-d0e9a3b7c654';
const cellId = `adhoc/claude-code/${SESSION}`;
let home: string;
let collector: TestCollector;
let watching: ChildProcess[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'playhead-watch-'));
  collector = await TestCollector.start();
  watching = [];
});
afterEach(() => {
  for (const child of watching) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const folder = () => join(home, '.claude/projects/-w');
const file = () => join(folder(), `${SESSION}.jsonl`);
function turn(number: number): string {
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + number * 10_000 + ms).toISOString();
  const common = { sessionId: SESSION, cwd: '/w', version: '2.0' };
  const usage = { input_tokens: 10, output_tokens: 5 };
  const call = { type: 'tool_use', id: `c${number}`, name: 'Bash', input: { command: `echo ${number}` } };
  const message = { id: `m${number}`, model: 'claude-x', role: 'assistant', stop_reason: 'tool_use', usage };
  const result = { type: 'tool_result', tool_use_id: `c${number}`, content: `${number}` };
  return [
    {
      ...common,
      type: 'assistant',
      uuid: `a${number}`,
      timestamp: at(0),
      message: { ...message, content: [call] },
    },
    {
      ...common,
      type: 'user',
      uuid: `r${number}`,
      timestamp: at(500),
      message: { role: 'user', content: [result] },
    },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

function watch(): { readonly child: ChildProcess; readonly out: () => string } {
  const args = ['watch', '--sessions', 'claude-code', '--keep', 'all', '--endpoint', collector.url];
  const child = spawn(process.execPath, [program, ...args], { env: { ...programEnv, HOME: home } });
  watching.push(child);
  let out = '';
  child.stdout?.on('data', (text) => {
    out += text;
  });
  return { child, out: () => out };
}
async function toolCalls(): Promise<string[]> {
  const answer = await collector.request(`/api/cells/${encodeURIComponent(cellId)}/trace`);
  if (answer.status !== 200) return [];
  const { spans } = (await answer.json()) as { spans: { kind: string; spanId: string }[] };
  return spans.filter(({ kind }) => kind === 'tool_call').map(({ spanId }) => spanId);
}

test('killed in the middle of a session, it loses nothing and doubles nothing, and half a line is no matter', async () => {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(file(), turn(1));
  const first = watch();
  await expect.poll(toolCalls, { timeout: 30_000 }).toHaveLength(1);
  expect(first.out()).toContain(`kept at ${collector.url}: prompts, answers, commands`);
  const second = turn(2);
  appendFileSync(file(), second.slice(0, 200));
  first.child.kill('SIGKILL');
  appendFileSync(file(), second.slice(200));
  watch();
  await expect.poll(toolCalls, { timeout: 30_000 }).toHaveLength(2);
  appendFileSync(file(), turn(3));
  await expect.poll(toolCalls, { timeout: 30_000 }).toHaveLength(3);
  const whole = await TestCollector.start();
  await importFiles([file()], { endpoint: whole.url });
  const [kept, all] = [await collector.cell(cellId), await whole.cell(cellId)];
  expect([kept.modelCalls, kept.tokens]).toEqual([all.modelCalls, all.tokens]);
}, 120_000);

test('sessions are read only where it is said what is kept of them', async () => {
  await expect(said(['watch', '--sessions', 'claude-code'])).rejects.toThrow(
    'say with --keep what of it goes to',
  );
  await expect(said(['watch', '--sessions', 'nobody', '--keep', 'all'])).rejects.toThrow(
    '--sessions takes opencode, ',
  );
  await expect(said(['watch'])).rejects.toThrow('needs a folder');
});
