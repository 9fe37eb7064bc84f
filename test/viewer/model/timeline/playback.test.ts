// The playback machine: every event in every state keeps its promises.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIdleMap } from '../../../../viewer/model/timeline/idle-gaps.ts';
import { watchedAt } from '../../../../viewer/model/timeline/idle-map.ts';
import {
  MARKER_GRACE_MS,
  MAX_TICK_MS,
  MIN_LOOP_NS,
  nextSpeed,
  type PlaybackEvent,
  type PlaybackState,
  speeds,
  startPlayback,
  transition,
} from '../../../../viewer/model/timeline/playback.ts';

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

const setLoop = (from: number, to: number): PlaybackEvent => ({
  type: 'setLoop',
  window: { fromNs: from * SECOND, toNs: to * SECOND },
});
const marker = (direction: 1 | -1, ...seconds: number[]): PlaybackEvent => ({
  type: 'marker',
  direction,
  markersNs: Float64Array.from(seconds, (s) => s * SECOND),
});

const anyEvent: fc.Arbitrary<PlaybackEvent> = fc.oneof(
  fc.constantFrom(play, pause, toggle),
  fc.integer({ min: -5, max: 30 }).map((s) => seek(s * SECOND)),
  fc.integer({ min: -5, max: 5 }).map((s) => step(s * SECOND)),
  fc.integer({ min: 0, max: 5000 }).map(tick),
  fc.constantFrom(...speeds).map(setSpeed),
  fc.integer({ min: 0, max: 20 }).map((s) => extend(s * SECOND)),
  fc
    .tuple(fc.integer({ min: -2, max: 22 }), fc.integer({ min: -2, max: 22 }))
    .map(([from, to]) => setLoop(from, to)),
  fc.constant<PlaybackEvent>({ type: 'setLoop', window: null }),
  fc.constantFrom<1 | -1>(1, -1).map((direction) => marker(direction, 1, 4, 4, 30)),
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

  it('keeps the loop within the length and wide enough to be seen', () => {
    fc.assert(
      fc.property(anyState, ({ loop, lengthNs }) => {
        if (loop === null) return;
        expect(loop.fromNs).toBeGreaterThanOrEqual(0);
        expect(loop.toNs).toBeLessThanOrEqual(lengthNs);
        expect(loop.toNs - loop.fromNs).toBeGreaterThanOrEqual(MIN_LOOP_NS);
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
    expect(transition(startPlayback(1), setSpeed(1000)).speed).toBe(64);
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

describe('a loop', () => {
  it('plays its window over and over, to the nanosecond, even at the end of the run', () => {
    const looped = given(startPlayback(10 * SECOND), setLoop(8, 10), seek(8 * SECOND), play, tick(0));
    const round = given(looped, tick(1000), tick(1900));
    expect(round).toMatchObject({ mode: 'playing', positionNs: 9.9 * SECOND });
    expect(given(round, tick(2100))).toMatchObject({ mode: 'playing', positionNs: 8.1 * SECOND });
  });

  it('never leaves its window while it plays, at any speed', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: MAX_TICK_MS }), { maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.constantFrom(...speeds), (waits, speed) => {
        let nowMs = 0;
        let state = given(startPlayback(60 * SECOND), setLoop(3, 4.5), setSpeed(speed), play, tick(0));
        for (const wait of waits) {
          nowMs += wait;
          state = transition(state, tick(nowMs));
          expect(state.positionNs).toBeGreaterThanOrEqual(3 * SECOND);
          expect(state.positionNs).toBeLessThan(4.5 * SECOND);
          expect(state.mode).toBe('playing');
        }
      }),
    );
  });

  it('is entered by playing from outside it, and left by seeking behind it', () => {
    const state = given(startPlayback(10 * SECOND), setLoop(2, 4));
    expect(given(state, play).positionNs).toBe(2 * SECOND);
    expect(given(state, seek(3 * SECOND), play).positionNs).toBe(3 * SECOND);
    expect(given(state, seek(Number.POSITIVE_INFINITY), play).positionNs).toBe(2 * SECOND);
    const behind = given(state, play, seek(9.5 * SECOND), tick(0), tick(700));
    expect(behind).toMatchObject({ mode: 'ended', positionNs: 10 * SECOND });
  });

  it('does not move when it is set, and is none where it would be too short to see', () => {
    const state = given(startPlayback(10 * SECOND), seek(7 * SECOND));
    expect(given(state, setLoop(4, 2))).toEqual({
      ...state,
      loop: { fromNs: 2 * SECOND, toNs: 4 * SECOND },
    });
    expect(transition(state, setLoop(4, 4.001))).toBe(state);
    expect(given(state, setLoop(2, 4), extend(2 * SECOND)).loop).toBeNull();
  });
});

describe('playing with idle time compressed', () => {
  const idle = buildIdleMap(
    Float64Array.from([0, 0.5, 1, 11, 11.5, 12], (s) => s * SECOND),
    12 * SECOND,
  );
  const idleTick = (nowMs: number): PlaybackEvent => ({ type: 'tick', nowMs, idle });

  it('runs through a gap in its fixed width, and through the rest as ever', () => {
    const playing = given(startPlayback(12 * SECOND), play, idleTick(0));
    expect(given(playing, idleTick(1000)).positionNs).toBe(1 * SECOND);
    expect(given(playing, idleTick(1000), idleTick(1250)).positionNs).toBe(6 * SECOND);
    expect(given(playing, idleTick(1000), idleTick(1500)).positionNs).toBe(11 * SECOND);
    const ended = given(playing, idleTick(1000), idleTick(2000), idleTick(2500));
    expect(ended).toMatchObject({ mode: 'ended', positionNs: 12 * SECOND });
  });

  it('plays as much watched time as has passed, from wherever it was sought to, in however many ticks', () => {
    const waits = fc.array(fc.integer({ min: 1, max: MAX_TICK_MS }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(waits, fc.integer({ min: 0, max: 11_999 }), (gaps, startMs) => {
        const startNs = startMs * 1e6;
        let nowMs = 5;
        let state = given(startPlayback(12 * SECOND), seek(startNs), play, idleTick(nowMs));
        for (const gap of gaps) {
          nowMs += gap;
          state = transition(state, idleTick(nowMs));
        }
        const wanted = Math.min(watchedAt(idle, startNs) + (nowMs - 5) * 1e6, idle.watchedLengthNs);
        expect(watchedAt(idle, state.positionNs)).toBeCloseTo(wanted, -1);
      }),
    );
  });

  it('seeks to the moment of the run, compressed or not', () => {
    const state = given(startPlayback(12 * SECOND), play, idleTick(0), idleTick(100), seek(5 * SECOND));
    expect(state).toMatchObject({ mode: 'playing', positionNs: 5 * SECOND });
    expect(given(state, idleTick(110)).positionNs).toBeCloseTo(5.2 * SECOND, 0);
  });

  it('loops in watched time', () => {
    const state = given(startPlayback(12 * SECOND), setLoop(0.5, 11.5), seek(11.25 * SECOND), play);
    expect(given(state, idleTick(0), idleTick(500)).positionNs).toBe(0.75 * SECOND);
  });
});

describe('markers', () => {
  const state = given(startPlayback(10 * SECOND), seek(4 * SECOND));
  it('are gone to in order, and beyond the last nothing happens', () => {
    expect(given(state, marker(1, 1, 4, 4, 6)).positionNs).toBe(6 * SECOND);
    expect(given(state, marker(-1, 1, 4, 4, 6)).positionNs).toBe(SECOND);
    expect(transition(state, marker(1, 1, 4))).toBe(state);
    expect(transition(state, marker(-1, 4, 6))).toBe(state);
  });

  it('just passed while playing do not hold the hand that goes back', () => {
    const passedNs = (MARKER_GRACE_MS / 2) * 1e6;
    const playing = given(state, seek(4 * SECOND + passedNs), play);
    expect(given(playing, marker(-1, 1, 4, 6))).toMatchObject({ mode: 'playing', positionNs: SECOND });
    const paused = given(state, seek(4 * SECOND + passedNs));
    expect(given(paused, marker(-1, 1, 4, 6)).positionNs).toBe(4 * SECOND);
  });
});

it('steps through the speeds on offer and stops at the ends', () => {
  expect(nextSpeed(1, 1)).toBe(2);
  expect(nextSpeed(3, -1)).toBe(2);
  expect(nextSpeed(16, 1)).toBe(32);
  expect(nextSpeed(64, 1)).toBe(64);
  expect(nextSpeed(0.25, -1)).toBe(0.25);
});
