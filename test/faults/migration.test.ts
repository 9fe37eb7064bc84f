// F14, F16: a database of every older schema is brought up to date, and a migration that is killed at any
// statement, or at any write to the disk, is completed by the next start, with the same result.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { startCollector } from '../../collector/main.ts';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { SCHEMA } from '../../collector/store/database/migrate.ts';
import { Store } from '../../collector/store/store.ts';
import { answersOf } from './answers.ts';
import { aFolder, faultTest, isLong, report } from './fault-test.ts';
import type { Random } from './random.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const program = join(import.meta.dirname, 'children/migrate.ts');
const goldens = readdirSync(fixtures).filter((name) => /^schema-\d+\.db\.gz$/.test(name));
/** Every so many steps all answers are compared, which takes a second; else the tables and the log. */
const FULL_LOOK = 12;
/** Every statement and write is tried, up to where a run gets through; in the short form about every fifth. */
const MAX_STEPS = 400;
const STRIDE = isLong ? 1 : 5;

function copyOfGolden(golden: string): string {
  const path = join(aFolder(), 'playhead.db');
  writeFileSync(path, gunzipSync(readFileSync(join(fixtures, golden))));
  return path;
}

/** What the API says of everything, once this build has opened the file. */
async function finish(dbPath: string): Promise<unknown> {
  const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath });
  const answers = await answersOf(collector);
  await collector.close();
  expect(verifyDatabase(dbPath).problems).toEqual([]);
  return answers;
}

/** The log and every table after the next start, before anything was projected. */
function openedAgain(dbPath: string): unknown {
  new Store(dbPath).close();
  const db = new Database(dbPath, { readonly: true });
  const tables = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
  const log = db.prepare('SELECT seq, hash FROM log ORDER BY seq').all();
  const meta = db.prepare('SELECT * FROM meta ORDER BY key').all();
  const sound = db.pragma('integrity_check', { simple: true });
  const version = db.pragma('user_version', { simple: true });
  db.close();
  return { tables, log, meta, sound, version };
}

/** Kills a migration at one step after the other until it survives. @returns how many kills that took */
async function killAtSteps(
  golden: string,
  expected: unknown,
  random: Random,
  command: (dbPath: string, step: number) => readonly [string, ...string[]],
): Promise<number> {
  const untouched = openedAgain(copyOfGolden(golden));
  let kills = 0;
  for (let step = random.between(1, STRIDE); step <= MAX_STEPS; step += random.between(1, 2 * STRIDE - 1)) {
    const dbPath = copyOfGolden(golden);
    const [file, ...args] = command(dbPath, step);
    const { status, signal, stderr } = spawnSync(file, args, { encoding: 'utf8' });
    if (status === 0) return kills;
    kills++;
    expect([status, signal, stderr]).toEqual([null, 'SIGKILL', '']);
    if (kills % FULL_LOOK === 0) expect(await finish(dbPath), `killed at step ${step}`).toEqual(expected);
    else expect(openedAgain(dbPath), `killed at step ${step}`).toEqual(untouched);
  }
  throw new Error(`a migration of more than ${MAX_STEPS} steps`);
}

for (const golden of goldens)
  faultTest(
    'migration',
    `F14: ${golden} killed at ${isLong ? 'every step' : 'some steps'} becomes the same database`,
    300_000,
    async (random) => {
      const expected = await finish(copyOfGolden(golden));
      expect(JSON.stringify(expected)).toContain('golden/agent/model/family/task');
      const statements = await killAtSteps(golden, expected, random, (dbPath, step) => [
        process.execPath,
        program,
        dbPath,
        String(step),
      ]);
      const calls = 'pwrite64,fsync,fdatasync,ftruncate,unlink';
      const writes = await killAtSteps(golden, expected, random, (dbPath, step) => [
        'strace',
        ...['-f', '-qqq', '-e', `trace=${calls}`, '-o', '/dev/null'],
        ...['-e', `inject=${calls}:signal=SIGKILL:when=${step}`],
        ...[process.execPath, program, dbPath, '0'],
      ]);
      report(
        `F14 ${golden.slice(0, -6)} to ${SCHEMA}`,
        `${statements} kills at statements and ${writes} at disk writes: the next start completed all`,
      );
      expect(statements).toBeGreaterThan(80 / STRIDE);
      expect(writes).toBeGreaterThan(80 / STRIDE);
    },
  );

faultTest(
  'migration',
  'F16: there is a golden database of every schema before this one',
  10_000,
  async () => {
    expect(goldens).toEqual(Array.from({ length: SCHEMA - 1 }, (_, i) => `schema-${i + 1}.db.gz`));
  },
);
