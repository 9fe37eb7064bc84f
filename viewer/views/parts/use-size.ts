// Looks at an element when it is laid out and whenever its size changes: what is drawn to measure asks here. It
// keeps nothing: what was seen goes where the caller puts it.
import type { Inputs } from 'preact/hooks';
import { useLayoutEffect } from 'preact/hooks';

type Find = () => HTMLElement | null | undefined;

/** @param inputs looks again where one of them changes */
export function useSize(find: Find, look: (element: HTMLElement) => void, inputs: Inputs = []): void {
  useLayoutEffect(() => {
    const element = find();
    if (!element) return;
    look(element);
    const observer = new ResizeObserver(() => look(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, inputs);
}

/** The same, and whenever it is scrolled. */
export function useSight(find: Find, look: (element: HTMLElement) => void, inputs: Inputs = []): void {
  useSize(find, look, inputs);
  useLayoutEffect(() => {
    const element = find();
    if (!element) return;
    const onScroll = () => look(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, inputs);
}
