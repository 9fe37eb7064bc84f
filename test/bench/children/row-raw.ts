// Reference 1: better-sqlite3 alone. The clock runs while rows are inserted and committed, and stands while
// the next ones are made ready: nothing is decoded, nothing is received.
import { SPANS_A_BATCH, sourcesOf } from '../payload.ts';
import { type InProcessJob, type InProcessResult, readJob, scratchDatabase, tell } from '../protocol.ts';
import { RowStore, rowsOf, type SpanRow } from '../row-store.ts';

/** Batches made ready at a time: all at once they would not fit in memory. */
const READY = 100;

const { payload, warmBatches, batches } = readJob<InProcessJob>();
const database = scratchDatabase();
const store = new RowStore(database.path);
const [source] = sourcesOf(payload, 1);
const rowsOfNext = () => (source ? [...rowsOf(Buffer.from(source.next()))] : []);
for (let batch = 0; batch < warmBatches; batch++) store.insert(rowsOfNext());
let seconds = 0;
for (let batch = 0; batch < batches; batch += READY) {
  // A copy of each body: ids are views of it.
  const ready: SpanRow[][] = Array.from({ length: Math.min(READY, batches - batch) }, rowsOfNext);
  const startMs = performance.now();
  for (const rows of ready) store.insert(rows);
  seconds += (performance.now() - startMs) / 1000;
}
store.close();
const spans = (warmBatches + batches) * SPANS_A_BATCH;
tell({
  spansPerSecond: (batches * SPANS_A_BATCH) / seconds,
  bytesASpan: database.remove() / spans,
} satisfies InProcessResult);
