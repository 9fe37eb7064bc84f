// The size of a terminal's type, and which of its rows are in sight.
import { describe, expect, test } from 'vitest';
import type { Line, Run, Screen } from '../../../../viewer/model/terminal/film.ts';
import { firstRow, typeSize, wantedRows } from '../../../../viewer/model/terminal/terminal-view-size.ts';

const room = (widthPx: number, heightPx = 400, full = false) => ({ widthPx, heightPx, full });

describe('the type', () => {
  test('is as large as its width allows, and never too small to read', () => {
    expect(typeSize(room(900), 120, 40)).toEqual({ fontPx: 12.5, rowPx: 17 });
    expect(typeSize(room(864), 120, 40)).toEqual({ fontPx: 12, rowPx: 16 });
    expect(typeSize(room(390), 120, 40).fontPx).toBe(12);
    expect(typeSize(room(0, 0), 120, 40).fontPx).toBe(12);
    expect(typeSize(room(1800), 80, 24)).toEqual({ fontPx: 14, rowPx: 19 });
  });

  test('does not care for the height, but where it has the whole screen', () => {
    expect(typeSize(room(900, 60), 120, 40).fontPx).toBe(12.5);
    const { fontPx, rowPx } = typeSize(room(1900, 1000, true), 120, 40);
    expect(fontPx).toBeGreaterThan(18);
    expect(rowPx * 40).toBeLessThanOrEqual(1000);
  });
});

const lineOf = (text: string): Line => (text === '' ? [] : [{ text, cells: text.length } as Run]);
const screenOf = (lines: readonly Line[], y: number, visible = true): Screen => ({
  frame: 1,
  cols: 80,
  rows: lines.length,
  lines,
  cursor: { x: 0, y, visible },
  alternate: false,
});

describe('the rows in sight', () => {
  const blank = Array.from({ length: 40 }, () => lineOf(''));
  const full = blank.map((_, y) => lineOf(`row ${y}`));

  test('are those around the cursor, with the frame below it', () => {
    expect(wantedRows(screenOf(full, 20), null)).toEqual({ from: 19, to: 23 });
    expect(wantedRows(screenOf(full, 39), null)).toEqual({ from: 38, to: 39 });
    expect(wantedRows(screenOf(blank, 5), null)).toEqual({ from: 4, to: 5 });
  });

  test('are those that were written where no cursor is shown', () => {
    const next = full.with(7, lineOf('new')).with(9, lineOf('new'));
    expect(wantedRows(screenOf(next, 0, false), full)).toEqual({ from: 7, to: 9 });
    expect(wantedRows(screenOf(full, 0, false), full)).toBe(null);
    expect(wantedRows(screenOf(full, 0, false), null)).toBe(null);
  });

  test('stay while what is wanted is among them, and else move no further than they must', () => {
    expect(firstRow(10, { from: 12, to: 15 }, 20, 40)).toBe(10);
    expect(firstRow(0, { from: 22, to: 25 }, 20, 40)).toBe(6);
    expect(firstRow(20, { from: 3, to: 5 }, 20, 40)).toBe(3);
    expect(firstRow(10, null, 20, 40)).toBe(10);
  });

  test('never begin before the first or end after the last', () => {
    expect(firstRow(30, null, 20, 40)).toBe(20);
    expect(firstRow(0, { from: 0, to: 39 }, 20, 40)).toBe(20);
    expect(firstRow(5, { from: 0, to: 3 }, 50, 40)).toBe(0);
  });
});
