// Whether the palette is open and which run it goes about in: the page that shows one says so. Keeps nothing else.
import { signal } from '@preact/signals';
import type { CellSession } from '../cell/cell-session.ts';

export const paletteOpen = signal(false);
/** The run of the page that is open. */
export const openRun = signal<CellSession | null>(null);
