// What runners print that cannot be run here, in the words of their documentation. Does not say what is read from it.

export const documented: readonly { readonly name: string; readonly output: string }[] = [
  {
    // https://learn.microsoft.com/dotnet/core/testing/unit-testing-csharp-with-xunit
    name: 'dotnet/console',
    output: `Starting test execution, please wait...
A total of 1 test files matched the specified pattern.
[xUnit.net 00:00:00.53]     Calc.Tests.CalcTest.Adds [FAIL]
  Failed Calc.Tests.CalcTest.Adds [5 ms]
  Error Message:
   Assert.Equal() Failure: Values differ
Expected: 4
Actual:   3
  Stack Trace:
     at Calc.Tests.CalcTest.Adds() in /app/Calc.Tests/CalcTest.cs:line 9
   at System.RuntimeMethodHandle.InvokeMethod(Object target, Void** arguments)

Failed!  - Failed:     1, Passed:     3, Skipped:     0, Total:     4, Duration: 5 ms - Calc.Tests.dll (net8.0)
`,
  },
  {
    // https://developer.apple.com/documentation/xctest
    name: 'swift/xctest',
    output: `Test Suite 'CalcTests' started at 2026-01-01 00:00:00.000
Test Case 'CalcTests.testAdds' started at 2026-01-01 00:00:00.000
/app/Tests/CalcTests/CalcTests.swift:6: error: CalcTests.testAdds : XCTAssertEqual failed: ("3") is not equal to ("4") -
Test Case 'CalcTests.testAdds' failed (0.001 seconds)
Test Case 'CalcTests.testZero' started at 2026-01-01 00:00:00.000
Test Case 'CalcTests.testZero' passed (0.001 seconds)
Test Suite 'CalcTests' failed at 2026-01-01 00:00:00.000
\t Executed 4 tests, with 1 failure (0 unexpected) in 0.002 (0.002) seconds
`,
  },
  {
    // https://developer.apple.com/documentation/testing
    name: 'swift/swift-testing',
    output: `◇ Test run started.
◇ Test adds() started.
✘ Test adds() recorded an issue at CalcTests.swift:6:3: Expectation failed: (add(1, 2) → 3) == 4
✘ Test adds() failed after 0.001 seconds with 1 issue.
✔ Test zero() passed after 0.001 seconds.
✘ Test run with 4 tests failed after 0.001 seconds with 1 issue.
`,
  },
  {
    // https://nexte.st/docs/reporting/
    name: 'cargo/nextest',
    output: `    Starting 4 tests across 1 binary
        PASS [   0.004s] calc tests::zero
        FAIL [   0.004s] calc tests::adds
--- STDOUT:              calc tests::adds ---

running 1 test
test tests::adds ... FAILED

--- STDERR:              calc tests::adds ---
thread 'tests::adds' panicked at src/lib.rs:11:9:
assertion \`left == right\` failed
  left: 3
 right: 4

------------
     Summary [   0.005s] 4 tests run: 3 passed, 1 failed, 0 skipped
        FAIL [   0.004s] calc tests::adds
error: test run failed
`,
  },
  {
    // https://docs.gradle.org/current/userguide/java_testing.html, with exceptionFormat "full"
    name: 'gradle/full',
    output: `> Task :test FAILED

CalcTest > adds() FAILED
    org.opentest4j.AssertionFailedError: expected: <4> but was: <3>
        at app//org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:55)
        at app//org.junit.jupiter.api.Assertions.assertEquals(Assertions.java:166)
        at app//example.CalcTest.adds(CalcTest.java:11)

4 tests completed, 1 failed

FAILURE: Build failed with an exception.
`,
  },
];
