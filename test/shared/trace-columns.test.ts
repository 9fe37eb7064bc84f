// The compact form of a trace gives back what went in.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TraceColumns } from '../../shared/trace-columns.ts';
import {
  decodeTraceColumns,
  encodeTraceColumns,
  kindAt,
  spanIdAt,
  timingAt,
} from '../../shared/trace-columns.ts';

function columnsOf(
  rows: readonly { offset: number; duration: number; name: string; id: string }[],
): TraceColumns {
  const names = [...new Set(rows.map((row) => row.name))];
  return {
    count: rows.length,
    startNs: '1781680611681729000',
    lengthNs: 13172798000,
    names,
    traceIds: ['7db4511be1c84af1a277c70eaa9fb99e'],
    offset: Float64Array.from(rows, (row) => row.offset),
    duration: Float64Array.from(rows, (row) => row.duration),
    name: Uint32Array.from(rows, (row) => names.indexOf(row.name)),
    trace: new Uint32Array(rows.length),
    parent: new Int32Array(rows.length).fill(-1),
    kind: new Uint8Array(rows.length).fill(3),
    status: new Uint8Array(rows.length),
    timing: new Uint8Array(rows.length).fill(2),
    flags: new Uint16Array(rows.length),
    spanId: Uint8Array.from(rows.flatMap((row) => [...Buffer.from(row.id, 'hex')])),
  };
}

describe('the compact form of a trace', () => {
  test('gives back every column, for any number of spans', () => {
    const row = fc.record({
      offset: fc.double({ noDefaultInfinity: true }),
      duration: fc.double({ noDefaultInfinity: true }),
      name: fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      id: fc.stringMatching(/^[0-9a-f]{16}$/),
    });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const columns = columnsOf(rows);
        expect(decodeTraceColumns(encodeTraceColumns(columns).buffer)).toEqual(columns);
      }),
    );
  });

  test('reads ids, kinds and grades by row', () => {
    const columns = columnsOf([{ offset: 0, duration: 1, name: 'a', id: '6c4583143cca4d61' }]);
    expect(spanIdAt(columns, 0)).toBe('6c4583143cca4d61');
    expect(kindAt(columns, 0)).toBe('tool_call');
    expect(timingAt(columns, 0)).toBe('derived');
  });

  test('other bytes and other versions are refused by name', () => {
    expect(() => decodeTraceColumns(new ArrayBuffer(4))).toThrow('not a trace in compact form');
    const bytes = encodeTraceColumns(columnsOf([]));
    bytes[4] = 9;
    expect(() => decodeTraceColumns(bytes.buffer)).toThrow('version 9');
  });
});
