// A terminal's lines, blocks, dots and marks as geometry: what a character covers of its cell, and that neighbours
// meet, in cells of every size that a zoom makes.
import { describe, expect, test } from 'vitest';
import { glyphShapes, howDrawn, missingShapes } from '../../../../viewer/model/terminal/glyphs/glyphs.ts';
import { markCodes } from '../../../../viewer/model/terminal/glyphs/marks.ts';
import { type Cell, lineWidth, type Shape } from '../../../../viewer/model/terminal/glyphs/shape.ts';
import { coverage } from '../../../support/terminal/coverage.ts';

const cellOf = (width: number, height: number): Cell => ({
  x0: 0,
  y0: 0,
  x1: width,
  y1: height,
  line: lineWidth(width),
});
const small = cellOf(9, 15);
/** 12 and 12.5 px type at 100, 125, 150, 200 %; a cell of the same row may be a pixel wider. */
const sizes = [cellOf(7, 16), cellOf(8, 17), cellOf(9, 20), cellOf(10, 21), cellOf(11, 24), cellOf(15, 34)];

const pixels = (char: string, cell = small): string[] => {
  const shapes = glyphShapes(char.codePointAt(0) ?? 0, cell);
  if (!shapes) throw new Error(`${char} is not drawn`);
  return coverage(shapes, cell);
};
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));
const boxes = range(0x2500, 0x257f);
const dashes = new Set('┄┅┆┇┈┉┊┋╌╍╎╏');

type Edge = 'top' | 'right' | 'bottom' | 'left';

/** What of an edge is covered, from the top or from the left. */
function edgeOf(char: string, edge: Edge, cell: Cell): string {
  const rows = pixels(char, cell);
  if (edge === 'top') return rows[0] ?? '';
  if (edge === 'bottom') return rows.at(-1) ?? '';
  return rows.map((row) => row.at(edge === 'left' ? 0 : -1)).join('');
}

describe('box drawing', () => {
  test.each([
    ['─', ['.........', '#########', '.........']],
    ['━', ['#########', '#########', '.........']],
  ])('%s crosses its cell in the middle', (char, middle) => {
    expect(pixels(char).slice(6, 9)).toEqual(middle);
  });

  test('a corner of double lines is two corners, one in the other', () => {
    expect(pixels('╔').slice(5, 11)).toEqual([
      '.........',
      '...######',
      '...#.....',
      '...#.####',
      '...#.#...',
      '...#.#...',
    ]);
  });

  test('a crossing of double lines leaves its middle and its four streets free', () => {
    expect(pixels('╬').slice(5, 10)).toEqual([
      '...#.#...',
      '####.####',
      '.........',
      '####.####',
      '...#.#...',
    ]);
  });

  test('a single line ends at the near one of two that run past it', () => {
    expect(pixels('╤').slice(5, 10)).toEqual([
      '.........',
      '#########',
      '.........',
      '#########',
      '....#....',
    ]);
  });

  test('a double line hangs on a single one', () => {
    expect(pixels('╥').slice(6, 10)).toEqual(['.........', '#########', '...#.#...', '...#.#...']);
  });

  test('any two that should meet do, pixel on pixel, in cells of every size', () => {
    for (const cell of sizes)
      for (const [edge, other] of [
        ['right', 'left'],
        ['bottom', 'top'],
      ] as const) {
        const lines = boxes.filter((char) => !dashes.has(char) && !'╱╲╳'.includes(char));
        const kinds = new Set(lines.map((char) => edgeOf(char, edge, cell)));
        const others = new Set(lines.map((char) => edgeOf(char, other, cell)));
        // No line, a light, a heavy and a double one: each at the same place from both sides.
        expect(kinds.size).toBe(4);
        expect(others).toEqual(kinds);
      }
  });

  test('round corners end where straight lines begin', () => {
    for (const cell of sizes) {
      expect(edgeOf('╭', 'right', cell)).toBe(edgeOf('─', 'left', cell));
      expect(edgeOf('╭', 'bottom', cell)).toBe(edgeOf('│', 'top', cell));
      expect(edgeOf('╯', 'left', cell)).toBe(edgeOf('─', 'right', cell));
      expect(edgeOf('╯', 'top', cell)).toBe(edgeOf('│', 'bottom', cell));
    }
  });

  test('diagonals go from corner to corner', () => {
    for (const cell of sizes) {
      const rows = pixels('╲', cell);
      expect([rows[0]?.at(0), rows.at(-1)?.at(-1)]).toEqual(['#', '#']);
    }
  });

  test('as many dashes as the name says', () => {
    const parts = (text: string) => text.split(/\.+/).filter((part) => part !== '').length;
    // Seven pixels are too few for four dashes and the gaps between them.
    for (const cell of sizes.slice(1)) {
      expect(
        ['╌', '┄', '┈'].map((char) => parts(pixels(char, cell).find((row) => row.includes('#')) ?? '')),
      ).toEqual([2, 3, 4]);
    }
  });
});

describe('blocks', () => {
  const joined = (a: string, b: string, cell: Cell) => {
    const other = pixels(b, cell);
    return pixels(a, cell).map((row, y) =>
      [...row].map((pixel, x) => (pixel === '#' ? 1 : 0) + (other[y]?.[x] === '#' ? 1 : 0)).join(''),
    );
  };

  test.each([...'▀▄ ▌▐ ▘▟ ▝▙ ▖▜ ▗▛ ▚▞ ▔▇'.split(' ')])(
    '%s are a full block together, and share no pixel',
    (pair) => {
      const [a = '', b = ''] = pair;
      for (const cell of sizes)
        if (pair !== '▔▇' || cell.y1 % 8 === 0)
          expect(new Set(joined(a, b, cell).join(''))).toEqual(new Set('1'));
    },
  );

  test('eighths grow by the pixel, from none to all', () => {
    for (const cell of sizes) {
      const heights = range(0x2581, 0x2588).map(
        (char) => pixels(char, cell).filter((row) => /#/.test(row)).length,
      );
      expect(heights).toEqual([...heights].sort((a, b) => a - b));
      expect(heights.at(-1)).toBe(cell.y1);
    }
  });

  test('a shade is a share of the ink over the whole cell', () => {
    expect(new Set(pixels('▒').join(''))).toEqual(new Set('+'));
  });

  test('each sextant and what it leaves free are a full block', () => {
    const kinds = new Set(range(0x1fb00, 0x1fb3b).map((char) => pixels(char, cellOf(8, 15)).join('')));
    expect(kinds.size).toBe(60);
    const inverse = (text: string) => text.replace(/./g, (pixel) => (pixel === '#' ? '.' : '#'));
    const halves = ['▌', '▐'].map((char) => pixels(char, cellOf(8, 15)).join(''));
    for (const kind of kinds) expect([...kinds, ...halves]).toContain(inverse(kind));
  });

  test('braille has as many dots as bits, each apart', () => {
    for (const cell of sizes)
      for (const char of range(0x2800, 0x28ff)) {
        const code = char.codePointAt(0) ?? 0;
        const bits = code
          .toString(2)
          .slice(2 - 16)
          .slice(-8)
          .replaceAll('0', '').length;
        expect(glyphShapes(code, cell)?.length).toBe(bits);
      }
    const rows = pixels('⣿', cellOf(8, 16));
    expect(rows.filter((row) => row.includes('#')).length).toBeLessThan(16);
    expect(edgeOf('⣿', 'left', cellOf(8, 16))).not.toContain('#');
  });
});

describe('Powerline', () => {
  test('a filled arrow begins with the whole edge and ends in its middle', () => {
    for (const cell of sizes) {
      // The middles of the outermost pixels lie a hair outside of the slopes.
      const whole = '#'.repeat(cell.y1 - 4);
      expect(edgeOf('\ue0b0', 'left', cell)).toContain(whole);
      expect(edgeOf('\ue0b2', 'right', cell)).toContain(whole);
      expect(edgeOf('\ue0b0', 'right', cell).replaceAll('.', '').length).toBeLessThanOrEqual(3);
    }
  });
});

describe('what is drawn', () => {
  const drawn = [
    ...boxes,
    ...range(0x2580, 0x259f),
    ...range(0x2801, 0x28ff),
    ...range(0xe0b0, 0xe0bf),
    ...range(0x1fb00, 0x1fb3b),
    ...range(0x1fb70, 0x1fb8b),
    ...markCodes.map((code) => String.fromCodePoint(code)),
  ];

  test('covers something of its cell, be it as small as they come', () => {
    const blank = [sizes[0] ?? small].flatMap((cell) =>
      drawn.filter((char) => !/[#+]/.test(pixels(char, cell).join(''))),
    );
    expect(blank).toEqual([]);
  });

  test('stays in its cell, but for the width of a line', () => {
    for (const cell of sizes) {
      const far = drawn.filter((char) =>
        (glyphShapes(char.codePointAt(0) ?? 0, cell) ?? []).some((shape) => {
          const { x0, y0, x1, y1 } = extent(shape);
          return x0 < -cell.line || y0 < -cell.line || x1 > cell.x1 + cell.line || y1 > cell.y1 + cell.line;
        }),
      );
      expect(far).toEqual([]);
    }
  });

  test('is lines, blocks and marks always, pictures where no font has them, and letters never', () => {
    for (const char of '─╭█▒⣿✓✗●→❯⎿⏺✻⚠') expect([char, howDrawn(char)]).toEqual([char, 'always']);
    for (const char of '✅⚡✨') expect([char, howDrawn(char)]).toEqual([char, 'without-font']);
    for (const char of ['a', 'é', 'λ', '漢', 'ש', '🦀', 'x\u0301', '─\u0301', ''])
      expect(howDrawn(char)).toBe('never');
    expect(howDrawn('⚠\ufe0f')).toBe('without-font');
    expect(howDrawn('⚡\ufe0e')).toBe('always');
  });

  test('and what nothing can show has a frame of its own, like no character', () => {
    for (const cell of [sizes[0] ?? small]) {
      const frame = coverage(missingShapes(cell), cell).join('');
      expect(frame).toContain('#');
      expect(drawn.filter((char) => pixels(char, cell).join('') === frame)).toEqual([]);
    }
  });
});

/** How far a shape reaches, without the tips of its mitres. */
function extent(shape: Shape): Pick<Cell, 'x0' | 'y0' | 'x1' | 'y1'> {
  if (shape.kind === 'rect') {
    const { x, y, width, height } = shape.box;
    return { x0: x, y0: y, x1: x + width, y1: y + height };
  }
  const half = shape.kind === 'stroke' || shape.kind === 'arc' ? shape.width / 2 : 0;
  const points = shape.kind === 'disc' || shape.kind === 'arc' ? round(shape) : shape.points;
  const xs = points.filter((_, index) => index % 2 === 0);
  const ys = points.filter((_, index) => index % 2 === 1);
  return {
    x0: Math.min(...xs) - half,
    y0: Math.min(...ys) - half,
    x1: Math.max(...xs) + half,
    y1: Math.max(...ys) + half,
  };
}

function round(shape: Shape & { readonly kind: 'disc' | 'arc' }): number[] {
  const [from, to] = shape.kind === 'arc' ? [shape.from, shape.to] : [0, 2 * Math.PI];
  return Array.from({ length: 25 }, (_, step) => from + ((to - from) * step) / 24).flatMap((angle) => [
    shape.x + Math.cos(angle) * shape.radius,
    shape.y + Math.sin(angle) * shape.radius,
  ]);
}
