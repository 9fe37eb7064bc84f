// Reads deno test's default reporter. Its TAP and JUnit are read as any other.
import { countBefore, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';

const TALLY = /^(?:ok|FAILED) \| (\d+ passed.*)$/;
const HEAD = /^(?:(\S.*?) => (\S+?:\d+):\d+| (?:ERRORS|FAILURES) *|(?:ok|FAILED) \| .*)$/;

export const deno: FailureReader = {
  runner: 'deno',
  forms: 'the default reporter, steps included',
  from: 'output',
  recognises: ({ lines }) => lines.some((line) => TALLY.test(line) || /^ ERRORS *$/.test(line)),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const { at, head, lines: body } of sectionsOf(lines, HEAD)) {
    const [name, place] = head;
    // The beginning of an output may be cut within the name.
    if (name === undefined || at === 0) continue;
    const error = firstMatch(body, /^error: (.*)$/);
    if (error) found.add(name, firstFrame(body) ?? place, error.groups[0]);
    else found.add(name, place);
  }
  const tallies = lines.flatMap((line) => {
    const counts = TALLY.exec(line)?.[1];
    return counts === undefined
      ? []
      : [{ passed: countBefore(counts, /passed/), failed: countBefore(counts, /failed/) }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}
