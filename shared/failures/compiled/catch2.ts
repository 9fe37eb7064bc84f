// Reads Catch2's console reporter, versions 2 and 3, and doctest's, which looks alike. Its XML is read as JUnit's.
import { count, countBefore, FailureList, firstMatch, lineFrom, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const RULE = /^-{60,}$/;
const FAILED = /^(\S.*?)[:(](\d+)\)?: FAILED:?$/;
const TALLY = /^test cases: +(\d{1,9}) \|(.*)$/;
const ALL_PASSED = /^All tests passed \(.* in (\d{1,9}) test cases?\)$/;

export const catch2: FailureReader = {
  runner: 'catch2',
  forms: 'the console reporter of versions 2 and 3, with sections',
  from: 'output',
  recognises: ({ text }) => /^\S.*\d\)?: FAILED:?$|^test cases: +\d+ \||^All tests passed \(/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  let name: string | null = null;
  for (const [at, line] of lines.entries()) {
    if (RULE.test(line)) name = nameBelow(lines, at + 1) ?? name;
    const [, file, number] = FAILED.exec(line) ?? [];
    if (file === undefined || name === null) continue;
    found.add(name, `${file}:${number}`, messageOf(lines, at + 1));
  }
  const tallies = lines.flatMap((line) => {
    const all = ALL_PASSED.exec(line)?.[1];
    if (all !== undefined) return [{ passed: count(all), failed: 0 }];
    const counts = TALLY.exec(line)?.[2];
    if (counts === undefined) return [];
    const text = counts.replace(/\s+/g, ' ');
    return [{ passed: countBefore(text, /passed/), failed: countBefore(text, /failed/) }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}

/** The test case and its sections, each further to the right, between two rules. */
function nameBelow(lines: readonly string[], from: number): string | null {
  const end = firstMatch(lines, RULE, from, from + 12);
  if (!end || end.at === from) return null;
  return lines
    .slice(from, end.at)
    .map((line) => line.trim())
    .join(' > ');
}

/** "REQUIRE( add(1, 2) == 4 ): 3 == 4". */
function messageOf(lines: readonly string[], from: number): string | null {
  const said = lineFrom(lines, from, from + 3)?.trim() ?? null;
  const expansion = firstMatch(
    lines,
    /^(?:with expansion|due to unexpected exception with message):$/,
    from,
    from + 6,
  );
  const values = expansion ? lineFrom(lines, expansion.at + 1, expansion.at + 3)?.trim() : undefined;
  return values === undefined ? said : `${said}: ${values}`;
}
