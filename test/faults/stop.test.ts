// F12: SIGTERM under load. The collector takes nothing new, answers what it has begun, folds its log into
// one file and exits with 0; the ledger is complete. Who stalls is not waited for beyond five seconds.
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { type Child, startChild } from './child.ts';
import { aFolder, faultTest, report, times } from './fault-test.ts';
import { Ledger, type Sent, shownSpans } from './ledger.ts';

const STOPS = times(8);
const CLIENTS = 8;
const CELL = 'stops/agent/model/family/task';
const MAX_DRAIN_MS = 5000;

/** A request whose body comes in two halves; `finish` sends the second and returns the answer. */
async function slowUpload(
  url: string,
  sent: Sent,
): Promise<{ finish: () => Promise<string>; socket: Socket }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  answer.catch(() => undefined);
  const headers = Object.entries({ ...sent.headers, host: 'localhost', 'transfer-encoding': 'chunked' });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const half = Math.ceil(sent.body.length / 2);
  const chunk = (bytes: Uint8Array) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const path = `/cells/${encodeURIComponent(sent.cell)}/v1/traces`;
  socket.write(`POST ${path} HTTP/1.1\r\n${head}\r\n`);
  await new Promise<void>((resolve) => socket.write(chunk(sent.body.subarray(0, half)), () => resolve()));
  return {
    socket,
    async finish() {
      socket.write(Buffer.concat([chunk(sent.body.subarray(half)), Buffer.from('0\r\n\r\n')]));
      return answer;
    },
  };
}

/** Sends until nobody answers any more. @returns how many requests were answered */
async function load(child: Child, ledger: Ledger): Promise<number> {
  for (let answered = 0; ; answered++) {
    const status = await ledger.send(child.url, ledger.make(CELL));
    if (status === null) return answered;
    expect([200, 503]).toContain(status);
  }
}

faultTest('stop', `F12: ${STOPS} stops under load finish what was begun`, 120_000, async (random) => {
  const dbPath = join(aFolder(), 'playhead.db');
  const ledger = new Ledger(random);
  let slowestMs = 0;
  let slowUploads = 0;
  for (let stop = 0; stop < STOPS; stop++) {
    const child = await startChild(dbPath, { whole: true });
    const clients = Promise.all(Array.from({ length: CLIENTS }, () => load(child, ledger)));
    const upload = ledger.make(CELL);
    const { finish } = await slowUpload(child.url, upload);
    await new Promise((resolve) => setTimeout(resolve, random.between(50, 300)));
    const startMs = performance.now();
    child.process.kill('SIGTERM');
    await clients;
    const answer = await finish();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer.toLowerCase()).toContain('connection: close');
    upload.acknowledged = true;
    slowUploads++;
    expect(await child.exited).toEqual([0, null]);
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
    expect(child.stderr()).not.toMatch(/"level":"(warn|error)"|^playhead:/m);
    expect(existsSync(`${dbPath}-wal`), 'the log was not folded into the file').toBe(false);
  }
  const child = await startChild(dbPath);
  expect(ledger.judge(await shownSpans(child.url, CELL))).toEqual({ lost: [], torn: 0 });
  child.process.kill('SIGTERM');
  await child.exited;
  expect(verifyDatabase(dbPath).problems).toEqual([]);
  report(
    'F12 SIGTERM under load',
    `${STOPS} stops, exit 0 within ${slowestMs.toFixed(0)} ms, ${ledger.acknowledgedSpans} spans acknowledged, ` +
      `0 lost, ${slowUploads} half-sent uploads answered`,
  );
  expect(slowestMs).toBeLessThan(MAX_DRAIN_MS);
});

faultTest(
  'stop',
  'F12: an upload that never ends holds up the exit for five seconds at most',
  60_000,
  async (random) => {
    const dbPath = join(aFolder(), 'playhead.db');
    const ledger = new Ledger(random);
    const child = await startChild(dbPath, { whole: true });
    const { socket } = await slowUpload(child.url, ledger.make(CELL));
    socket.on('error', () => undefined);
    expect(await ledger.send(child.url, ledger.make(CELL))).toBe(200);
    const startMs = performance.now();
    child.process.kill('SIGTERM');
    expect(await child.exited).toEqual([0, null]);
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeLessThan(MAX_DRAIN_MS + 1000);
    expect(verifyDatabase(dbPath)).toMatchObject({ entries: 1, problems: [] });
    report('F12 stalled upload', `exit 0 after ${tookMs.toFixed(0)} ms`);
  },
);

faultTest(
  'stop',
  'F12: a second signal ends it at once, and loses nothing acknowledged',
  60_000,
  async (random) => {
    const dbPath = join(aFolder(), 'playhead.db');
    const ledger = new Ledger(random);
    const child = await startChild(dbPath, { whole: true });
    const { socket } = await slowUpload(child.url, ledger.make(CELL));
    socket.on('error', () => undefined);
    for (let n = 0; n < 10; n++) expect(await ledger.send(child.url, ledger.make(CELL))).toBe(200);
    child.process.kill('SIGTERM');
    await expect.poll(() => refuses(child.url)).toBe(true);
    child.process.kill('SIGTERM');
    expect((await child.exited)[0]).toBe(1);
    const again = await startChild(dbPath);
    expect(ledger.judge(await shownSpans(again.url, CELL))).toEqual({ lost: [], torn: 0 });
  },
);

async function refuses(url: string): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    () => false,
    () => true,
  );
}
