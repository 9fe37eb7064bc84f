// What a command says where something stands in its way: a taken port, an open address, a collector that uses the database, a
// file that is too large. One line each, with what helps, and nothing is left behind.
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentNameOf, askVersion, modelOf } from '../../adapter/run/self-naming.ts';
import { sharedCollector } from '../support/hostile.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { said } from './said.ts';

const collector = sharedCollector();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-frictions-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a port that is taken is said with what helps, and no database is made', async () => {
  const { port } = new URL(collector().url);
  const db = join(folder, 'none.db');
  await expect(said(['serve', '--port', port, '--db', db])).rejects.toMatchObject({
    name: 'StartError',
    message: `port ${port} is taken; --port 0 takes any free one`,
  });
  expect(existsSync(db)).toBe(false);
});

test('an address that others reach names the flags that allow it', async () => {
  await expect(said(['serve', '--host', '0.0.0.0', '--port', '0'])).rejects.toThrow(
    'others could read and write through 0.0.0.0; --token T has them ask for it, --insecure says that this is meant',
  );
});

test('prune --dry-run says what would go beside the collector that writes the database', async () => {
  const cell = 's/a/m/f/kept';
  await collector().sendTraces([aBatch([aSpan()])], { cell });
  await collector().sendTraces([aBatch([aSpan()])], { cell: 's/a/m/f/newer' });
  const { out } = await said(['prune', '--dry-run', '--keep', '1', '--db', collector().dbPath]);
  expect(out).toMatch(/^s\/a\/m\/f\/\w+ {2}0\.\d\d MB\n1 cells would go/);
  expect((await collector().cell(cell)).spans).toBe(1);
});

test('a file that is too large names the limit before anything is sent', async () => {
  const cast = join(folder, 'long.cast');
  writeFileSync(cast, `{"version":2,"width":80,"height":24}\n[0,"o","${'x'.repeat(51 * 2 ** 20)}"]\n`);
  const { err } = await said(['import', cast, '--cell', 's/a/m/f/long', '--endpoint', collector().url]);
  expect(err).toMatch(
    /long\.cast: is larger than the 50 MiB that a collector takes of a terminal \(\d+ bytes\); nothing of it was sent\n/,
  );
  const other = join(folder, 'large.bin');
  writeFileSync(other, 'no stream\n');
  truncateSync(other, 65 * 2 ** 20);
  const refusal = await said(['import', other, '--endpoint', collector().url]);
  expect(refusal.err).toContain('is larger than the 64 MiB that import reads of such a file at once');
  expect(refusal.err).toContain('--read-whole 256MiB reads up to that');
  const read = await said(['import', other, '--read-whole', '70MiB', '--endpoint', collector().url]);
  expect(read.err).toContain('is in no format that Playhead knows');
});

test('a folder of folders is searched', async () => {
  const { out } = await said([
    'import',
    join(import.meta.dirname, '../../examples'),
    '--endpoint',
    collector().url,
  ]);
  expect(out.split('\n').filter((line) => line.includes(' → ')).length).toBeGreaterThan(5);
});

test('agent and model of a run are told by its command line, else by the agent’s configuration', () => {
  const home = join(folder, 'home');
  const write = (path: string, text: string): void => {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  write('.config/opencode/opencode.json', '{ "model": "local/from-file", }');
  write('.codex/config.toml', 'model = "gpt-5"\n[profiles.other]\nmodel = "other"\n');
  write('.pi/agent/settings.json', '{"defaultProvider":"local","defaultModel":"qwen3"}');
  const told = (line: string) => {
    const command = line.split(' ');
    return [agentNameOf(command), modelOf({ command, env: { HOME: home }, workdir: folder })];
  };
  expect(told('npx -y opencode-ai run -m local/m hi')).toEqual(['opencode', 'local/m']);
  expect(told('opencode run hi')).toEqual(['opencode', 'local/from-file']);
  expect(told('codex exec hi')).toEqual(['codex', 'gpt-5']);
  expect(told('pi --provider local --model=m -p hi')).toEqual(['pi', 'local/m']);
  expect(told('pi -p hi')).toEqual(['pi', 'local/qwen3']);
  expect(told('python -m harness')).toEqual(['harness', null]);
});

test('a known agent is asked for its version, where it works and not where its task lies', async () => {
  const agent = join(folder, 'opencode');
  writeFileSync(agent, '#!/bin/sh\necho "opencode v1.18.33 (from $PWD)"\n', { mode: 0o755 });
  const context = { env: { PATH: process.env.PATH ?? '' }, workdir: folder };
  expect(await askVersion({ ...context, command: [agent, 'run'] })).toBe('1.18.33');
  expect(await askVersion({ ...context, command: ['sh', '-c', 'opencode run'] })).toBeNull();
  expect(await askVersion({ ...context, command: [join(folder, 'none/opencode')] })).toBeNull();
});
