// Reads RSpec. Its JUnit is read as any other.
import { count, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const TALLY = /^(\d{1,9}) examples?, (\d{1,9}) failures?(?:, (\d{1,9}) pending)?/;
const LISTED = /^rspec (\S+:\d+|'[^']+') # (.+)$/;

export const rspec: FailureReader = {
  runner: 'rspec',
  forms: 'progress and documentation',
  from: 'output',
  recognises: ({ text }) => /^\d+ examples?, \d+ failures?|^rspec \S+ # |^ +Failure\/Error: /m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const { head, lines: body } of sectionsOf(
    lines,
    /^(?: {2}\d+\) (\S.*)|Finished in .*|Failed examples:)$/,
  )) {
    const cause = head[0] === undefined ? null : firstMatch(body, /^ +Failure\/Error: (.*)$/);
    if (!cause) continue;
    const place = firstMatch(body, /^ +# (\S+?:\d+)/);
    const end = firstMatch(body, /^ +# /, cause.at)?.at ?? body.length;
    found.add(head[0] ?? null, place?.groups[0], messageOf(body.slice(cause.at + 1, end)) ?? cause.groups[0]);
  }
  for (const line of lines) {
    const [, place = '', name] = LISTED.exec(line) ?? [];
    if (name !== undefined) found.add(name, place.replace(/^'|'$/g, ''));
  }
  const tallies = lines.flatMap((line) => {
    const [, all, failed, pending] = TALLY.exec(line) ?? [];
    if (all === undefined) return [];
    return [{ passed: Math.max(0, count(all) - count(failed) - count(pending)), failed: count(failed) }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}

/** "expected: 4, got: 3", or the first line below the code. */
function messageOf(body: readonly string[]): string | null {
  const of = (side: RegExp) => firstMatch(body, side)?.groups[0];
  const [expected, got] = [of(/^ +expected: (.*)$/), of(/^ +got: (.*)$/)];
  if (expected !== undefined && got !== undefined) return `expected: ${expected}, got: ${got}`;
  const start = firstMatch(body, /^$/)?.at ?? 0;
  return firstMatch(body, /^ +(\S.*)$/, start)?.groups[0] ?? null;
}
