// The player's side of the talk with the page around it.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EmbedReport } from '../../../../viewer/model/share/embed-messages.ts';
import { PlaybackSession } from '../../../../viewer/state/cell/playback-session.ts';
import { followHost, TIME_EVERY_MS } from '../../../../viewer/state/share/embed-bridge.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A player of ten seconds in a page that keeps what it hears. */
function framed() {
  const playback = new PlaybackSession();
  playback.extend(10e9);
  const heard: EmbedReport[] = [];
  let say: (data: unknown) => void = () => undefined;
  const stop = followHost(playback, {
    tell: (report) => heard.push(report),
    listen(onMessage) {
      say = onMessage;
      return () => {
        say = () => undefined;
      };
    },
  });
  const told = () => heard.splice(0).map(({ type, tMs, state }) => `${type} ${tMs} ${state}`);
  return { playback, stop, say: (data: unknown) => say(data), told };
}

it('says once that it is ready, and answers each command with its state', () => {
  const { say, told } = framed();
  expect(told()).toEqual(['ready 0 paused']);
  say({ playhead: 1, type: 'pause' });
  expect(told()).toEqual(['state 0 paused']);
  say({ playhead: 1, type: 'pause', tMs: 10_000 });
  expect(told()).toContain('state 10000 ended');
  say('play');
  expect(told()).toEqual([]);
});

it('tells the first of many moves at once and the last when the time has passed, and then is silent', () => {
  const { playback, told } = framed();
  told();
  for (let ms = 1; ms <= 100; ms++) playback.seek(ms * 1e6);
  expect(told()).toEqual(['time 1 paused']);
  vi.advanceTimersByTime(TIME_EVERY_MS);
  expect(told()).toEqual(['time 100 paused']);
  vi.advanceTimersByTime(10 * TIME_EVERY_MS);
  expect(told()).toEqual([]);
  playback.seek(5e9);
  expect(told()).toEqual(['time 5000 paused']);
});

it('is silent and deaf once it is over', () => {
  const { playback, stop, say, told } = framed();
  told();
  playback.seek(1e9);
  playback.seek(2e9);
  stop();
  told();
  playback.seek(3e9);
  say({ playhead: 1, type: 'seek', tMs: 4000 });
  vi.advanceTimersByTime(10 * TIME_EVERY_MS);
  expect(told()).toEqual([]);
  expect(playback.positionNs.peek()).toBe(3e9);
});
