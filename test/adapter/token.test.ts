// Against a collector that asks for its token: recorder, run, import and demo get in with it, and it is found
// in nothing that they record, print, or hand to the agent.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { openCell } from '../../adapter/sdk/cell-recorder.ts';
import { TestCollector } from '../support/collector.ts';
import { programEnv } from '../support/program-env.ts';
import { runCellId, runShell, scratchFolder } from '../support/runs.ts';

const bin = join(import.meta.dirname, '../../bin/playhead.ts');
const TOKEN = 'a-token/of+sixteen';
const HEADERS = `Authorization=Bearer%20${encodeURIComponent(TOKEN)}`;
const realNow = () => BigInt(Date.now()) * 1_000_000n;
const start = () => TestCollector.start({ token: TOKEN, now: realNow });

async function read(collector: TestCollector, path: string): Promise<string> {
  const response = await collector.request(path, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.status, path).toBe(200);
  return response.text();
}

async function record(options: { endpoint: string; token?: string }): Promise<readonly string[]> {
  const cell = openCell({ ...options, cellId: runCellId });
  cell.phase('adapter_run', 'a run').end();
  cell.terminal('hello');
  cell.score({ axis: 'pass_rate', values: { pass: 1 } });
  await cell.close();
  return cell.problems;
}

test('a recorder with the token delivers spans, terminal and scores; without it says why not', async () => {
  const collector = await start();
  expect((await record({ endpoint: collector.url })).join('\n')).toContain('401');
  expect(await record({ endpoint: collector.url, token: TOKEN })).toEqual([]);
  const cell = JSON.parse(await read(collector, `/api/cells/${encodeURIComponent(runCellId)}`));
  expect(cell).toMatchObject({ spans: 1, hasTerminal: true, scores: [{ axis: 'pass_rate' }] });
});

test('a recorder takes the token from OpenTelemetry’s own variable, for scores too', async () => {
  const collector = await start();
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', `x-tenant=a,${HEADERS}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(await record({ endpoint: collector.url })).toEqual([]);
});

/** Tells what it can find out of the token, and posts a span of its own to where it is told to. */
const CURIOUS = [
  'env',
  `echo "it was ${TOKEN} all along" > found.txt`,
  'cat found.txt',
  `node -e 'const body = JSON.stringify({resourceSpans: [{scopeSpans: [{spans: [{traceId: "a".repeat(32),
    spanId: "b".repeat(16), name: "its own", startTimeUnixNano: "1795333410025559000",
    endTimeUnixNano: "1795333410025559001"}]}]}]});
    fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + "/v1/traces", {method: "POST", body,
      headers: {"content-type": "application/json"}}).then((answer) => console.info(answer.status))'`,
].join('\n');

test('a run is recorded whole, its agent never gets the token, and nothing recorded holds it', async () => {
  const collector = await start();
  const scratch = scratchFolder();
  const result = await runShell(collector.url, scratch, CURIOUS, {
    token: TOKEN,
    telemetry: true,
    verify: 'test -z "$PLAYHEAD_TOKEN$OTEL_EXPORTER_OTLP_HEADERS$PLAYHEAD_ENDPOINT$DASHBOARD"',
    env: {
      PATH: process.env.PATH,
      HOME: scratch.folder,
      PLAYHEAD_TOKEN: TOKEN,
      OTEL_EXPORTER_OTLP_HEADERS: HEADERS,
      PLAYHEAD_ENDPOINT: `${collector.url}/?token=${encodeURIComponent(TOKEN)}`,
      DASHBOARD: `open ${collector.url}/?token=${TOKEN}`,
    },
  });
  expect(result).toMatchObject({ exitCode: 0, pass: true, problems: [], spoolFile: null });
  expect(result.url).toBe(`${collector.url}/cell/shell/none/family/task?sweep=tests`);
  const cell = `/api/cells/${encodeURIComponent(runCellId)}`;
  const tracks = await Promise.all(
    ['', '/trace', '/terminal', '/changes', '/logs', '/model-calls'].map((part) =>
      read(collector, cell + part),
    ),
  );
  expect(tracks[1]).toContain('its own');
  expect(tracks[2]).toContain('it was [redacted:PLAYHEAD_TOKEN] all along');
  expect(tracks[2]).not.toContain('OTEL_EXPORTER_OTLP_HEADERS');
  for (const track of tracks) expect(track).not.toMatch(/of\+sixteen|of%2[Bb]sixteen/);
});

test('a token that OpenTelemetry’s variable alone holds is used, and kept from the agent', async () => {
  const collector = await start();
  const scratch = scratchFolder();
  const result = await runShell(collector.url, scratch, 'test -z "$OTEL_EXPORTER_OTLP_HEADERS"', {
    telemetry: true,
    env: { PATH: process.env.PATH, HOME: scratch.folder, OTEL_EXPORTER_OTLP_HEADERS: HEADERS },
  });
  expect(result).toMatchObject({ exitCode: 0, problems: [], spoolFile: null });
});

test('an agent whose telemetry is left alone keeps the headers that were set for it', async () => {
  const collector = await start();
  const scratch = scratchFolder();
  const result = await runShell(collector.url, scratch, 'test -n "$OTEL_EXPORTER_OTLP_HEADERS"', {
    token: TOKEN,
    env: { PATH: process.env.PATH, HOME: scratch.folder, OTEL_EXPORTER_OTLP_HEADERS: HEADERS },
  });
  expect(result.exitCode).toBe(0);
});

test('without the token a run is spooled, and loaded with it later', async () => {
  const collector = await start();
  const { spoolFile } = await runShell(collector.url, scratchFolder(), 'echo hello');
  expect(spoolFile).not.toBeNull();
  const refused = await importFiles([spoolFile ?? ''], { endpoint: collector.url });
  expect(refused.problems.join('\n')).toContain('401');
  const report = await importFiles([spoolFile ?? ''], { endpoint: collector.url, token: TOKEN });
  expect(report.problems).toEqual([]);
  const summary = JSON.parse(await read(collector, `/api/cells/${encodeURIComponent(runCellId)}`));
  expect(summary).toMatchObject({ hasTerminal: true });
});

/** What the command prints to its end. */
async function playhead(args: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...programEnv, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

test('the import command takes the token by flag, by variable, or in the address that serve prints', async () => {
  const collector = await start();
  const { folder } = scratchFolder();
  mkdirSync(join(folder, 'files'));
  const file = join(folder, 'files/scores.json');
  writeFileSync(file, '{"scores":[{"axis":"pass_rate","values":{"pass":1}}]}');
  const args = ['import', file, '--cell', runCellId, '--endpoint'];
  expect(await playhead([...args, collector.url])).toContain('401');
  const shown = `${collector.url}/?token=${encodeURIComponent(TOKEN)}`;
  for (const told of [
    playhead([...args, collector.url, '--token', TOKEN]),
    playhead([...args, collector.url], { PLAYHEAD_TOKEN: TOKEN }),
    playhead([...args, shown]),
  ])
    expect(await told).toBe(`${file}: score records, 1 score records → ${runCellId}\n`);
});

test('serve with examples and a token prints an address that lets a browser in', async () => {
  const child = spawn(process.execPath, [bin, 'serve', '--demo', '--port', '0', '--token', TOKEN], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let text = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.on('close', () => reject(new Error(`it ended: ${text}`)));
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const ready = /^Playhead is ready: (\S+)\n/m.exec(text);
      if (ready?.[1]) resolve(ready[1]);
    });
  });
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=a-token%2Fof%2Bsixteen$/);
  const shown = await fetch(address, { redirect: 'manual' });
  const cookie = (shown.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const cells = await fetch(new URL('/api/cells', address), { headers: { cookie } });
  expect(((await cells.json()) as { cells: unknown[] }).cells.length).toBeGreaterThan(0);
}, 60_000);
