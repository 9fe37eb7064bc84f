// Reads vitest's reporters for people. Does not read its TAP, JUnit or JSON.
import { countBefore, FailureList, firstMatch, lineFrom, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const FAIL = /^ *FAIL {2}(?:\|[^|]*\| |\S+ (?=\S+\.[cm]?[jt]sx?))?(\S+\.[cm]?[jt]sx?(?: > .+| \[.*\])?)$/;
const TALLY = /^ *Tests {2}((?:\d+ [a-z]+(?: \| )?)+) \(\d+\)/;

export const vitest: FailureReader = {
  runner: 'vitest',
  forms: 'plain and verbose, projects, files that cannot be run',
  from: 'output',
  recognises: ({ lines, text }) => /^ *FAIL {2}\S/m.test(text) || lines.some((line) => TALLY.test(line)),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const [at, line] of lines.entries()) {
    const name = FAIL.exec(line)?.[1];
    if (name === undefined) continue;
    // Tests that failed with the same error are named one below the other.
    let from = at + 1;
    while (FAIL.test(lines[from] ?? '') && from < at + 100) from++;
    const to = firstMatch(lines, /^ *FAIL {2}|^⎯{4,}/, from, from + 100)?.at ?? from + 100;
    const place = firstMatch(lines, /^ ❯ (?:.* \(?)?([^\s():]+:\d+):\d+/, from, to);
    const error = firstMatch(lines, /^(\w*(?:Error|Exception)\b.*)$/, from, Math.min(to, from + 10));
    found.add(name, place?.groups[0], error?.groups[0] ?? lineFrom(lines, from, to));
  }
  return { tests: found.tests, tally: tallyOf(lines) };
}

function tallyOf(lines: readonly string[]) {
  return sumOf(
    lines.flatMap((line) => {
      const counts = TALLY.exec(line)?.[1];
      if (counts === undefined) return [];
      return [{ passed: countBefore(counts, /passed/), failed: countBefore(counts, /failed/) }];
    }),
  );
}
