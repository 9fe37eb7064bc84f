// Whether the sheet of keys is open: one for all pages.
import { signal } from '@preact/signals';

export const helpOpen = signal(false);
