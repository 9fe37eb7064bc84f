// A run in the pieces that come to the screen in different ways, each in its own columns.
import { expect, test } from 'vitest';
import type { Run } from '../../../../viewer/model/terminal/film.ts';
import { type Judge, runParts } from '../../../../viewer/model/terminal/run-parts.ts';

const aRun = (text: string, cells: number): Run => ({
  text,
  cells,
  fg: { kind: 'default' },
  bg: { kind: 'default' },
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strikethrough: false,
});
const judge: Judge = (cluster) =>
  /[─╭✓]/.test(cluster) ? 'drawn' : /[\u{1f980}ψ]/u.test(cluster) ? 'missing' : 'font';
const pieces = (text: string, cells = text.length) =>
  runParts(aRun(text, cells), judge).map(
    ({ kind, text, column, cells }) => `${kind} ${column}+${cells} ${text}`,
  );

test('letters of the terminal’s own font are one piece', () => {
  expect(pieces('cargo test')).toEqual(['plain 0+10 cargo test']);
});

test('what is drawn is one piece for as long as it goes on, and says each of its characters', () => {
  expect(pieces('╭── ok')).toEqual(['drawn 0+3 ╭──', 'plain 3+3  ok']);
  expect(runParts(aRun('╭─', 2), judge)[0]?.codes).toEqual([0x256d, 0x2500]);
});

test('each letter of another font is held to its own columns', () => {
  expect(pieces('aλμ✓')).toEqual(['plain 0+1 a', 'held 1+1 λ', 'held 2+1 μ', 'drawn 3+1 ✓']);
});

test('a mark stays with its letter', () => {
  expect(pieces('e\u0301x', 2)).toEqual(['held 0+1 e\u0301', 'plain 1+1 x']);
});

test('a wide character, and one that is joined of several, is one piece of its columns', () => {
  expect(pieces('漢', 2)).toEqual(['held 0+2 漢']);
  expect(pieces('\u{1f980}', 2)).toEqual(['missing 0+2 \u{1f980}']);
  for (const joined of ['👩\u200d🚀', '🇩🇪', '👍🏽', '⚠\ufe0f'])
    expect(pieces(joined, 2)).toEqual([`held 0+2 ${joined}`]);
});

test('what nothing can show is apart, each for itself', () => {
  expect(pieces('─ψψ─')).toEqual(['drawn 0+1 ─', 'missing 1+1 ψ', 'missing 2+1 ψ', 'drawn 3+1 ─']);
});
