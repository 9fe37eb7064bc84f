// npm run bench: our ingest beside two designs of the usual kind, interleaved in one run, and the numbers
// that the design promises about it. Prints a table and keeps it as JSON under bench-results/.
//   --quick             one round and shorter runs
//   --rounds N          default 5; every number is the median of all rounds
//   --payload NAME      synthetic (default), or recorded: the recorded agents' own spans
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type IngestResult,
  measureGrowth,
  measureIngest,
  measureReads,
  measureRowServer,
  WARM_BATCHES,
} from './ours.ts';
import { Child, type InProcessJob, type InProcessResult, type PayloadName } from './protocol.ts';
import { type Row, tableOf, verdictOf } from './report.ts';
import { median } from './statistics.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, rounds: { type: 'string' }, payload: { type: 'string' } },
});
const quick = values.quick === true;
const rounds = Number(values.rounds ?? (quick ? 1 : 5));
const payload = payloadOf(values.payload ?? 'synthetic');
/**
 * Batches of one contestant in a round: long enough that what is measured is sustained, with checkpoints and
 * garbage collections in it as they come, and not the first half second.
 */
const BATCHES = quick ? 400 : 1600;
/** Two million spans. */
const GROWTH_BATCHES = quick ? 400 : 3907;

function payloadOf(name: string): PayloadName {
  if (name !== 'synthetic' && name !== 'recorded') throw new Error(`no payload ${name}`);
  return name;
}

async function inProcess(file: string, batches: number, warmBatches = 32): Promise<InProcessResult> {
  const job: InProcessJob = { payload, warmBatches, batches };
  return (await Child.start<InProcessResult>(file, job)).first;
}

interface Round {
  readonly ours: IngestResult;
  readonly limit: InProcessResult;
  readonly raw: InProcessResult;
  readonly decoded: InProcessResult;
  readonly rowServer: number;
}

/** One turn of every contestant: what the machine does meanwhile falls on all of them alike. */
async function measureRound(): Promise<Round> {
  return {
    ours: await measureIngest(payload, BATCHES),
    limit: await inProcess('own-limit.ts', BATCHES, WARM_BATCHES),
    raw: await inProcess('row-raw.ts', BATCHES),
    decoded: await inProcess('row-decoded.ts', 80, 16),
    rowServer: await measureRowServer(payload, 80),
  };
}

const started = new Date();
process.stdout.write(`${payload} payload, ${rounds} round${rounds === 1 ? '' : 's'}, ${machineText()}\n`);
const measured: Round[] = [];
for (let round = 0; round < rounds; round++) {
  measured.push(await measureRound());
  const { ours, limit, raw, decoded, rowServer } = measured.at(-1) as Round;
  const all = [
    ours.spansPerSecond,
    limit.spansPerSecond,
    raw.spansPerSecond,
    decoded.spansPerSecond,
    rowServer,
  ];
  const texts = all.map((value) => `${Math.round(value / 1000)}k`);
  process.stdout.write(
    `round ${round + 1}: ours, limit, raw rows, decoded rows, behind Hono: ${texts.join(', ')}\n`,
  );
}
const growth = await measureGrowth(payload, GROWTH_BATCHES);
const reads = await measureReads(payload, quick ? 300 : 800);
const rows = rowsOf();
process.stdout.write(`\n${tableOf(rows)}\n\n${noteText()}\n`);
process.stdout.write(`kept in ${keep()}\n`);
if (rows.some((row) => verdictOf(row) === 'missed')) process.exitCode = 1;

function of(pick: (round: Round) => number): number {
  return median(measured.map(pick));
}

function rowsOf(): Row[] {
  const atLeast = (must: number, stretch: number) => ({ side: 'atLeast' as const, must, stretch });
  const atMost = (must: number, stretch: number) => ({ side: 'atMost' as const, must, stretch });
  const mega = 2 ** 20;
  return [
    { what: 'ours, acknowledged after COMMIT', value: of((r) => r.ours.spansPerSecond), unit: 'spans/s' },
    { what: 'our in-process limit', value: of((r) => r.limit.spansPerSecond), unit: 'spans/s' },
    { what: 'reference: raw rows', value: of((r) => r.raw.spansPerSecond), unit: 'spans/s' },
    { what: 'reference: decoded rows', value: of((r) => r.decoded.spansPerSecond), unit: 'spans/s' },
    { what: 'reference: decoded rows behind Hono', value: of((r) => r.rowServer), unit: 'spans/s' },
    {
      what: 'ours ÷ raw rows',
      value: of((r) => r.ours.spansPerSecond / r.raw.spansPerSecond),
      unit: '',
      bound: atLeast(2.5, 4),
    },
    {
      what: 'ours ÷ our in-process limit',
      value: of((r) => r.ours.spansPerSecond / r.limit.spansPerSecond),
      unit: '',
      bound: atLeast(0.6, 0.8),
    },
    {
      what: 'ours ÷ decoded rows behind Hono',
      value: of((r) => r.ours.spansPerSecond / r.rowServer),
      unit: '',
    },
    {
      what: `last ÷ first eighth of ${(growth.spans / 1e6).toFixed(1)} M spans`,
      value: growth.lastOverFirst,
      unit: '',
      bound: atLeast(0.85, 0.95),
    },
    {
      what: 'bytes on disk ÷ those of raw rows',
      value: of((r) => r.ours.bytesASpan / r.raw.bytesASpan),
      unit: '',
      bound: atMost(0.3, 0.2),
    },
    { what: 'bytes a span, all included', value: of((r) => r.ours.bytesASpan), unit: 'B' },
    {
      what: 'p99 acknowledgement at saturation',
      value: of((r) => r.ours.p99Ms),
      unit: 'ms',
      bound: atMost(60, 30),
    },
    { what: 'p50 acknowledgement at saturation', value: of((r) => r.ours.p50Ms), unit: 'ms' },
    {
      what: 'resident memory, largest of all runs',
      value: Math.max(growth.maxRssBytes, ...measured.map(({ ours }) => ours.maxRssBytes)) / mega,
      unit: 'MB',
      bound: atMost(400, 256),
    },
    {
      what: 'projection lag after 100,000 spans',
      value: of((r) => r.ours.lagMs),
      unit: 'ms',
      bound: atMost(2000, 500),
    },
    { what: 'projected while saturated, to the end', value: growth.projectedPerSecond, unit: 'spans/s' },
    { what: 'processor time a span, all threads', value: of((r) => r.ours.cpuUsASpan), unit: 'µs' },
    { what: 'read: trace of 1,024 spans, JSON', value: reads.smallTraceMs, unit: 'ms' },
    { what: 'read: 100,000 spans, compact, first', value: reads.compactFirstMs, unit: 'ms' },
    { what: 'read: 100,000 spans, compact, again', value: reads.compactMs, unit: 'ms' },
    { what: 'read: 100,000 spans, JSON', value: reads.jsonMs, unit: 'ms' },
    { what: 'read: 50 cells while ingesting, p95', value: reads.listP95Ms, unit: 'ms' },
  ];
}

function machineText(): string {
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
}

function noteText(): string {
  const minute = loadavg()[0] ?? 0;
  const others =
    minute > availableParallelism() + 1
      ? ': the machine was busy with other work, and the references need one core where we need two'
      : '';
  return `load over the last minute ${minute.toFixed(1)} on ${availableParallelism()} cores${others}`;
}

function keep(): string {
  const folder = join(import.meta.dirname, '../../bench-results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${started.toISOString().replace(/[:.]/g, '-')}.json`);
  const machine = {
    cores: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    loadAverage: loadavg(),
  };
  const result = {
    date: started.toISOString(),
    node: process.versions.node,
    machine,
    payload,
    rounds: measured,
    growth,
    reads,
    rows: rows.map((row) => ({ ...row, holds: verdictOf(row) })),
  };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}
