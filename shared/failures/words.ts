// A failed test in words, the same on the command line and in the collector's judgement. Does not read output.
import type { TestFailure } from './reader.ts';

/** "tests::empty at src/lib.rs:12: boom"; "" where nothing of it is known. */
export function failureWords({ name, place, message }: TestFailure): string {
  const where = [name, place === null ? null : `at ${place}`].filter((part) => part !== null).join(' ');
  return [where, message].filter((part) => part !== null && part !== '').join(': ');
}
