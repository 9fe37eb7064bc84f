// The dock's ruler: which stretch of time is visible and where each moment lies in pixels. Pure values;
// every change gives a new scale. Does not know tracks, spans and the DOM.

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
  const length = Math.max(0, finite(lengthNs, 'length'));
  const width = Math.max(1, finite(widthPx, 'width'));
  return { fromNs: 0, toNs: Math.max(length, MIN_WINDOW_NS), widthPx: width, lengthNs: length };
}

/** Pixels from the window's left edge; below 0 or above widthPx where the moment is out of sight. */
export function pxAt(scale: TimeScale, tNs: number): number {
  return ((tNs - scale.fromNs) / (scale.toNs - scale.fromNs)) * scale.widthPx;
}

/** The moment under a pixel, clamped to [0, lengthNs]. */
export function nsAt(scale: TimeScale, px: number): number {
  const tNs = scale.fromNs + (px / scale.widthPx) * (scale.toNs - scale.fromNs);
  return Math.min(Math.max(0, tNs), scale.lengthNs);
}

/** Ruler marks about `approxPx` apart, in steps of 1, 2 or 5 (from a minute on: 1, 2, 5, 10, 30). */
export function ticks(scale: TimeScale, approxPx: number): Tick[] {
  const wantedNs = ((scale.toNs - scale.fromNs) / scale.widthPx) * Math.max(8, approxPx);
  const stepNs = niceStep(wantedNs);
  const marks: Tick[] = [];
  const last = Math.floor(scale.toNs / stepNs + 1e-9);
  for (let i = Math.ceil(scale.fromNs / stepNs - 1e-9); i <= last; i++) {
    const tNs = i * stepNs;
    marks.push({ tNs, px: pxAt(scale, tNs), label: tickLabel(tNs, stepNs) });
  }
  return marks;
}

/** Zooms by `factor` (> 1 is in) and keeps the moment under `px` where it is, edges permitting. */
export function zoomAt(scale: TimeScale, px: number, factor: number): TimeScale {
  if (!(factor > 0)) throw new RangeError(`time scale: zoom factor is ${factor}`);
  const widthNs = clampWindow(scale, (scale.toNs - scale.fromNs) / factor);
  const share = Math.min(Math.max(0, px / scale.widthPx), 1);
  const fixedNs = scale.fromNs + share * (scale.toNs - scale.fromNs);
  return placed(scale, fixedNs - share * widthNs, widthNs);
}

/** Moves the window by that many pixels (right is later), stopping at the ends. */
export function panBy(scale: TimeScale, byPx: number): TimeScale {
  const widthNs = scale.toNs - scale.fromNs;
  return placed(scale, scale.fromNs + (finite(byPx, 'pan') / scale.widthPx) * widthNs, widthNs);
}

/** The whole length. */
export function fit(scale: TimeScale): TimeScale {
  return isFitted(scale) ? scale : createScale(scale.lengthNs, scale.widthPx);
}

/** This window, in either order, clamped and at least MIN_WINDOW_NS wide. */
export function showWindow(scale: TimeScale, fromNs: number, toNs: number): TimeScale {
  const from = Math.max(0, Math.min(finite(fromNs, 'window'), finite(toNs, 'window')));
  const to = Math.min(extentNs(scale), Math.max(fromNs, toNs));
  return placed(scale, from, clampWindow(scale, to - from));
}

/** The same window on another width. */
export function withWidth(scale: TimeScale, widthPx: number): TimeScale {
  const width = Math.max(1, finite(widthPx, 'width'));
  return width === scale.widthPx ? scale : { ...scale, widthPx: width };
}

/** The same window in a recording of another length; a fitted window stays fitted. */
export function withLength(scale: TimeScale, lengthNs: number): TimeScale {
  if (lengthNs === scale.lengthNs) return scale;
  if (isFitted(scale)) return createScale(lengthNs, scale.widthPx);
  const next = { ...scale, lengthNs: Math.max(0, finite(lengthNs, 'length')) };
  return placed(next, scale.fromNs, clampWindow(next, scale.toNs - scale.fromNs));
}

/** Pans just enough that the moment is visible; the same object when it already is. */
export function reveal(scale: TimeScale, tNs: number): TimeScale {
  if (tNs >= scale.fromNs && tNs <= scale.toNs) return scale;
  const widthNs = scale.toNs - scale.fromNs;
  return placed(scale, tNs < scale.fromNs ? tNs : tNs - widthNs, widthNs);
}

/** Whether the whole length is in sight. */
export function isFitted(scale: TimeScale): boolean {
  return scale.fromNs === 0 && scale.toNs === extentNs(scale);
}

function extentNs(scale: TimeScale): number {
  return Math.max(scale.lengthNs, MIN_WINDOW_NS);
}

function clampWindow(scale: TimeScale, widthNs: number): number {
  return Math.min(Math.max(MIN_WINDOW_NS, widthNs), extentNs(scale));
}

/** A window of that width as near to `fromNs` as the ends allow; the whole extent exactly when it fills it. */
function placed(scale: TimeScale, fromNs: number, widthNs: number): TimeScale {
  const extent = extentNs(scale);
  if (widthNs >= extent) return { ...scale, fromNs: 0, toNs: extent };
  const from = Math.min(Math.max(0, fromNs), extent - widthNs);
  return { ...scale, fromNs: from, toNs: Math.min(from + widthNs, extent) };
}

const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LONG_STEPS = [10, 30].map((s) => s * SECOND).concat([1, 2, 5, 10, 30].map((m) => m * MINUTE));

function niceStep(wantedNs: number): number {
  if (wantedNs <= 5 * SECOND) return oneTwoFive(Math.max(1, wantedNs));
  for (const step of LONG_STEPS) if (wantedNs <= step) return step;
  return oneTwoFive(wantedNs / HOUR) * HOUR;
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `value`. */
function oneTwoFive(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  for (const step of [1, 2, 5]) if (value <= step * power * (1 + 1e-9)) return step * power;
  return 10 * power;
}

/** A label with just the digits that tell neighbours apart; the unit follows from the step and the moment. */
function tickLabel(tNs: number, stepNs: number): string {
  if (stepNs >= 10 * SECOND && tNs >= MINUTE) return clockLabel(tNs);
  // Deep zoom late in a run keeps seconds and adds digits: "3.31 s", "3.3104 s".
  if (tNs >= SECOND || stepNs >= 0.1 * SECOND) return `${(tNs / SECOND).toFixed(digitsOf(stepNs, SECOND))} s`;
  if (tNs >= 1e6 || stepNs >= 0.1 * 1e6) return `${(tNs / 1e6).toFixed(digitsOf(stepNs, 1e6))} ms`;
  return `${(tNs / 1000).toFixed(digitsOf(stepNs, 1000))} µs`;
}

function digitsOf(stepNs: number, unitNs: number): number {
  return Math.min(9, Math.max(0, -Math.floor(Math.log10(stepNs / unitNs) + 1e-9)));
}

function clockLabel(tNs: number): string {
  const seconds = Math.round(tNs / SECOND);
  const parts: string[] = [];
  if (seconds >= 3600) parts.push(`${Math.floor(seconds / 3600)} h`);
  if (seconds % 3600 >= 60) parts.push(`${Math.floor((seconds % 3600) / 60)} m`);
  if (seconds % 60 > 0) parts.push(`${seconds % 60} s`);
  return parts.join(' ');
}

function finite(value: number, what: string): number {
  if (!Number.isFinite(value)) throw new RangeError(`time scale: ${what} is ${value}`);
  return value;
}
