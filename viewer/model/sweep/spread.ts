// How much of what differs between runs an axis tells apart: the share of the variance of passing that lies between its
// keys (eta squared). By it the matrix chooses its rows. Pure.
import type { CellIndex, MatrixAxis } from './matrix-index.ts';

/** 0 to 1; null where fewer than two attempts count, or all came out alike. */
export function spreadOf(index: CellIndex, axis: MatrixAxis): number | null {
  const passed = index.values('outcome');
  const ordinals = index.ordinals(axis);
  const counts = new Float64Array(index.keys(axis).length);
  const sums = new Float64Array(counts.length);
  let n = 0;
  let sum = 0;
  for (let at = 0; at < passed.length; at++) {
    const value = passed[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const key = ordinals[at] ?? 0;
    counts[key] = (counts[key] ?? 0) + 1;
    sums[key] = (sums[key] ?? 0) + value;
    n++;
    sum += value;
  }
  const mean = sum / n;
  // Of values that are 0 or 1.
  const whole = n * mean * (1 - mean);
  if (n < 2 || !(whole > 0)) return null;
  let between = 0;
  for (let key = 0; key < counts.length; key++) {
    const count = counts[key] ?? 0;
    if (count > 0) between += count * ((sums[key] ?? 0) / count - mean) ** 2;
  }
  return Math.min(1, between / whole);
}

/** "Model explains 71 % of the spread, agent 12 %"; null where it cannot be told. */
export function spreadWords(
  index: CellIndex,
  rows: MatrixAxis,
  columns: MatrixAxis,
  words: Readonly<Record<MatrixAxis, string>>,
): string | null {
  const [first, second] = [spreadOf(index, rows), spreadOf(index, columns)];
  if (first === null || second === null) return null;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `${words[rows]} explains ${percent(first)} of the spread, ${words[columns].toLowerCase()} ${percent(second)}`;
}
