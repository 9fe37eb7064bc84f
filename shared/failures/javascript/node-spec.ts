// Reads the test runner of Node as it prints for people. Its TAP is read as any other.
import { count, FailureList, firstMatch, lineFrom } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';

export const nodeSpec: FailureReader = {
  runner: 'node',
  forms: 'the spec reporter; its TAP is read as TAP, its JUnit as JUnit',
  from: 'output',
  recognises: ({ text }) => /^✖ failing tests:|^ℹ (?:pass|fail) \d+$/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  const list = firstMatch(lines, /^✖ failing tests:/);
  for (let at = list ? list.at + 1 : lines.length; at < lines.length; at++) {
    const name = /^✖ (.+?)(?: \([\d.]+ms\))?(?: #.*)?$/.exec(lines[at] ?? '')?.[1];
    if (name === undefined) continue;
    const place = /^test at (?:file:\/\/)?(\S.*?:\d+):\d+$/.exec(lines[at - 1] ?? '')?.[1];
    const to = firstMatch(lines, /^(?:test at |✖ )/, at + 1, at + 60)?.at ?? at + 60;
    found.add(name, firstFrame(lines, at + 1, to) ?? place, messageOf(lines, at + 1, to));
  }
  return { tests: found.tests, tally: tallyOf(lines) };
}

/** Node's assertions leave the values to a line of their own. */
function messageOf(lines: readonly string[], from: number, to: number): string | null {
  const said = lineFrom(lines, from, to)?.trim() ?? null;
  const values = said?.endsWith(':')
    ? firstMatch(lines, /^ *(\S.* [!=]==? \S.*)$/, from + 1, from + 5)
    : null;
  return values ? `${said} ${values.groups[0]}` : said;
}

function tallyOf(lines: readonly string[]) {
  const of = (what: RegExp) => lines.flatMap((line) => what.exec(line)?.[1] ?? []);
  const [passed, failed] = [of(/^ℹ pass (\d{1,9})$/), of(/^ℹ fail (\d{1,9})$/)];
  if (passed.length === 0 || failed.length === 0) return null;
  return { passed: count(passed.at(-1)), failed: count(failed.at(-1)) };
}
