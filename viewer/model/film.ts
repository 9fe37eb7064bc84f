// The terminal as film: every screen of a recording, kept so that any moment is shown without an
// emulator. Rows are interned, frames say which rows changed, keyframes stand every so often. All of
// it is typed arrays, so that a worker hands it over without a copy. Output only: nothing an emulator
// would answer, no title, bell, link or clipboard is in it.
import type { TerminalRecording } from '../../shared/terminal.ts';

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

/** Plain data, safe to post to another thread; `filmTransfers` lists what may be moved. */
export interface Film {
  readonly frameCount: number;
  /** Nanoseconds from the cell's clock zero, of each frame, strictly increasing but for the first at the start. */
  readonly frameNs: Float64Array;
  /** Index of the last event of `recording.events` in each frame; -1 for the empty screen before the first. */
  readonly frameEvent: Uint32Array;
  readonly frameCols: Uint16Array;
  readonly frameRows: Uint16Array;
  readonly cursorX: Uint16Array;
  readonly cursorY: Uint16Array;
  /** Bits: 1 cursor visible, 2 alternate screen. */
  readonly frameBits: Uint8Array;
  /** First entry of each frame in `changeRow`/`changeLine`; frameCount + 1 entries. */
  readonly changesFrom: Uint32Array;
  readonly changeRow: Uint16Array;
  readonly changeLine: Uint32Array;
  /** Frames that state every row, ascending; frame 0 is one. */
  readonly keyframes: Uint32Array;
  /** Interned rows: runs of line i are [lineRunsFrom[i], lineRunsFrom[i + 1]). Line 0 is empty. */
  readonly lineRunsFrom: Uint32Array;
  /** Five numbers a run: text length, cells | flags << 16, fg, bg, text offset. */
  readonly runs: Uint32Array;
  /** UTF-16 code units of all runs. */
  readonly text: Uint16Array;
  /** Times of all output events, for the activity histogram; nanoseconds from the cell's clock zero. */
  readonly eventNs: Float64Array;
  /** Set when the build was stopped at a limit; the film then ends early. */
  readonly truncated: boolean;
}

/** What the builder needs of an emulator; `xtermEmulator` makes one of @xterm/headless. */
export interface Emulator {
  /** Queues text; calls back right after it took effect and before any later text does. */
  write(text: string, applied: () => void): void;
  /** Takes effect at once. */
  resize(cols: number, rows: number): void;
  readonly cols: number;
  readonly rows: number;
  readonly cursorX: number;
  readonly cursorY: number;
  readonly cursorVisible: boolean;
  readonly alternate: boolean;
  /** First and last row that may have changed since the last call; null when none did. */
  takeChangedRows(): readonly [from: number, to: number] | null;
  /** Row `y` of the visible screen, written into `into`. */
  readRow(y: number, into: RowCells): void;
}

/** One row of cells, reused between reads. Entry x belongs to column x. */
export interface RowCells {
  cols: number;
  /** '' for a blank cell and for the second half of a wide character. */
  readonly chars: string[];
  /** 0 second half, 1, 2 wide. */
  readonly width: Uint8Array;
  /** Packed colours: kind << 24 | value (0 default, 1 palette, 2 rgb). */
  readonly fg: Uint32Array;
  readonly bg: Uint32Array;
  /** Bits of `runFlag`. */
  readonly flags: Uint8Array;
}

export const runFlag = { bold: 1, dim: 2, italic: 4, underline: 8, inverse: 16, strikethrough: 32 } as const;

export interface FilmOptions {
  /** Where the recording's zero lies on the cell's clock. Default 0. */
  readonly offsetNs?: number;
  /** Frames between keyframes. */
  readonly keyframeEvery?: number;
  /** Called now and then with events done and events in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Plays the recording through the emulator once and keeps every screen. Events of one microsecond share a frame. */
export async function buildFilm(
  recording: TerminalRecording,
  emulator: Emulator,
  options: FilmOptions = {},
): Promise<Film> {
  throw new Error(`not written yet ${recording.cols} ${emulator.cols} ${options.offsetNs}`);
}

/** The frame on show at `tNs`: the last that began at or before it; frame 0 before all. O(log n). */
export function frameAt(film: Film, tNs: number): number {
  throw new Error(`not written yet ${film.frameCount} ${tNs}`);
}
/** The screen at `tNs`. Cost is bounded by the distance to the nearest keyframe. */
export function screenAt(film: Film, tNs: number): Screen {
  throw new Error(`not written yet ${film.frameCount} ${tNs}`);
}
/** Start of the next (1) or previous (-1) frame from `tNs`; null at the ends. */
export function stepFrame(film: Film, tNs: number, direction: 1 | -1): number | null {
  throw new Error(`not written yet ${film.frameCount} ${tNs} ${direction}`);
}
/** The line's text alone, for search, selection and screen readers. */
export function lineText(line: Line): string {
  return line.map((run) => run.text).join('');
}
/** The buffers to move when posting a film. */
export function filmTransfers(film: Film): ArrayBuffer[] {
  throw new Error(`not written yet ${film.frameCount}`);
}
