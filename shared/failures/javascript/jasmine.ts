// Reads Jasmine, and Karma as far as it prints alike.
import { count, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';

const TALLY = /^(\d{1,9}) specs?, (\d{1,9}) failures?(?:, (\d{1,9}) pending)?/;

export const jasmine: FailureReader = {
  runner: 'jasmine',
  forms: 'the default reporter',
  from: 'output',
  recognises: ({ text }) => /^\d+ specs?, \d+ failures?|^ {2}Message:$/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const { head, lines: body } of sectionsOf(lines, /^(?:\d+\) (\S.*)|\d+ specs?, .*)$/)) {
    if (head[0] === undefined || body[0] !== '  Message:') continue;
    found.add(head[0], firstFrame(body), firstMatch(body, /^ {4}(\S.*)$/)?.groups[0]);
  }
  const tallies = lines.flatMap((line) => {
    const [, all, failed, pending] = TALLY.exec(line) ?? [];
    if (all === undefined) return [];
    return [{ passed: Math.max(0, count(all) - count(failed) - count(pending)), failed: count(failed) }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}
