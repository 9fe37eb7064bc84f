// Reads mocha's reporters for people, and those that print as they do (Cypress). Does not read its TAP or XML.
import { count, FailureList, firstMatch, sectionsOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';

const FAILING = /^ +(\d{1,9}) failing$/;
const PASSING = /^ +(\d{1,9}) passing \(/;

export const mocha: FailureReader = {
  runner: 'mocha',
  forms: 'spec, dot and the other reporters for people',
  from: 'output',
  recognises: ({ text }) => /^ +\d+ passing \(|^ +\d+ failing$/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  const list = firstMatch(lines, FAILING);
  for (const { lines: body, head } of sectionsOf(
    list ? lines.slice(list.at + 1) : [],
    /^ {2}\d+\) (\S.*)$/,
  )) {
    const { name, rest } = titleOf(head[0] ?? '', body);
    if (name === null) continue;
    const said = firstMatch(rest, /^ {5,}(\S.*)$/);
    found.add(name, firstFrame(rest), said ? withValues(said.groups[0] ?? '', rest, said.at) : null);
  }
  const [passing, failing] = [PASSING, FAILING].map((pattern) => firstMatch(lines, pattern));
  const tally = passing ? { passed: count(passing.groups[0]), failed: count(failing?.groups[0]) } : null;
  return { tests: found.tests, tally };
}

/** The title goes on line by line, each further to the right, until one that ends in a colon. */
function titleOf(first: string, body: readonly string[]): { name: string | null; rest: readonly string[] } {
  const names = [first];
  let at = 0;
  while (!names.at(-1)?.endsWith(':') && at < 10 && /^ {5,}\S/.test(body[at] ?? ''))
    names.push((body[at++] ?? '').trim());
  // Output may be cut within the title.
  const isWhole = names.at(-1)?.endsWith(':');
  return { name: isWhole ? names.join(' ').slice(0, -1) : null, rest: body.slice(at) };
}

/** Node's assertions leave the values to a line of their own. */
function withValues(said: string, rest: readonly string[], at: number): string {
  const values = said.endsWith(':') ? firstMatch(rest, /^ *(\S.* [!=]==? \S.*)$/, at + 1, at + 5) : null;
  return values ? `${said} ${values.groups[0]}` : said;
}
