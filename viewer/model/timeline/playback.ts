// Playback as a pure machine: where the one playhead stands and how it moves. It knows no wall clock:
// time enters with `tick`, which carries requestAnimationFrame's timestamp. It refuses to draw, to
// schedule frames and to know what is played.
//
//            | play            | pause  | toggle | seek t, marker      | step by             | tick              | extend
// paused     | playing         | -      | play   | paused, ended at end| paused, ended at end| -                 | paused, clamped
// playing    | -               | paused | pause  | playing, ended at end| paused, ended at end| playing or ended  | playing, clamped
// ended      | playing from 0  | -      | play   | paused before the end| paused before the end| -               | paused if longer
//
// With a loop: play from outside it (or at its end) starts at the loop's start; a tick that reaches the
// loop's end goes on at its start, so that a loop up to the end never ends. Seeks and steps go anywhere;
// playing from behind the loop goes on to the end.
//
// Invariants: 0 <= positionNs <= lengthNs; mode is "ended" exactly when the position is the end of a
// length above 0; a length of 0 is always "paused". setSpeed changes the speed alone, setLoop the loop
// alone, in any mode. Run time is the truth: an idle map only says how far along it one tick gets.

import { lastAtOrBefore } from '../trace/sorted.ts';
import type { IdleMap } from './idle-map.ts';
import { runAt, watchedAt } from './idle-map.ts';

export type PlaybackMode = 'paused' | 'playing' | 'ended';

export interface PlaybackState {
  readonly mode: PlaybackMode;
  /** Nanoseconds from the cell's clock zero, within [0, lengthNs]. */
  readonly positionNs: number;
  readonly lengthNs: number;
  /** Recorded seconds per second; one of `speeds`, or any number within their range. */
  readonly speed: number;
  /** Timestamp of the last tick while playing; null before the first. Milliseconds. */
  readonly anchorMs: number | null;
  /** The stretch that plays over and over; null for none. */
  readonly loop: LoopWindow | null;
}

/** Nanoseconds from the clock's zero: 0 <= fromNs, fromNs + MIN_LOOP_NS <= toNs <= lengthNs. */
export interface LoopWindow {
  readonly fromNs: number;
  readonly toNs: number;
}

export type PlaybackEvent =
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  | { readonly type: 'toggle' }
  /** Moves there; playing goes on. Beyond the ends it is clamped. */
  | { readonly type: 'seek'; readonly tNs: number }
  /** Moves by that much and pauses: whoever steps wants to look. */
  | { readonly type: 'step'; readonly byNs: number }
  /** To the nearest marker after (1) or before (-1) the position; playing goes on. Nowhere where there is none. */
  | { readonly type: 'marker'; readonly direction: 1 | -1; readonly markersNs: Float64Array }
  /** One frame. `nowMs` is requestAnimationFrame's timestamp. With `idle`, speed counts in watched time. */
  | { readonly type: 'tick'; readonly nowMs: number; readonly idle?: IdleMap | null }
  | { readonly type: 'setSpeed'; readonly speed: number }
  /** In either order, clamped to the run; null, or less than MIN_LOOP_NS, ends looping. Does not move. */
  | { readonly type: 'setLoop'; readonly window: LoopWindow | null }
  /** The recording's length is now this (a live run grows); the position is kept or clamped. */
  | { readonly type: 'extend'; readonly lengthNs: number };

/** The speeds on offer, slowest first. */
export const speeds = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;

/** The longest time one tick may play, milliseconds: a hidden tab's frames stop, and what nobody saw is not skipped. */
export const MAX_TICK_MS = 1000;

/** The shortest loop: shorter ones would be a flicker. */
export const MIN_LOOP_NS = 10e6;

/** While playing, `[` within this time of a marker, watched, means the one before it: a hand is no faster. */
export const MARKER_GRACE_MS = 600;

/** The next faster (1) or slower (-1) speed on offer; the same at the ends. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const next = direction === 1 ? speeds.find((s) => s > speed) : speeds.findLast((s) => s < speed);
  return next ?? speed;
}

/** A machine at rest at 0. */
export function startPlayback(lengthNs: number): PlaybackState {
  return {
    mode: 'paused',
    positionNs: 0,
    lengthNs: checked(lengthNs, 'length', 0),
    speed: 1,
    anchorMs: null,
    loop: null,
  };
}

/**
 * The next state; the same object when nothing changed, so that signals stay quiet.
 * @throws RangeError on NaN, which is always a bug of the caller
 */
export function transition(state: PlaybackState, event: PlaybackEvent): PlaybackState {
  switch (event.type) {
    case 'play':
      return play(state);
    case 'pause':
      return state.mode === 'playing' ? { ...state, mode: 'paused', anchorMs: null } : state;
    case 'toggle':
      return transition(state, { type: state.mode === 'playing' ? 'pause' : 'play' });
    case 'seek':
      return moveTo(state, checked(event.tNs, 'moment'), state.mode === 'playing');
    case 'step':
      return moveTo(state, state.positionNs + checked(event.byNs, 'step'), false);
    case 'marker':
      return toMarker(state, event.markersNs, event.direction);
    case 'tick':
      return tick(state, checked(event.nowMs, 'tick'), event.idle ?? null);
    case 'setSpeed':
      return setSpeed(state, checked(event.speed, 'speed'));
    case 'setLoop':
      return withLoop(state, event.window);
    case 'extend':
      return extend(state, checked(event.lengthNs, 'length', 0));
  }
}

function play(state: PlaybackState): PlaybackState {
  if (state.mode === 'playing' || state.lengthNs === 0) return state;
  const { loop, positionNs } = state;
  const start = loop?.fromNs ?? (state.mode === 'ended' ? 0 : positionNs);
  const stays = loop !== null && positionNs >= loop.fromNs && positionNs < loop.toNs;
  return { ...state, mode: 'playing', positionNs: stays ? positionNs : start, anchorMs: null };
}

/** Places the playhead and derives the mode from where it stands. */
function moveTo(state: PlaybackState, tNs: number, playing: boolean): PlaybackState {
  const positionNs = Math.min(Math.max(0, tNs), state.lengthNs);
  const atEnd = positionNs === state.lengthNs && state.lengthNs > 0;
  const mode = atEnd ? 'ended' : playing ? 'playing' : 'paused';
  if (mode === state.mode && positionNs === state.positionNs) return state;
  return { ...state, mode, positionNs, anchorMs: mode === 'playing' ? state.anchorMs : null };
}

function tick(state: PlaybackState, nowMs: number, idle: IdleMap | null): PlaybackState {
  if (state.mode !== 'playing' || nowMs === state.anchorMs) return state;
  // The first tick only says when playing began; a timestamp that runs backwards plays nothing.
  const passedMs = Math.min(Math.max(0, nowMs - (state.anchorMs ?? nowMs)), MAX_TICK_MS);
  return moveTo({ ...state, anchorMs: nowMs }, playedTo(state, passedMs * 1e6 * state.speed, idle), true);
}

/** Where the playhead is after so much watched time, round the loop where it runs into its end. */
function playedTo(state: PlaybackState, passedNs: number, idle: IdleMap | null): number {
  const { positionNs, loop } = state;
  if (passedNs === 0) return positionNs;
  const toWatched = (tNs: number) => (idle ? watchedAt(idle, tNs) : tNs);
  const wantedNs = toWatched(positionNs) + passedNs;
  const toRun = (watchedNs: number) => (idle ? runAt(idle, watchedNs) : watchedNs);
  if (!loop || positionNs >= loop.toNs) return toRun(wantedNs);
  const [fromNs, toNs] = [toWatched(loop.fromNs), toWatched(loop.toNs)];
  return toRun(wantedNs < toNs ? wantedNs : fromNs + ((wantedNs - toNs) % (toNs - fromNs)));
}

function toMarker(state: PlaybackState, markersNs: Float64Array, direction: 1 | -1): PlaybackState {
  const graceNs = state.mode === 'playing' && direction === -1 ? MARKER_GRACE_MS * 1e6 * state.speed : 0;
  let at = lastAtOrBefore(markersNs, state.positionNs - graceNs);
  if (direction === 1) at++;
  else while (at >= 0 && markersNs[at] === state.positionNs) at--;
  const tNs = markersNs[at];
  return tNs === undefined ? state : moveTo(state, tNs, state.mode === 'playing');
}

function withLoop(state: PlaybackState, window: LoopWindow | null): PlaybackState {
  const fromNs = window && Math.max(0, Math.min(checked(window.fromNs, 'loop'), window.toNs));
  const toNs = window && Math.min(state.lengthNs, Math.max(window.fromNs, checked(window.toNs, 'loop')));
  const loop = fromNs === null || toNs === null || toNs - fromNs < MIN_LOOP_NS ? null : { fromNs, toNs };
  const same = loop?.fromNs === state.loop?.fromNs && loop?.toNs === state.loop?.toNs;
  return same ? state : { ...state, loop };
}

function setSpeed(state: PlaybackState, wanted: number): PlaybackState {
  const speed = Math.min(Math.max(wanted, speeds[0]), speeds[speeds.length - 1] ?? 1);
  return speed === state.speed ? state : { ...state, speed };
}

function extend(state: PlaybackState, lengthNs: number): PlaybackState {
  if (lengthNs === state.lengthNs) return state;
  const next = withLoop({ ...state, lengthNs }, state.loop);
  if (lengthNs === 0) return { ...next, mode: 'paused', positionNs: 0, anchorMs: null };
  return moveTo(next, state.positionNs, state.mode === 'playing');
}

function checked(value: number, what: string, min = Number.NEGATIVE_INFINITY): number {
  if (Number.isNaN(value) || value < min) throw new RangeError(`playback: ${what} is ${value}`);
  return value;
}
