// A composite as lists show it: its number, and beside it the words that it must not stand without. Does not
// judge when: the collector says so of a cell, and of a sweep's cells their outcome does.
import type { Outcome } from '../../../shared/outcome-words.ts';
import { doingNothingNote } from '../../../shared/score.ts';
import { formatRatio } from './format.ts';

interface Scored {
  readonly composite: number | null;
  readonly compositeNote?: string | null | undefined;
  readonly outcome: Outcome;
}

/** "0.600 (what doing nothing earns)"; null where there is no composite. */
export function compositeWords({ composite, compositeNote, outcome }: Scored, digits = 3): string | null {
  if (composite === null) return null;
  const note = compositeNote ?? (outcome === 'no_op' ? doingNothingNote : null);
  return note === null ? formatRatio(composite, digits) : `${formatRatio(composite, digits)} (${note})`;
}
