// Reads jest's default and verbose reporters. Does not read its JSON.
import { countBefore, FailureList, firstMatch, lineFrom, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';

export const jest: FailureReader = {
  runner: 'jest',
  forms: 'plain and --verbose, suites that cannot be run',
  from: 'output',
  recognises: ({ text }) => /^(?:Tests: |Test Suites: )|^ {2}● \S/m.test(text),
  read,
};

function read({ lines, text }: Printed): Findings {
  const found = new FailureList();
  const isJest = /^(?:FAIL\s+\S+|Tests?(?: Suites)?: )/m.test(text);
  for (const { head, lines: body } of isJest
    ? sectionsOf(lines, /^(?: {2}● (\S.*)|(?:FAIL|PASS) .*|Test Suites: .*)$/)
    : []) {
    const [name] = head;
    if (name === undefined || /^Console\b/.test(name)) continue;
    found.add(name, firstFrame(body), messageOf(body));
  }
  return { tests: found.tests, tally: tallyOf(lines) };
}

function messageOf(body: readonly string[]): string | null {
  const said = lineFrom(body, 0);
  const of = (side: RegExp) => firstMatch(body, side, 0, 12)?.groups[0];
  const [expected, received] = [of(/^ +Expected(?: \w+)?: +(\S.*)$/), of(/^ +Received(?: \w+)?: +(\S.*)$/)];
  if (said === null || expected === undefined || received === undefined) return said;
  return `${said}: expected ${expected}, received ${received}`;
}

function tallyOf(lines: readonly string[]) {
  return sumOf(
    lines.flatMap((line) => {
      const counts = /^Tests: +(\d.*)$/.exec(line)?.[1];
      if (counts === undefined) return [];
      return [{ passed: countBefore(counts, /passed/), failed: countBefore(counts, /failed/) }];
    }),
  );
}
