// The stored form of spans: whatever OTLP can say comes back as it went in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkReader, encodeChunk } from '../../../collector/store/span-chunk.ts';
import { type ChunkSpan, decodeSkeleton } from '../../../collector/store/span-skeleton.ts';
import { SpanTable } from '../../../collector/store/span-table.ts';
import { loadValue, storeValue } from '../../../collector/store/value-json.ts';
import { spanFlag, spanKinds, timingGrades } from '../../../shared/span.ts';
import { spanArbitrary, spanBatches } from '../../support/otlp-arbitraries.ts';

const chunkSpans: fc.Arbitrary<ChunkSpan[]> = spanBatches
  .filter((batches) => batches.length > 0)
  .chain((batches) =>
    fc.tuple(
      fc.constant(
        batches.flatMap(({ resource, scope, records }) =>
          records.map((record) => ({ resource, scope, record })),
        ),
      ),
      fc.nat({ max: spanKinds.length - 1 }),
      fc.nat({ max: timingGrades.length - 1 }),
    ),
  )
  .map(([spans, kind, timing]) =>
    spans.map(({ resource, scope, record }) => {
      const flags = record.endNs === 0n ? spanFlag.unfinished : 0;
      return { resource, scope, kind, timing, flags, record: { ...record, flags } };
    }),
  );

test('every field of a span survives storing', () => {
  fc.assert(
    fc.property(chunkSpans, (spans) => {
      const { skeleton, detail } = encodeChunk(spans);
      const reader = new ChunkReader(decodeSkeleton(skeleton), detail);
      expect(Array.from({ length: reader.count }, (_, row) => reader.span(row))).toEqual(spans);
    }),
    { numRuns: 300 },
  );
});

test('attribute values survive storing', () => {
  fc.assert(
    fc.property(spanArbitrary, ({ attributes }) => {
      for (const [, value] of attributes)
        expect(loadValue(JSON.parse(JSON.stringify(storeValue(value))))).toEqual(value);
    }),
  );
});

test('a span table knows exactly the spans that it was given', () => {
  const id = fc.record({
    trace: fc.nat({ max: 3 }),
    high: fc.nat({ max: 3 }),
    low: fc.nat({ max: 2 ** 32 - 1 }),
  });
  fc.assert(
    fc.property(fc.array(id, { maxLength: 300 }), fc.array(id, { maxLength: 30 }), (given, others) => {
      const table = new SpanTable();
      const rows = new Map<string, number>();
      for (const { trace, high, low } of given) {
        const key = `${trace} ${high} ${low}`;
        const known = rows.get(key);
        expect(table.add(trace, high, low)).toBe(known === undefined ? rows.size : -1 - known);
        if (known === undefined) rows.set(key, rows.size);
      }
      for (const { trace, high, low } of [...given, ...others])
        expect(table.find(trace, high, low)).toBe(rows.get(`${trace} ${high} ${low}`) ?? -1);
      expect(table.count).toBe(rows.size);
    }),
  );
});
