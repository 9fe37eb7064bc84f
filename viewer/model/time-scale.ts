// The dock's ruler: which stretch of time is visible and where each moment lies in pixels. Pure values;
// every change gives a new scale. It refuses to know lanes, spans and the DOM.

export interface TimeScale {
  /** Visible window, nanoseconds from the clock's zero; 0 <= fromNs < toNs <= the length (or 1 µs). */
  readonly fromNs: number;
  readonly toNs: number;
  /** Width of the drawn window in CSS pixels, >= 1. */
  readonly widthPx: number;
  readonly lengthNs: number;
}

export interface Tick {
  readonly tNs: number;
  readonly px: number;
  /** "0.4 s", "3.31 s", "250 ms", "20 µs", "2 m 30 s". */
  readonly label: string;
}

/** The narrowest window that zooming reaches: 1 µs. */
export const MIN_WINDOW_NS = 1000;

/** The whole length in `widthPx`. */
export function createScale(lengthNs: number, widthPx: number): TimeScale {
  throw new Error(`not written yet ${lengthNs} ${widthPx}`);
}
/** Pixels from the window's left edge; below 0 or above widthPx where the moment is out of sight. */
export function pxAt(scale: TimeScale, tNs: number): number {
  throw new Error(`not written yet ${scale.fromNs} ${tNs}`);
}
/** The moment under a pixel, clamped to [0, lengthNs]. */
export function nsAt(scale: TimeScale, px: number): number {
  throw new Error(`not written yet ${scale.fromNs} ${px}`);
}
/** Ruler marks about `approxPx` apart, in steps of 1, 2 or 5 (from a minute on: 1, 2, 5, 10, 30). */
export function ticks(scale: TimeScale, approxPx: number): Tick[] {
  throw new Error(`not written yet ${scale.fromNs} ${approxPx}`);
}
/** Zooms by `factor` (> 1 is in) and keeps the moment under `px` where it is, edges permitting. */
export function zoomAt(scale: TimeScale, px: number, factor: number): TimeScale {
  throw new Error(`not written yet ${scale.fromNs} ${px} ${factor}`);
}
/** Moves the window by that many pixels (right is later), stopping at the ends. */
export function panBy(scale: TimeScale, byPx: number): TimeScale {
  throw new Error(`not written yet ${scale.fromNs} ${byPx}`);
}
/** The whole length. */
export function fit(scale: TimeScale): TimeScale {
  throw new Error(`not written yet ${scale.fromNs}`);
}
/** This window, in either order, clamped and at least MIN_WINDOW_NS wide. */
export function showWindow(scale: TimeScale, fromNs: number, toNs: number): TimeScale {
  throw new Error(`not written yet ${scale.fromNs} ${fromNs} ${toNs}`);
}
/** The same window on another width. */
export function withWidth(scale: TimeScale, widthPx: number): TimeScale {
  throw new Error(`not written yet ${scale.fromNs} ${widthPx}`);
}
/** The same window in a recording of another length; a fitted window stays fitted. */
export function withLength(scale: TimeScale, lengthNs: number): TimeScale {
  throw new Error(`not written yet ${scale.fromNs} ${lengthNs}`);
}
/** Pans just enough that the moment is visible; the same object when it already is. */
export function reveal(scale: TimeScale, tNs: number): TimeScale {
  throw new Error(`not written yet ${scale.fromNs} ${tNs}`);
}
/** Whether the whole length is in sight. */
export function isFitted(scale: TimeScale): boolean {
  throw new Error(`not written yet ${scale.fromNs}`);
}
