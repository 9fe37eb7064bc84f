// Reads ctest: which programs failed. What they printed is read by their own readers.
import { count, FailureList, firstMatch } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const RESULT = /^ *\d+\/\d+ Test +#\d+: (\S.*?) \.*(?: *\*{3}| *Passed)([A-Za-z :]*?) +[\d.]+ sec/;
const LISTED = /^\s+\d+ - (\S.*?) \((.*)\)$/;
const TALLY = /^\d+% tests passed, (\d{1,9}) tests? failed out of (\d{1,9})/;

export const ctest: FailureReader = {
  runner: 'ctest',
  forms: 'plain, --output-on-failure and -V',
  from: 'output',
  rank: 'wrapper',
  recognises: ({ text }) =>
    /^\d+% tests passed, \d+|^The following tests FAILED:|^ *\d+\/\d+ Test +#\d+: /m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const [at, line] of lines.entries()) {
    const [, name, verdict] = RESULT.exec(line) ?? [];
    if (name === undefined || !line.includes('***')) continue;
    const said = firstMatch(lines, /^(\S.*)$/, at + 1, at + 4)?.groups[0];
    const isOther = said === undefined || /^\d+% tests passed|^ *\d+\/\d+ |^ *Start /.test(said);
    found.add(name, null, isOther ? verdict : said);
  }
  const list = firstMatch(lines, /^The following tests FAILED:/);
  for (let at = list ? list.at + 1 : lines.length; at < lines.length; at++) {
    const [, name, verdict] = LISTED.exec(lines[at] ?? '') ?? [];
    if (name === undefined) break;
    found.add(name, null, verdict);
  }
  const [failed, all] = firstMatch(lines, TALLY)?.groups ?? [];
  const tally =
    all === undefined ? null : { passed: Math.max(0, count(all) - count(failed)), failed: count(failed) };
  return { tests: found.tests, tally };
}
