// Reference 2: the usual design without a network: decode with a protobuf library, insert row by row.
import { SPANS_A_BATCH, sourcesOf } from '../payload.ts';
import { type InProcessJob, type InProcessResult, readJob, scratchDatabase, tell } from '../protocol.ts';
import { RowStore, rowsOf } from '../row-store.ts';

const { payload, warmBatches, batches } = readJob<InProcessJob>();
const database = scratchDatabase();
const store = new RowStore(database.path);
const [source] = sourcesOf(payload, 1);
for (let at = 0; source && at < warmBatches; at++) store.insert(rowsOf(source.next()));
const startMs = performance.now();
for (let at = 0; source && at < batches; at++) store.insert(rowsOf(source.next()));
const seconds = (performance.now() - startMs) / 1000;
store.close();
const spans = (warmBatches + batches) * SPANS_A_BATCH;
tell({
  spansPerSecond: (batches * SPANS_A_BATCH) / seconds,
  bytesASpan: database.remove() / spans,
} satisfies InProcessResult);
