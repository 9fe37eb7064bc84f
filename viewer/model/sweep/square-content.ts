// What a square of the matrix shows and says: a shape where it holds one cell, a share where several fell
// together, a number on the scale for a measure. Never a colour alone. Does not draw.
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatCount, plural } from '../display/format.ts';
import type { MatrixFold } from './matrix.ts';
import type { MeasureScale } from './measure-scale.ts';
import { longValue, shortValue, stepOf } from './measure-scale.ts';
import { shareWords } from './sweep-totals.ts';

export type SquareContent =
  /** One outcome, `count` times. */
  | { readonly kind: 'outcome'; readonly outcome: Outcome; readonly count: number }
  /** A pass rate of more attempts than one counts by eye: its step from the mean, its percent without a sign. */
  | { readonly kind: 'rate'; readonly step: number; readonly text: string }
  /** "2/3" of several cells with verdicts that differ. */
  | { readonly kind: 'share'; readonly share: number; readonly text: string }
  | { readonly kind: 'value'; readonly step: number; readonly text: string }
  /** Cells, and none of them knows the measure. */
  | { readonly kind: 'unknown' };

/** Of so many attempts or fewer each is told: "2/3" over a split bar. */
const MOST_SPLIT = 6;
/** Fewer attempts say little of a rate. */
export const FEW_ATTEMPTS = 5;
/** Percentage points from the mean at which a step begins. */
const STEPS_AT = [-22, -12, -4, 4, 12, 22];

/** 0 … 6, the middle at the mean. */
export function rateStep(rate: number, mean: number): number {
  const points = 100 * (rate - mean);
  const step = STEPS_AT.findIndex((edge) => points < edge);
  return step < 0 ? STEPS_AT.length : step;
}

/** @param scale null for outcomes @param mean pass rate of all that is shown; null where none is known */
export function contentOf(
  fold: MatrixFold,
  scale: MeasureScale | null,
  mean: number | null = null,
): SquareContent {
  const isRate = !scale || scale.unit === 'share';
  if (isRate && mean !== null && fold.mean !== null && fold.known > MOST_SPLIT)
    return { kind: 'rate', step: rateStep(fold.mean, mean), text: String(Math.round(100 * fold.mean)) };
  if (scale)
    return fold.mean === null
      ? { kind: 'unknown' }
      : { kind: 'value', step: stepOf(scale, fold.mean), text: shortValue(scale.unit, fold.mean) };
  const [first] = fold.outcomes;
  if (!first) return { kind: 'unknown' };
  if (fold.outcomes.length === 1) return { kind: 'outcome', outcome: first[0], count: fold.count };
  if (fold.mean === null) return { kind: 'outcome', outcome: first[0], count: fold.count };
  const share = Math.min(1, Math.max(0, fold.mean));
  return { kind: 'share', share, text: shareText(fold) };
}

/** "2/3"; "82%" where the numbers would not fit. */
function shareText({ mean, known }: MatrixFold): string {
  const passed = (mean ?? 0) * known;
  const whole = Math.abs(passed - Math.round(passed)) < 1e-9;
  return known > 99 || !whole ? shortValue('share', mean ?? 0) : `${Math.round(passed)}/${known}`;
}

/** For a total: "12/15" of verdicts, or the mean; "–" for nothing known. */
export function totalText(fold: MatrixFold, scale: MeasureScale | null): string {
  if (fold.mean === null) return '–';
  return scale && scale.unit !== 'share' ? shortValue(scale.unit, fold.mean) : shortValue('share', fold.mean);
}

/** One line: what the mean says and how sure it is. "2 of 3 attempts passed · 67 % (21–94 %)". */
export function meanWords(fold: MatrixFold, scale: MeasureScale | null, label: string): string {
  if (fold.mean === null) return scale && scale.unit !== 'share' ? `${label}: not recorded` : 'no verdict';
  if (!scale) {
    const passed = `${formatCount(Math.round(fold.mean * fold.known))} of ${plural(fold.known, 'attempt')} passed`;
    return fold.known === 1 ? passed : `${passed} · ${shareWords(fold.mean, fold.interval)}`;
  }
  // Verdicts may be fractions, which are no pass.
  if (scale.unit === 'share')
    return `${label} ${shareWords(fold.mean, fold.interval)} on the mean of ${plural(fold.known, 'verdict')}`;
  const mean = longValue(scale.unit, fold.mean);
  if (fold.known === 1) return `${label} ${mean}${costWords(fold)}`;
  const range = rangeWords(fold, scale);
  return `${label} ${mean} on the mean of ${formatCount(fold.known)}${range}${costWords(fold)}`;
}

/** What a cost rests on where not all of it was told by runs. */
function costWords({ known, estimated, atLeast }: MatrixFold): string {
  const words: string[] = [];
  if (estimated > 0)
    words.push(estimated === known ? 'estimated' : `${formatCount(estimated)} of them estimated`);
  if (atLeast > 0) words.push(atLeast === known ? 'at least' : `${formatCount(atLeast)} of them at least`);
  return words.map((word) => `, ${word}`).join('');
}

/** A mean of few values may reach below what can be: such an end is left out. */
function rangeWords({ interval }: MatrixFold, { unit, low, high }: MeasureScale): string {
  if (!interval) return '';
  const from = low >= 0 && interval.low <= 0 ? null : longValue(unit, interval.low);
  const to = low >= 0 && high <= 1 && interval.high > 1 ? null : longValue(unit, interval.high);
  if (from !== null && to !== null) return `, 95 % between ${from} and ${to}`;
  if (to !== null) return `, 95 % below ${to}`;
  return from === null ? '' : `, 95 % above ${from}`;
}

/** "Passed 2 · Rate limited 1"; one cell's outcome alone. */
export function outcomeWords(fold: MatrixFold): string {
  if (fold.count === 1) return outcomeWord(fold.outcomes[0]?.[0] ?? 'unscored');
  return fold.outcomes.map(([outcome, count]) => `${outcomeWord(outcome)} ${formatCount(count)}`).join(' · ');
}

/** What the mean does not rest on: "1 left out", "2 not recorded"; "" for nothing. */
export function missingWords(fold: MatrixFold): string {
  const words: string[] = [];
  if (fold.counted < fold.count)
    words.push(`${plural(fold.count - fold.counted, 'infrastructure failure')} left out`);
  if (fold.known < fold.counted) words.push(`${formatCount(fold.counted - fold.known)} not recorded`);
  return words.join(' · ');
}
