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

test('times that name no zone are read as those of the zone that a flag names, and the file’s note says so', async () => {
  const collector = await TestCollector.start();
  const { workdir: folder } = scratchFolder();
  const naive = agentSamples.find(({ agent, name }) => agent === 'openhands' && name === 'trajectory')?.text;
  writeFileSync(join(folder, 'run.json'), naive ?? '');
  const starts = new Map<string, bigint>();
  for (const zone of ['UTC', 'Asia/Tokyo']) {
    const cell = `zones/a/m/f/${zone.toLowerCase().replace('/', '-')}`;
    const args = ['import', join(folder, 'run.json'), '--cell', cell, '--time-zone', zone];
    const child = spawn(process.execPath, [program, ...args, '--endpoint', collector.url], {
      env: programEnv,
    });
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(out).toContain(`read as local time, ${zone}`);
    const [first] = (await collector.trace(cell)).spans;
    starts.set(zone, BigInt(first?.startNs ?? 0));
  }
  expect((starts.get('UTC') ?? 0n) - (starts.get('Asia/Tokyo') ?? 0n)).toBe(9n * 3600n * 1_000_000_000n);
  await expect(said(['import', 'x', '--time-zone', 'Moon/Base'])).rejects.toThrow('--time-zone takes a zone');
});
