// F3, F5, F6, F7: a disk that is full, that refuses writes now and then, that is read-only, and a file that
// is damaged before the start. Ingest says 503, reads go on, nothing acknowledged is lost, nobody needs to
// restart anything.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { Store } from '../../collector/store/store.ts';
import { type Child, runChild, startChild } from './child.ts';
import { aFolder, faultTest, report, times } from './fault-test.ts';
import { Ledger, shownSpans } from './ledger.ts';
import { aFullDisk, aSmallDisk, makeReadOnly } from './places.ts';

const CELL = 'disk/agent/model/family/task';
const MAX_REFUSAL_MS = 250;
const FAILING_WRITES = times(6, 25);

/** Sends one after the other until one is refused. @returns how long the refusal took */
async function fill(child: Child, ledger: Ledger): Promise<number> {
  for (let request = 0; request < 20_000; request++) {
    const startMs = performance.now();
    const status = await ledger.send(child.url, ledger.make(CELL));
    if (status === 503) return performance.now() - startMs;
    expect(status).toBe(200);
  }
  throw new Error('the disk never filled up');
}

async function endsWell(child: Child, dbPath: string, ledger: Ledger): Promise<void> {
  expect(ledger.judge(await shownSpans(child.url, CELL))).toEqual({ lost: [], torn: 0 });
  child.process.kill('SIGTERM');
  expect(await child.exited).toEqual([0, null]);
  expect(verifyDatabase(dbPath).problems).toEqual([]);
}

faultTest(
  'disk',
  'F3: a full disk refuses writes, serves reads, and recovers by itself',
  60_000,
  async (random) => {
    const disk = aFullDisk();
    const dbPath = join(disk.folder, 'playhead.db');
    const child = await startChild(dbPath);
    disk.limit(child.pid());
    const ledger = new Ledger(random);
    const refusalMs = await fill(child, ledger);
    const { headers, body } = ledger.make(CELL);
    const refused = await fetch(`${child.url}/v1/traces`, {
      method: 'POST',
      headers,
      body: Buffer.from(body),
    });
    const before = ledger.acknowledgedSpans;
    // A small request may still fit where a large one did not: both answers are honest, and no other is.
    expect([200, 503]).toContain(refused.status);
    if (refused.status === 503) expect(refused.headers.get('retry-after')).toBe('1');
    expect((await fetch(`${child.url}/api/cells`)).status).toBe(200);
    expect(ledger.judge(await shownSpans(child.url, CELL)).torn).toBe(0);
    disk.free(child.pid());
    for (let request = 0; request < 50; request++)
      expect(await ledger.send(child.url, ledger.make(CELL))).toBe(200);
    // The projector tries again by itself, four times a second.
    await expect
      .poll(async () => ledger.judge(await shownSpans(child.url, CELL)).lost.length, { timeout: 5000 })
      .toBe(0);
    await endsWell(child, dbPath, ledger);
    report(
      'F3 disk full',
      `${disk.how}: ${before} spans, then 503 in ${refusalMs.toFixed(0)} ms; 50 requests after`,
    );
    expect(refusalMs).toBeLessThan(MAX_REFUSAL_MS);
  },
);

faultTest('disk', 'F3: a disk that is still full at the end is left in order', 60_000, async (random) => {
  const disk = aFullDisk();
  const dbPath = join(disk.folder, 'playhead.db');
  const child = await startChild(dbPath);
  disk.limit(child.pid());
  const ledger = new Ledger(random);
  await fill(child, ledger);
  child.process.kill('SIGTERM');
  expect(await child.exited).toEqual([0, null]);
  // As on another machine with room: everything acknowledged is in what was left.
  const copy = aFolder();
  for (const name of readdirSync(disk.folder))
    if (name !== 'ballast') copyFileSync(join(disk.folder, name), join(copy, name));
  const again = await startChild(join(copy, 'playhead.db'));
  await endsWell(again, join(copy, 'playhead.db'), ledger);
});

faultTest(
  'disk',
  `F5: ${FAILING_WRITES} runs with refused writes acknowledge nothing false`,
  120_000,
  async (random) => {
    const seen = { requests: 0, refused: 0, acknowledged: 0 };
    for (let run = 0; run < FAILING_WRITES; run++) {
      const dbPath = join(aFolder(), 'playhead.db');
      // A schema takes a hundred or so: it is there already, and they all fall into ingest and projection.
      new Store(dbPath).close();
      // strace counts the calls of each thread for itself: the main one makes 15 to open the database, which may
      // rightly fail, and none later. These are those of the thread that writes.
      const first = random.between(30, 250);
      const last = first + random.below(30);
      const error = random.pick(['ENOSPC', 'EIO', 'EDQUOT']);
      const inject = `inject=pwrite64:error=${error}:when=${first}..${last}`;
      const wrapper = ['strace', '-f', '-qq', '-e', 'trace=pwrite64', '-e', inject, '-o', '/dev/null'];
      const child = await startChild(dbPath, { wrapper });
      const ledger = new Ledger(random.fork(run));
      const statuses = await Promise.all(
        [1, 2, 3].map(async () => {
          const got: (number | null)[] = [];
          for (let n = 0; n < 15; n++) got.push(await ledger.send(child.url, ledger.make(CELL)));
          return got;
        }),
      );
      for (const status of statuses.flat()) expect([200, 503]).toContain(status);
      seen.requests += statuses.flat().length;
      seen.refused += statuses.flat().filter((status) => status === 503).length;
      process.kill(child.pid(), 'SIGKILL');
      await child.exited;
      const again = await startChild(dbPath);
      await endsWell(again, dbPath, ledger);
      seen.acknowledged += ledger.acknowledgedSpans;
    }
    report(
      'F5 ENOSPC, EIO on pwrite64',
      `${FAILING_WRITES} runs, ${seen.requests} requests, ${seen.refused} refused with 503, ` +
        `${seen.acknowledged} spans acknowledged, 0 lost`,
    );
    expect(seen.refused).toBeGreaterThan(0);
  },
);

for (const ending of ['SIGTERM', 'SIGKILL'] as const)
  faultTest('disk', `F6: a read-only disk serves reads after ${ending}`, 60_000, async (random) => {
    const mount = aSmallDisk(16);
    const folder = mount ?? aFolder();
    const dbPath = join(folder, 'playhead.db');
    const ledger = new Ledger(random);
    const writing = await startChild(dbPath);
    for (let request = 0; request < 20; request++) await ledger.send(writing.url, ledger.make(CELL));
    await shownSpans(writing.url, CELL);
    writing.process.kill(ending);
    await writing.exited;
    const place = makeReadOnly(folder, mount !== null);
    const before = readdirSync(folder).map((name) => [
      name,
      readFileSync(join(folder, name)).toString('base64'),
    ]);
    const child = await startChild(dbPath, { whole: true, ...(place.uid ? { uid: place.uid } : {}) });
    expect(ledger.judge(await shownSpans(child.url, CELL))).toEqual({ lost: [], torn: 0 });
    const startMs = performance.now();
    expect(await ledger.send(child.url, ledger.make(CELL))).toBe(503);
    expect(performance.now() - startMs).toBeLessThan(MAX_REFUSAL_MS);
    child.process.kill('SIGTERM');
    expect(await child.exited).toEqual([0, null]);
    expect(child.stderr()).toMatch(
      /"event":"warning",.* cannot be written: reads are served, ingest answers 503"/,
    );
    const after = readdirSync(folder).map((name) => [
      name,
      readFileSync(join(folder, name)).toString('base64'),
    ]);
    expect(after.map(([name]) => name)).toEqual(before.map(([name]) => name));
    expect(after).toEqual(before);
    report(`F6 read-only after ${ending}`, `${place.how}: reads 200, ingest 503, not a byte changed`);
  });

faultTest(
  'disk',
  'F7: a damaged file is refused with exit code 3 and stays as it is',
  60_000,
  async (random) => {
    const folder = aFolder();
    const dbPath = join(folder, 'whole.db');
    const ledger = new Ledger(random);
    const child = await startChild(dbPath);
    for (let request = 0; request < 10; request++) await ledger.send(child.url, ledger.make(CELL));
    child.process.kill('SIGTERM');
    await child.exited;
    const whole = readFileSync(dbPath);
    const damages: Record<string, Buffer> = {
      'bad-magic': Buffer.concat([Buffer.from('sqLite'), whole.subarray(6)]),
      'cut-short': whole.subarray(0, 3 * 8192),
      'first-tree-gone': Buffer.concat([whole.subarray(0, 100), Buffer.alloc(400), whole.subarray(500)]),
      'some-text': Buffer.from('these are notes of mine\n'.repeat(500)),
    };
    for (const [name, bytes] of Object.entries(damages)) {
      const path = join(folder, `${name}.db`);
      writeFileSync(path, bytes);
      const { code, stderr } = await runChild(path);
      expect([name, code, stderr.split('\n').length]).toEqual([name, 3, 2]);
      expect(stderr).toContain(path);
      expect(readFileSync(path).equals(bytes), `${name} was changed`).toBe(true);
    }
    report(
      'F7 damaged before the start',
      `${Object.keys(damages).length} kinds: exit code 3, file untouched`,
    );
  },
);
