// Matches in a line of the terminal, in columns.
import { expect, test } from 'vitest';
import { lineHits } from '../../../../viewer/model/search/terminal-hits.ts';
import type { Line, Run } from '../../../../viewer/model/terminal/film.ts';

const look = {
  fg: { kind: 'default' },
  bg: { kind: 'default' },
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strikethrough: false,
} as const;

function aLine(...runs: (string | readonly [text: string, cells: number])[]): Line {
  return runs.map((run): Run => {
    const [text, cells] = typeof run === 'string' ? [run, run.length] : run;
    return { text, cells, ...look };
  });
}

test('stands at the columns of its text, over runs of different looks', () => {
  expect(lineHits(aLine('cargo te', 'st --offline test'), /test/giu)).toEqual([
    { column: 6, cells: 4 },
    { column: 21, cells: 4 },
  ]);
});

test('counts a wide character as two columns', () => {
  expect(lineHits(aLine('a ', ['漢', 2], ['字', 2], ' test'), /test/giu)).toEqual([{ column: 7, cells: 4 }]);
  expect(lineHits(aLine(['漢', 2], ['字', 2]), /漢字/giu)).toEqual([{ column: 0, cells: 4 }]);
});

test('counts a character outside the basic plane and its accents as the cells they take', () => {
  expect(lineHits(aLine(['😀', 2], 'ok'), /ok/giu)).toEqual([{ column: 2, cells: 2 }]);
  expect(lineHits(aLine(['é', 1], 'ok'), /ok/giu)).toEqual([{ column: 1, cells: 2 }]);
});

test('finds nothing in an empty line and never ends in a circle', () => {
  expect(lineHits([], /x/giu)).toEqual([]);
  expect(lineHits(aLine('abc'), /(?:)/giu)).toEqual([]);
});
