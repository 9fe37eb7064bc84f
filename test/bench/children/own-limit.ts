// The store's own limit: what one thread acknowledges in process that scans, compresses, chains and commits
// as the collector's two threads do, eight batches a COMMIT, without HTTP and without anybody projecting.

import { type LogEntry, packBody, releaseBytes } from '../../../collector/cell/log-entry.ts';
import { scanTraces } from '../../../collector/otlp/scan.ts';
import { WritingConnection } from '../../../collector/store/request-log/writing-connection.ts';
import { Store } from '../../../collector/store/store.ts';
import { type Batches, SPANS_A_BATCH, sourcesOf } from '../payload.ts';
import { type InProcessJob, type InProcessResult, readJob, scratchDatabase, tell } from '../protocol.ts';

const { payload, warmBatches, batches } = readJob<InProcessJob>();
const database = scratchDatabase();
const store = new Store(database.path);
const connection = new WritingConnection(database.path, {});
let head = connection.log.head();

/** One batch of each client, acknowledged together. */
function commit(sources: readonly Batches[]): void {
  const entries = sources.map((source): LogEntry => {
    const body = source.next();
    const { accepted, rejected } = scanTraces(body, 'protobuf');
    const packed = packBody(body, 'identity');
    return {
      signal: 'traces',
      cellId: null,
      encoding: 'protobuf',
      accepted,
      rejected,
      params: null,
      rawBytes: body.length,
      ...packed,
    };
  });
  const receivedNs = BigInt(Date.now()) * 1_000_000n;
  connection.transaction(() => {
    for (const entry of entries) head = connection.log.append(head, receivedNs, entry);
  });
  for (const { coding, body } of entries) if (coding === 'zstd') releaseBytes(body);
  store.noteHead(head);
}

const sources = sourcesOf(payload, 8);
for (let done = 0; done < warmBatches; done += sources.length) commit(sources);
const startMs = performance.now();
let measured = 0;
for (; measured < batches; measured += sources.length) commit(sources);
const seconds = (performance.now() - startMs) / 1000;
const spans = head.seq * SPANS_A_BATCH;
connection.close();
store.close();
tell({
  spansPerSecond: (measured * SPANS_A_BATCH) / seconds,
  bytesASpan: database.remove() / spans,
} satisfies InProcessResult);
