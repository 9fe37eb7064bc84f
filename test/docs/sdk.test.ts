// The examples of the docs run as they stand there, as a stranger runs them: from a folder of his own that
// has the package among its modules.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCell } from '../../adapter/sdk/cell-recorder.ts';
import { TestCollector } from '../support/collector.ts';
import { scratchFolder } from '../support/runs.ts';

const root = join(import.meta.dirname, '../..');

test('the example of docs/sdk.md records a whole cell', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  const page = readFileSync(join(root, 'docs/sdk.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { folder } = scratchFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/playhead'));
  writeFileSync(join(folder, 'harness.mts'), example);
  const secret = 'value-of-a-secret-variable';
  const { code, output } = await runNode(folder, 'harness.mts', {
    PATH: process.env.PATH ?? '',
    PLAYHEAD_ENDPOINT: collector.url,
    SOME_KEY: secret,
  });
  expect(output).toMatch(
    /^Replay: http:\S+\/cell\/my-agent\/openai\/gpt-5\/polyglot\/greeting\?sweep=nightly\n$/,
  );
  expect(code).toBe(0);
  const id = 'nightly/my-agent/openai/gpt-5/polyglot/greeting';
  const cell = await collector.cell(id);
  expect(cell).toMatchObject({
    outcome: 'passed',
    spans: 5,
    modelCalls: 1,
    hasTerminal: true,
    tokens: { input: 1200, cacheRead: 1000, output: 45 },
    identity: { agentVersion: '2.1.0', exitCode: 0 },
  });
  const { changes } = await collector.changes(id);
  const { spans } = await collector.trace(id);
  const tool = spans.find(({ kind }) => kind === 'tool_call');
  expect(changes).toMatchObject([{ path: 'hello.txt', spanId: tool?.spanId }]);
  const { events } = await collector.terminal(id);
  expect(events.map(([, , data]) => data).join('')).toContain('hello');
});

test('docs/sdk.md lists every call of the recorder', () => {
  const page = readFileSync(join(root, 'docs/sdk.md'), 'utf8');
  const cell = openCell({ endpoint: 'http://127.0.0.1:9', cellId: 'a/b' });
  const inner = new Set([
    'constructor',
    'startSpan',
    'began',
    'ended',
    'guard',
    'emit',
    'sendScores',
    'finish',
    'tellLost',
    'problem',
  ]);
  const calls = Object.getOwnPropertyNames(Object.getPrototypeOf(cell)).filter((name) => !inner.has(name));
  for (const name of calls) expect(page, name).toMatch(new RegExp(`\\.${name}\\b`));
});

function runNode(
  cwd: string,
  file: string,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [file], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
