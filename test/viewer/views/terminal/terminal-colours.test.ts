// The terminal's colours: a program's own where they can be read, and never too faint to read.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Colour, Run } from '../../../../viewer/model/terminal/film.ts';
import { runColours } from '../../../../viewer/views/terminal/terminal-colours.ts';

const plain: Run = {
  text: 'x',
  cells: 1,
  fg: { kind: 'default' },
  bg: { kind: 'default' },
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strikethrough: false,
};

const colour: fc.Arbitrary<Colour> = fc.oneof(
  fc.constant({ kind: 'default' } as const),
  fc.integer({ min: 0, max: 255 }).map((value) => ({ kind: 'palette', value }) as const),
  fc.integer({ min: 0, max: 0xffffff }).map((value) => ({ kind: 'rgb', value }) as const),
);

/** WCAG 2.2 relative luminance of "rgb(1 2 3)", or of the surface's own colour. */
function luminance(text: unknown, own: readonly number[]): number {
  const parts = typeof text === 'string' ? (text.match(/\d+/g) ?? []).map(Number) : own;
  const [red = 0, green = 0, blue = 0] = parts.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('a run’s colours', () => {
  test('are the surface’s own where the program named none', () => {
    expect(runColours(plain)).toEqual({});
  });

  test('are the program’s own where they can be read', () => {
    expect(runColours({ ...plain, fg: { kind: 'rgb', value: 0xffcc00 } })).toEqual({
      color: 'rgb(255 204 0)',
    });
    expect(runColours({ ...plain, bg: { kind: 'palette', value: 231 } }).background).toBe('rgb(255 255 255)');
  });

  test('change places when inverse', () => {
    const { color, background } = runColours({ ...plain, inverse: true });
    expect([color, background]).toEqual(['rgb(18 21 27)', 'rgb(215 218 224)']);
  });

  test('are always at least 4.5 to 1', () => {
    fc.assert(
      fc.property(colour, colour, fc.boolean(), fc.boolean(), (fg, bg, inverse, dim) => {
        const style = runColours({ ...plain, fg, bg, inverse, dim });
        const ink = luminance(style.color, [0xd7, 0xda, 0xe0]);
        const ground = luminance(style.background, [0x12, 0x15, 0x1b]);
        const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
        expect(ratio).toBeGreaterThanOrEqual(4.5);
      }),
      { numRuns: 2000 },
    );
  });
});
