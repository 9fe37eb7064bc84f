// Which part of the details tab somebody asked for from elsewhere on the page; the tab goes there and forgets.
import { signal } from '@preact/signals';

export type DetailsSection =
  | 'identity'
  | 'timing'
  | 'tracks'
  | 'senders'
  | 'related'
  | 'run'
  | 'own-model'
  | 'embed';

export const wantedSection = signal<DetailsSection | null>(null);
