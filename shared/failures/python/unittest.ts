// Reads Python's unittest, and Django's test runner, which prints as it does. Does not read pytest.
import { count, FailureList, sectionsOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { lastError } from '../traces/python-traceback.ts';

const HEAD = /^(?:(?:FAIL|ERROR): (\S+) \(([A-Za-z_][\w.<>]*)\)((?: (?:\[.*\]|\(.*\)))*)|-{60,}|={60,})$/;

export const unittest: FailureReader = {
  runner: 'unittest',
  forms: 'plain and -v, errors, subtests, modules that cannot be imported; Django’s runner',
  from: 'output',
  recognises: ({ text }) =>
    /^Ran \d+ tests? in /m.test(text) || /^(?:FAIL|ERROR): \S+ \([A-Za-z_][\w.<>]*\)/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  const sections = sectionsOf(lines, HEAD);
  for (const [at, { head }] of sections.entries()) {
    const [name, owner, sub = ''] = head;
    if (name === undefined || owner === undefined) continue;
    // A line of dashes parts the head from its traceback; output may be cut between them.
    const body = sections[at + 1]?.head[0] === undefined ? (sections[at + 1]?.lines ?? []) : [];
    const { place, message } = lastError(body, name);
    found.add(`${fullName(name, owner)}${sub}`, place, message);
  }
  return { tests: found.tests, tally: tallyOf(lines) };
}

/** Since Python 3.11 the method is named twice; setUpClass and modules are named by their owner. */
function fullName(name: string, owner: string): string {
  if (owner.startsWith('unittest.loader.')) return name;
  return owner.endsWith(`.${name}`) ? owner : `${owner}.${name}`;
}

function tallyOf(lines: readonly string[]) {
  let ran: number | null = null;
  let isKnown = false;
  const sum = { passed: 0, failed: 0 };
  for (const line of lines) {
    const total = /^Ran (\d{1,9}) tests? in /.exec(line)?.[1];
    if (total !== undefined) ran = count(total);
    const verdict = ran === null ? null : /^(?:FAILED|OK)(?: \((.*)\))?$/.exec(line);
    if (ran === null || !verdict) continue;
    const of = (key: string) => count(new RegExp(`(?:^|, )${key}=(\\d{1,9})`).exec(verdict[1] ?? '')?.[1]);
    const failed = of('failures') + of('errors') + of('unexpected successes');
    sum.failed += failed;
    sum.passed += Math.max(0, ran - failed - of('skipped'));
    isKnown = true;
    ran = null;
  }
  return isKnown ? sum : null;
}
