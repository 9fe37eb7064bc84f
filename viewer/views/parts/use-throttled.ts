// A value that follows another one at a slower pace: what is expensive to draw waits until the pointer rests,
// and until then is drawn a few times a second. Does not drop the last value: it always arrives.
import { effect, type ReadonlySignal, untracked, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A pointer that rested so long has arrived. */
const REST_MS = 90;
/** While it moves, a frame in twenty may be slow: that holds the 95th percentile. */
const LONGEST_MS = 400;

/** @param throttled whether to wait; without it the value follows at once */
export function useThrottled<T>(read: () => T, throttled: boolean): ReadonlySignal<T> {
  const latest = useRef({ read, throttled });
  latest.current = { read, throttled };
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
      if (!latest.current.throttled) {
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
  }, [throttled]);
  return value;
}
