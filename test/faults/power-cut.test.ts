// F2 and F4: the power goes at any moment, and before that a sync may have failed. What was acknowledged
// is there when the database is opened again, under synchronous=FULL; the control at NORMAL loses, which
// shows that the test can see a loss. The disk's writes are real: strace wrote them down.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { unpackBody } from '../../collector/cell/log-entry.ts';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { decodeTracesJson } from '../../collector/otlp/json.ts';
import { decodeTracesProtobuf } from '../../collector/otlp/protobuf.ts';
import { Store } from '../../collector/store/store.ts';
import { Machine, readDiskLog, straceTo } from './disk-log.ts';
import { aFolder, faultTest, report, times } from './fault-test.ts';
import { Ledger } from './ledger.ts';
import { Random } from './random.ts';

const CUTS = times(45, 34);
const FAILED_SYNCS = times(4, 20);
const CUTS_AFTER_FAILURE = 15;
const program = join(import.meta.dirname, 'children/ingest.ts');

interface Run {
  readonly events: ReturnType<typeof readDiskLog>;
  readonly ledger: Ledger;
  readonly exitCode: number | null;
}

/** One traced run of collector and clients. */
function record(level: 'FULL' | 'NORMAL', seed: number, inject: string[] = []): Run {
  const folder = aFolder();
  const [dbPath, marks, log] = ['playhead.db', 'marks', 'strace.log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(marks, '');
  const args = [
    ...straceTo(log, ...inject),
    process.execPath,
    program,
    dbPath,
    marks,
    level,
    String(seed),
    '3',
  ];
  const [command = '', ...rest] = args;
  const { status, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
  if (status !== 0 && inject.length === 0) throw new Error(stderr);
  const ledger = new Ledger(new Random(seed));
  const events = readDiskLog(log, dbPath, marks);
  rmSync(folder, { recursive: true, force: true });
  const requests = Math.max(...events.map((event) => (event.kind === 'mark' ? Number(event.text) : 0)));
  // The same seed makes the same requests in the same order as in the traced process.
  while (ledger.sent.length <= requests) ledger.make('cuts/agent/model/family/task');
  return { events, ledger, exitCode: status };
}

interface Tally {
  cuts: number;
  lossy: number;
  lostSpans: number;
  torn: number;
  unsound: number;
}

/** Cuts the power at random moments of a run and looks at what is left. */
function cutAtRandom({ events, ledger }: Run, cuts: number, random: Random): Tally {
  const tally: Tally = { cuts, lossy: 0, lostSpans: 0, torn: 0, unsound: 0 };
  const moments = Array.from({ length: cuts }, () => random.below(events.length + 1)).sort((a, b) => a - b);
  const machine = new Machine(events);
  const folder = aFolder();
  for (const moment of moments) {
    machine.runTo(moment);
    for (const mark of machine.marks) ledger.sent[Number(mark)]!.acknowledged = true;
    const at = join(folder, String(moment));
    mkdirSync(at, { recursive: true });
    machine.cutPower(at, random);
    const { found, sound } = reopen(join(at, 'playhead.db'));
    const { lost, torn } = ledger.judge(found);
    if (lost.length > 0) tally.lossy++;
    if (!sound) tally.unsound++;
    tally.lostSpans += lost.length;
    tally.torn += torn;
    rmSync(at, { recursive: true, force: true });
  }
  return tally;
}

/** Opens what a cut left, as the next start does, and reads every span from the log. */
function reopen(dbPath: string): { found: Set<string>; sound: boolean } {
  const found = new Set<string>();
  const store = new Store(dbPath);
  for (const { entry } of store.log.chain()) {
    const decode = entry.encoding === 'json' ? decodeTracesJson : decodeTracesProtobuf;
    for (const { records } of decode(unpackBody(entry)).batches)
      for (const { spanId } of records) found.add(spanId);
  }
  store.close();
  return { found, sound: verifyDatabase(dbPath).problems.length === 0 };
}

function sentence({ cuts, lossy, lostSpans, torn, unsound }: Tally): string {
  return `${cuts} cuts, ${lossy} lost acknowledged spans (${lostSpans} in all), ${torn} torn, ${unsound} unsound`;
}

faultTest(
  'power-cut',
  `F2: ${CUTS} power cuts lose nothing, and at NORMAL they do`,
  120_000,
  async (random) => {
    const full = cutAtRandom(record('FULL', random.below(2 ** 31)), CUTS, random);
    report('F2 power cut, FULL', sentence(full));
    const normal = cutAtRandom(record('NORMAL', random.below(2 ** 31)), CUTS, random);
    report('F2 control at NORMAL', sentence(normal));
    expect(full).toEqual({ cuts: CUTS, lossy: 0, lostSpans: 0, torn: 0, unsound: 0 });
    expect(normal.lossy, 'the control must lose, or the test sees nothing').toBeGreaterThan(CUTS / 20);
    expect(normal.torn).toBe(0);
  },
);

faultTest(
  'power-cut',
  'F4: a failed fsync acknowledges nothing, not even in hindsight',
  120_000,
  async (random) => {
    const sum: Tally = { cuts: 0, lossy: 0, lostSpans: 0, torn: 0, unsound: 0 };
    let failures = 0;
    for (let run = 0; run < FAILED_SYNCS; run++) {
      // Of one thread: the schema's on the collector's own, then those of commits, projections and checkpoints.
      const nth = random.between(4, 60);
      const lasting = random.chance(0.3) ? '+' : random.chance(0.5) ? `..${nth + random.below(4)}` : '';
      const inject = ['-e', `inject=fsync,fdatasync:error=EIO:when=${nth}${lasting}`];
      const recorded = record('FULL', random.below(2 ** 31), inject);
      failures += recorded.events.filter((event) => event.kind === 'sync' && event.failed).length;
      const tally = cutAtRandom(recorded, CUTS_AFTER_FAILURE, random);
      for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key];
    }
    report(
      'F4 EIO on fsync, then a cut',
      `${failures} failed syncs in ${FAILED_SYNCS} runs, ${sentence(sum)}`,
    );
    expect(failures).toBeGreaterThan(0);
    expect(sum).toMatchObject({ lossy: 0, lostSpans: 0, torn: 0, unsound: 0 });
  },
);
