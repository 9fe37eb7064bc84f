// The registry of failure readers, and the one function that reads what a verifier printed: every test that failed,
// where and why, and how many passed. The viewer, the collector and the command line all read by it. It refuses to
// guess: output of a runner that no reader knows has no failures.

import { onlyNamed, sumOf } from './collecting.ts';
import { cargo } from './compiled/cargo.ts';
import { catch2 } from './compiled/catch2.ts';
import { ctest } from './compiled/ctest.ts';
import { dotnet } from './compiled/dotnet.ts';
import { go } from './compiled/go.ts';
import { gradle } from './compiled/gradle.ts';
import { gtest } from './compiled/gtest.ts';
import { maven } from './compiled/maven.ts';
import { swift } from './compiled/swift.ts';
import { bun } from './javascript/bun.ts';
import { deno } from './javascript/deno.ts';
import { jasmine } from './javascript/jasmine.ts';
import { jest } from './javascript/jest.ts';
import { mocha } from './javascript/mocha.ts';
import { nodeSpec } from './javascript/node-spec.ts';
import { vitest } from './javascript/vitest.ts';
import { endedLines, type Printed, printedOf } from './printed.ts';
import { pytest } from './python/pytest.ts';
import { unittest } from './python/unittest.ts';
import type { FailureReader, Findings, TestFailure } from './reader.ts';
import { readReport, sectionIn } from './report.ts';
import { ctrf } from './reports/ctrf.ts';
import { junitXml } from './reports/junit-xml.ts';
import { tap } from './reports/tap.ts';
import { bats } from './scripts/bats.ts';
import { exunit } from './scripts/exunit.ts';
import { minitest } from './scripts/minitest.ts';
import { phpunit } from './scripts/phpunit.ts';
import { rspec } from './scripts/rspec.ts';
import { traceback } from './traces/traceback.ts';

/** The order is that in which failures of several runners are told; wrappers and the fallback come last. */
export const failureReaders: readonly FailureReader[] = [
  cargo,
  pytest,
  unittest,
  go,
  vitest,
  jest,
  mocha,
  jasmine,
  nodeSpec,
  bun,
  deno,
  gradle,
  maven,
  gtest,
  catch2,
  rspec,
  minitest,
  phpunit,
  exunit,
  dotnet,
  swift,
  bats,
  tap,
  junitXml,
  ctrf,
  ctest,
  traceback,
];

const MAX_TESTS = 100;

/** All that failed in a program's output, and the tally of all its runners; nothing where no reader knows it. */
export function readFailures(output: string): Findings {
  const section = sectionIn(output);
  const report = section === null ? null : readReport(section);
  if (report !== null) return { ...report, tests: report.tests.slice(0, MAX_TESTS) };
  const printed = printedOf(output);
  const ended = endedLines(printed);
  const tests: TestFailure[] = [];
  const tallies: NonNullable<Findings['tally']>[] = [];
  for (const reader of failureReaders) {
    if ((reader.rank !== undefined && tests.length > 0) || !reader.recognises(printed)) continue;
    const found = readBy(reader, printed, ended);
    tests.push(...found.tests);
    if (found.tally && (found.tally.passed > 0 || found.tally.failed > 0)) tallies.push(found.tally);
  }
  return { tests: tests.slice(0, MAX_TESTS), tally: sumOf(tallies) };
}

function readBy(reader: FailureReader, printed: Printed, ended: Printed): Findings {
  const found = reader.read(printed);
  if (ended === printed || found.tests.length === 0) return found;
  return { tests: onlyNamed(found.tests, reader.read(ended).tests), tally: found.tally };
}
