// Every command has a help of its own, and what the help shows works when it is typed. What `--json` prints has the shape
// that is written down.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../../bin/commands/registry.ts';
import { TestCollector } from '../support/collector.ts';
import { sharedCollector } from '../support/hostile.ts';
import { sendSweep } from '../support/judging/judged-cells.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { programEnv } from '../support/program-env.ts';
import { jsonShapes } from './json-shapes.ts';
import { said, wordsOf } from './said.ts';

const root = join(import.meta.dirname, '../..');
const SWEEP = `sweep: nightly
agents: [{ name: shell, command: [sh, -c, 'echo hello > hello.txt'] }]
models: [none]
tasks: [{ name: demo/hello, verify: test -s hello.txt }]
`;
const CELL = 'my-sweep/my-agent/my-model/my-family/my-task';
const collector = sharedCollector({ now: () => BigInt(Date.now()) * 1_000_000n });
const loaded = await Promise.all(
  commands.map(async ({ name, summary, load }) => ({ name, summary, command: await load() })),
);
const startedIn = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-examples-'));
  const example = join(root, 'examples/pi-rust-error-handling-failed');
  cpSync(join(example, 'arrivals.jsonl'), join(folder, 'run.jsonl'));
  cpSync(join(example, 'terminal.cast'), join(folder, 'terminal.cast'));
  cpSync(join(example, 'scores.json'), join(folder, 'scores.json'));
  writeFileSync(join(folder, 'sweep.yaml'), SWEEP);
  mkdirSync(join(folder, 'tasks/hello'), { recursive: true });
  writeFileSync(join(folder, 'junit.xml'), '<testsuite><testcase name="a"/></testsuite>');
  const closed = await TestCollector.unattended(join(folder, 'playhead.db'));
  await closed.sendTraces([aBatch([aSpan()])], { cell: CELL });
  await closed.close();
  await collector().sendTraces([aBatch([aSpan()])], { cell: CELL });
  for (const night of ['nightly-20261128', 'nightly-20261129']) await sendSweep(collector(), night, '11111');
  process.chdir(folder);
  process.env.PLAYHEAD_ENDPOINT = collector().url;
  process.env.XDG_STATE_HOME = folder;
});

afterAll(() => {
  process.chdir(startedIn);
  delete process.env.PLAYHEAD_ENDPOINT;
  delete process.env.XDG_STATE_HOME;
  rmSync(folder, { recursive: true, force: true });
});

/** What a command that serves until it is stopped says first. */
async function firstLine(argv: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'bin/playhead.ts'), ...argv], {
    cwd: folder,
    env: { ...programEnv, HOME: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    return line;
  }
  return '';
}

const serves = (name: string) => name === 'serve' || name === 'demo';

test.each(loaded)(
  '$name has a help of its own, which `help` and `--help` show',
  async ({ name, command }) => {
    const { out } = await said(['help', name]);
    expect(out).toMatch(new RegExp(`^Usage: playhead ${name} `));
    for (const flag of Object.keys(command.flags)) expect(out).toContain(`--${flag}`);
    expect(out).toContain('\nExamples:\n  playhead ');
    expect((await said([name, '--help'])).out).toBe(out);
  },
);

const examples = loaded.flatMap(({ name, command }) => command.examples.map(({ line }) => ({ name, line })));

test.each(examples)('$line', async ({ name, line }) => {
  const [program, ...argv] = wordsOf(
    line.replace('http://127.0.0.1:4318', collector().url).replace('--port 4318', '--port 0'),
  );
  expect(program).toBe('playhead');
  if (serves(name)) expect(await firstLine(argv)).toMatch(/^Playhead is ready: http/);
  else if (name === 'watch') expect(await firstLine(argv)).toMatch(/^watching /);
  else {
    const { code, out } = await said(argv);
    expect([code, out === '']).toEqual([0, argv.includes('--out') || name === 'run']);
  }
});

test('every command that tells something says it as one line of JSON in the shape that is written down', async () => {
  const cell = `${CELL}#run2`;
  await collector().sendTraces([aBatch([aSpan()])], { cell });
  const calls: Record<string, string> = {
    open: `open ${cell} --print`,
    run: "run --agent shell --model none --task demo/json --verify false -- sh -c 'echo hello'",
    import: 'import run.jsonl scores.json --cell my-sweep/pi/my-model/my-family/again',
    score: `score ${cell} --file scores.json`,
    check: 'check nightly-20261129 --against nightly-20261128',
    sweep: 'sweep sweep.yaml --dry-run',
    rejudge: 'rejudge nightly --plan sweep.yaml --dry-run',
    doctor: 'doctor --no-send',
    verify: 'verify',
    backup: 'backup other.db',
    prune: 'prune --keep 1 --dry-run',
    rebuild: 'rebuild',
  };
  for (const [name, shape] of Object.entries(jsonShapes)) {
    const out = serves(name)
      ? `${await firstLine(['serve', '--db', 'json.db', '--port', '0', '--json'])}\n`
      : (await said(wordsOf(calls[name]?.replace(/ -- |$/, ' --json$&') ?? ''))).out;
    expect(out.trimEnd().split('\n'), name).toHaveLength(1);
    expect(() => shape.parse(JSON.parse(out)), out).not.toThrow();
  }
});

test('a mistyped command or flag is answered with the nearest one', async () => {
  await expect(said(['impot'])).rejects.toThrow("unknown command 'impot' (Did you mean import?)");
  await expect(said(['help', 'impot'])).rejects.toThrow('(Did you mean import?)');
  const wrong = said(['run', '--timout', '3']);
  await expect(wrong).rejects.toThrow("unknown option '--timout' (Did you mean --timeout?)");
  await expect(wrong).rejects.toMatchObject({ usage: 'playhead run [flags] -- COMMAND…' });
});

test('help without a command lists all of them, and --version is the version of the package', async () => {
  const { out } = await said([]);
  for (const { name, summary } of loaded) expect(out).toMatch(new RegExp(`^ +${name} +${summary}`, 'm'));
  expect(out).not.toContain('\u001b');
  expect((await said(['help'])).out).toBe(out);
  expect((await said(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('the address of a replay is taken wherever a run is, with its moment and before its sweep is known', async () => {
  const page = `${collector().url}/cell/my-agent/my-model/my-family/my-task`;
  const whole = (await said(['export', CELL, '--format', 'trace'])).out;
  process.env.PLAYHEAD_ENDPOINT = 'http://127.0.0.1:9';
  try {
    for (const address of [
      `${page}?sweep=my-sweep&t=4210#note`,
      `${page.replace('/cell/', '/embed/cell/')}?sweep=my-sweep`,
      `${collector().url}/cell?id=${encodeURIComponent(CELL)}`,
      `${collector().url}/api/cells/${encodeURIComponent(CELL)}`,
    ])
      expect((await said(['export', address, '--format', 'trace'])).out, address).toBe(whole);
    expect(JSON.parse((await said(['export', page])).out).cell.sweep).toBe('my-sweep');
    expect((await said(['score', `${page}?sweep=my-sweep&run=2`, '--file', 'scores.json'])).out).toContain(
      `${CELL}#run2: `,
    );
    await expect(said(['export', `${collector().url}/sweeps/s`])).rejects.toThrow(
      'is no address of a replay',
    );
  } finally {
    process.env.PLAYHEAD_ENDPOINT = collector().url;
  }
});
