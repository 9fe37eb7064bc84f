// Columns that characters take on the screen, against the widths that PyPI's wcwidth tells.
// The fixture is written by test/support/widths/make-widths.py.
import { readFileSync } from 'node:fs';
import { Terminal } from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { lineText, screenAt } from '../../../../viewer/model/terminal/film.ts';
import { buildFilm } from '../../../../viewer/model/terminal/film-builder.ts';
import { xtermEmulator, xtermOptions } from '../../../../viewer/model/terminal/xterm-emulator.ts';
import { aRecording } from '../../../support/terminal/cast-arbitraries.ts';

const judge: { clusters: [kind: string, text: string, width: number][] } = JSON.parse(
  readFileSync(new URL('../../../fixtures/widths.json', import.meta.url), 'utf8'),
);

/** A recording of one piece of output. */
function oneScreen(data: string, rows: number) {
  return aRecording({ cols: 40, rows, events: [{ us: 0, code: 'o', data }] });
}

/** Each text in a row of its own, then a mark: the column of the mark is the text's width. */
function widthsOf(texts: readonly string[]): { width: number; text: string }[] {
  const terminal = new Terminal({ ...xtermOptions, cols: 40, rows: texts.length });
  const film = buildFilm(
    oneScreen(texts.map((text, row) => `\u001b[${row + 1};1H${text}|`).join(''), texts.length),
    xtermEmulator(terminal),
  );
  return screenAt(film, 1e9).lines.map((line) => {
    const text = lineText(line);
    const cells = line.reduce((sum, run) => sum + run.cells, 0);
    return { width: cells - 1, text: text.slice(0, text.lastIndexOf('|')) };
  });
}

/** Where terminals differ from the judge, and this screen goes with most terminals. */
const differs: Record<string, string> = {
  'text presentation':
    'a selector for text leaves a wide emoji wide: xterm, VTE, iTerm2 and Windows Terminal',
};

describe('the width of a cluster on the screen', () => {
  const kinds = [...new Set(judge.clusters.map(([kind]) => kind))];

  test.each(kinds)('%s', (kind) => {
    const clusters = judge.clusters.filter(([of]) => of === kind);
    const shown = widthsOf(clusters.map(([, text]) => text));
    const told = clusters.map(([, text, width]) => ({ text, width }));
    if (kind in differs) expect(shown.every(({ width }) => width === 1 || width === 2)).toBe(true);
    else expect(shown).toEqual(told);
  });

  test('is judged for 200 clusters and more', () => {
    expect(judge.clusters.length).toBeGreaterThan(200);
  });
});

test('a column that is addressed is counted behind an emoji of two columns', () => {
  const terminal = new Terminal({ ...xtermOptions, cols: 40, rows: 4 });
  const box =
    '\u001b[2;1H\u256d\u2500\u2500\u2500\u2500\u256e\r\n\u2502 \u{1f980} \u2502\r\n\u2570\u2500\u2500\u2500\u2500\u256f';
  const film = buildFilm(oneScreen(`\u001b[H\u2705 30%\u001b[1;4H45%${box}`, 4), xtermEmulator(terminal));
  const { lines } = screenAt(film, 1e9);
  expect(lines.map((line) => lineText(line).trimEnd())).toEqual([
    '\u2705 45%',
    '\u256d\u2500\u2500\u2500\u2500\u256e',
    '\u2502 \u{1f980} \u2502',
    '\u2570\u2500\u2500\u2500\u2500\u256f',
  ]);
  expect(lines.slice(1).map((line) => line.reduce((sum, run) => sum + run.cells, 0))).toEqual([6, 6, 6]);
});
