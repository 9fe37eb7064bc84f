import { describe, expect, it } from 'vitest';
import { outcomeOf, readTestTally } from '../../shared/cell.ts';

const end = { exitCode: 0, timedOut: false };
const scored = (values: Parameters<typeof outcomeOf>[0][number]['values']) => [{ axis: 'pass_rate', values }];

describe('the outcome of a cell', () => {
  it('follows the verdict, whatever the exit code', () => {
    expect(outcomeOf(scored({ pass: 1 }), { exitCode: 1, timedOut: false })).toBe('passed');
    expect(outcomeOf(scored({ pass: 0 }), end)).toBe('failed');
    expect(outcomeOf(scored({ pass: 0, timed_out: true }), end)).toBe('timed_out');
    expect(outcomeOf(scored({ pass: 1 }), { exitCode: null, timedOut: true })).toBe('passed');
  });

  it('follows the end of the process where there is no verdict', () => {
    expect(outcomeOf([], end)).toBe('unscored');
    expect(outcomeOf([], { exitCode: null, timedOut: false })).toBe('unscored');
    expect(outcomeOf([], { exitCode: 137, timedOut: false })).toBe('agent_error');
    expect(outcomeOf([], { exitCode: 137, timedOut: true })).toBe('timed_out');
  });
});

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
