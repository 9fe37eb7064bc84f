// Whether a list goes along with the playhead: until somebody scrolls it by hand, and again once something is sought.
// Does not scroll.
import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** @param seeks raised by every seek; only what is sought after this brings the list back */
export function useFollowing(body: RefObject<HTMLElement | null>, seeks: number): Signal<boolean> {
  const following = useSignal(true);
  const soughtAt = useRef(seeks);
  if (soughtAt.current !== seeks) {
    soughtAt.current = seeks;
    following.value = true;
  }
  useLayoutEffect(() => {
    const panel = body.current?.closest<HTMLElement>('.panel');
    if (!panel) return;
    const listening = new AbortController();
    const options = { passive: true, signal: listening.signal };
    const byHand = () => {
      following.value = false;
    };
    panel.addEventListener('wheel', byHand, options);
    panel.addEventListener('touchmove', byHand, options);
    // On the panel itself there is only its scroll bar.
    panel.addEventListener('pointerdown', (event) => event.target === panel && byHand(), options);
    return () => listening.abort();
  });
  return following;
}
