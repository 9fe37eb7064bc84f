// What `playhead import` takes beside files and folders: standard input, a glob that no shell has resolved, and a look before
// anything is sent.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentSamples } from '../support/agent-samples.ts';
import { TestCollector } from '../support/collector.ts';
import { programEnv } from '../support/program-env.ts';
import { scratchFolder } from '../support/runs.ts';
import { said } from './said.ts';

const program = join(import.meta.dirname, '../../bin/playhead.ts');
const session = agentSamples.find(({ agent, kind }) => agent === 'pi' && kind === 'keeps')?.text ?? '';

test('standard input is read as a file, whatever its format', async () => {
  const collector = await TestCollector.start();
  const child = spawn(process.execPath, [program, 'import', '-', '--endpoint', collector.url], {
    env: programEnv,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(session);
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(await collector.cellIds()).toEqual(['adhoc/pi/s']);
});

test('a glob is resolved, and a dry run says what is there and sends nothing', async () => {
  const collector = await TestCollector.start();
  const { workdir: folder } = scratchFolder();
  writeFileSync(join(folder, 'one.jsonl'), session);
  writeFileSync(join(folder, 'two.txt'), 'nothing that is known');
  const glob = join(folder, '*.jsonl');
  const { out } = await said(['import', glob, '--dry-run', '--endpoint', collector.url]);
  expect(out).toBe(`1 × an agent's session file: ${join(folder, 'one.jsonl')}\n`);
  expect(await collector.cellIds()).toEqual([]);
  await said(['import', glob, '--endpoint', collector.url]);
  expect(await collector.cellIds()).toEqual(['adhoc/pi/s']);
});
