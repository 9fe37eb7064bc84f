// An effect that runs the moment a signal changes. The library's own useSignalEffect waits for the next
// frame, which is right for drawing and one frame late for the playhead and for what is read out.
import { effect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

export function useSyncEffect(callback: () => void): void {
  const latest = useRef(callback);
  latest.current = callback;
  useLayoutEffect(() => effect(() => latest.current()), []);
}
