// How long a span took, in words where a number is not known.
import { describe, expect, it } from 'vitest';
import { spanFlag, timingGrades } from '../../../../shared/span.ts';
import { rowLength, rowLengthNs, rowStart, spanLength } from '../../../../viewer/model/trace/span-length.ts';
import { aSpanJson, aTrace } from '../../../support/trace-builders.ts';

const CENTURY_NS = 1.8e18;
const columns = aTrace(
  [
    { startNs: 5e6, lengthNs: 463e6 },
    { startNs: 5e6, lengthNs: Number.NaN, flags: spanFlag.unfinished },
    { startNs: -CENTURY_NS, lengthNs: CENTURY_NS, flags: spanFlag.noStart },
    { startNs: -CENTURY_NS, lengthNs: Number.NaN, flags: spanFlag.noStart | spanFlag.unfinished },
    { startNs: 5e6, lengthNs: -2e6, flags: spanFlag.negativeDuration },
    { startNs: 5e6, lengthNs: 0 },
  ],
  500e6,
);
columns.timing[5] = timingGrades.indexOf('none');

describe('how long a span took', () => {
  it('is a number where start and end were sent, and else the word for what is missing', () => {
    expect(Array.from({ length: columns.count }, (_, row) => rowLength(columns, row))).toEqual([
      '463 ms',
      'never ended',
      'length not known',
      'never ended',
      '−2 ms',
      'length not known',
    ]);
    expect(rowLengthNs(columns, 0)).toBe(463e6);
    expect([1, 2, 3].map((row) => rowLengthNs(columns, row))).toEqual([null, null, null]);
  });

  it('says of a start that was never sent that it was not recorded', () => {
    expect(rowStart(columns, 0)).toBe('5 ms');
    expect(rowStart(columns, 2)).toBe('not recorded');
  });

  it('is the same of a span of the API', () => {
    expect(spanLength(aSpanJson({ startMs: 5, endMs: 468 }))).toBe('463 ms');
    expect(spanLength(aSpanJson({ endMs: null }))).toBe('never ended');
    expect(spanLength({ ...aSpanJson({ endMs: 5 }), startNs: '0' })).toBe('length not known');
    expect(spanLength(aSpanJson({ endMs: 5, timing: 'none' }))).toBe('time not recorded');
  });
});
