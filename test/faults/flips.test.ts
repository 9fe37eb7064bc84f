// F8: one bit flips somewhere in the database or its write-ahead log. Either everything is shown as before,
// or `verify` says that something is wrong. SQLite's own check passes over most of these.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startCollector } from '../../collector/main.ts';
import { verifyDatabase } from '../../collector/offline/verify.ts';
import { aBatch, aLog, aSpan } from '../support/otlp/otlp-builders.ts';
import { logsProtobuf, tracesProtobuf } from '../support/otlp/otlp-encode.ts';
import { answersOf, projected } from './answers.ts';
import { aFolder, faultTest, report, times } from './fault-test.ts';
import type { Random } from './random.ts';

const FLIPS = times(120, 25);
/** This share of the flips hits bytes that say something: a small database is mostly empty pages. */
const USED = 0.8;
const endings = ['', '-wal', '-head'];

interface Sample {
  readonly folder: string;
  readonly answers: unknown;
}

/** A database of some cells with every track, as a crash would leave it. */
async function aSample(random: Random): Promise<Sample> {
  const folder = aFolder();
  const dbPath = join(folder, 'live.db');
  const options = { port: 0, host: '127.0.0.1', dbPath };
  let collector = await startCollector(options);
  const post = (path: string, method: string, type: string, body: Uint8Array | string) =>
    collector.app.request(`http://localhost${path}`, {
      method,
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : Buffer.from(body),
    });
  const fill = async (cell: string) => {
    const path = `/cells/${encodeURIComponent(cell)}`;
    const spans = Array.from({ length: random.between(5, 60) }, (_, n) =>
      aSpan({
        spanId: random.hex(8),
        name: n % 3 === 0 ? 'chat' : 'bash',
        attributes:
          n % 3 === 0
            ? [
                ['gen_ai.operation.name', 'chat'],
                ['gen_ai.usage.input_tokens', n],
              ]
            : [],
      }),
    );
    await post(`${path}/v1/traces`, 'POST', 'application/x-protobuf', tracesProtobuf([aBatch(spans)]));
    const terminal = aLog({ eventName: 'bench.terminal.output', body: random.hex(400) });
    const change = aLog({
      eventName: 'bench.file.change',
      attributes: [
        ['file.path', 'a.ts'],
        ['bench.file.change', 'added'],
        ['bench.file.diff', random.hex(300)],
      ],
    });
    const logs = logsProtobuf([aBatch([aLog({ body: random.hex(9) }), terminal, change])]);
    await post(`${path}/v1/logs`, 'POST', 'application/x-protobuf', logs);
    const scores = JSON.stringify({ scores: [{ axis: 'pass_rate', values: { pass: random.next() } }] });
    await post(`/api${path}/scores`, 'PUT', 'application/json', scores);
    const cast = `{"version":2,"width":80,"height":24}\n[0.5,"o","${random.hex(99)}"]\n`;
    if (random.chance(0.5)) await post(`/api${path}/terminal`, 'PUT', 'application/x-asciicast', cast);
    await projected(collector);
  };
  for (let cell = 0; cell < 4; cell++) await fill(`flips/agent/model/family/folded${cell}`);
  // Closing folds the log into the file; what follows stays in the log.
  await collector.close();
  collector = await startCollector(options);
  for (let cell = 0; cell < 3; cell++) await fill(`flips/agent/model/family/logged${cell}`);
  const answers = await answersOf(collector);
  for (const ending of endings) copyFileSync(dbPath + ending, join(folder, `sample.db${ending}`));
  await collector.close();
  return { folder, answers };
}

/** What became of one flip: reported, or nothing to be seen of it. */
async function judge(dbPath: string, { answers }: Sample): Promise<'reported' | 'harmless'> {
  if (verifyDatabase(dbPath).problems.length > 0) return 'reported';
  const collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath });
  try {
    expect(await answersOf(collector), 'shown otherwise, and verify said nothing').toEqual(answers);
  } finally {
    await collector.close();
  }
  return 'harmless';
}

for (const ending of ['', '-wal'])
  faultTest(
    'flips',
    `F8: ${FLIPS / 2} bit flips in the ${ending === '' ? 'database' : 'write-ahead log'} are harmless or reported`,
    300_000,
    async (random) => {
      const sample = await aSample(random);
      const whole = readFileSync(join(sample.folder, `sample.db${ending}`));
      const used = [...whole.keys()].filter((at) => whole[at] !== 0);
      const seen = { reported: 0, harmless: 0 };
      for (let flip = 0; flip < FLIPS / 2; flip++) {
        const at = join(sample.folder, String(flip));
        mkdirSync(at);
        const dbPath = join(at, 'flipped.db');
        for (const end of endings) copyFileSync(join(sample.folder, `sample.db${end}`), dbPath + end);
        const bit =
          (random.chance(USED) ? random.pick(used) : random.below(whole.length)) * 8 + random.below(8);
        const bytes = Buffer.from(whole);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(dbPath + ending, bytes);
        try {
          seen[await judge(dbPath, sample)]++;
        } catch (error) {
          if (error instanceof Error)
            error.message += `\nbit ${bit & 7} of byte ${bit >> 3} of ${whole.length}`;
          throw error;
        }
        rmSync(at, { recursive: true });
      }
      report(
        `F8 bit flips, ${ending === '' ? 'database' : 'log'}`,
        `${FLIPS / 2} in ${whole.length} bytes: ${seen.reported} reported, ${seen.harmless} harmless, 0 unnoticed`,
      );
      expect(seen.reported).toBeGreaterThan(FLIPS / 20);
    },
  );

faultTest('flips', 'F8: a missing write-ahead log is reported', 30_000, async (random) => {
  const { folder } = await aSample(random);
  rmSync(join(folder, 'sample.db-wal'));
  expect(verifyDatabase(join(folder, 'sample.db')).problems.map(({ code }) => code)).toContain('lost');
});
