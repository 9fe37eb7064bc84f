// Draws once with the elements it draws on, so that the first frame is whole, and then at most once a
// frame, however many signals change in it.
import { effect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Runs `draw` now and in the frame after any signal that it read has changed. */
export function useDrawing(draw: () => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useLayoutEffect(() => {
    let frame = 0;
    let stopReading: (() => void) | null = null;
    const read = () => {
      frame = 0;
      stopReading?.();
      let first = true;
      stopReading = effect(() => {
        if (first) latest.current();
        // The effect is heard once; the drawing itself waits for the frame.
        else frame ||= requestAnimationFrame(read);
        first = false;
      });
    };
    read();
    return () => {
      cancelAnimationFrame(frame);
      stopReading?.();
    };
  }, []);
}
