// The store's own limit: scan, compress, append in groups and commit, eight batches in flight, as the
// collector does it, but without HTTP and without anybody projecting.
import { scanTraces } from '../../../collector/otlp/scan.ts';
import { packBody } from '../../../collector/store/log.ts';
import { Store } from '../../../collector/store/store.ts';
import { type Batches, SPANS_A_BATCH, sourcesOf } from '../payload.ts';
import { type InProcessJob, type InProcessResult, readJob, scratchDatabase, tell } from '../protocol.ts';

const { payload, warmBatches, batches } = readJob<InProcessJob>();
const database = scratchDatabase();
const store = new Store(database.path);
let head = store.log.head();
let waiting: { body: Uint8Array; packed: Awaited<ReturnType<typeof packBody>>; done: () => void }[] = [];

function flush(): void {
  const group = waiting;
  waiting = [];
  const receivedNs = BigInt(Date.now()) * 1_000_000n;
  store.transaction(() => {
    for (const { body, packed } of group)
      head = store.log.append(head, receivedNs, {
        signal: 'traces',
        cellId: null,
        encoding: 'protobuf',
        accepted: SPANS_A_BATCH,
        rejected: 0,
        params: null,
        rawBytes: body.length,
        ...packed,
      });
  });
  store.noteHead(head);
  for (const { done } of group) done();
}

async function append(sources: readonly Batches[], count: number): Promise<void> {
  let left = count;
  await Promise.all(
    sources.map(async (source) => {
      while (left-- > 0) {
        const body = source.next();
        scanTraces(body, 'protobuf');
        const packed = await packBody(body, null);
        await new Promise<void>((done) => {
          if (waiting.push({ body, packed, done }) === 1) setTimeout(flush, 1);
        });
      }
    }),
  );
}

const sources = sourcesOf(payload, 8);
await append(sources, warmBatches);
const startMs = performance.now();
await append(sources, batches);
const seconds = (performance.now() - startMs) / 1000;
store.close();
const spans = (warmBatches + batches) * SPANS_A_BATCH;
tell({
  spansPerSecond: (batches * SPANS_A_BATCH) / seconds,
  bytesASpan: database.remove() / spans,
} satisfies InProcessResult);
