// Reads bats as it prints for people. Its TAP is read as any other.
import { count, FailureList, firstMatch } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

export const bats: FailureReader = {
  runner: 'bats',
  forms: 'pretty; its TAP is read as TAP',
  from: 'output',
  recognises: ({ text }) =>
    /^ ✗ \S/m.test(text) || (/^ ✓ \S/m.test(text) && /^\d+ tests?, \d+ failures?/m.test(text)),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const [at, line] of lines.entries()) {
    const name = /^ ✗ (\S.*?)(?: \[\d+(?:ms)?\])?$/.exec(line)?.[1];
    if (name === undefined) continue;
    const place = firstMatch(
      lines,
      /^ +\(?(?:from function .*)?in (?:test )?file (.+?), line (\d+)/,
      at + 1,
      at + 5,
    );
    const test = firstMatch(lines, /^ +in test file (.+?), line (\d+)\)/, at + 1, at + 8) ?? place;
    if (!test) continue;
    const said = firstMatch(lines, /^ +(`.*' failed.*)$/, test.at, test.at + 3);
    found.add(name, `${test.groups[0]}:${test.groups[1]}`, said?.groups[0]);
  }
  const [all, failed, skipped] =
    firstMatch(lines, /^(\d{1,9}) tests?, (\d{1,9}) failures?(?:, (\d{1,9}) skipped)?/)?.groups ?? [];
  const tally =
    all === undefined
      ? null
      : { passed: Math.max(0, count(all) - count(failed) - count(skipped)), failed: count(failed) };
  return { tests: found.tests, tally };
}
