import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_TICK_MS,
  type PlaybackEvent,
  type PlaybackState,
  speeds,
  startPlayback,
  transition,
} from '../../../viewer/model/playback.ts';

const SECOND = 1e9;

function given(state: PlaybackState, ...events: PlaybackEvent[]): PlaybackState {
  return events.reduce(transition, state);
}
const play: PlaybackEvent = { type: 'play' };
const pause: PlaybackEvent = { type: 'pause' };
const toggle: PlaybackEvent = { type: 'toggle' };
const tick = (nowMs: number): PlaybackEvent => ({ type: 'tick', nowMs });
const seek = (tNs: number): PlaybackEvent => ({ type: 'seek', tNs });
const step = (byNs: number): PlaybackEvent => ({ type: 'step', byNs });
const setSpeed = (speed: number): PlaybackEvent => ({ type: 'setSpeed', speed });
const extend = (lengthNs: number): PlaybackEvent => ({ type: 'extend', lengthNs });

const anyEvent: fc.Arbitrary<PlaybackEvent> = fc.oneof(
  fc.constantFrom(play, pause, toggle),
  fc.integer({ min: -5, max: 30 }).map((s) => seek(s * SECOND)),
  fc.integer({ min: -5, max: 5 }).map((s) => step(s * SECOND)),
  fc.integer({ min: 0, max: 5000 }).map(tick),
  fc.constantFrom(...speeds).map(setSpeed),
  fc.integer({ min: 0, max: 20 }).map((s) => extend(s * SECOND)),
);
const anyState = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.array(anyEvent, { maxLength: 30 }))
  .map(([seconds, events]) => given(startPlayback(seconds * SECOND), ...events));

describe('playback', () => {
  it('keeps the position within the length, and is at the end exactly when it says so', () => {
    fc.assert(
      fc.property(anyState, ({ mode, positionNs, lengthNs }) => {
        expect(positionNs).toBeGreaterThanOrEqual(0);
        expect(positionNs).toBeLessThanOrEqual(lengthNs);
        expect(mode === 'ended').toBe(lengthNs > 0 && positionNs === lengthNs);
        if (lengthNs === 0) expect(mode).toBe('paused');
      }),
    );
  });

  it('seeks to the same place however often it is told', () => {
    fc.assert(
      fc.property(anyState, fc.double({ min: -1e11, max: 1e11, noNaN: true }), (state, tNs) => {
        const once = transition(state, seek(tNs));
        expect(transition(once, seek(tNs))).toBe(once);
      }),
    );
  });

  it('does not move when the speed changes, while playing neither', () => {
    fc.assert(
      fc.property(anyState, fc.constantFrom(...speeds), (state, speed) => {
        const changed = transition(state, setSpeed(speed));
        expect(changed).toEqual({ ...state, speed });
      }),
    );
  });

  it('plays as far as the time says, in however many ticks it passes', () => {
    const waits = fc.array(fc.integer({ min: 0, max: MAX_TICK_MS }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(waits, fc.constantFrom(...speeds), (gaps, speed) => {
        let nowMs = 100;
        let state = given(startPlayback(1000 * SECOND), setSpeed(speed), play, tick(nowMs));
        for (const gap of gaps) {
          nowMs += gap;
          state = transition(state, tick(nowMs));
        }
        expect(state.positionNs).toBeCloseTo((nowMs - 100) * 1e6 * speed, 0);
      }),
    );
  });

  it('takes the new speed from the next tick on', () => {
    const state = given(startPlayback(60 * SECOND), play, tick(0), tick(500), setSpeed(4), tick(1000));
    expect(state.positionNs).toBe(0.5 * SECOND + 4 * 0.5 * SECOND);
  });

  it('ends at the end, and playing again starts from 0', () => {
    const ended = given(startPlayback(SECOND), play, tick(0), tick(900), tick(1800));
    expect(ended).toMatchObject({ mode: 'ended', positionNs: SECOND });
    expect(transition(ended, tick(2000))).toBe(ended);
    expect(given(ended, play, tick(9000), tick(9100))).toMatchObject({ mode: 'playing', positionNs: 1e8 });
    expect(transition(ended, toggle)).toMatchObject({ mode: 'playing', positionNs: 0 });
  });

  it('pauses where it is and goes on from there, the pause not counted', () => {
    const paused = given(startPlayback(60 * SECOND), play, tick(0), tick(400), pause);
    expect(transition(paused, tick(5000))).toBe(paused);
    expect(given(paused, play, tick(90_000), tick(90_100)).positionNs).toBe(0.5 * SECOND);
  });

  it('does not skip what a hidden tab did not show', () => {
    const state = given(startPlayback(600 * SECOND), play, tick(0), tick(120_000));
    expect(state.positionNs).toBe(MAX_TICK_MS * 1e6);
  });

  it('stands still when timestamps run backwards', () => {
    const state = given(startPlayback(60 * SECOND), play, tick(1000), tick(1200), tick(700), tick(800));
    expect(state.positionNs).toBe(0.3 * SECOND);
  });

  it('keeps playing through a seek, and pauses on a step', () => {
    const playing = given(startPlayback(60 * SECOND), play, tick(0));
    expect(transition(playing, seek(30 * SECOND)).mode).toBe('playing');
    expect(transition(playing, step(1e8))).toMatchObject({ mode: 'paused', positionNs: 1e8 });
  });

  it('is ended after a seek or step to the end, and paused after one back', () => {
    const ended = given(startPlayback(SECOND), seek(Number.POSITIVE_INFINITY));
    expect(ended.mode).toBe('ended');
    expect(transition(ended, step(-1e8))).toMatchObject({ mode: 'paused', positionNs: 0.9 * SECOND });
  });

  it('rests when a live run grows past the end it had reached, and follows a length that shrinks', () => {
    const ended = given(startPlayback(SECOND), seek(SECOND));
    expect(transition(ended, extend(2 * SECOND))).toMatchObject({ mode: 'paused', positionNs: SECOND });
    const playing = given(startPlayback(10 * SECOND), play, seek(8 * SECOND));
    expect(transition(playing, extend(20 * SECOND)).mode).toBe('playing');
    expect(transition(playing, extend(5 * SECOND))).toMatchObject({ mode: 'ended', positionNs: 5 * SECOND });
    expect(transition(playing, extend(0))).toMatchObject({ mode: 'paused', positionNs: 0, anchorMs: null });
  });

  it('never plays a recording of no length', () => {
    const state = startPlayback(0);
    expect(transition(state, play)).toBe(state);
  });

  it('holds the speed within the range on offer', () => {
    expect(transition(startPlayback(1), setSpeed(1000)).speed).toBe(16);
    expect(transition(startPlayback(1), setSpeed(0)).speed).toBe(0.25);
  });

  it('refuses NaN, which can only be a mistake of the caller', () => {
    const state = startPlayback(SECOND);
    for (const event of [
      seek(Number.NaN),
      step(Number.NaN),
      tick(Number.NaN),
      extend(-1),
      setSpeed(Number.NaN),
    ])
      expect(() => transition(given(state, play), event)).toThrow(RangeError);
  });
});
