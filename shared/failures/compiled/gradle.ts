// Reads Gradle's test task as it prints on a console. Its reports are read as JUnit's XML.
import { count, FailureList, firstMatch, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { javaError } from '../traces/java-trace.ts';

const FAILED = /^(\S+(?: > .+?)+) FAILED$/;
const TALLY = /^(\d{1,9}) tests? completed, (\d{1,9}) failed(?:, (\d{1,9}) skipped)?/;

export const gradle: FailureReader = {
  runner: 'gradle',
  forms: 'JUnit 4 and 5, nested classes',
  from: 'output',
  recognises: ({ text }) => /^\d+ tests? completed, \d+ failed|^\S+ > .+ FAILED$/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const [at, line] of lines.entries()) {
    // The beginning of an output may be cut within the name.
    const name = at === 0 ? undefined : FAILED.exec(line)?.[1];
    if (name === undefined) continue;
    const end = firstMatch(lines, /^(?:\S.*)?$/, at + 1, at + 60)?.at ?? at + 60;
    const { place, message } = javaError(lines.slice(at + 1, end), name);
    found.add(name, place, message);
  }
  const tallies = lines.flatMap((line) => {
    const [, all, failed, skipped] = TALLY.exec(line) ?? [];
    if (all === undefined) return [];
    return [{ passed: Math.max(0, count(all) - count(failed) - count(skipped)), failed: count(failed) }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}
