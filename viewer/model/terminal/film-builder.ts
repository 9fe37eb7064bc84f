// Plays a recording through an emulator once and keeps every screen as film. Where the emulator fails, the film
// ends at the moment before and says so. Does not know an emulator by name, nor a wall clock, and takes nothing
// but cells from it.

import type { TerminalEvent, TerminalRecording } from '../../../shared/terminal.ts';
import { parseSize } from '../../../shared/terminal.ts';
import { type Film, type FilmFailure, frameBit } from './film.ts';
import { emptyRowCells, LineStore, type RowCells } from './film-lines.ts';
import { GrowingArray } from './growing-array.ts';
import { ParameterGuard } from './parameter-guard.ts';

/** What the builder needs of an emulator; `xtermEmulator` makes one of @xterm/headless. */
export interface Emulator {
  /** Takes effect at once. @throws whatever the emulator fails with; it is then asked for nothing more */
  write(text: string): void;
  /** Takes effect at once. @throws as `write` does */
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

export interface FilmOptions {
  /** Where the recording's zero lies on the cell's clock. Default 0. */
  readonly offsetNs?: number;
  /** Called between batches; `snapshot` gives the film of the events done so far. Answer "stop" to end early. */
  readonly onProgress?: (done: number, total: number, snapshot: () => Film) => 'stop' | undefined;
}

/**
 * Events, and characters of one event, between two calls of `onProgress`: 1 ms of plain output. The worst that
 * 1,024 characters ask of xterm, 512 resets, takes 10 s on a screen of 1000 x 500 and 0.1 s on one of 120 x 40.
 */
const SLICE_EVENTS = 64;
const SLICE_CHARS = 1024;
/** 16 M row changes are 96 MB of film: a full 30-row repaint at each of 500,000 events. */
const MAX_CHANGES = 16_000_000;
/** 128 MB of distinct text. */
const MAX_TEXT_UNITS = 64_000_000;
/** Row changes between keyframes, in screens: 8 costs an eighth more film, and a seek reads 9 screens at most. */
const KEYFRAME_SCREENS = 8;

/** The film of a recording. Events of one microsecond share a frame; events that change nothing have none. */
export function buildFilm(recording: TerminalRecording, emulator: Emulator, options: FilmOptions = {}): Film {
  const builder = new FilmBuilder(recording, emulator, options.offsetNs);
  builder.add(recording.events, options.onProgress);
  return builder.film();
}

/** A film that goes on: events are added as they come, and the film so far is there at any moment between. */
export class FilmBuilder {
  readonly #emulator: Emulator;
  readonly #camera: Camera;
  readonly #guard = new ParameterGuard();
  readonly #startNs: number;
  readonly #eventNs = new GrowingArray((n) => new Float64Array(n));
  #events = 0;
  #truncated = false;
  #failure: FilmFailure | null = null;

  /** @param offsetNs where the recording's zero lies on the cell's clock */
  constructor(size: Pick<TerminalRecording, 'cols' | 'rows'>, emulator: Emulator, offsetNs = 0) {
    this.#emulator = emulator;
    this.#camera = new Camera(emulator);
    this.#startNs = offsetNs;
    emulator.resize(size.cols, size.rows);
    this.#camera.capture(offsetNs, -1);
  }

  /** Events in it. */
  get events(): number {
    return this.#events;
  }

  /** Plays more events, which follow those before. Nothing is added once a limit was met. */
  add(events: readonly TerminalEvent[], onProgress?: FilmOptions['onProgress']): void {
    if (this.#truncated) return;
    const before = this.#events;
    this.#events += events.length;
    for (const { code, data, us } of events)
      if (code === 'o' && data !== '') this.#eventNs.push(this.#startNs + us * 1000);
    for (const [index, event] of events.entries()) {
      const goOn = (done: number) => {
        const stop = onProgress?.(done, events.length, () => this.film(true));
        this.#truncated = done < events.length && (stop === 'stop' || this.#camera.isFull);
        return !this.#truncated;
      };
      this.#play(event, before + index, events[index + 1]?.us !== event.us, () => goOn(index));
      const done = index + 1;
      if (!this.#truncated && (done % SLICE_EVENTS === 0 || done === events.length)) goOn(done);
      if (this.#truncated) return;
    }
  }

  /** The film so far. */
  film(truncated = this.#truncated): Film {
    return this.#camera.film(this.#eventNs.copy(), truncated, this.#failure);
  }

  /**
   * Events behind a failure are counted and not shown.
   * @param goOn asked between the parts of a long event; where it is false, the rest of it is not played
   */
  #play(event: TerminalEvent, index: number, endsFrame: boolean, goOn: () => boolean): void {
    if (this.#failure !== null) return;
    const tNs = this.#startNs + event.us * 1000;
    const size = event.code === 'r' ? parseSize(event.data) : null;
    const text = event.code === 'o' ? event.data : '';
    try {
      for (let at = 0; at < text.length; at += SLICE_CHARS) {
        if (at > 0 && !goOn()) return;
        this.#emulator.write(this.#guard.pass(text.slice(at, at + SLICE_CHARS)));
      }
      if (size) this.#emulator.resize(size.cols, size.rows);
      if (endsFrame) this.#camera.capture(tNs, index);
    } catch (error) {
      this.#failure = { tNs, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** Turns the emulator's present screen into a frame, given that it saw the one before. */
class Camera {
  readonly #emulator: Emulator;
  readonly #lines = new LineStore();
  readonly #cells = emptyRowCells();
  readonly #frameNs = new GrowingArray((n) => new Float64Array(n));
  readonly #frameEvent = new GrowingArray((n) => new Int32Array(n));
  readonly #frameCols = new GrowingArray((n) => new Uint16Array(n));
  readonly #frameRows = new GrowingArray((n) => new Uint16Array(n));
  readonly #cursorX = new GrowingArray((n) => new Uint16Array(n));
  readonly #cursorY = new GrowingArray((n) => new Uint16Array(n));
  readonly #frameBits = new GrowingArray((n) => new Uint8Array(n));
  readonly #changesFrom = new GrowingArray((n) => new Uint32Array(n));
  readonly #changeRow = new GrowingArray((n) => new Uint16Array(n));
  readonly #changeLine = new GrowingArray((n) => new Uint32Array(n));
  readonly #keyframes = new GrowingArray((n) => new Uint32Array(n));
  /** Line of each row on the screen now. */
  #screen: number[] = [];
  #keyframeChanges = 0;
  /** Changes of whole frames: a capture that failed leaves some behind. */
  #changesEnd = 0;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  get isFull(): boolean {
    return this.#changeRow.length > MAX_CHANGES || this.#lines.text.length > MAX_TEXT_UNITS;
  }

  capture(tNs: number, eventIndex: number): void {
    const { cols, rows, cursorVisible, alternate, cursorY } = this.#emulator;
    // A full line leaves the cursor beyond the last column until the next character wraps.
    const cursorX = Math.min(this.#emulator.cursorX, cols - 1);
    const bits = (cursorVisible ? frameBit.cursorVisible : 0) | (alternate ? frameBit.alternate : 0);
    const last = this.#frameNs.length - 1;
    const resized = this.#frameCols.at(last) !== cols || this.#frameRows.at(last) !== rows;
    const switched = ((this.#frameBits.at(last) ^ bits) & frameBit.alternate) !== 0;
    const changedFrom = this.#changeRow.length;
    this.#readRows(rows, resized || switched);
    const moved =
      this.#frameBits.at(last) !== bits ||
      this.#cursorX.at(last) !== cursorX ||
      this.#cursorY.at(last) !== cursorY;
    if (!resized && !moved && this.#changeRow.length === changedFrom) return;
    const isKeyframe = resized || changedFrom - this.#keyframeChanges >= KEYFRAME_SCREENS * rows;
    this.#changesFrom.push(changedFrom);
    if (isKeyframe) this.#addKeyframe(rows, changedFrom);
    this.#frameNs.push(tNs);
    this.#frameEvent.push(eventIndex);
    this.#frameCols.push(cols);
    this.#frameRows.push(rows);
    this.#cursorX.push(cursorX);
    this.#cursorY.push(cursorY);
    this.#frameBits.push(bits);
    this.#changesEnd = this.#changeRow.length;
  }

  #readRows(rows: number, all: boolean): void {
    const changed = this.#emulator.takeChangedRows();
    if (all) this.#screen.length = rows;
    else if (!changed) return;
    const from = all ? 0 : (changed?.[0] ?? 0);
    const to = all ? rows - 1 : Math.min(changed?.[1] ?? -1, rows - 1);
    for (let y = from; y <= to; y++) {
      this.#emulator.readRow(y, this.#cells);
      const line = this.#lines.intern(this.#cells);
      if (this.#screen[y] === line) continue;
      this.#screen[y] = line;
      this.#changeRow.push(y);
      this.#changeLine.push(line);
    }
  }

  /** States every row that this frame did not state already. */
  #addKeyframe(rows: number, changedFrom: number): void {
    this.#keyframes.push(this.#frameNs.length);
    this.#keyframeChanges = changedFrom;
    const stated = new Set<number>();
    for (let i = changedFrom; i < this.#changeRow.length; i++) stated.add(this.#changeRow.at(i));
    for (let y = 0; y < rows; y++) {
      if (stated.has(y)) continue;
      this.#changeRow.push(y);
      this.#changeLine.push(this.#screen[y] ?? 0);
    }
  }

  film(eventNs: Float64Array, truncated: boolean, failure: FilmFailure | null): Film {
    const changesFrom = this.#changesFrom.copy();
    const withEnd = new Uint32Array(changesFrom.length + 1);
    withEnd.set(changesFrom);
    withEnd[changesFrom.length] = this.#changesEnd;
    return {
      frameCount: this.#frameNs.length,
      frameNs: this.#frameNs.copy(),
      frameEvent: this.#frameEvent.copy(),
      frameCols: this.#frameCols.copy(),
      frameRows: this.#frameRows.copy(),
      cursorX: this.#cursorX.copy(),
      cursorY: this.#cursorY.copy(),
      frameBits: this.#frameBits.copy(),
      changesFrom: withEnd,
      changeRow: this.#changeRow.copy(),
      changeLine: this.#changeLine.copy(),
      keyframes: this.#keyframes.copy(),
      lineRunsFrom: this.#lines.runsFrom.copy(),
      lineTextFrom: this.#lines.textFrom.copy(),
      runs: this.#lines.runs.copy(),
      text: this.#lines.text.copy(),
      eventNs,
      truncated,
      failure,
    };
  }
}
