// What must be read from each fixture: the one test that failed, and how many passed and failed. Does not say how.
import type { TestFailure } from '../../shared/failures/reader.ts';

interface Expected {
  readonly test: TestFailure;
  readonly tally: { readonly passed: number; readonly failed: number } | null;
  /** Names that may be read from a part of it. */
  readonly also?: readonly string[];
}

export const expected: Readonly<Record<string, Expected>> = {
  'bats/pretty': {
    test: { name: 'adds', place: 'calc.bats:2', message: "`[ $((1 + 2)) -eq 4 ]' failed" },
    tally: { passed: 3, failed: 1 },
  },
  'bats/tap': {
    test: { name: 'adds', place: 'calc.bats:2', message: "`[ $((1 + 2)) -eq 4 ]' failed" },
    tally: { passed: 3, failed: 1 },
  },
  'bun/plain': {
    test: {
      name: 'calc > adds',
      place: '/app/test/calc.test.js:6',
      message: 'expect(received).toBe(expected): expected 4, received 3',
    },
    tally: { passed: 3, failed: 1 },
  },
  'cargo/does-not-build': {
    test: { name: null, place: 'src/lib.rs:2', message: 'error[E0308]: mismatched types' },
    tally: null,
  },
  'cargo/plain': {
    test: {
      name: 'tests::adds',
      place: 'src/lib.rs:11',
      message: 'assertion `left == right` failed: left 3, right 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'cargo/quiet': {
    test: {
      name: 'tests::adds',
      place: 'src/lib.rs:11',
      message: 'assertion `left == right` failed: left 3, right 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'catch2/plain': {
    test: {
      name: 'adds > small numbers',
      place: 'calc_test.cc:7',
      message: 'REQUIRE( add(1, 2) == 4 ): 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'ctest/output-on-failure': {
    test: { name: 'adds', place: null, message: 'add(1, 2) is 3, not 4' },
    tally: { passed: 3, failed: 1 },
  },
  'ctest/plain': {
    test: { name: 'adds', place: null, message: 'Failed' },
    tally: { passed: 3, failed: 1 },
  },
  'ctrf/jest': {
    test: {
      name: 'calc adds',
      place: '/app/test/calc.test.js:5',
      message: 'Error: expect(received).toBe(expected) // Object.is equality: expected 4, received 3',
    },
    tally: { passed: 3, failed: 1 },
  },
  'deno/plain': {
    test: { name: 'adds', place: '/app/test/calc_test.js:4', message: 'Error: 3 is not 4' },
    tally: { passed: 3, failed: 1 },
  },
  'django/plain': {
    test: {
      name: 'shop.tests.CartTests.test_total',
      place: '/app/shop/tests.py:6',
      message: 'AssertionError: 3 != 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'django/verbose': {
    test: {
      name: 'shop.tests.CartTests.test_total',
      place: '/app/shop/tests.py:6',
      message: 'AssertionError: 3 != 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'exunit/plain': {
    test: {
      name: 'test adds (CalcTest)',
      place: 'calc_test.exs:7',
      message: 'Assertion with == failed: left 3, right 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'go/does-not-build': {
    test: { name: null, place: 'calc_test.go:3', message: 'undefined: y' },
    tally: null,
  },
  'go/json': {
    test: { name: 'TestAdd', place: 'calc_test.go:7', message: 'Add(1, 2) = 3, want 4' },
    tally: { passed: 3, failed: 1 },
  },
  'go/panic': {
    test: {
      name: 'TestAdd',
      place: '/app/calc_test.go:7',
      message: 'runtime error: index out of range [3] with length 1',
    },
    tally: null,
  },
  'go/plain': {
    test: { name: 'TestAdd', place: 'calc_test.go:7', message: 'Add(1, 2) = 3, want 4' },
    tally: null,
  },
  'go/table': {
    test: { name: 'TestAdd/adds_wrongly', place: 'calc_test.go:9', message: 'Add(1, 2) = 3, want 4' },
    tally: null,
    also: ['TestAdd'],
  },
  'go/testify': {
    test: { name: 'TestAdd', place: 'calc_test.go:10', message: 'Not equal: expected 4, actual 3' },
    tally: null,
    also: ['TestAdd'],
  },
  'go/verbose': {
    test: { name: 'TestAdd', place: 'calc_test.go:7', message: 'Add(1, 2) = 3, want 4' },
    tally: { passed: 3, failed: 1 },
  },
  'gradle/plain': {
    test: { name: 'example.CalcTest > adds', place: 'CalcTest.java:10', message: 'java.lang.AssertionError' },
    tally: { passed: 3, failed: 1 },
  },
  'gtest/plain': {
    test: {
      name: 'Calc.Adds',
      place: 'calc_test.cc:5',
      message: 'Expected equality of these values: add(1, 2) which is 3, 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'jasmine/plain': {
    test: { name: 'calc adds', place: '/app/spec/calc_spec.js:5', message: 'Expected 3 to be 4.' },
    tally: { passed: 3, failed: 1 },
  },
  'jest/plain': {
    test: {
      name: 'calc › adds',
      place: 'test/calc.test.js:5',
      message: 'expect(received).toBe(expected) // Object.is equality: expected 4, received 3',
    },
    tally: { passed: 3, failed: 1 },
  },
  'jest/verbose': {
    test: {
      name: 'calc › adds',
      place: 'test/calc.test.js:5',
      message: 'expect(received).toBe(expected) // Object.is equality: expected 4, received 3',
    },
    tally: { passed: 3, failed: 1 },
  },
  'junit-xml/gtest': {
    test: {
      name: 'Calc.Adds',
      place: 'calc_test.cc:5',
      message: 'Expected equality of these values: add(1, 2) which is 3, 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'junit-xml/jest-junit': {
    test: {
      name: 'calc adds',
      place: '/app/test/calc.test.js:5',
      message: 'Error: expect(received).toBe(expected) // Object.is equality: expected 4, received 3',
    },
    tally: { passed: 3, failed: 1 },
  },
  'junit-xml/node': {
    test: {
      name: 'adds',
      place: '/app/test/calc.test.js:7',
      message: 'Expected values to be strictly equal:3 !== 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'junit-xml/pytest': {
    test: {
      name: 'tests.test_calc.test_add[1-2-4]',
      place: 'tests/test_calc.py:8',
      message: 'assert 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'junit-xml/vitest': {
    test: {
      name: 'test/calc.test.js > calc > adds',
      place: 'test/calc.test.js:6',
      message: 'expected 3 to be 4 // Object.is equality',
    },
    tally: { passed: 3, failed: 1 },
  },
  'maven/surefire': {
    test: {
      name: 'example.CalcTest.adds',
      place: 'CalcTest.java:10',
      message: 'org.opentest4j.AssertionFailedError: expected: <4> but was: <3>',
    },
    tally: { passed: 3, failed: 1 },
    also: ['CalcTest.adds'],
  },
  'minitest/plain': {
    test: { name: 'CalcTest#test_adds', place: 'calc_test.rb:7', message: 'Expected: 4, Actual: 3' },
    tally: { passed: 3, failed: 1 },
  },
  'mocha/dot': {
    test: {
      name: 'calc adds',
      place: 'test/calc.js:6',
      message: 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 3 !== 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'mocha/spec': {
    test: {
      name: 'calc adds',
      place: 'test/calc.js:6',
      message: 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 3 !== 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'node/spec': {
    test: {
      name: 'adds',
      place: '/app/test/calc.test.js:7',
      message: 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 3 !== 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'node/tap': {
    test: {
      name: 'adds',
      place: '/app/test/calc.test.js:7',
      message: 'Expected values to be strictly equal: 3 !== 4',
    },
    tally: { passed: 3, failed: 1 },
    also: ['calc'],
  },
  'phpunit/plain': {
    test: {
      name: 'CalcTest::testAdds',
      place: '/app/tests/CalcTest.php:8',
      message: 'Failed asserting that 3 is identical to 4.',
    },
    tally: { passed: 3, failed: 1 },
  },
  'phpunit/testdox': {
    test: {
      name: 'Calc::Adds',
      place: '/app/tests/CalcTest.php:8',
      message: 'Failed asserting that 3 is identical to 4.',
    },
    tally: { passed: 3, failed: 1 },
  },
  'pytest/collection-error': {
    test: {
      name: 'tests/test_broken.py',
      place: 'tests/test_broken.py:1',
      message: "ImportError: cannot import name 'subtract' from 'calc' (/app/calc.py)",
    },
    tally: { passed: 0, failed: 1 },
  },
  'pytest/colours': {
    test: {
      name: 'tests/test_calc.py::test_add[1-2-4]',
      place: 'tests/test_calc.py:8',
      message: 'assert 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
    also: ['test_add[1-2-4]'],
  },
  'pytest/line-traceback': {
    test: {
      name: 'tests/test_calc.py::test_add[1-2-4]',
      place: '/app/tests/test_calc.py:8',
      message: 'assert 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'pytest/long': {
    test: {
      name: 'tests/test_calc.py::test_add[1-2-4]',
      place: 'tests/test_calc.py:8',
      message: 'assert 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
    also: ['test_add[1-2-4]'],
  },
  'pytest/no-traceback': {
    test: { name: 'tests/test_calc.py::test_add[1-2-4]', place: null, message: 'assert 3 == 4' },
    tally: { passed: 3, failed: 1 },
  },
  'pytest/quiet': {
    test: {
      name: 'tests/test_calc.py::test_add[1-2-4]',
      place: 'tests/test_calc.py:8',
      message: 'assert 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
    also: ['test_add[1-2-4]'],
  },
  'pytest/short-traceback': {
    test: {
      name: 'tests/test_calc.py::test_add[1-2-4]',
      place: 'tests/test_calc.py:8',
      message: 'assert 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
    also: ['test_add[1-2-4]'],
  },
  'pytest/verbose': {
    test: {
      name: 'tests/test_calc.py::test_add[1-2-4]',
      place: 'tests/test_calc.py:8',
      message: 'assert 3 == 4',
    },
    tally: { passed: 3, failed: 1 },
    also: ['test_add[1-2-4]'],
  },
  'rspec/documentation': {
    test: { name: 'calc adds', place: './spec/calc_spec.rb:3', message: 'expected: 4, got: 3' },
    tally: { passed: 3, failed: 1 },
  },
  'rspec/plain': {
    test: { name: 'calc adds', place: './spec/calc_spec.rb:3', message: 'expected: 4, got: 3' },
    tally: { passed: 3, failed: 1 },
  },
  'tap/mocha': {
    test: {
      name: 'calc adds',
      place: 'test/calc.js:6',
      message: 'Expected values to be strictly equal: 3 !== 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'tap/prove': {
    test: { name: 'adds', place: 't/calc.t:3', message: "got '3', expected '4'" },
    tally: { passed: 3, failed: 1 },
  },
  'tap/tape': {
    test: { name: 'one and two', place: '/app/test/calc.js:5', message: 'expected 4, actual 3' },
    tally: { passed: 3, failed: 1 },
  },
  'tap/test-more': {
    test: { name: 'adds', place: 't/calc.t:3', message: "got '3', expected '4'" },
    tally: { passed: 3, failed: 1 },
  },
  'traceback/go': {
    test: { name: null, place: '/app/main.go:4', message: '3 is not 4' },
    tally: null,
  },
  'traceback/java': {
    test: { name: null, place: 'Check.java:3', message: 'java.lang.IllegalStateException: 3 is not 4' },
    tally: null,
  },
  'traceback/node': {
    test: { name: null, place: '/app/check.js:2', message: 'Error: 3 is not 4' },
    tally: null,
  },
  'traceback/python': {
    test: { name: null, place: '/app/check.py:3', message: 'AssertionError: 3 is not 4' },
    tally: null,
  },
  'traceback/rust': {
    test: {
      name: null,
      place: 'main.rs:2',
      message: 'assertion `left == right` failed: sums: left 3, right 4',
    },
    tally: null,
  },
  'unittest/error': {
    test: {
      name: 'tests.test_calc.CalcTest.test_add',
      place: '/app/tests/test_calc.py:8',
      message: "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'",
    },
    tally: { passed: 3, failed: 1 },
  },
  'unittest/plain': {
    test: {
      name: 'tests.test_calc.CalcTest.test_add',
      place: '/app/tests/test_calc.py:8',
      message: 'AssertionError: 3 != 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'unittest/verbose': {
    test: {
      name: 'tests.test_calc.CalcTest.test_add',
      place: '/app/tests/test_calc.py:8',
      message: 'AssertionError: 3 != 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'vitest/plain': {
    test: {
      name: 'test/calc.test.js > calc > adds',
      place: 'test/calc.test.js:6',
      message: 'AssertionError: expected 3 to be 4 // Object.is equality',
    },
    tally: { passed: 3, failed: 1 },
  },
  'vitest/verbose': {
    test: {
      name: 'test/calc.test.js > calc > adds',
      place: 'test/calc.test.js:6',
      message: 'AssertionError: expected 3 to be 4 // Object.is equality',
    },
    tally: { passed: 3, failed: 1 },
  },
  'dotnet/console': {
    test: {
      name: 'Calc.Tests.CalcTest.Adds',
      place: '/app/Calc.Tests/CalcTest.cs:9',
      message: 'Assert.Equal() Failure: Values differ: expected 4, actual 3',
    },
    tally: { passed: 3, failed: 1 },
  },
  'swift/xctest': {
    test: {
      name: 'CalcTests.testAdds',
      place: '/app/Tests/CalcTests/CalcTests.swift:6',
      message: 'XCTAssertEqual failed: ("3") is not equal to ("4") -',
    },
    tally: { passed: 3, failed: 1 },
  },
  'swift/swift-testing': {
    test: { name: 'adds()', place: 'CalcTests.swift:6', message: 'Expectation failed: (add(1, 2) → 3) == 4' },
    tally: { passed: 3, failed: 1 },
  },
  'cargo/nextest': {
    test: {
      name: 'tests::adds',
      place: 'src/lib.rs:11',
      message: 'assertion `left == right` failed: left 3, right 4',
    },
    tally: { passed: 3, failed: 1 },
  },
  'gradle/full': {
    test: {
      name: 'CalcTest > adds()',
      place: 'CalcTest.java:11',
      message: 'org.opentest4j.AssertionFailedError: expected: <4> but was: <3>',
    },
    tally: { passed: 3, failed: 1 },
  },
};
