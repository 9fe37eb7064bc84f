// Reads PHPUnit, and Pest as far as it prints alike. Its JUnit is read as any other.
import { count, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const HEAD = /^(?:\d+\) (\S+::.+)|FAILURES!|ERRORS!|--|There (?:was|were) \d+ .*)$/;

export const phpunit: FailureReader = {
  runner: 'phpunit',
  forms: 'plain and --testdox, data providers',
  from: 'output',
  recognises: ({ text }) =>
    /^Tests: \d+, Assertions: \d+|^OK \(\d+ tests?, \d+ assertions?\)|^\d+\) \S+::\S/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const { head, lines: body } of sectionsOf(lines, HEAD)) {
    if (head[0] === undefined) continue;
    const place = firstMatch(body, /^((?!\S*\/(?:vendor|usr\/share\/php)\/)\/?\S.*\.php:\d+)$/);
    found.add(head[0], place?.groups[0], firstMatch(body, /(\S.*)/)?.groups[0]);
  }
  addTestdox(found, lines);
  const tallies = lines.flatMap((line) => {
    const all = /^OK \((\d{1,9}) tests?, /.exec(line)?.[1];
    if (all !== undefined) return [{ passed: count(all), failed: 0 }];
    const total = /^Tests: (\d{1,9}), Assertions: /.exec(line)?.[1];
    if (total === undefined) return [];
    const of = (key: string) => count(new RegExp(`, ${key}: (\\d{1,9})`).exec(line)?.[1]);
    const failed = of('Failures') + of('Errors');
    return [{ passed: Math.max(0, count(total) - failed - of('Skipped') - of('Incomplete')), failed }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}

/** Under the name of a class a mark and a sentence for each test, and behind bars what went wrong. */
function addTestdox(found: FailureList, lines: readonly string[]): void {
  let owner: string | null = null;
  for (const [at, line] of lines.entries()) {
    // The beginning of an output may be cut within the name.
    if (/^[A-Za-z].*$/.test(line)) owner = at > 0 ? line.replace(/ \(.*\)$/, '') : null;
    const name = /^ ✘ (.+?)(?: \[[\d.]+ ms\])?$/.exec(line)?.[1];
    if (name === undefined || owner === null) continue;
    const behind = lines.slice(at + 1, at + 30).map((one) => /^ {3}[│├┐┴┊|] ?(.*)$/.exec(one)?.[1] ?? null);
    const end = behind.indexOf(null);
    const body = end < 0 ? behind : behind.slice(0, end);
    const said = body.find((one) => one !== null && one.trim() !== '');
    const place = body.flatMap((one) => /^(\/?\S.*\.php:\d+)$/.exec(one ?? '')?.[1] ?? [])[0];
    found.add(`${owner}::${name}`, place, said);
  }
}
