// Reads Maven's Surefire and Failsafe as they print on a console. Their reports are read as JUnit's XML.
import { count, FailureList, firstMatch, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { javaError } from '../traces/java-trace.ts';

/** "example.CalcTest.adds -- Time elapsed: 0.01 s <<< FAILURE!", before 3.1 "adds(example.CalcTest)  Time elapsed: …". */
const FAILED = /^(?:\[ERROR\] +)(\S.*?) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!$/;
const LISTED = /^(?:\[ERROR\]) {3}(?:([\w$]+(?:\.[\w$]+|->[\w$]+)*)\.)?([\w$]+):(\d+)(?:->[\w$.:]+)* +(.*)$/;
const TALLY =
  /^(?:\[(?:ERROR|WARNING|INFO)\] )?Tests run: (\d{1,9}), Failures: (\d{1,9}), Errors: (\d{1,9}), Skipped: (\d{1,9})$/;

export const maven: FailureReader = {
  runner: 'maven',
  forms: 'Surefire and Failsafe 2 and 3',
  from: 'output',
  recognises: ({ text }) => /^(?:\[\w+\] )?Tests run: \d+, Failures: \d+|<<< (?:FAILURE|ERROR)!/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const [at, line] of lines.entries()) {
    const name = FAILED.exec(line)?.[1];
    if (name === undefined || name.startsWith('Tests run:')) continue;
    const end = firstMatch(lines, /^(?:\[\w+\].*)?$/, at + 1, at + 80)?.at ?? at + 80;
    const { place, message } = javaError(lines.slice(at + 1, end), name);
    found.add(dotted(name), place, message);
  }
  // Output that is cut before its list of failures has their traces alone, and the other way round.
  if (found.tests.length === 0)
    for (const line of lines) {
      const [, owner, method, number, said] = LISTED.exec(line) ?? [];
      if (method === undefined || owner === undefined) continue;
      found.add(`${owner}.${method}`, `${owner.split('.').at(-1)}.java:${number}`, said);
    }
  const tallies = lines.flatMap((line) => {
    const [, all, failures, errors, skipped] = TALLY.exec(line) ?? [];
    if (all === undefined) return [];
    const failed = count(failures) + count(errors);
    return [{ passed: Math.max(0, count(all) - failed - count(skipped)), failed }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}

function dotted(name: string): string {
  const [, method, owner] = /^(\S+)\(([\w.$]+)\)$/.exec(name) ?? [];
  return method === undefined ? name : `${owner}.${method}`;
}
