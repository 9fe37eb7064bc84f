// A count of tests in words, the same on every part of the page.
import type { TestTally } from '../../../shared/failures/reader.ts';
import { formatCount, plural } from './format.ts';

/** "1 test failed", "3 tests pass", "no tests ran". */
export function tallyWords(tally: TestTally): string {
  if (tally.failed > 0) return `${plural(tally.failed, 'test')} failed`;
  if (tally.passed === 0) return 'no tests ran';
  return tally.passed === 1 ? '1 test passes' : `${formatCount(tally.passed)} tests pass`;
}

/** "2 of 3 tests pass". */
export function tallyShare(tally: TestTally): string {
  const all = tally.passed + tally.failed;
  return `${formatCount(tally.passed)} of ${plural(all, 'test')} pass${all === 1 ? 'es' : ''}`;
}
