// A composite as lists show it: its number, and beside it the words that it must not stand without. Does not
// judge when: the collector says so.
import { formatRatio } from './format.ts';

interface Scored {
  readonly composite: number | null;
  readonly compositeNote?: string | null | undefined;
}

/** "0.600 (what doing nothing earns)"; null where there is no composite. */
export function compositeWords({ composite, compositeNote = null }: Scored, digits = 3): string | null {
  if (composite === null) return null;
  const number = formatRatio(composite, digits);
  return compositeNote === null ? number : `${number} (${compositeNote})`;
}
