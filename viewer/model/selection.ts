// The one drag surface of the timeline as a pure machine over pointer events in pixels: drag = window,
// edge = resize, inside = move, click = seek, double-click = clear, and the playhead's own handle scrubs.
// It refuses to know the DOM, to zoom and to seek: it says what the hand meant.
//
//          | down                          | move (beyond the slack)        | up                       | cancel
// resting  | pressed at edge/inside/empty  | -                              | -                        | -
// pressed  | -                             | window, resize, move or scrub  | click: seek; twice: clear| resting
// dragging | -                             | the window follows             | resting, window kept     | window as before
import type { TimeScale } from './time-scale.ts';

/** fromNs < toNs, both within [0, lengthNs]. */
export interface TimeWindow {
  readonly fromNs: number;
  readonly toNs: number;
}

/** What a press would take hold of. */
export type Grip = 'empty' | 'inside' | 'from' | 'to' | 'playhead';

export interface DragState {
  readonly window: TimeWindow | null;
  /** null while no button is down. */
  readonly hold: Hold | null;
  /** The click before, for the double-click. */
  readonly lastClick: { readonly px: number; readonly timeMs: number } | null;
}

export interface Hold {
  readonly grip: Grip;
  readonly startPx: number;
  /** The moment under the press. */
  readonly startNs: number;
  /** The window before the press, restored by a cancel. */
  readonly before: TimeWindow | null;
  /** Whether the hand went beyond the slack: a drag, no click. */
  readonly moved: boolean;
}

export type DragEvent =
  /** `playheadPx` where the surface shows a playhead that can be taken hold of. */
  | { readonly type: 'down'; readonly px: number; readonly playheadPx?: number; readonly reachPx?: number }
  | { readonly type: 'move'; readonly px: number }
  /** `timeMs`: the event's timestamp, for the double-click. */
  | { readonly type: 'up'; readonly px: number; readonly timeMs: number }
  /** Escape or a lost pointer. */
  | { readonly type: 'cancel' }
  /** A window from elsewhere (the URL, a search), or none. */
  | { readonly type: 'set'; readonly window: TimeWindow | null };

export interface DragStep {
  readonly state: DragState;
  /** Where to seek because of this event; null for nowhere. */
  readonly seekNs: number | null;
}

export const CLICK_SLACK_PX = 4;
export const EDGE_REACH_PX = 6;
export const DOUBLE_CLICK_MS = 400;

export declare const noSelection: DragState;

/** The next state, and where to seek. The same state object when nothing changed. */
export declare function dragStep(state: DragState, event: DragEvent, scale: TimeScale): DragStep;

/** What a press at this pixel would take hold of: for the cursor's shape. `reachPx` is wider for fingers. */
export declare function gripAt(
  state: DragState,
  scale: TimeScale,
  px: number,
  playheadPx?: number,
  reachPx?: number,
): Grip;

/** The window in pixels, clipped to the surface; null where there is none or it is out of sight. */
export declare function windowRect(
  window: TimeWindow | null,
  scale: TimeScale,
): { readonly x: number; readonly width: number } | null;
