// Components that the first paint does without: fetched at once but apart, drawn when they are here.
import { signal } from '@preact/signals';
import type { ComponentType, VNode } from 'preact';

/**
 * A component whose code comes later. A failed fetch throws while drawing the next time.
 * @param load starts at once when this is called
 */
export function late<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile: VNode | null = null,
): ComponentType<P> {
  const arrived = signal<ComponentType<P> | null>(null);
  const failed = signal<unknown>(null);
  load().then(
    (component) => {
      arrived.value = component;
    },
    (cause: unknown) => {
      failed.value = cause;
    },
  );
  return function Late(props: P) {
    const Arrived = arrived.value;
    if (failed.value !== null)
      return <p class="nothing">This part of the page could not be loaded. Reload the page to try again.</p>;
    return Arrived ? <Arrived {...props} /> : meanwhile;
  };
}
