// A value that follows another without keeping pace with a hand: what is dear to draw waits until the hand
// rests, and is drawn now and then meanwhile. Nothing is lost: the last value always arrives.
import { effect, type ReadonlySignal, untracked, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A hand that rested so long has arrived. */
const REST_MS = 90;
/** While it moves, a frame in twenty may be dear: that holds the 95th percentile. */
const LONGEST_MS = 400;

/** @param calm whether to wait; without it the value follows at once */
export function useCalm<T>(read: () => T, calm: boolean): ReadonlySignal<T> {
  const latest = useRef({ read, calm });
  latest.current = { read, calm };
  const value = useSignal<T>(untracked(read));
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawnAtMs = Number.NEGATIVE_INFINITY;
    const take = () => {
      clearTimeout(timer);
      timer = undefined;
      drawnAtMs = performance.now();
      value.value = latest.current.read();
    };
    const stop = effect(() => {
      const next = latest.current.read();
      if (!latest.current.calm) {
        value.value = next;
        return;
      }
      const sinceMs = performance.now() - drawnAtMs;
      clearTimeout(timer);
      // After a rest the next frame may have it, behind what is cheap and seen first.
      timer = setTimeout(take, sinceMs > LONGEST_MS ? 0 : Math.min(REST_MS, LONGEST_MS - sinceMs));
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [calm]);
  return value;
}
