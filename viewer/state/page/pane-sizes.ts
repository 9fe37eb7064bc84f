// The sizes that a reader gave the panes of a run's page, in CSS pixels, remembered by the browser; null where the
// page decides. Belongs in no URL: another reader has another screen.
import { type ReadonlySignal, signal } from '@preact/signals';
import { rememberedSize } from '../../model/display/pane-size.ts';

export interface PaneSize {
  readonly sizePx: ReadonlySignal<number | null>;
  set(sizePx: number | null): void;
}

/** Of the column that is read, beside the terminal. */
export const readingWidth = paneSize('playhead.reading-width');
export const dockHeight = paneSize('playhead.dock-height');

function paneSize(key: string): PaneSize {
  const sizePx = signal(read(key));
  return {
    sizePx,
    set(next) {
      sizePx.value = next;
      try {
        if (next === null) localStorage.removeItem(key);
        else localStorage.setItem(key, String(next));
      } catch {
        // Storage is refused in some frames: the size then lasts as long as the page.
      }
    },
  };
}

function read(key: string): number | null {
  try {
    return rememberedSize(localStorage.getItem(key));
  } catch {
    return null;
  }
}
