// The tally that a verifier's output holds.
import { describe, expect, it } from 'vitest';
import { readTestTally } from '../../shared/test-tally.ts';

describe("the tally of a verifier's output", () => {
  it('counts the tests, names those that failed, and points at the first panic', () => {
    const output =
      "test a::one ... ok\ntest a::two ... FAILED\nthread 'a::two' (7) panicked at src/lib.rs:12:32:\ntest result: FAILED. 1 passed; 1 failed; 0 ignored\n";
    expect(readTestTally(output)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['a::two'],
      location: 'src/lib.rs:12',
    });
  });

  it('adds up all suites, so that a failure after a clean first suite is not lost', () => {
    const output =
      'test result: ok. 3 passed; 0 failed;\ntest d ... FAILED\ntest result: FAILED. 0 passed; 1 failed;\n';
    expect(readTestTally(output)).toMatchObject({ passed: 3, failed: 1, failures: ['d'] });
  });

  it('is null for any other output', () => {
    expect(readTestTally('')).toBeNull();
    expect(readTestTally('5 passed in 0.1s')).toBeNull();
  });
});
