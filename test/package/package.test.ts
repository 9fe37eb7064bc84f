// The package as a stranger meets it: packed, installed in an empty folder, run and imported under each Node that it
// is for, judged by the tools that judge packages.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bytesOf, nodeLines, type Packed, packAndInstall, TOO_OLD } from './packed.ts';

const MB = 1 << 20;
const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const command = 'node_modules/playhead/dist/bin/playhead.js';

let packed: Packed;
beforeAll(async () => {
  packed = await packAndInstall();
});
afterAll(() => packed.remove());

test('it holds what users need, in at most 3 MB', () => {
  const outside = packed.files.filter((path) => !path.startsWith('dist/'));
  expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  expect(packed.files.filter((path) => /(?<!\.d)\.ts$|\.tsx$/.test(path))).toEqual([]);
  expect(statSync(packed.tarball).size).toBeLessThan(3 * MB);
});

test('installed without what develops it, it takes at most 100 MB', () => {
  expect(bytesOf(join(packed.folder, 'node_modules'))).toBeLessThan(100 * MB);
});

test('an older Node is told in one line', async () => {
  const failure = await run(packed.node(TOO_OLD), [command, 'serve'], { cwd: packed.folder }).catch(
    (error: { code: number; stderr: string }) => error,
  );
  expect(failure).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^playhead: Node 22\.12 or newer is needed, and this is 20\.[^\n]*\n$/),
  });
});

describe.each(nodeLines)('under Node %s', (line) => {
  test('npx of the tarball serves the demo, with its viewer', async () => {
    const empty = mkdtempSync(join(packed.folder, '../empty-'));
    copyFileSync(packed.tarball, join(empty, 'playhead.tgz'));
    const path = `${join(packed.node(line), '..')}:${process.env.PATH}`;
    const child = spawn('npx', ['--yes', './playhead.tgz', 'demo', '--port', '0'], {
      cwd: empty,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    onTestFinished(() => void process.kill(-(child.pid ?? 0), 'SIGKILL'));
    const url = await readyUrl(child);
    const page = await (await fetch(url)).text();
    expect(page).toContain('<title>');
    const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? '';
    expect((await fetch(new URL(script, url))).headers.get('content-type')).toContain('javascript');
    const { cells } = (await (await fetch(`${url}/api/cells`)).json()) as { cells: unknown[] };
    expect(cells.length).toBeGreaterThan(10);
  });

  test('the example of docs/sdk.md records a cell, and the client reads it', async () => {
    const url = await aCollector(line, `sdk-${line}`);
    writeFileSync(join(packed.folder, 'harness.ts'), exampleOf('docs/sdk.md'));
    // Types are for the compiler alone: Node 22 takes the file without them.
    const javascript = await compiled('harness.ts');
    writeFileSync(join(packed.folder, `harness-${line}.js`), javascript);
    const env = {
      PATH: process.env.PATH ?? '',
      PLAYHEAD_ENDPOINT: url,
      SOME_KEY: 'value-of-a-secret-variable',
    };
    const { stdout, stderr } = await run(packed.node(line), [`harness-${line}.js`], {
      cwd: packed.folder,
      env,
    });
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^Replay: http:\S+\n$/), '']);
    writeFileSync(
      join(packed.folder, 'reader.js'),
      `import { PlayheadClient, CollectorError } from 'playhead/client';
const client = new PlayheadClient({ endpoint: ${JSON.stringify(url)} });
const ids = [];
for await (const { id } of client.cells({ agent: 'my-agent' })) ids.push(id);
const { outcome, spans, tokens, identity } = await client.cell(ids[0]);
const { changes } = await client.changes(ids[0]);
const { spans: trace } = await client.trace(ids[0]);
const tool = trace.find(({ kind }) => kind === 'tool_call');
const { modelCalls } = await client.modelCalls(ids[0]);
const terminal = await client.terminal(ids[0]);
const missing = await client.cell('no/such/cell').catch((error) => [error instanceof CollectorError, error.status]);
console.log(JSON.stringify({
  ids, outcome, spans, missing,
  calls: modelCalls.length,
  tokens: [tokens.input, tokens.cacheRead, tokens.output],
  identity: [identity.agentVersion, identity.exitCode],
  changes: changes.map(({ path, spanId }) => [path, spanId === tool.spanId]),
  terminal: terminal.includes('hello'),
}));
`,
    );
    const read = await run(packed.node(line), ['reader.js'], { cwd: packed.folder });
    expect(JSON.parse(read.stdout)).toEqual({
      ids: ['nightly/my-agent/openai/gpt-5/polyglot/greeting'],
      outcome: 'passed',
      spans: 5,
      missing: [true, 404],
      calls: 1,
      tokens: [1200, 1000, 45],
      identity: ['2.1.0', 0],
      changes: [['hello.txt', true]],
      terminal: true,
    });
  });
});

test.each(['nodenext', 'bundler'])(
  'its types compile under strict with %s, no flag more',
  async (resolution) => {
    const folder = mkdtempSync(join(packed.folder, 'types-'));
    writeFileSync(join(folder, 'harness.ts'), exampleOf('docs/sdk.md'));
    writeFileSync(
      join(folder, 'reader.ts'),
      `import { PlayheadClient } from 'playhead/client';
const client = new PlayheadClient({ endpoint: 'http://127.0.0.1:4318' });
const cost: number | null = (await client.cell('a/b')).tokens.input;
for await (const hit of client.search('unwrap')) console.log(hit.cell, cost);
`,
    );
    const module = resolution === 'nodenext' ? 'nodenext' : 'esnext';
    const flags = [
      '--strict',
      '--noEmit',
      '--target',
      'es2022',
      '--module',
      module,
      '--moduleResolution',
      resolution,
    ];
    const answer = await run(await compiler(), [...flags, 'harness.ts', 'reader.ts'], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(answer.stdout).toBe('');
  },
);

test('publint and arethetypeswrong find nothing', async () => {
  const judges = mkdtempSync(join(packed.folder, 'judges-'));
  const names = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'];
  await packed.npm(['install', '--silent', '--prefix', judges, ...names], judges, '22');
  const judge = (name: string, args: readonly string[]) =>
    run(packed.node('22'), [join(judges, 'node_modules', name), ...args]).catch(
      (error: { stdout: string; stderr: string; message: string }) => {
        throw new Error(`${error.message}\n${error.stdout}${error.stderr}`);
      },
    );
  await judge('publint/src/cli.js', ['run', packed.tarball, '--strict']);
  await judge('@arethetypeswrong/cli/dist/index.js', [packed.tarball, '--profile', 'esm-only']);
});

test('a database of every older schema opens, and one of a later is refused in one line', async () => {
  const goldens = packed.files.length > 0 ? ['schema-1', 'schema-2', 'schema-3', 'schema-4', 'schema-5'] : [];
  for (const name of goldens) {
    const dbPath = join(packed.folder, `${name}.db`);
    writeFileSync(dbPath, gunzipSync(readFileSync(join(root, `test/fixtures/${name}.db.gz`))));
    const url = await aCollector('22', name);
    const { cells } = (await (await fetch(`${url}/api/cells`)).json()) as { cells: unknown[] };
    expect([name, cells.length > 0]).toEqual([name, true]);
  }
  const { default: Database } = await import('better-sqlite3');
  const later = join(packed.folder, 'later.db');
  const db = new Database(later);
  copyFileSync(join(packed.folder, 'schema-4.db'), later);
  db.close();
  const opened = new Database(later);
  opened.pragma('user_version = 99');
  opened.close();
  const failure = await run(packed.node('22'), [command, 'serve', '--port', '0', '--db', later], {
    cwd: packed.folder,
  }).catch((error: { code: number; stderr: string }) => error);
  expect(failure).toMatchObject({ code: 5, stderr: expect.stringMatching(/^playhead: [^\n]+\n$/) });
});

test('a spool of an earlier build is loaded', async () => {
  const url = await aCollector('22', 'spooled');
  const spool = join(packed.folder, 'spool.jsonl');
  copyFileSync(join(root, 'test/fixtures/spool-0.1.0.jsonl'), spool);
  const { stdout } = await run(packed.node('22'), [command, 'import', spool, '--endpoint', url], {
    cwd: packed.folder,
  });
  expect(stdout).toContain(' → tests/shell/none/family/spooled');
  const { cells } = (await (await fetch(`${url}/api/cells`)).json()) as {
    cells: { spans: number; outcome: string }[];
  };
  expect(cells).toMatchObject([{ outcome: 'passed' }]);
  expect(cells[0]?.spans).toBeGreaterThan(3);
});

// Installing takes a minute on a machine at ease, and five on a busy one.
test('every line of the quick start does what it says', { timeout: 600_000 }, async () => {
  const page = readFileSync(join(root, 'docs/quick-start.md'), 'utf8');
  const lines = (kind: string) =>
    [...page.matchAll(new RegExp('```sh ' + kind + '\\n([^`]*)```', 'g'))].flatMap(([, text = '']) =>
      text.trim().split('\n'),
    );
  // What `npm pack` makes is what everything here was installed from.
  expect(lines('clone')).toEqual(['npm ci', 'npm pack']);
  const folder = mkdtempSync(join(packed.folder, '../quick-start-'));
  copyFileSync(packed.tarball, join(folder, 'playhead-0.1.0.tgz'));
  const agents = join(folder, 'agents');
  mkdirSync(agents);
  const stream = readFileSync(join(root, 'examples/pi-rust-error-handling-failed/arrivals.jsonl'), 'utf8');
  const printed = stream
    .split('\n')
    .filter((line) => line.includes('"stream":"stdout"') || line.includes('"stream": "stdout"'));
  writeFileSync(join(agents, 'printed.jsonl'), printed.map((line) => JSON.parse(line).line).join('\n'));
  writeFileSync(
    join(agents, 'pi'),
    `#!/bin/sh\nif [ "$1" = --version ]; then echo 0.73.1; exit; fi\ncat "${agents}/printed.jsonl"; echo good > README.md\n`,
    { mode: 0o755 },
  );
  const port = await freePort();
  const env = {
    // How npm reaches its registry is the machine's to say.
    ...process.env,
    PATH: [join(folder, 'bin'), agents, join(packed.node('24'), '..'), process.env.PATH].join(':'),
    HOME: folder,
    npm_config_prefix: folder,
    npm_config_cache: process.env.npm_config_cache ?? join(process.env.HOME ?? folder, '.npm'),
    XDG_STATE_HOME: folder,
    // The page's own port may be taken on this machine.
    PLAYHEAD_PORT: String(port),
    PLAYHEAD_ENDPOINT: `http://127.0.0.1:${port}`,
  };
  const shell = (script: readonly string[]) => run('sh', ['-exc', script.join('\n')], { cwd: folder, env });
  await shell(lines('install'));
  const collector = spawn('sh', ['-c', `exec ${lines('collector').join('\n')}`], {
    cwd: folder,
    env: { ...env, PLAYHEAD_ENDPOINT: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void collector.kill('SIGKILL'));
  await readyUrl(collector);
  const { stdout, stderr } = await shell(lines('you'));
  expect(stderr).toContain('Passed: ');
  expect(stdout).toContain(`http://127.0.0.1:${port}/cell/shell/unknown/local/hello?sweep=local`);
  const { cells } = (await (await fetch(`http://127.0.0.1:${port}/api/cells`)).json()) as {
    cells: { id: string; outcome: string; modelCalls: number }[];
  };
  expect(cells.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['local/pi/unknown/first/readme', 'passed'],
    ['local/shell/unknown/local/hello', 'passed'],
  ]);
  expect(cells[0]?.modelCalls).toBeGreaterThan(1);
});

/** A collector of the installed package with a database of its own; it ends with the test. */
async function aCollector(line: string, db: string): Promise<string> {
  const child = spawn(packed.node(line), [command, 'serve', '--port', '0', '--db', `${db}.db`], {
    cwd: packed.folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return readyUrl(child);
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('a process without output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Playhead is ready: (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('it ended before it was ready');
}

/** The first TypeScript of a page of the documents. */
function exampleOf(page: string): string {
  return /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, page), 'utf8'))?.[1] ?? '';
}

/** tsc of a user's own, beside the package. */
async function compiler(): Promise<string> {
  const place = join(packed.folder, 'node_modules/.bin/tsc');
  if (!statSync(place, { throwIfNoEntry: false }))
    await packed.npm(
      ['install', '--silent', '--save-dev', 'typescript@5.9', '@types/node@22'],
      packed.folder,
      '22',
    );
  return place;
}

/** The JavaScript of a user's TypeScript file. */
async function compiled(file: string): Promise<string> {
  const flags = ['--target', 'es2022', '--module', 'nodenext', '--outDir', 'out', file];
  await run(await compiler(), flags, { cwd: packed.folder });
  return readFileSync(join(packed.folder, 'out', file.replace(/\.ts$/, '.js')), 'utf8');
}
