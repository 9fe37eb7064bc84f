// Box drawing, U+2500 to U+257F: each character is up to four arms that meet in the middle, of no, a light, a heavy
// or a double line. Arms end at the cell's edge and at the same places of it for every character, so that any two
// that should join do. Does not draw dashes' corners or anything else that Unicode has not.
import { between, type Cell, FULL_TURN, middle, rect, type Shape } from './shape.ts';

const FIRST = 0x2500;
const LAST = 0x257f;

/** Lines of the arms up, right, down, left: 0 none, 1 light, 2 heavy, 3 double; "-" for what is drawn otherwise. */
const ARMS = [
  '0101 0202 1010 2020    -    -    -    -', // ─━│┃┄┅┆┇
  '   -    -    -    - 0110 0210 0120 0220', // ┈┉┊┋┌┍┎┏
  '0011 0012 0021 0022 1100 1200 2100 2200', // ┐┑┒┓└┕┖┗
  '1001 1002 2001 2002 1110 1210 2110 1120', // ┘┙┚┛├┝┞┟
  '2120 2210 1220 2220 1011 1012 2011 1021', // ┠┡┢┣┤┥┦┧
  '2021 2012 1022 2022 0111 0112 0211 0212', // ┨┩┪┫┬┭┮┯
  '0121 0122 0221 0222 1101 1102 1201 1202', // ┰┱┲┳┴┵┶┷
  '2101 2102 2201 2202 1111 1112 1211 1212', // ┸┹┺┻┼┽┾┿
  '2111 1121 2121 2112 2211 1122 1221 2212', // ╀╁╂╃╄╅╆╇
  '1222 2122 2221 2222    -    -    -    -', // ╈╉╊╋╌╍╎╏
  '0303 3030 0310 0130 0330 0013 0031 0033', // ═║╒╓╔╕╖╗
  '1300 3100 3300 1003 3001 3003 1310 3130', // ╘╙╚╛╜╝╞╟
  '3330 1013 3031 3033 0313 0131 0333 1303', // ╠╡╢╣╤╥╦╧
  '3101 3303 1313 3131 3333    -    -    -', // ╨╩╪╫╬╭╮╯
  '   -    -    -    - 0001 1000 0100 0010', // ╰╱╲╳╴╵╶╷
  '0002 2000 0200 0020 0201 1020 0102 2010', // ╸╹╺╻╼╽╾╿
]
  .join(' ')
  .trim()
  .split(/\s+/);

type Line = 0 | 1 | 2 | 3;
type Arms = readonly [up: Line, right: Line, down: Line, left: Line];

/** Dashes in a cell, and whether they are heavy and upright. */
const dashes = new Map<number, readonly [count: number, heavy: boolean, upright: boolean]>(
  [...'┄┅┆┇┈┉┊┋╌╍╎╏'].map((char, index) => [
    char.charCodeAt(0),
    [[3, 4, 2][index >> 2] ?? 2, index % 2 === 1, index % 4 >= 2],
  ]),
);

/** The shapes of a character of the block; null for any other. */
export function boxLines(code: number, cell: Cell): Shape[] | null {
  if (code < FIRST || code > LAST) return null;
  const dash = dashes.get(code);
  if (dash) return dashed(cell, ...dash);
  if (code >= 0x256d && code <= 0x2570) return corner(cell, code);
  if (code >= 0x2571 && code <= 0x2573) return diagonals(cell, code !== 0x2572, code !== 0x2571);
  const arms = [...(ARMS[code - FIRST] ?? '')].map(Number) as unknown as Arms;
  return ([0, 1, 2, 3] as const).flatMap((side) => arm(cell, arms, side));
}

/** The bands of the three lines across one direction of a cell. */
interface Bands {
  readonly light: readonly [from: number, to: number];
  readonly heavy: readonly [from: number, to: number];
  /** From the outer edge of one rail to that of the other; the light band is the gap between them. */
  readonly double: readonly [from: number, to: number];
}

function bands(from: number, to: number, line: number): Bands {
  const light = middle(from, to, line);
  const heavy = middle(from, to, 2 * line);
  return {
    light: [light, light + line],
    heavy: [heavy, heavy + 2 * line],
    double: [light - line, light + 2 * line],
  };
}

/**
 * One arm. It is worked out as if it came from the left or the top, in coordinates along and across itself; an arm
 * from the right or the bottom is mirrored there.
 */
function arm(cell: Cell, arms: Arms, side: 0 | 1 | 2 | 3): Shape[] {
  const own = arms[side];
  if (own === 0) return [];
  const upright = side % 2 === 0;
  const mirrored = side === 1 || side === 2;
  const [from, to] = upright ? [cell.y0, cell.y1] : [cell.x0, cell.x1];
  const across = upright ? bands(cell.x0, cell.x1, cell.line) : bands(cell.y0, cell.y1, cell.line);
  const along = bands(from, to, cell.line);
  // The two arms beside it, in the order of the coordinate across.
  const beside = (upright ? [arms[3], arms[1]] : [arms[0], arms[2]]) as [Line, Line];
  const meets = { opposite: arms[(side + 2) % 4] ?? 0, beside };
  const put = ([low, high]: readonly [number, number], reach: Reach): Shape[] => {
    const end = mirrored ? along[reach.band][reach.far ? 0 : 1] : along[reach.band][reach.far ? 1 : 0];
    const [start, stop] = mirrored ? [end, to] : [from, end];
    return upright ? rect(low, start, high, stop) : rect(start, low, stop, high);
  };
  if (own !== 3) return put(own === 1 ? across.light : across.heavy, reachOfLine(meets));
  return [
    ...put([across.double[0], across.light[0]], reachOfRail(meets, 0)),
    ...put([across.light[1], across.double[1]], reachOfRail(meets, 1)),
  ];
}

interface Meets {
  readonly opposite: Line;
  readonly beside: readonly [Line, Line];
}

/** How far an arm goes in: to the near or the far edge of a band that lies across it. */
interface Reach {
  readonly band: keyof Bands;
  readonly far: boolean;
}

/** A light or heavy line goes through what it meets, but for a double line that runs past it. */
function reachOfLine({ opposite, beside }: Meets): Reach {
  const [a, b] = beside;
  if (a === 3 && b === 3)
    return opposite === 0 ? { band: 'light', far: false } : { band: 'light', far: true };
  if (a === 3 || b === 3) return { band: 'double', far: true };
  return { band: a === 2 || b === 2 ? 'heavy' : 'light', far: true };
}

/** A rail ends at the near rail on its own side, else at the far rail around a corner, else at the line it meets. */
function reachOfRail({ opposite, beside }: Meets, index: 0 | 1): Reach {
  if (beside[index] === 3) return { band: 'light', far: false };
  if (beside[1 - index] === 3) return { band: opposite === 3 ? 'light' : 'double', far: true };
  return { band: beside.includes(2) ? 'heavy' : 'light', far: true };
}

function dashed(cell: Cell, count: number, heavy: boolean, upright: boolean): Shape[] {
  const width = heavy ? 2 * cell.line : cell.line;
  const [from, to] = upright ? [cell.y0, cell.y1] : [cell.x0, cell.x1];
  const [low, high] = upright ? [cell.x0, cell.x1] : [cell.y0, cell.y1];
  const at = middle(low, high, width);
  const shapes: Shape[] = [];
  for (let index = 0; index < count; index++) {
    const start = between(from, to, index / count);
    const end = between(from, to, (index + 1) / count);
    const gap = Math.max(1, Math.round((end - start) * 0.35));
    const stop = Math.max(start + 1, end - gap);
    shapes.push(...(upright ? rect(at, start, at + width, stop) : rect(start, at, stop, at + width)));
  }
  return shapes;
}

/** ╭╮╯╰: straight from the edges, and a quarter of a circle between. */
function corner(cell: Cell, code: number): Shape[] {
  const { x0, y0, x1, y1, line } = cell;
  const left = middle(x0, x1, line);
  const top = middle(y0, y1, line);
  const [x, y] = [left + line / 2, top + line / 2];
  const toRight = code === 0x256d || code === 0x2570;
  const toBottom = code === 0x256d || code === 0x256e;
  const radius = Math.max(line, Math.floor((x1 - x0 - line) / 2));
  const turn = {
    kind: 'arc',
    x: x + (toRight ? radius : -radius),
    y: y + (toBottom ? radius : -radius),
  } as const;
  const from = (toRight ? (toBottom ? 2 : 1) : toBottom ? 3 : 0) * (FULL_TURN / 4);
  return [
    ...(toRight ? rect(turn.x, top, x1, top + line) : rect(x0, top, turn.x, top + line)),
    ...(toBottom ? rect(left, turn.y, left + line, y1) : rect(left, y0, left + line, turn.y)),
    { ...turn, radius, from, to: from + FULL_TURN / 4, width: line },
  ];
}

/** ╱╲╳: from corner to corner, cut at the edges. */
function diagonals({ x0, y0, x1, y1, line }: Cell, rising: boolean, falling: boolean): Shape[] {
  const [width, height] = [x1 - x0, y1 - y0];
  const length = Math.hypot(width, height);
  // Half of the line's thickness, measured along the edges that it meets.
  const [dx, dy] = [(line * length) / height / 2, (line * length) / width / 2];
  const shapes: Shape[] = [];
  if (rising) {
    const points = [x0, y1 - dy, x0, y1, x0 + dx, y1, x1, y0 + dy, x1, y0, x1 - dx, y0];
    shapes.push({ kind: 'polygon', points });
  }
  if (falling) {
    const points = [x0, y0 + dy, x0, y0, x0 + dx, y0, x1, y1 - dy, x1, y1, x1 - dx, y1];
    shapes.push({ kind: 'polygon', points });
  }
  return shapes;
}
