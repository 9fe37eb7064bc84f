// npm run bench:search: search across runs over HTTP, in a collector that holds a million spans: how long each
// kind of query takes until its first page is there and whether that page is whole, what n-gram filters cost the
// projector and the disk, and what searching does to acknowledgements. Prints a table.
//   --spans N     default 1,000,000
//   --queries N   of each kind, default 40
import { parseArgs } from 'node:util';
import { decodeTracesProtobuf } from '../../collector/otlp/protobuf.ts';
import { SearchIndexing } from '../../collector/project/search-indexing.ts';
import type { SearchPage } from '../../shared/wire.ts';
import { runLoad } from './load.ts';
import { Random, SPANS_A_BATCH, sourcesOf, syntheticBodies } from './payload.ts';
import { Child, type Standing } from './protocol.ts';
import { type Row, tableOf } from './report.ts';
import { median, quantile } from './statistics.ts';

const { values } = parseArgs({ options: { spans: { type: 'string' }, queries: { type: 'string' } } });
const SPANS = Number(values.spans ?? 1_000_000);
const QUERIES = Number(values.queries ?? 40);
const CLIENTS = 4;
const POLL_MS = 20;
/** DESIGN section 7 and issue 6: p95 over a million spans. */
const MUST_MS = 200;

/** Texts to look for, of each kind many: the answer to one that was asked before may be in memory. */
function queriesOf(random: Random, cells: number): Map<string, () => string> {
  const bodies = syntheticBodies(5, 2);
  const words = bodies.flatMap((body) =>
    decodeTracesProtobuf(body).batches.flatMap(({ records }) =>
      records.flatMap(({ attributes }) =>
        attributes.flatMap(([key, value]) =>
          key === 'gen_ai.tool.call.result' ? String(value).split(/\s+/) : [],
        ),
      ),
    ),
  );
  const word = () => random.pick(words);
  return new Map([
    ['a common word', () => random.pick(['error', 'unwrap', 'sqlite', 'gen_ai', 'cargo', 'expected'])],
    ['a word of six hex digits', () => random.hex(6)],
    ['the sweep of one cell', () => `bench-${String(random.below(cells)).padStart(8, '0')}`],
    ['an id that is nowhere, 24 hex digits', () => `call_${random.hex(24)}`],
    ['a phrase of three words', () => [word(), word(), word()].join(' ')],
    ['a phrase that is nowhere', () => `${word()} nowhere ${word()}`],
    ['three characters', () => random.hex(2) + random.pick(['z', 'q', ' ', '9'])],
    ['two characters', () => random.pick(['::', 'qz', 'fn', '%%'])],
  ]);
}

interface Timing {
  readonly ms: number[];
  /** Answers that were neither full nor the last page. */
  cut: number;
  hits: number;
}

async function ask(url: string, q: string): Promise<{ ms: number; page: SearchPage }> {
  const startMs = performance.now();
  const response = await fetch(`${url}/api/search?q=${encodeURIComponent(q)}`);
  const page = (await response.json()) as SearchPage;
  if (response.status !== 200) throw new Error(`${q}: ${response.status}`);
  return { ms: performance.now() - startMs, page };
}

async function untilProjected(child: Child): Promise<void> {
  for (;;) {
    const { acknowledged, projected } = await child.ask<Standing>('standing');
    if (projected >= acknowledged) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** What indexing takes beside decoding, microseconds a span, and the bytes that come out. */
function measureSigning(): { signUs: number; decodeUs: number; bytesASpan: number } {
  const bodies = syntheticBodies(7, 8);
  const indexing = new SearchIndexing();
  const signMs: number[] = [];
  const decodeMs: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 6; round++)
    for (const body of bodies) {
      const startMs = performance.now();
      const { batches } = decodeTracesProtobuf(body);
      const decodedMs = performance.now();
      for (const { resource, scope, records } of batches)
        indexing.addSpans(
          records.map((record, place) => ({ record, resource, scope, kind: 0, timing: 0, flags: 0, place })),
        );
      bytes = indexing.finishSpans().length;
      if (round < 2) continue;
      decodeMs.push(decodedMs - startMs);
      signMs.push(performance.now() - decodedMs);
    }
  const us = (ms: readonly number[]) => (median(ms) * 1000) / SPANS_A_BATCH;
  return { signUs: us(signMs), decodeUs: us(decodeMs), bytesASpan: bytes / SPANS_A_BATCH };
}

const { child, first } = await Child.start<{ url: string }>('collector-process.ts');
const { url } = first;
const clients = sourcesOf('synthetic', CLIENTS);
const load = (requests: number) =>
  runLoad({ url, path: '/v1/traces', clients, spansABatch: SPANS_A_BATCH, requests });
const batches = Math.ceil(SPANS / SPANS_A_BATCH);
const { seconds } = await load(batches);
await untilProjected(child);
const before = await child.ask<Standing>('standing');
process.stdout.write(
  `${(batches * SPANS_A_BATCH).toLocaleString('en')} spans acknowledged in ${seconds.toFixed(1)} s\n`,
);

const firstMs = (await ask(url, 'the very first question')).ms;
const random = new Random(11);
const kinds = queriesOf(random, Math.floor(batches / CLIENTS / 2));
const timings = new Map<string, Timing>();
for (let round = 0; round < QUERIES; round++)
  for (const [kind, make] of kinds) {
    const timing = timings.get(kind) ?? { ms: [], cut: 0, hits: 0 };
    const { ms, page } = await ask(url, make());
    timing.ms.push(ms);
    timing.hits += page.hits.length;
    if (page.next !== undefined && page.hits.length < 50) timing.cut++;
    timings.set(kind, timing);
  }
const after = await child.ask<Standing>('standing');

/** Acknowledgements beside one reader who searches without pause, and without, in turns. */
const ackMs = { alone: [] as number[], beside: [] as number[] };
for (let turn = 0; turn < 3; turn++) {
  for (const how of ['alone', 'beside'] as const) {
    let isLoading = true;
    const loaded = load(150).finally(() => {
      isLoading = false;
    });
    while (how === 'beside' && isLoading) await ask(url, `call_${random.hex(24)}`);
    ackMs[how].push(...(await loaded).latenciesMs);
  }
  await untilProjected(child);
}
const { bytes } = await child.ask<{ bytes: number }>('close');

const indexing = measureSigning();
const all = [...timings.values()].flatMap(({ ms }) => ms);
const rows: Row[] = [
  { what: 'all kinds: p50', value: median(all), unit: 'ms' },
  {
    what: 'all kinds: p95',
    value: quantile(all, 0.95),
    unit: 'ms',
    bound: { side: 'atMost', must: MUST_MS, stretch: 100 },
  },
  { what: 'the first search of all: reads every n-gram filter', value: firstMs, unit: 'ms' },
  ...[...timings].flatMap(([kind, { ms, cut, hits }]): Row[] => [
    {
      what: `${kind}: p50 (${(hits / ms.length).toFixed(0)} hits, ${cut} of ${ms.length} cut short)`,
      value: median(ms),
      unit: 'ms',
    },
    { what: `${kind}: p95`, value: quantile(ms, 0.95), unit: 'ms' },
  ]),
  { what: 'p99 acknowledgement, nobody searching', value: quantile(ackMs.alone, 0.99), unit: 'ms' },
  {
    what: 'p99 acknowledgement, one reader searching without pause',
    value: quantile(ackMs.beside, 0.99),
    unit: 'ms',
    bound: { side: 'atMost', must: 60, stretch: 30 },
  },
  { what: 'indexing a span', value: indexing.signUs, unit: 'µs' },
  { what: 'decoding a span, beside it', value: indexing.decodeUs, unit: 'µs' },
  { what: 'n-gram filter, bytes a span', value: indexing.bytesASpan, unit: 'B' },
  { what: 'everything on disk, bytes a span', value: bytes / (SPANS_A_BATCH * (batches + 900)), unit: 'B' },
  { what: 'largest resident set before the first search', value: before.maxRssBytes / 2 ** 20, unit: 'MB' },
  {
    what: 'largest resident set after all searches',
    value: after.maxRssBytes / 2 ** 20,
    unit: 'MB',
    bound: { side: 'atMost', must: 400, stretch: 256 },
  },
];
process.stdout.write(`${tableOf(rows)}\n`);
