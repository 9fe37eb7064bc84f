// A sweep as CSV and as JSON, read back as it was written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatrixCell } from '../../../../viewer/model/sweep/matrix.ts';
import { type CsvValue, cellsCsv, cellsJson, csvText } from '../../../../viewer/model/sweep/score-csv.ts';

/** A reader of RFC 4180 that shares nothing with the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      at++;
      while (!(text[at] === '"' && text[at + 1] !== '"')) {
        if (text[at] === '"') at++;
        value += text[at++];
      }
      at++;
    } else while (text[at] !== ',' && text[at] !== '\r') value += text[at++];
    row.push(value);
    if (text[at] === ',') {
      at++;
      continue;
    }
    expect(text.slice(at, at + 2)).toBe('\r\n');
    at += 2;
    rows.push(row);
    row = [];
  }
  return rows;
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '=1+1',
    '+A1',
    '-2',
    '@SUM(A1)',
    '\tx',
    '\rx',
    'a,b',
    '"',
    'a\r\nb',
    '',
    ' x ',
    '__proto__',
  ),
);
const value: fc.Arbitrary<CsvValue> = fc.oneof(
  hostile,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
);

const aCell = (parts: Partial<MatrixCell> = {}): MatrixCell => ({
  id: 's/pi/m/f/t',
  agent: 'pi',
  model: 'm',
  family: 'f',
  task: 'f/t',
  attempt: 1,
  outcome: 'passed',
  pass: 1,
  composite: 0.961,
  durationMs: 12_342.575,
  ...parts,
});

describe('CSV', () => {
  it('reads back as it was written, formulas behind an apostrophe', () => {
    const rows = fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
    fc.assert(
      fc.property(rows, (written) => {
        const wanted = written.map((row) =>
          row.map((one) => {
            if (typeof one !== 'string') return one === null ? '' : String(one);
            return /^[=+\-@\t\r]/.test(one) ? `'${one}` : one;
          }),
        );
        expect(readCsv(csvText(written))).toEqual(wanted);
      }),
    );
  });

  it('has a row a cell, the further axes as columns, and nothing where nothing was recorded', () => {
    const cells = [aCell({ values: [['blast_radius', 0.5]] }), aCell({ id: '-x', model: null, pass: null })];
    expect(cellsCsv(cells)).toBe(
      [
        'id,agent,model,family,task,attempt,outcome,pass,composite,duration_ms,blast_radius\r\n',
        's/pi/m/f/t,pi,m,f,f/t,1,passed,1,0.961,12342.575,0.5\r\n',
        "'-x,pi,,f,f/t,1,passed,,0.961,12342.575,\r\n",
      ].join(''),
    );
  });
});

describe('JSON', () => {
  it('says the same, with null where nothing was recorded, whatever an axis is called', () => {
    const [cell] = JSON.parse(cellsJson([aCell({ pass: null, values: [['__proto__', 3]] })]));
    expect(cell).toMatchObject({ id: 's/pi/m/f/t', pass: null, duration_ms: 12_342.575 });
    expect(Object.entries(cell.values)).toEqual([['__proto__', 3]]);
  });
});
