// What kind of screen this is, as signals: the pages fold at one width, and say so in one place.
import { type ReadonlySignal, signal } from '@preact/signals';

/** The two panes of a cell become tabs below this width; on paper one follows the other. */
export const narrow: ReadonlySignal<boolean> = mediaSignal('screen and (max-width: 860px)');

/** Paper shows all of a list, not what is in sight. */
export const printing: ReadonlySignal<boolean> = mediaSignal('print');

/** The reader wants less motion. */
export const calm: ReadonlySignal<boolean> = mediaSignal('(prefers-reduced-motion: reduce)');

/** The reader's system chooses all colours. */
export const forcedColours: ReadonlySignal<boolean> = mediaSignal('(forced-colors: active)');

/** Whether the terminal and its transport have the whole screen. */
export const stageFull = signal(false);

/** Device pixels a CSS pixel, as the page is zoomed now. */
export const pixelRatio: ReadonlySignal<number> = ratioSignal();

/** No event tells of a zoom: a query for the ratio in force ends to be true with it. */
function ratioSignal(): ReadonlySignal<number> {
  const value = signal(devicePixelRatio || 1);
  const watch = () =>
    matchMedia(`(resolution: ${value.peek()}dppx)`).addEventListener(
      'change',
      () => {
        value.value = devicePixelRatio || 1;
        watch();
      },
      { once: true },
    );
  watch();
  return value;
}

function mediaSignal(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const value = signal(list.matches);
  list.addEventListener('change', () => {
    value.value = list.matches;
  });
  return value;
}
