// Reads GoogleTest. Its XML is read as JUnit's.
import { count, FailureList, firstMatch, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const FAILED = /^\[ {2}FAILED {2}\] ([^\s,]+\.[^\s,]+)(?:, where (.*?))?(?: \(\d+ ms\))?$/;
const RUN = /^\[ RUN {6}\] (\S+)$/;

export const gtest: FailureReader = {
  runner: 'gtest',
  forms: 'plain, typed and parametrised tests',
  from: 'output',
  recognises: ({ text }) => /^\[(?: RUN {6}|-{10}|={10}| {2}FAILED {2}| {2}PASSED {2})\] /m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  const errors = new Map<string, { place: string | null; message: string | null }>();
  let current: string | null = null;
  for (const [at, line] of lines.entries()) {
    current = RUN.exec(line)?.[1] ?? current;
    const place = /^(\S.*?:\d+): Failure$|^(\S.*?)\((\d+)\): error: /.exec(line);
    if (place && current !== null && !errors.has(current))
      errors.set(current, {
        place: place[1] ?? `${place[2]}:${place[3]}`,
        message: messageOf(lines, at + 1),
      });
    const name = FAILED.exec(line)?.[1];
    if (name === undefined) continue;
    found.add(name, errors.get(name)?.place, errors.get(name)?.message);
    current = null;
  }
  const counts = (what: RegExp) =>
    lines.flatMap((line) => what.exec(line)?.[1] ?? []).map((digits) => count(digits));
  const passed = counts(/^\[ {2}PASSED {2}\] (\d{1,9}) tests?\.$/);
  const failed = counts(/^\[ {2}FAILED {2}\] (\d{1,9}) tests?, listed below:$/);
  const sum = failed.reduce((all, one) => all + one, 0);
  const tally = sumOf(passed.map((one, at) => ({ passed: one, failed: at === 0 ? sum : 0 })));
  return { tests: found.tests, tally };
}

/** "Expected equality of these values: add(1, 2) which is 3, 4". */
function messageOf(lines: readonly string[], from: number): string | null {
  const end = firstMatch(lines, /^$|^\[|: Failure$/, from, from + 8)?.at ?? from + 8;
  return joinedValues(lines.slice(from, end).map((line) => line.trim()));
}

/** Its message in one line. */
export function joinedValues([first, ...others]: readonly string[]): string | null {
  if (first === undefined) return null;
  const values = others.join(', ').replace(/, Which is: /g, ' which is ');
  return values === '' ? first : `${first} ${values}`;
}
