// Playback as a pure machine: where the one playhead stands and how it moves. It knows no wall clock:
// time enters with `tick`, which carries requestAnimationFrame's timestamp. It refuses to draw, to
// schedule frames and to know what is played.
//
//            | play            | pause  | toggle | seek t              | step by             | tick              | extend
// paused     | playing         | -      | play   | paused, ended at end| paused, ended at end| -                 | paused, clamped
// playing    | -               | paused | pause  | playing, ended at end| paused, ended at end| playing or ended  | playing, clamped
// ended      | playing from 0  | -      | play   | paused before the end| paused before the end| -               | paused if longer
//
// Invariants: 0 <= positionNs <= lengthNs; mode is "ended" exactly when the position is the end of a
// length above 0; a length of 0 is always "paused". setSpeed changes the speed alone, in any mode.

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
}

export type PlaybackEvent =
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  | { readonly type: 'toggle' }
  /** Moves there; playing goes on. Beyond the ends it is clamped. */
  | { readonly type: 'seek'; readonly tNs: number }
  /** Moves by that much and pauses: whoever steps wants to look. */
  | { readonly type: 'step'; readonly byNs: number }
  /** One frame. `nowMs` is requestAnimationFrame's timestamp. */
  | { readonly type: 'tick'; readonly nowMs: number }
  | { readonly type: 'setSpeed'; readonly speed: number }
  /** The recording's length is now this (a live run grows); the position is kept or clamped. */
  | { readonly type: 'extend'; readonly lengthNs: number };

/** The speeds on offer, slowest first. */
export const speeds = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

/** The longest time one tick may play, milliseconds: a hidden tab's frames stop, and what nobody saw is not skipped. */
export const MAX_TICK_MS = 1000;

/** A machine at rest at 0. */
export function startPlayback(lengthNs: number): PlaybackState {
  return {
    mode: 'paused',
    positionNs: 0,
    lengthNs: checked(lengthNs, 'length', 0),
    speed: 1,
    anchorMs: null,
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
    case 'tick':
      return tick(state, checked(event.nowMs, 'tick'));
    case 'setSpeed':
      return setSpeed(state, checked(event.speed, 'speed'));
    case 'extend':
      return extend(state, checked(event.lengthNs, 'length', 0));
  }
}

function play(state: PlaybackState): PlaybackState {
  if (state.mode === 'playing' || state.lengthNs === 0) return state;
  return {
    ...state,
    mode: 'playing',
    positionNs: state.mode === 'ended' ? 0 : state.positionNs,
    anchorMs: null,
  };
}

/** Places the playhead and derives the mode from where it stands. */
function moveTo(state: PlaybackState, tNs: number, playing: boolean): PlaybackState {
  const positionNs = Math.min(Math.max(0, tNs), state.lengthNs);
  const atEnd = positionNs === state.lengthNs && state.lengthNs > 0;
  const mode = atEnd ? 'ended' : playing ? 'playing' : 'paused';
  if (mode === state.mode && positionNs === state.positionNs) return state;
  return { ...state, mode, positionNs, anchorMs: mode === 'playing' ? state.anchorMs : null };
}

function tick(state: PlaybackState, nowMs: number): PlaybackState {
  if (state.mode !== 'playing' || nowMs === state.anchorMs) return state;
  // The first tick only says when playing began; a timestamp that runs backwards plays nothing.
  const passedMs = Math.min(Math.max(0, nowMs - (state.anchorMs ?? nowMs)), MAX_TICK_MS);
  return moveTo({ ...state, anchorMs: nowMs }, state.positionNs + passedMs * 1e6 * state.speed, true);
}

function setSpeed(state: PlaybackState, wanted: number): PlaybackState {
  const speed = Math.min(Math.max(wanted, speeds[0]), speeds[speeds.length - 1] ?? 1);
  return speed === state.speed ? state : { ...state, speed };
}

function extend(state: PlaybackState, lengthNs: number): PlaybackState {
  if (lengthNs === state.lengthNs) return state;
  const next = { ...state, lengthNs };
  if (lengthNs === 0) return { ...next, mode: 'paused', positionNs: 0, anchorMs: null };
  return moveTo(next, state.positionNs, state.mode === 'playing');
}

function checked(value: number, what: string, min = Number.NEGATIVE_INFINITY): number {
  if (Number.isNaN(value) || value < min) throw new RangeError(`playback: ${what} is ${value}`);
  return value;
}
