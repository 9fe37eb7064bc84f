// The few words that explain a grade, a tab or a key in more than one place.
import type { TimingGrade } from '../../../shared/span.ts';

const TIMING_WORDS: { readonly [grade in TimingGrade]: string } = {
  measured: 'the agent or its SDK recorded these times',
  arrival: 'stamped as each line arrived',
  derived: 'worked out from neighbouring events',
  none: 'no time was recorded',
};

/** What a timing grade means, in a few words. */
export function timingWords(grade: TimingGrade): string {
  return TIMING_WORDS[grade];
}
