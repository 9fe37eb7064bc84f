// How many cells came to what, as one small bar: each outcome its share, in words to whoever asks.
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatCount } from '../../model/display/format.ts';
import './outcome-bar.css';

export function OutcomeBar({
  outcomes,
}: {
  outcomes: readonly { readonly outcome: Outcome; readonly count: number }[];
}) {
  const all = outcomes.reduce((sum, { count }) => sum + count, 0);
  const words = outcomes
    .map(({ outcome, count }) => `${outcomeWord(outcome)} ${formatCount(count)}`)
    .join(', ');
  return (
    <span class="outcome-bar" role="img" aria-label={words} title={words}>
      {outcomes.map(({ outcome, count }) => (
        <i key={outcome} class={outcome} style={{ width: `${(count / Math.max(1, all)) * 100}%` }} />
      ))}
    </span>
  );
}
