// The terminal as film: every screen of a recording, kept so that any moment is shown without an
// emulator. Rows are interned, frames say which rows changed, keyframes stand every so often. All of
// it is typed arrays, so that a worker hands it over without a copy. Output only: nothing an emulator
// would answer, no title, bell, link or clipboard is in it.
import { lastAtOrBefore } from '../trace/sorted.ts';

export type Colour =
  | { readonly kind: 'default' }
  /** 0-15 the theme's, 16-255 xterm's cube and greys. */
  | { readonly kind: 'palette'; readonly value: number }
  /** 0xRRGGBB. */
  | { readonly kind: 'rgb'; readonly value: number };

/** Cells of one look. A wide character is a run of its own with `cells` 2. */
export interface Run {
  readonly text: string;
  /** Columns it takes. */
  readonly cells: number;
  readonly fg: Colour;
  readonly bg: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strikethrough: boolean;
}
/** Trailing blank cells of the default look are left out. Equal lines are the same object: compare by ===. */
export type Line = readonly Run[];

export interface Screen {
  /** The frame shown: equal numbers mean equal screens. */
  readonly frame: number;
  readonly cols: number;
  readonly rows: number;
  /** `rows` lines, top first. */
  readonly lines: readonly Line[];
  readonly cursor: { readonly x: number; readonly y: number; readonly visible: boolean };
  readonly alternate: boolean;
}

/** Plain data, safe to post to another thread; `filmTransfers` lists what may be moved. Made by `buildFilm`. */
export interface Film {
  readonly frameCount: number;
  /** Nanoseconds from the cell's clock zero, of each frame, ascending. Frame 0 is the empty screen at the recording's start. */
  readonly frameNs: Float64Array;
  /** Index into `recording.events` of the last event in each frame; -1 for frame 0. */
  readonly frameEvent: Int32Array;
  readonly frameCols: Uint16Array;
  readonly frameRows: Uint16Array;
  readonly cursorX: Uint16Array;
  readonly cursorY: Uint16Array;
  /** Bits of `frameBit`. */
  readonly frameBits: Uint8Array;
  /** First entry of each frame in `changeRow`/`changeLine`; frameCount + 1 entries. */
  readonly changesFrom: Uint32Array;
  readonly changeRow: Uint16Array;
  readonly changeLine: Uint32Array;
  /** Frames that state every row, ascending; frame 0 is one. */
  readonly keyframes: Uint32Array;
  /** Interned rows: runs of line i are [lineRunsFrom[i], lineRunsFrom[i + 1]). */
  readonly lineRunsFrom: Uint32Array;
  /** First code unit of line i in `text`; lines + 1 entries. */
  readonly lineTextFrom: Uint32Array;
  /** RUN_WORDS numbers a run: code units, cells | flags << 16, fg, bg. */
  readonly runs: Uint32Array;
  /** UTF-16 code units of all runs, one after the other. */
  readonly text: Uint16Array;
  /** Times of all output events, for the activity histogram; nanoseconds from the cell's clock zero. */
  readonly eventNs: Float64Array;
  /** Set when the build was stopped at a limit; the film then ends early. */
  readonly truncated: boolean;
  /** Where the emulator failed; the film then ends before it. */
  readonly failure: FilmFailure | null;
}

export interface FilmFailure {
  /** Of the event that could not be shown, nanoseconds from the cell's clock zero. */
  readonly tNs: number;
  /** What the emulator said of it. */
  readonly message: string;
}

export const RUN_WORDS = 4;
export const frameBit = { cursorVisible: 1, alternate: 2 } as const;
export const runFlag = { bold: 1, dim: 2, italic: 4, underline: 8, inverse: 16, strikethrough: 32 } as const;
/** A packed colour is kind << 24 | value. */
export const colourKind = { default: 0, palette: 1, rgb: 2 } as const;

/** The frame on show at `tNs`: the last that began at or before it; frame 0 before all. O(log n). */
export function frameAt(film: Film, tNs: number): number {
  return Math.max(0, lastAtOrBefore(film.frameNs, tNs));
}

/** The screen at `tNs`. Cost is bounded by the distance to the keyframe before it. */
export function screenAt(film: Film, tNs: number): Screen {
  return screenOf(film, frameAt(film, tNs));
}

/** The screen of a frame. @throws RangeError where there is no such frame */
export function screenOf(film: Film, frame: number): Screen {
  if (!(frame >= 0 && frame < film.frameCount)) throw new RangeError(`film: no frame ${frame}`);
  const rows = film.frameRows[frame] ?? 0;
  const ids = new Uint32Array(rows);
  const first = film.changesFrom[keyframeBefore(film, frame)] ?? 0;
  const end = film.changesFrom[frame + 1] ?? 0;
  for (let i = first; i < end; i++) ids[film.changeRow[i] ?? 0] = film.changeLine[i] ?? 0;
  const lines = lineCache(film);
  const bits = film.frameBits[frame] ?? 0;
  return {
    frame,
    cols: film.frameCols[frame] ?? 0,
    rows,
    lines: Array.from(ids, (id) => lineOf(film, lines, id)),
    cursor: {
      x: film.cursorX[frame] ?? 0,
      y: film.cursorY[frame] ?? 0,
      visible: (bits & frameBit.cursorVisible) !== 0,
    },
    alternate: (bits & frameBit.alternate) !== 0,
  };
}

/** Start of the next (1) or previous (-1) frame from `tNs`; null at the ends. */
export function stepFrame(film: Film, tNs: number, direction: 1 | -1): number | null {
  if (direction === 1) return film.frameNs[lastAtOrBefore(film.frameNs, tNs) + 1] ?? null;
  let at = lastAtOrBefore(film.frameNs, tNs);
  while (at >= 0 && film.frameNs[at] === tNs) at--;
  return film.frameNs[at] ?? null;
}

/** The line's text alone, for search, selection and screen readers. */
export function lineText(line: Line): string {
  return line.map((run) => run.text).join('');
}

/** The buffers to move when posting a film. */
export function filmTransfers(film: Film): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of Object.values(film))
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
  return [...buffers];
}

function keyframeBefore(film: Film, frame: number): number {
  let low = 0;
  let high = film.keyframes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((film.keyframes[middle] ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return film.keyframes[low - 1] ?? 0;
}

/** Decoded lines per film, so that an unchanged row stays the same object from screen to screen. */
const caches = new WeakMap<Film, Map<number, Line>>();
/** A line is about 1 kB decoded; an hour of scrubbing must not hold them all. */
const MAX_CACHED_LINES = 20_000;

function lineCache(film: Film): Map<number, Line> {
  let cache = caches.get(film);
  if (!cache || cache.size > MAX_CACHED_LINES) {
    cache = new Map();
    caches.set(film, cache);
  }
  return cache;
}

function lineOf(film: Film, cache: Map<number, Line>, id: number): Line {
  const known = cache.get(id);
  if (known) return known;
  const units = film.text.subarray(film.lineTextFrom[id] ?? 0, film.lineTextFrom[id + 1] ?? 0);
  const text = textOf(units);
  const line: Run[] = [];
  let at = 0;
  for (let run = film.lineRunsFrom[id] ?? 0; run < (film.lineRunsFrom[id + 1] ?? 0); run++) {
    const word = run * RUN_WORDS;
    const length = film.runs[word] ?? 0;
    line.push(runOf(film.runs, word, text.slice(at, at + length)));
    at += length;
  }
  cache.set(id, line);
  return line;
}

/** In pieces: a call takes only so many arguments. */
function textOf(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += 4096)
    text += String.fromCharCode(...units.subarray(at, at + 4096));
  return text;
}

function runOf(runs: Uint32Array, word: number, text: string): Run {
  const cellsAndFlags = runs[word + 1] ?? 0;
  const flags = cellsAndFlags >>> 16;
  return {
    text,
    cells: cellsAndFlags & 0xffff,
    fg: colourOf(runs[word + 2] ?? 0),
    bg: colourOf(runs[word + 3] ?? 0),
    bold: (flags & runFlag.bold) !== 0,
    dim: (flags & runFlag.dim) !== 0,
    italic: (flags & runFlag.italic) !== 0,
    underline: (flags & runFlag.underline) !== 0,
    inverse: (flags & runFlag.inverse) !== 0,
    strikethrough: (flags & runFlag.strikethrough) !== 0,
  };
}

const DEFAULT_COLOUR: Colour = { kind: 'default' };

function colourOf(packed: number): Colour {
  const value = packed & 0xffffff;
  if (packed >>> 24 === colourKind.palette) return { kind: 'palette', value };
  return packed >>> 24 === colourKind.rgb ? { kind: 'rgb', value } : DEFAULT_COLOUR;
}
