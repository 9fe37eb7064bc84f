// A sum of dollars as a card or table shows it: whole dollars with separators from a hundred on, cents below. Pure.
import { formatUsd } from '../../../shared/money.ts';

/** "$4,912", "$18.40", "$0.0021". */
export function moneySum(usd: number): string {
  return usd < 99.995 ? formatUsd(usd) : `$${Math.round(usd).toLocaleString('en-US')}`;
}
