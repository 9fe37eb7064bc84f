// Reads swift test: XCTest and Swift Testing, from their documentation.
import { count, FailureList, firstMatch } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const XCTEST = /^(\/?\S.*?:\d+): error: (?:-\[(.+?)\]|(\S+)) : (.*)$/;
const ISSUE = /^.{0,2}Test (.+?) recorded an issue(?: with .*?)? at (\S+?:\d+):\d+: (.*)$/;
const FAILED = /^.{0,2}Test (?!run\b|Suite\b)(.+?) failed after [\d.]+ seconds/;
const XCTEST_FAILED = /^Test Case '(?:-\[(.+?)\]|(.+?))' failed \(/;
const RUN = /^.{0,2}Test run with (\d{1,9}) tests?.* (?:passed|failed) after/;

export const swift: FailureReader = {
  runner: 'swift',
  forms: 'XCTest and Swift Testing',
  from: 'documentation',
  recognises: ({ text }) =>
    /^Test Case '.+' (?:failed|passed) \(|^.{0,2}Test run with \d+ tests?|^.{0,2}Test .+ recorded an issue|^\tExecuted \d+ tests?, with|^ *Executed \d+ tests?, with|: error: \S+ : XCT/m.test(
      text,
    ),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const line of lines) {
    const xctest = XCTEST.exec(line);
    if (xctest) found.add(dotted(xctest[2] ?? xctest[3] ?? ''), xctest[1], xctest[4]);
    const failedCase = XCTEST_FAILED.exec(line);
    if (failedCase) found.add(dotted(failedCase[1] ?? failedCase[2] ?? ''));
    const issue = ISSUE.exec(line);
    if (issue) found.add(issue[1] ?? null, issue[2], issue[3]);
    const failed = FAILED.exec(line)?.[1];
    if (failed !== undefined) found.add(failed);
  }
  return { tests: found.tests, tally: tallyOf(lines, found) };
}

/** XCTest on macOS names "Module.Class method", elsewhere "Class.method". */
function dotted(name: string): string {
  return name.replace(' ', '.');
}

function tallyOf(lines: readonly string[], found: FailureList) {
  const run = firstMatch(lines, RUN)?.groups[0];
  if (run !== undefined && count(run) > 0) {
    const failed = Math.min(found.tests.length, count(run));
    return { passed: count(run) - failed, failed };
  }
  // Each suite says what it executed; the last is the whole.
  const last = lines
    .flatMap((line) => {
      const executed =
        /^\s*Executed (\d{1,9}) tests?, with (?:(\d{1,9}) tests? skipped and )?(\d{1,9}) failures?/.exec(
          line,
        );
      return executed ? [executed] : [];
    })
    .at(-1);
  if (!last) return null;
  const failed = found.tests.length === 0 ? count(last[3]) : Math.min(found.tests.length, count(last[1]));
  return { passed: Math.max(0, count(last[1]) - count(last[2]) - failed), failed };
}
