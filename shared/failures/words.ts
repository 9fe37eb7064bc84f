// What a verifier's output says of its tests in words, the same on the command line and on the page. Does not read output.
import type { Findings, TestFailure } from './reader.ts';

/** "tests::empty at src/lib.rs:12: boom"; "" where nothing of it is known. */
function failureWords({ name, place, message }: TestFailure): string {
  const where = [name, place === null ? null : `at ${place}`].filter((part) => part !== null).join(' ');
  return [where, message].filter((part) => part !== null && part !== '').join(': ');
}

/** "Verifier failed tests::empty at src/lib.rs:12: boom", "1 of 4 tests failed"; [] where it says neither. */
export function findingsWords({ tests: [first], tally }: Findings): string[] {
  const words = first ? [`Verifier failed ${failureWords(first)}`] : [];
  if (tally && tally.failed > 0) words.push(`${tally.failed} of ${tally.passed + tally.failed} tests failed`);
  return words;
}
