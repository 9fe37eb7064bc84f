// Whether the collector answers. Where a request was not answered, it is asked again until it is, at longer and longer
// intervals; then the page begins anew, at the moment that its address names. Does not know what was asked for.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { isThere, whenUnanswered } from '../../api.ts';
import { flushMoment } from './route.ts';

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

const isLost = signal(false);
const asksAt = signal(0);
const returnCount = signal(0);
let waitMs = FIRST_MS;
let timer: ReturnType<typeof setTimeout> | undefined;
/** A piece of the program did not come: a browser may refuse to fetch it again for the same page. */
let lacksCode = false;

/** The collector did not answer the last request. */
export const connectionLost: ReadonlySignal<boolean> = isLost;
/** When it is asked again, as `Date.now()` counts; 0 while it is being asked. */
export const nextTryMs: ReadonlySignal<number> = asksAt;
/** How many times it came back. */
export const returns: ReadonlySignal<number> = returnCount;

/** Listens for what is not answered, and for pieces of the program that do not come. */
export function followConnection(): void {
  whenUnanswered(lose);
  addEventListener('vite:preloadError', (event) => {
    event.preventDefault();
    lacksCode = true;
    lose();
  });
}

function lose(): void {
  if (isLost.peek()) return;
  isLost.value = true;
  waitMs = FIRST_MS;
  askLater();
}

function askLater(): void {
  asksAt.value = Date.now() + waitMs;
  timer = setTimeout(() => void tryNow(), waitMs);
  waitMs = Math.min(LONGEST_MS, waitMs * 2);
}

/** Asks at once. */
export async function tryNow(): Promise<void> {
  clearTimeout(timer);
  asksAt.value = 0;
  if (!(await isThere())) {
    askLater();
    return;
  }
  flushMoment();
  if (lacksCode) {
    location.reload();
    return;
  }
  batch(() => {
    isLost.value = false;
    returnCount.value++;
  });
}
