// How many columns a terminal of today gives a character, and which join the one before: emoji two columns, joined
// families, flags, skin tones and variation selectors as one, marks none. For xterm's own list of widths ends
// with Unicode 6. Does not draw; a selector that asks for a text leaves the width, as most terminals do.
import { spacingRanges, widenedRanges, wideRanges, zeroRanges } from './width-tables.ts';

/** xterm's `IUnicodeVersionProvider` (6.0). */
export interface WidthProvider {
  readonly version: string;
  wcwidth(code: number): 0 | 1 | 2;
  /** @param before what this gave for the character before; 0 at the start of a line and after a move */
  charProperties(code: number, before: number): number;
}

const NARROW = 0;
const ZERO = 1;
const WIDE = 2;
/** A narrow picture, and a keycap's base, which a variation selector widens. */
const TEXT_PICTURE = 3;
const KEY = 4;
const PICTURE = 5;
const REGION = 6;
/** A mark that takes a column of its own. */
const SPACING = 7;

/** What a cluster ends with, in the bits that xterm leaves for it. */
const after = { other: 1, widens: 2, key: 3, picture: 4, joiner: 5, region: 6 } as const;

const TABLE_END = 0x20000;

/** Names the widths to xterm. */
export const WIDTHS_VERSION = 'playhead';

export function widthProvider(): WidthProvider {
  const classes = classTable();
  const classOf = (code: number): number => {
    if (code < TABLE_END) return classes[code] ?? NARROW;
    if (code >= 0xe0000 && code <= 0xe0fff) return ZERO;
    return code <= 0x3fffd && (code & 0xffff) <= 0xfffd ? WIDE : NARROW;
  };
  return {
    version: WIDTHS_VERSION,
    wcwidth: (code) => widthOf(classOf(code)),
    charProperties: (code, before) => properties(code, classOf(code), before),
  };
}

function properties(code: number, kind: number, before: number): number {
  const ending = before >> 3;
  const width = (before >> 1) & 3;
  if (ending !== 0 && width > 0) {
    if (code === 0xfe0f && (ending === after.widens || ending === after.key))
      return packed(ending === after.key ? after.other : after.picture, 2, true);
    if (code === 0x200d) return packed(isPicture(ending) ? after.joiner : after.other, width, true);
    if (kind === SPACING) return packed(after.other, 2, true);
    if (kind === ZERO) return packed(ending === after.widens ? after.picture : ending, width, true);
    if (code >= 0x1f3fb && code <= 0x1f3ff && isPicture(ending)) return packed(after.picture, width, true);
    if (ending === after.joiner && (kind === PICTURE || kind === TEXT_PICTURE))
      return packed(after.picture, width, true);
    if (ending === after.region && kind === REGION) return packed(after.other, 2, true);
  }
  return packed(endings[kind] ?? after.other, widthOf(kind), false);
}

const endings: readonly number[] = [
  after.other,
  after.other,
  after.other,
  after.widens,
  after.key,
  after.picture,
  after.region,
];

function isPicture(ending: number): boolean {
  return ending === after.picture || ending === after.widens;
}

function widthOf(kind: number): 0 | 1 | 2 {
  if (kind === ZERO || kind === SPACING) return 0;
  return kind === WIDE || kind === PICTURE || kind === REGION ? 2 : 1;
}

/** As xterm's UnicodeService packs what a provider says of a character. */
function packed(ending: number, width: number, joins: boolean): number {
  return (ending << 3) | (width << 1) | (joins ? 1 : 0);
}

function classTable(): Uint8Array {
  const classes = new Uint8Array(TABLE_END);
  mark(classes, zeroRanges, () => ZERO);
  mark(classes, spacingRanges, () => SPACING);
  mark(classes, wideRanges, (code) => (isPictureCode(code) ? PICTURE : WIDE));
  mark(classes, widenedRanges, (code) => (code < 0x80 ? KEY : TEXT_PICTURE));
  classes.fill(REGION, 0x1f1e6, 0x1f200);
  return classes;
}

/** Wide characters that are pictures, not letters: what joins by a joiner and takes a skin tone. */
function isPictureCode(code: number): boolean {
  return (code >= 0x2300 && code < 0x2e80) || code >= 0x1f000;
}

function mark(classes: Uint8Array, ranges: string, classOf: (code: number) => number): void {
  const words = ranges.split(' ').map((word) => Number.parseInt(word, 16));
  let at = 0;
  for (let index = 0; index + 1 < words.length; index += 2) {
    const first = at + (words[index] ?? 0);
    at = first + (words[index + 1] ?? 0);
    for (let code = first; code <= at && code < classes.length; code++) classes[code] = classOf(code);
  }
}
