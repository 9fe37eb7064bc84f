// The stored form of spans: whatever OTLP can say comes back as it went in, found by its place in the request.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChunkSpan } from '../../../../collector/cell/records.ts';
import { idText, SpanTable } from '../../../../collector/cell/span-table.ts';
import { loadValue, storeValue } from '../../../../collector/record-values.ts';
import {
  decodeSpanColumns,
  encodeSpanColumns,
  lengthAt,
  parentIdAt,
  type SpanColumns,
  startOffset,
} from '../../../../collector/store/spans/span-columns.ts';
import { ChunkReader } from '../../../../collector/store/spans/span-content.ts';
import { spanFlag, spanKinds, timingGrades } from '../../../../shared/span.ts';
import { spanArbitrary, spanBatches } from '../../../support/otlp/otlp-arbitraries.ts';

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
    spans.map(({ resource, scope, record }, place) => {
      const flags = record.endNs === 0n ? spanFlag.unfinished : 0;
      return { resource, scope, kind, timing, flags, place, record: { ...record, flags } };
    }),
  );

test('of any spans of a request, each comes back whole with what was found out about it', () => {
  const someSpans = chunkSpans.chain((spans) => fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans)));
  fc.assert(
    fc.property(someSpans, ([sent, stored]) => {
      const reader = new ChunkReader(decodeSpanColumns(encodeSpanColumns(stored)), sent);
      expect(Array.from({ length: reader.count }, (_, row) => reader.span(row))).toEqual(stored);
    }),
    { numRuns: 300 },
  );
});

test('the columns of a chunk say what its spans say', () => {
  fc.assert(
    fc.property(chunkSpans, (spans) => {
      const s = decodeSpanColumns(encodeSpanColumns(spans));
      spans.forEach(({ record }, row) => {
        expect(idText(s.idHigh[row] ?? 0, s.idLow[row] ?? 0)).toBe(record.spanId);
        expect(parentIdAt(s, row)).toBe(record.parentSpanId);
        expect(s.names[s.name[row] ?? -1]).toBe(record.name);
        expect(s.traceIds[s.trace[row] ?? -1]).toBe(record.traceId);
        expect(timesAt(s, row)).toEqual({ startNs: record.startNs, endNs: record.endNs });
      });
    }),
    { numRuns: 300 },
  );
});

/** A row's times as the columns have them. */
function timesAt(s: SpanColumns, row: number): { startNs: bigint; endNs: bigint } {
  const far = s.far.find(([at]) => at === row);
  if (far) return { startNs: far[1], endNs: far[2] };
  const startNs = s.baseNs + BigInt(startOffset(s, row));
  const unfinished = ((s.flags[row] ?? 0) & spanFlag.unfinished) !== 0;
  return { startNs, endNs: unfinished ? 0n : startNs + BigInt(lengthAt(s, row)) };
}

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
