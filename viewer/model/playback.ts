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

/** A machine at rest at 0. */
export function startPlayback(lengthNs: number): PlaybackState {
  throw new Error(`not written yet ${lengthNs}`);
}

/**
 * The next state; the same object when nothing changed, so that signals stay quiet.
 * @throws RangeError on NaN, which is always a bug of the caller
 */
export function transition(state: PlaybackState, event: PlaybackEvent): PlaybackState {
  throw new Error(`not written yet ${state.mode} ${event.type}`);
}
