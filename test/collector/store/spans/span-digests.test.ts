// What spans say, to know what comes again: a request is decoded once for it, not once for each that repeats it.
import { expect, test } from 'vitest';
import { decodeTraces } from '../../../../collector/otlp/traces.ts';
import { Store } from '../../../../collector/store/store.ts';
import { TestCollector } from '../../../support/collector.ts';
import { aBatch, aSpan } from '../../../support/otlp/otlp-builders.ts';

const CELL = 's/a/m/f/t';
const REQUESTS = 40;

test('spans of many requests that come again and again cost one decoding of each request', async () => {
  const collector = await TestCollector.start();
  const requests = Array.from({ length: REQUESTS }, () => Array.from({ length: 5 }, () => aSpan()));
  for (const spans of requests) await collector.sendTraces([aBatch(spans)], { cell: CELL });
  await collector.close();
  const store = new Store(collector.dbPath);
  try {
    const cell = store.flushed.cellOfId(CELL);
    if (!cell) throw new Error('there is no cell');
    let decoded = 0;
    const decode: typeof decodeTraces = (body, encoding) => {
      decoded++;
      return decodeTraces(body, encoding);
    };
    for (let repeated = 0; repeated < 5; repeated++) {
      const ids = requests.flatMap((spans) => spans.slice(repeated, repeated + 1));
      expect(store.flushed.spanDigests(cell, ids, decode).size).toBe(REQUESTS);
      expect(decoded).toBe(REQUESTS);
    }
  } finally {
    store.close();
  }
});
