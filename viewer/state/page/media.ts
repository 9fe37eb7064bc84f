// What kind of screen this is, as signals: the pages fold at one width, and say so in one place.
import { type ReadonlySignal, signal } from '@preact/signals';

/** The two panes of a cell become tabs below this width; on paper one follows the other. */
export const narrow: ReadonlySignal<boolean> = mediaSignal('screen and (max-width: 860px)');

/** Paper shows all of a list, not what is in sight. */
export const printing: ReadonlySignal<boolean> = mediaSignal('print');

function mediaSignal(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const value = signal(list.matches);
  list.addEventListener('change', () => {
    value.value = list.matches;
  });
  return value;
}
