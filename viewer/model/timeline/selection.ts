// The one drag surface of the timeline as a pure machine over pointer events in pixels: drag = window,
// edge = resize, inside = move, click = seek, double-click = clear, and the playhead's own handle scrubs.
// It refuses to know the DOM, to zoom and to seek: it says what the hand meant.
//
//          | down                          | move (beyond the slack)        | up                       | cancel
// resting  | pressed at edge/inside/empty  | -                              | -                        | -
// pressed  | -                             | window, resize, move or scrub  | click: seek; twice: clear| resting
// dragging | -                             | the window follows             | resting, window kept     | window as before
import type { TimeScale } from './time-scale.ts';
import { nsAt, pxAt } from './time-scale.ts';

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

export const noSelection: DragState = { window: null, hold: null, lastClick: null };

/** The next state, and where to seek. The same state object when nothing changed. */
export function dragStep(state: DragState, event: DragEvent, scale: TimeScale): DragStep {
  switch (event.type) {
    case 'down':
      return press(state, event, scale);
    case 'move':
      return drag(state, event.px, scale);
    case 'up':
      return release(state, event.px, event.timeMs, scale);
    case 'cancel':
      return still(state.hold ? { ...state, window: state.hold.before, hold: null } : state);
    case 'set':
      return still(withWindow(state, event.window, scale));
  }
}

function still(state: DragState): DragStep {
  return { state, seekNs: null };
}

function press(state: DragState, event: Extract<DragEvent, { type: 'down' }>, scale: TimeScale): DragStep {
  const { px, playheadPx, reachPx } = event;
  const grip = gripAt(state, scale, px, playheadPx, reachPx);
  const hold = { grip, startPx: px, startNs: nsAt(scale, px), before: state.window, moved: false };
  return still({ ...state, hold });
}

function drag(state: DragState, px: number, scale: TimeScale): DragStep {
  const { hold } = state;
  if (!hold || (!hold.moved && Math.abs(px - hold.startPx) <= CLICK_SLACK_PX)) return still(state);
  const tNs = nsAt(scale, px);
  const moving: DragState = { ...state, hold: { ...hold, moved: true }, lastClick: null };
  if (hold.grip === 'playhead') return { state: moving, seekNs: tNs };
  return still({ ...moving, window: draggedWindow(hold, tNs, scale.lengthNs) });
}

/** What the window is while the hand is at `tNs`. Counted from the press, so that nothing adds up. */
function draggedWindow(hold: Hold, tNs: number, lengthNs: number): TimeWindow | null {
  const { before, startNs, grip } = hold;
  if (grip === 'empty' || before === null) return ordered(startNs, tNs) ?? before;
  if (grip === 'from') return ordered(tNs, before.toNs) ?? before;
  if (grip === 'to') return ordered(before.fromNs, tNs) ?? before;
  const widthNs = before.toNs - before.fromNs;
  const fromNs = Math.min(Math.max(0, before.fromNs + tNs - startNs), Math.max(0, lengthNs - widthNs));
  return { fromNs, toNs: fromNs + widthNs };
}

function ordered(aNs: number, bNs: number): TimeWindow | null {
  return aNs === bNs ? null : { fromNs: Math.min(aNs, bNs), toNs: Math.max(aNs, bNs) };
}

function release(state: DragState, px: number, timeMs: number, scale: TimeScale): DragStep {
  const { hold, lastClick } = state;
  if (!hold) return still(state);
  const rested: DragState = { ...state, hold: null };
  if (hold.moved) {
    // The last move event may lie some pixels before the release.
    const last = drag(state, px, scale);
    return { ...last, state: { ...last.state, hold: null } };
  }
  const again =
    lastClick !== null &&
    timeMs - lastClick.timeMs <= DOUBLE_CLICK_MS &&
    Math.abs(px - lastClick.px) <= CLICK_SLACK_PX;
  if (again) return still({ window: null, hold: null, lastClick: null });
  return { state: { ...rested, lastClick: { px, timeMs } }, seekNs: nsAt(scale, px) };
}

function withWindow(state: DragState, window: TimeWindow | null, scale: TimeScale): DragState {
  const clamp = (tNs: number) => Math.min(Math.max(0, tNs), scale.lengthNs);
  const next = window && ordered(clamp(window.fromNs), clamp(window.toNs));
  const same = next?.fromNs === state.window?.fromNs && next?.toNs === state.window?.toNs;
  return same && state.hold === null ? state : { ...state, window: next, hold: null };
}

/**
 * What a press at this pixel would take hold of: for the cursor's shape. The playhead's handle comes
 * before an edge, an edge before the inside.
 * @param playheadPx where the surface shows a handle; @param reachPx wider for fingers
 */
export function gripAt(
  state: DragState,
  scale: TimeScale,
  px: number,
  playheadPx?: number,
  reachPx: number = EDGE_REACH_PX,
): Grip {
  if (playheadPx !== undefined && Math.abs(px - playheadPx) <= reachPx) return 'playhead';
  if (!state.window) return 'empty';
  const fromPx = pxAt(scale, state.window.fromNs);
  const toPx = pxAt(scale, state.window.toNs);
  // Within a narrow window the edges leave a third of it to move it by.
  const reach = Math.min(reachPx, px > fromPx && px < toPx ? (toPx - fromPx) / 3 : reachPx);
  const fromAway = Math.abs(px - fromPx);
  const toAway = Math.abs(px - toPx);
  if (Math.min(fromAway, toAway) <= reach) return fromAway < toAway ? 'from' : 'to';
  return px > fromPx && px < toPx ? 'inside' : 'empty';
}

/** The window in pixels, clipped to the surface; null where there is none or it is out of sight. */
export function windowRect(
  window: TimeWindow | null,
  scale: TimeScale,
): { readonly x: number; readonly width: number } | null {
  if (!window || window.toNs < scale.fromNs || window.fromNs > scale.toNs) return null;
  const x = Math.max(-1, pxAt(scale, window.fromNs));
  return { x, width: Math.max(1, Math.min(scale.widthPx + 1, pxAt(scale, window.toNs)) - x) };
}
