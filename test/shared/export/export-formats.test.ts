// Each export format: what it writes, and that what reads it back finds the same.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScoreFile } from '../../../adapter/import/score-file.ts';
import { type CsvValue, csvText } from '../../../shared/export/csv.ts';
import type { CellPart, ExportedCell, ExportedMatrix } from '../../../shared/export/export-format.ts';
import { cellFormats, sweepFormats } from '../../../shared/export/formats.ts';
import { formatAsciicast, parseAsciicast } from '../../../shared/terminal.ts';
import { recordings } from '../../support/terminal/cast-arbitraries.ts';

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

const aCell = (parts: Partial<ExportedCell> = {}): ExportedCell => ({
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

function ofSweep(name: string, shown: { cells?: ExportedCell[]; matrix?: ExportedMatrix }): string {
  const format = sweepFormats.find((one) => one.name === name)!;
  return format.convert({
    cells: () => shown.cells ?? [],
    matrix: () => shown.matrix!,
  });
}
const cellsCsv = (cells: ExportedCell[]) => ofSweep('cells-csv', { cells });
const cellsJson = (cells: ExportedCell[]) => ofSweep('cells-json', { cells });

function ofCell(name: string, parts: Partial<Record<CellPart, string>>): string {
  const format = cellFormats.find((one) => one.name === name)!;
  return format.convert(new Map(Object.entries(parts) as [CellPart, string][]));
}

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
    const cells = [
      aCell({ costUsd: 0.25, costGrade: 'estimated', values: [['blast_radius', 0.5]] }),
      aCell({ id: '-x', model: null, pass: null }),
      aCell({ pass: 0, composite: 0.6, compositeNote: 'what doing nothing earns' }),
    ];
    expect(cellsCsv(cells)).toBe(
      [
        'id,agent,model,family,task,attempt,outcome,pass,composite,composite_note,duration_ms,cost_usd,cost_grade,blast_radius\r\n',
        's/pi/m/f/t,pi,m,f,f/t,1,passed,1,0.961,,12342.575,0.25,estimated,0.5\r\n',
        "'-x,pi,,f,f/t,1,passed,,0.961,,12342.575,,,\r\n",
        's/pi/m/f/t,pi,m,f,f/t,1,passed,0,0.6,what doing nothing earns,12342.575,,,\r\n',
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

describe('the matrix', () => {
  it('has a row a row, its axes in the corner, and nothing where no value is known', () => {
    const matrix: ExportedMatrix = {
      rowAxis: 'agent',
      columnAxis: 'task',
      mean: 0.5,
      columns: [{ key: 'f/t', mean: null }],
      rows: [{ key: 'pi', mean: 0.25, means: [null] }],
    };
    expect(ofSweep('matrix-csv', { matrix })).toBe('agent \\ task,mean,f/t\r\n,0.5,\r\npi,0.25,\r\n');
  });
});

describe('a cell', () => {
  const answers = {
    cell: '{"id":"s/a","scores":[]}',
    trace: '{"startNs":18446744073709551615}',
    'model-calls': '[]',
    changes: '[]',
    logs: '[]',
    metrics: '{}',
  };

  it('is one object of every answer, each digit as it came', () => {
    const text = ofCell('json', answers);
    for (const answer of Object.values(answers)) expect(text).toContain(answer);
    expect(JSON.parse(text)).toMatchObject({ cell: { id: 's/a' }, terminal: null });
    expect(JSON.parse(ofCell('json', { ...answers, terminal: '{"version":3}\n' })).terminal).toBe(
      '{"version":3}\n',
    );
  });

  it('gives its spans word for word', () => {
    expect(ofCell('trace', answers)).toBe(answers.trace);
  });

  it('says beside its scores what its composite must not stand without', () => {
    const cell = JSON.stringify({ scores: [], compositeNote: 'what doing nothing earns' });
    expect(JSON.parse(ofCell('scores', { cell }))).toEqual({
      scores: [],
      notes: { composite: 'what doing nothing earns' },
    });
  });

  it('gives scores that are read back as they were put', () => {
    const scores = fc.array(
      fc.record({
        axis: fc.string({ unit: 'binary', minLength: 1 }),
        values: fc.dictionary(hostile, fc.oneof(hostile, fc.boolean(), fc.integer())),
      }),
    );
    fc.assert(
      fc.property(scores, (put) => {
        const cell = JSON.stringify({ scores: put });
        const read = readScoreFile(ofCell('scores', { cell }), 'scores.json');
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(cell).scores));
      }),
    );
  });

  it('gives a terminal that every reader of asciicast plays as it was', () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const terminal = formatAsciicast(recording);
        const read = parseAsciicast(ofCell('terminal', { terminal }));
        expect(formatAsciicast(read)).toBe(terminal);
      }),
    );
  });

  it('cannot be written from less than the format needs', () => {
    expect(() => ofCell('trace', {})).toThrow('was given no trace');
  });
});

describe('the registry', () => {
  const formats = [...cellFormats, ...sweepFormats];

  it('names each format once, and each file by extension and media type', () => {
    expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length);
    expect(new Set(formats.map(({ label }) => label)).size).toBe(formats.length);
    for (const { name, extension, mediaType } of formats) {
      expect(extension, name).toMatch(/^[a-z]+(\.[a-z]+)*$/);
      expect(mediaType, name).toMatch(/^[a-z]+\/[a-z-]+(;charset=utf-8)?$/);
    }
  });

  it('is what docs/serve.md lists for the command line', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../../docs/serve.md'), 'utf8');
    for (const { name } of cellFormats) expect(docs).toContain(`| \`${name}\` |`);
  });
});
