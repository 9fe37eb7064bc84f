// Components that the first paint does without: fetched when the page first comes to rest, or when they
// are first asked for, and drawn when they are here.
import { signal } from '@preact/signals';
import type { ComponentType, VNode } from 'preact';

const LATEST_MS = 600;

/**
 * A component whose code comes later; where it cannot be fetched, that is said in its place.
 * @param ahead whether its code is fetched when the page comes to rest, before anybody asked for it
 */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  fallback: VNode | null = null,
  { ahead = true }: { readonly ahead?: boolean } = {},
): ComponentType<P> {
  const loaded = signal<ComponentType<P> | null>(null);
  const failed = signal(false);
  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    load().then(
      (component) => {
        loaded.value = component;
      },
      () => {
        failed.value = true;
      },
    );
  };
  if (ahead) whenIdle(start);
  return function Lazy(props: P) {
    start();
    const Loaded = loaded.value;
    if (failed.value)
      return <p class="nothing">This part of the page could not be loaded. Reload the page to try again.</p>;
    return Loaded ? <Loaded {...props} /> : fallback;
  };
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: LATEST_MS });
  else setTimeout(work, LATEST_MS);
}
