// F1: kill -9 in the middle of ingest, and now and then in the middle of starting. Every acknowledged span
// is there afterwards, no request is torn, and the next start takes less than two seconds.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { startChild } from './child.ts';
import { aFolder, faultTest, report, times } from './fault-test.ts';
import { Ledger, shownSpans } from './ledger.ts';
import type { Random } from './random.ts';

const KILLS = times(80, 250);
const LANES = 2;
const CLIENTS = 4;
const MAX_START_MS = 2000;

interface Lane {
  kills: number;
  acknowledged: number;
  unanswered: number;
  startsMs: number[];
}

/** Kills one collector after the other on one database file. */
async function runLane(random: Random, kills: number): Promise<Lane> {
  const dbPath = join(aFolder(), 'playhead.db');
  const ledger = new Ledger(random.fork('payload'));
  const lane: Lane = { kills: 0, acknowledged: 0, unanswered: 0, startsMs: [] };
  const cellOf = (kill: number) => `kills/agent/model/family/task#run${kill}`;
  for (let kill = 1; kill <= kills; kill++) {
    const child = await startChild(dbPath);
    lane.startsMs.push(child.startMs);
    if (kill > 1) {
      const before = cellOf(kill - 1);
      expect(ledger.judge(await shownSpans(child.url, before), before)).toEqual({ lost: [], torn: 0 });
    }
    // Counted in answers and not in time: a busy machine would be killed before it had answered any.
    let answersLeft = random.between(0, 40);
    const count = () => {
      if (answersLeft-- === 0) setTimeout(() => child.process.kill('SIGKILL'), random.between(0, 15));
    };
    count();
    const clients = Array.from({ length: CLIENTS }, async () => {
      for (;;) {
        const status = await ledger.send(child.url, ledger.make(cellOf(kill)));
        if (status === null) return;
        expect([200, 503]).toContain(status);
        count();
      }
    });
    await Promise.all(clients);
    expect(await child.exited).toEqual([null, 'SIGKILL']);
    lane.kills++;
    if (random.chance(0.1)) await killWhileStarting(dbPath, random);
    if (kill % 10 === 0) quickCheck(dbPath);
  }
  await judgeAll(dbPath, ledger, cellOf, kills);
  lane.acknowledged = ledger.acknowledgedSpans;
  lane.unanswered = ledger.sent.filter(({ acknowledged }) => !acknowledged).length;
  return lane;
}

async function killWhileStarting(dbPath: string, random: Random): Promise<void> {
  const child = startChild(dbPath, {
    wrapper: ['timeout', '-s', 'KILL', String(random.between(5, 25) / 100)],
  });
  const started = await child.catch(() => null);
  await started?.exited;
}

function quickCheck(dbPath: string): void {
  const db = new Database(dbPath, { readonly: true });
  expect(db.pragma('quick_check', { simple: true })).toBe('ok');
  db.close();
}

async function judgeAll(
  dbPath: string,
  ledger: Ledger,
  cellOf: (kill: number) => string,
  kills: number,
): Promise<void> {
  const child = await startChild(dbPath);
  const found = new Set<string>();
  for (let kill = 1; kill <= kills; kill++)
    for (const id of await shownSpans(child.url, cellOf(kill))) found.add(id);
  expect(ledger.judge(found)).toEqual({ lost: [], torn: 0 });
  child.process.kill('SIGTERM');
  expect(await child.exited).toEqual([0, null]);
  expect(verifyDatabase(dbPath).problems).toEqual([]);
}

faultTest('kill', `F1: ${KILLS} kills in the middle of ingest lose nothing`, 240_000, async (random) => {
  const lanes = await Promise.all(
    Array.from({ length: LANES }, (_, lane) => runLane(random.fork(lane), KILLS / LANES)),
  );
  const sum = (key: 'kills' | 'acknowledged' | 'unanswered') => lanes.reduce((n, lane) => n + lane[key], 0);
  // A machine busy with other things makes some starts slow; a recovery that takes long, most of them.
  const starts = lanes.flatMap(({ startsMs }) => startsMs).sort((a, b) => a - b);
  const usual = starts[Math.floor(starts.length / 2)] ?? 0;
  report(
    'F1 kill -9',
    `${sum('kills')} kills, ${sum('acknowledged')} spans acknowledged, 0 lost, 0 torn of ` +
      `${sum('unanswered')} unanswered requests, starts: median ${usual.toFixed(0)} ms, slowest ${starts.at(-1)?.toFixed(0)} ms`,
  );
  expect(sum('acknowledged')).toBeGreaterThan(KILLS * 20);
  expect(usual).toBeLessThan(MAX_START_MS);
});
