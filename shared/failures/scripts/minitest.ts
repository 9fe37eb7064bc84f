// Reads Minitest and the test runner of Rails, which prints as it does.
import { count, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const TALLY =
  /^(\d{1,9}) (?:runs|tests), \d+ assertions, (\d{1,9}) failures, (\d{1,9}) errors, (\d{1,9}) skips/;

export const minitest: FailureReader = {
  runner: 'minitest',
  forms: 'plain; Rails',
  from: 'output',
  recognises: ({ text }) => /^\d+ (?:runs|tests), \d+ assertions, \d+ failures, /m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const { head, lines: body } of sectionsOf(
    lines,
    /^(?: *(?:\d+\) )?(Failure|Error):|\d+ (?:runs|tests), .*)$/,
  )) {
    const [, name, place] = /^(\S+#[^[]+?)(?: \[(.+?:\d+)\])?:$/.exec(body[0] ?? '') ?? [];
    if (head[0] === undefined || name === undefined) continue;
    const frame = firstMatch(body, /^ +(\S+?:\d+):in /)?.groups[0];
    const values = [/^Expected: (.*)$/, /^ +Actual: (.*)$/].map((side) => firstMatch(body, side)?.groups[0]);
    const [expected, actual] = values;
    const said =
      expected !== undefined && actual !== undefined ? `Expected: ${expected}, Actual: ${actual}` : body[1];
    found.add(name, place ?? frame, said);
  }
  const tallies = lines.flatMap((line) => {
    const [, all, failures, errors, skips] = TALLY.exec(line) ?? [];
    if (all === undefined) return [];
    const failed = count(failures) + count(errors);
    return [{ passed: Math.max(0, count(all) - failed - count(skips)), failed }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}
