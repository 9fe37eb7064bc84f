// Reads dotnet test (xUnit, NUnit and MSTest alike), from its documentation. Does not read TRX.
import { count, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const HEAD =
  /^(?: {2}(?:Failed|X) (\S.*?) \[.*\]| {2}(?:Passed|Skipped) .*|(?:Failed|Passed)! .*|Test Run .*|Total tests: .*)$/;
const TALLY = /^(?:Failed|Passed)! +- Failed: +(\d{1,9}), Passed: +(\d{1,9}),/;

export const dotnet: FailureReader = {
  runner: 'dotnet',
  forms: 'the console logger, minimal and normal',
  from: 'documentation',
  recognises: ({ text }) =>
    /^(?:Failed|Passed)! +- Failed: |^ {2}(?:Failed|X) \S.* \[.*\]$|^Total tests: \d/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const { head, lines: body } of sectionsOf(lines, HEAD)) {
    if (head[0] === undefined) continue;
    const message = firstMatch(body, /^ *Error Message:$/);
    const trace = firstMatch(body, /^ *at .* in (.+):line (\d+)$/);
    const place = trace ? `${trace.groups[0]}:${trace.groups[1]}` : null;
    found.add(head[0], place, message && messageOf(body, message.at + 1));
  }
  return { tests: found.tests, tally: tallyOf(lines) };
}

function messageOf(body: readonly string[], from: number): string | null {
  const said = firstMatch(body, /^ *(\S.*)$/, from, from + 3)?.groups[0] ?? null;
  const of = (side: RegExp) => firstMatch(body, side, from, from + 8)?.groups[0];
  const [expected, actual] = [of(/^ *Expected: +(.*)$/), of(/^ *(?:Actual|But was): +(.*)$/)];
  if (said === null || expected === undefined || actual === undefined || said.startsWith('Expected:')) {
    return said?.startsWith('Expected:') && actual !== undefined ? `${said}, actual ${actual}` : said;
  }
  return `${said}: expected ${expected}, actual ${actual}`;
}

function tallyOf(lines: readonly string[]) {
  const short = lines.flatMap((line) => {
    const [, failed, passed] = TALLY.exec(line) ?? [];
    return failed === undefined ? [] : [{ passed: count(passed), failed: count(failed) }];
  });
  if (short.length > 0) return sumOf(short);
  if (!firstMatch(lines, /^Total tests: \d/)) return null;
  const of = (what: RegExp) => count(firstMatch(lines, what)?.groups[0]);
  return { passed: of(/^ +Passed: (\d{1,9})$/), failed: of(/^ +Failed: (\d{1,9})$/) };
}
