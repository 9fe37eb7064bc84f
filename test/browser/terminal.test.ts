// A terminal that can be read, in a real Chromium: type, rows and columns in sight, lines and marks without a font, panes
// as their reader wants them. What is drawn is compared with the geometry pixel by pixel, at each zoom.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { glyphShapes } from '../../viewer/model/terminal/glyphs/glyphs.ts';
import { lineWidth } from '../../viewer/model/terminal/glyphs/shape.ts';
import { browserTest, soon } from '../support/browser/browser-test.ts';
import { CellPage } from '../support/browser/cell-page.ts';
import {
  putRecording,
  type TerminalPicture,
  terminalPicture,
  terminalType,
} from '../support/browser/terminal-picture.ts';
import { coverage } from '../support/terminal/coverage.ts';

const INK = 0xd7dae0;
const GROUND = 0x12151b;
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

/** What consists of whole pixels, so that a canvas can show it exactly; and marks, of which some are slopes. */
const exact = [
  range(0x2500, 0x256c),
  range(0x2574, 0x257f) + range(0x2580, 0x2590) + range(0x2594, 0x259f),
  range(0x1fb00, 0x1fb3b),
  range(0x2801, 0x284f),
];
const marks = '✓✗●○■□▶◆→←↑↓❯⏺⎿✻·⚠';
const words = { cols: 120, rows: 40 };
const casts = {
  glyphs: '',
  tall: '',
};

const { browser, playhead } = browserTest({
  demo: false,
  prepare: async (url) => {
    const box = [
      '╭────╮',
      '│████│',
      '│████│',
      '├─┬──┤',
      '╰─┴──╯',
      '\x1b[44m      \x1b[0m',
      '\x1b[44m      \x1b[0m',
    ];
    const text = [...box, ...exact, marks, '\u{f1234}\u{10fffd}'].join('\r\n');
    casts.glyphs = await putRecording(url, 'glyphs', { cols: 120, rows: 16 }, [[0, `\x1b[?25l${text}`]]);
    const rows = Array.from({ length: 40 }, (_, index) => `row ${index + 1}`).join('\r\n');
    casts.tall = await putRecording(url, 'tall', words, [
      [0, rows],
      [1, '\x1b[5;1Hwritten up here'],
      [2, '\x1b[38;1Hwritten down here'],
    ]);
  },
});

/** Opens a recording at its end. */
async function open(page: Page, path: string): Promise<CellPage> {
  const cell = new CellPage(page);
  await cell.open(playhead.url, path);
  await expect.poll(() => cell.terminalText(), soon).not.toContain('Reading the recording');
  await cell.press('End');
  return cell;
}

describe('the type of 120 columns', () => {
  test('can be read at every width, and all of them are in sight from 1280 pixels on', async () => {
    const page = await browser.page();
    const cell = await open(page, casts.tall);
    const seen: string[] = [];
    for (const [width, height] of [
      [1280, 720],
      [1440, 900],
      [1920, 1080],
      [1024, 768],
      [768, 1024],
      // 1440 × 900 at 200 %.
      [720, 450],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await cell.drawn();
      const type = await terminalType(page);
      expect(type.fontPx).toBeGreaterThanOrEqual(12);
      seen.push(`${width} × ${height}: ${type.columns} columns, page ${type.page}`);
    }
    expect(seen).toEqual([
      '1280 × 720: all columns, page fits',
      '1440 × 900: all columns, page fits',
      '1920 × 1080: all columns, page fits',
      '1024 × 768: pans columns, page fits',
      '768 × 1024: pans columns, page fits',
      '720 × 450: pans columns, page fits',
      '390 × 844: pans columns, page fits',
    ]);
  });
});

describe('rows', () => {
  test('in sight are those that are written to, until a hand scrolls; one press leads back', async () => {
    const page = await browser.page();
    const cell = await open(page, casts.tall);
    const inSight = () => page.getByText(/^rows \d+–\d+ of 40$/).innerText();
    const last = await inSight();
    expect(last).toMatch(/–40 of 40$/);
    await cell.press('Shift+Comma');
    await expect.poll(inSight).toMatch(/^rows [1-4]–/);
    await cell.terminal().getByText('written up here').hover();
    await expect.poll(() => page.mouse.wheel(0, 2000).then(inSight)).toMatch(/–40 of 40$/);
    await cell.press('Shift+Comma');
    expect(await inSight()).toMatch(/–40 of 40$/);
    await page.getByRole('button', { name: 'Back to what is written' }).click();
    await cell.press('Shift+Period');
    await expect.poll(inSight).toMatch(/^rows [1-4]–/);
    await cell.press('End');
    await expect.poll(inSight).toBe(last);
  });
});

describe('lines, blocks and marks without a font', () => {
  test.each([1, 1.25, 1.5, 2])(
    'are those of the geometry, and meet without a seam, at %d device pixels a pixel',
    async (ratio) => {
      const page = await browser.page({ deviceScaleFactor: ratio });
      const cell = await open(page, casts.glyphs);
      await expect.poll(() => cell.terminalText(), soon).toContain('⎿');
      const picture = await terminalPicture(page);
      expect(wrongPixels(picture)).toEqual([]);
      expect(seams(picture)).toEqual([]);
      expect([...marks].filter((_, column) => !hasInk(picture, column, 11))).toEqual([]);
    },
  );

  test('a character that nothing can show has a frame, and the head says so', async () => {
    const page = await browser.page();
    const cell = await open(page, casts.glyphs);
    const told = page.getByText('2 characters without a font');
    await told.waitFor();
    expect(await told.getAttribute('title')).toBe('No font here has U+F1234, U+10FFFD');
    const picture = await terminalPicture(page);
    expect(hasInk(picture, 0, 12)).toBe(true);
    await cell.press('Home');
  });
});

const edge = (index: number, size: number) => Math.round(index * size);

/** Cells of `exact` that are not as the geometry says. */
function wrongPixels(picture: TerminalPicture): string[] {
  const { cellWidth, rowHeight } = picture;
  const line = lineWidth(cellWidth);
  return exact.flatMap((text, index) =>
    [...text].flatMap((char, column) => {
      const [x0, x1] = [edge(column, cellWidth), edge(column + 1, cellWidth)];
      const [y0, y1] = [edge(index + 7, rowHeight), edge(index + 8, rowHeight)];
      const cell = { x0, y0, x1, y1, line };
      const shapes = glyphShapes(char.codePointAt(0) ?? 0, cell) ?? [];
      if (shapes.some(({ kind }) => kind !== 'rect')) return [];
      const isRight = coverage(shapes, cell).every((row, y) =>
        [...row].every((pixel, x) => picture.at(x0 + x, y0 + y) === (pixel === '#' ? INK : GROUND)),
      );
      return isRight ? [] : [char];
    }),
  );
}

/** Where the frame, the full blocks or the coloured ground of the first rows let something through. */
function seams(picture: TerminalPicture): string[] {
  const { cellWidth, rowHeight } = picture;
  const found: string[] = [];
  const isAll = (name: string, colour: number, [x0, x1]: number[], [y0, y1]: number[]) => {
    for (let y = y0 ?? 0; y < (y1 ?? 0); y++)
      for (let x = x0 ?? 0; x < (x1 ?? 0); x++)
        if (picture.at(x, y) !== colour)
          found.push(`${name} at ${x}, ${y}: ${picture.at(x, y).toString(16)}`);
  };
  const line = lineWidth(cellWidth);
  const middle = (index: number, size: number) => {
    const [from, to] = [edge(index, size), edge(index + 1, size)];
    const start = from + Math.floor((to - from - line) / 2);
    return [start, start + line];
  };
  const inner = (from: number, to: number, size: number) => [edge(from, size), edge(to, size)];
  isAll('left side', INK, middle(0, cellWidth), inner(1, 4, rowHeight));
  isAll('right side', INK, middle(5, cellWidth), inner(1, 3, rowHeight));
  isAll('top', INK, inner(1, 5, cellWidth), middle(0, rowHeight));
  isAll('middle', INK, inner(1, 5, cellWidth), middle(3, rowHeight));
  isAll('foot', INK, inner(1, 5, cellWidth), middle(4, rowHeight));
  isAll('blocks', INK, inner(1, 5, cellWidth), inner(1, 3, rowHeight));
  isAll('ground', picture.at(2, edge(5, rowHeight) + 2), inner(0, 6, cellWidth), inner(5, 7, rowHeight));
  return found;
}

function hasInk(picture: TerminalPicture, column: number, row: number): boolean {
  const { cellWidth, rowHeight } = picture;
  for (let y = edge(row, rowHeight); y < edge(row + 1, rowHeight); y++)
    for (let x = edge(column, cellWidth); x < edge(column + 1, cellWidth); x++)
      if (picture.at(x, y) !== GROUND) return true;
  return false;
}

describe('panes', () => {
  test('are dragged, moved by arrows and put back by a double click, and the browser remembers them', async () => {
    const page = await browser.newPage();
    const cell = await open(page, casts.tall);
    const line = page.getByRole('separator', { name: 'Width of the reading column' });
    const width = async () => Number(await line.getAttribute('aria-valuenow'));
    const before = await width();
    const box = await line.boundingBox();
    if (!box) throw new Error('no splitter');
    await page.mouse.move(box.x + 6, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x - 94, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(width).toBeGreaterThan(before + 80);
    const dragged = await width();
    await line.focus();
    await cell.press('ArrowRight');
    await expect.poll(width).toBe(dragged - 16);
    expect(await cell.positionMs()).toBe(2000);
    await page.reload();
    await expect.poll(width).toBe(dragged - 16);
    await line.press('End');
    await expect.poll(async () => (await terminalType(page)).fontPx).toBe(12);
    await line.dblclick();
    await expect.poll(width).toBe(before);
    const dock = page.getByRole('separator', { name: 'Height of the timeline' });
    const height = async () => Number(await dock.getAttribute('aria-valuenow'));
    const low = await height();
    await dock.press('ArrowUp');
    await expect.poll(height).toBe(low + 16);
    await dock.dblclick();
    await expect.poll(height).toBe(low);
  });

  test('a full screen keeps the transport, and shows all rows in larger type', async () => {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const cell = await open(page, casts.tall);
    await page.getByRole('button', { name: 'Full screen' }).click();
    await expect.poll(async () => (await terminalType(page)).fontPx, soon).toBeGreaterThan(16);
    expect(await page.getByRole('button', { name: 'Play again' }).isVisible()).toBe(true);
    expect(await page.getByRole('tablist').isVisible()).toBe(false);
    expect(await page.getByText(/^rows /).count()).toBe(0);
    await cell.press('Home');
    expect(await cell.positionMs()).toBe(0);
    await page.getByRole('button', { name: 'Leave full screen' }).click();
    await expect.poll(async () => (await terminalType(page)).fontPx, soon).toBe(14);
  });
});
