// Reference 1: better-sqlite3 alone. The rows of every batch are ready before the clock starts: nothing is
// decoded, nothing is received, only inserted and committed.
import { SPANS_A_BATCH, sourcesOf } from '../payload.ts';
import { type InProcessJob, type InProcessResult, readJob, scratchDatabase, tell } from '../protocol.ts';
import { RowStore, rowsOf, type SpanRow } from '../row-store.ts';

const { payload, warmBatches, batches } = readJob<InProcessJob>();
const database = scratchDatabase();
const store = new RowStore(database.path);
const [source] = sourcesOf(payload, 1);
const ready: SpanRow[][] = [];
// A copy of each body: ids are views of it.
while (source && ready.length < warmBatches + batches) ready.push([...rowsOf(Buffer.from(source.next()))]);
for (const rows of ready.slice(0, warmBatches)) store.insert(rows);
const startMs = performance.now();
for (const rows of ready.slice(warmBatches)) store.insert(rows);
const seconds = (performance.now() - startMs) / 1000;
store.close();
const spans = (warmBatches + batches) * SPANS_A_BATCH;
tell({
  spansPerSecond: (batches * SPANS_A_BATCH) / seconds,
  bytesASpan: database.remove() / spans,
} satisfies InProcessResult);
