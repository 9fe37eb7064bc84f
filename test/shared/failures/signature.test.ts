// Real shapes of what test runners print, and what is read from them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFailures } from '../../../shared/failures/readers.ts';
import { firstSignature } from '../../../shared/failures/signature.ts';
import { failedShare, verdictSentence } from '../../../shared/failures/words.ts';

const readFailure = (output: string) => firstSignature(readFailures(output));

const cargo = `
running 5 tests
test tests::bad_input_reports_index_and_value ... FAILED
test tests::bad_input_does_not_panic ... FAILED
test tests::happy_path ... ok

failures:

---- tests::bad_input_reports_index_and_value stdout ----

thread 'tests::bad_input_reports_index_and_value' (2312407) panicked at src/lib.rs:12:32:
called \`Result::unwrap()\` on an \`Err\` value: ParseIntError { kind: InvalidDigit }
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace

---- tests::bad_input_does_not_panic stdout ----

thread 'tests::bad_input_does_not_panic' (2312406) panicked at src/lib.rs:19:32:
another

test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;

describe('cargo test', () => {
  it('names the first failed test, its panic and the line below it', () => {
    expect(readFailure(cargo)).toEqual({
      test: 'tests::bad_input_reports_index_and_value',
      location: 'src/lib.rs:12',
      message: 'called `Result::unwrap()` on an `Err` value: ParseIntError { kind: InvalidDigit }',
    });
  });

  it('reads the form before 1.73, with the message in quotes', () => {
    const output =
      "test tests::a ... FAILED\nthread 'tests::a' panicked at 'assertion failed: x', src/lib.rs:7:9\n";
    expect(readFailure(output)).toEqual({
      test: 'tests::a',
      location: 'src/lib.rs:7',
      message: 'assertion failed: x',
    });
  });

  it('takes the compiler’s first error where nothing was built', () => {
    const output = `error[E0308]: mismatched types
  --> src/lib.rs:4:5
   |
error: could not compile \`x\` (lib test) due to 1 previous error
`;
    expect(readFailure(output)).toEqual({
      test: null,
      location: 'src/lib.rs:4',
      message: 'error[E0308]: mismatched types',
    });
  });

  it('finds nothing in a run that passed', () => {
    expect(
      readFailure('test a ... ok\n\ntest result: ok. 1 passed; 0 failed; finished in 0.01s\n'),
    ).toBeNull();
  });
});

describe('pytest', () => {
  it('names the test of the summary, with place and error of its section', () => {
    const output = `=================================== FAILURES ===================================
_________________________________ test_reverse _________________________________

    def test_reverse():
>       assert reverse("abc") == "cba"
E       AssertionError: assert 'abc' == 'cba'
E         - cba

tests/test_reverse.py:5: AssertionError
=========================== short test summary info ============================
FAILED tests/test_reverse.py::test_reverse - AssertionError: assert 'abc' == ...
FAILED tests/test_reverse.py::test_other - AssertionError
========================= 2 failed, 2 passed in 0.05s ==========================
`;
    expect(readFailure(output)).toEqual({
      test: 'tests/test_reverse.py::test_reverse',
      location: 'tests/test_reverse.py:5',
      message: "AssertionError: assert 'abc' == 'cba'",
    });
  });

  it('reads a file that could not be collected', () => {
    const output = `==================================== ERRORS ====================================
______________________ ERROR collecting test_reverse.py _______________________
ImportError while importing test module '/w/test_reverse.py'.
E   ModuleNotFoundError: No module named 'reverse'
=========================== short test summary info ============================
ERROR test_reverse.py
`;
    expect(readFailure(output)).toEqual({
      test: 'test_reverse.py',
      location: null,
      message: "ModuleNotFoundError: No module named 'reverse'",
    });
  });
});

describe('go test', () => {
  it('names the innermost first subtest', () => {
    const output = `--- FAIL: TestHandler (0.00s)
    --- FAIL: TestHandler/not_found (0.01s)
        handler_test.go:23: status = 500, want 404
FAIL
FAIL	example.com/handler	0.004s
`;
    expect(readFailure(output)).toEqual({
      test: 'TestHandler/not_found',
      location: 'handler_test.go:23',
      message: 'status = 500, want 404',
    });
  });

  it('names a panic and where it came from', () => {
    const output = `--- FAIL: TestSum (0.00s)
panic: runtime error: index out of range [3] with length 3 [recovered]

goroutine 7 [running]:
testing.tRunner.func1.2({0x52b1c0, 0xc00001c0f0})
	/usr/local/go/src/testing/testing.go:1631 +0x24a
example.com/sum.Sum(...)
	/work/sum.go:9
`;
    expect(readFailure(output)).toEqual({
      test: 'TestSum',
      location: '/work/sum.go:9',
      message: 'runtime error: index out of range [3] with length 3',
    });
  });

  it('reads what did not build', () => {
    const output = `# example.com/x
./x.go:5:2: undefined: y
FAIL	example.com/x [build failed]
`;
    expect(readFailure(output)).toEqual({ test: null, location: 'x.go:5', message: 'undefined: y' });
  });
});

describe('JavaScript’s runners', () => {
  it('reads vitest, colours and all', () => {
    const output = `⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

\u001b[41m\u001b[1m FAIL \u001b[22m\u001b[49m test/sum.test.ts > sum > adds
AssertionError: expected 4 to be 3 // Object.is equality

- Expected
+ Received

 ❯ test/sum.test.ts:5:20
`;
    expect(readFailure(output)).toEqual({
      test: 'test/sum.test.ts > sum > adds',
      location: 'test/sum.test.ts:5',
      message: 'AssertionError: expected 4 to be 3 // Object.is equality',
    });
  });

  it('reads jest', () => {
    const output = `FAIL src/sum.test.js
  ✓ knows zero (2 ms)
  ✕ adds (1 ms)

  ● sum › adds

    expect(received).toBe(expected) // Object.is equality

    Expected: 3
    Received: 4

      at Object.<anonymous> (src/sum.test.js:5:20)

Tests:       1 failed, 1 passed, 2 total
`;
    expect(readFailure(output)).toEqual({
      test: 'sum › adds',
      location: 'src/sum.test.js:5',
      message: 'expect(received).toBe(expected) // Object.is equality: expected 3, received 4',
    });
  });

  it('reads node --test, as people read it and as TAP', () => {
    const spec = `✖ adds (1.234ms)
ℹ fail 1

✖ failing tests:

test at test/sum.test.js:5:1
✖ adds (1.234ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:
`;
    const message = 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:';
    expect(readFailure(spec)).toEqual({ test: 'adds', location: 'test/sum.test.js:5', message });
    const tap = `TAP version 13
# Subtest: adds
not ok 1 - adds
  ---
  duration_ms: 1.2
  location: '/w/test/sum.test.js:5:1'
  failureType: 'testCodeFailure'
  error: |-
    Expected values to be strictly equal:
`;
    expect(readFailure(tap)).toEqual({
      test: 'adds',
      location: '/w/test/sum.test.js:5',
      message: 'Expected values to be strictly equal:',
    });
  });
});

describe('the signature', () => {
  it('is the same for runs that differ by chance alone', () => {
    const run = (thread: number, address: string, seconds: string) =>
      readFailure(
        `test a ... FAILED\nthread 'a' (${thread}) panicked at src/lib.rs:3:1:\nlock at ${address} held for ${seconds}s in /tmp/tmp${thread}/x\n`,
      );
    expect(run(1, '0x7f3a20', '0.31')).toEqual(run(99, '0x55aa10cc', '12'));
    expect(run(1, '0x7f3a20', '0.31')?.message).toBe('lock at 0x… held for … in /tmp/…/x');
  });

  it('is null where no runner is recognised', () => {
    expect(readFailure('Segmentation fault (core dumped)\n')).toBeNull();
    expect(readFailure('')).toBeNull();
  });

  it('is bounded for any output', () => {
    const pieces = fc.constantFrom(
      ...cargo.split('\n'),
      '___ x ___',
      '_'.repeat(3000),
      '--- FAIL: A',
      'FAILED a.py::b',
      '  ● a › b',
      'FAIL a.js',
      'not ok 1 - x',
      '\u001b[31m',
      '%'.repeat(5000),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), (lines) => {
        const found = readFailure(lines.join('\n'));
        for (const text of Object.values(found ?? {})) expect((text ?? '').length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

it('in words it is the failure, and apart from it the tally, as far as the output says them', () => {
  const found = readFailures(cargo);
  expect(verdictSentence('failed', found, 101)).toBe(
    'Verifier failed bad_input_reports_index_and_value at src/lib.rs:12: called `Result::unwrap()` on an `Err` value: ParseIntError { kind: InvalidDigit }, and 1 other test.',
  );
  expect(failedShare(found)).toBe('2 of 5 tests failed');
  const good = readFailures('4 passed in 0.1s\n');
  expect([verdictSentence('passed', good, 0), failedShare(good)]).toEqual(['Verifier passed 4 tests.', null]);
  expect(verdictSentence('failed', { tests: [], tally: null }, 2)).toBe('Verifier failed with exit code 2.');
});
