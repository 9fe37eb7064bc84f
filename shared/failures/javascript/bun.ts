// Reads bun test. Its JUnit is read as any other.
import { count, FailureList, firstMatch } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';

const RESULT = /^ *(?:(\(fail\)|✗)|\((?:pass|skip|todo)\)|[✓»✎]) (\S.*?)(?: \[[\d.]+ ?m?s\])?$/;

export const bun: FailureReader = {
  runner: 'bun',
  forms: 'the default reporter',
  from: 'output',
  recognises: ({ text }) => /^Ran \d+ tests? across \d+ files?\.|^\(fail\) \S|^bun test v\d/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  let from = 0;
  for (const [at, line] of lines.entries()) {
    const result = RESULT.exec(line);
    if (!result && !/^\S+\.[cm]?[jt]sx?:$/.test(line)) continue;
    // What went wrong is printed before the verdict.
    const body = lines.slice(Math.max(from, at - 60), at);
    if (result?.[1] !== undefined) found.add(result[2] ?? null, placeOf(body), messageOf(body));
    from = at + 1;
  }
  const of = (what: RegExp) => firstMatch(lines, what)?.groups[0];
  const [passed, failed] = [of(/^ *(\d{1,9}) pass$/), of(/^ *(\d{1,9}) fail$/)];
  const tally =
    passed === undefined || failed === undefined ? null : { passed: count(passed), failed: count(failed) };
  return { tests: found.tests, tally };
}

function placeOf(body: readonly string[]): string | null {
  return firstFrame(body);
}

function messageOf(body: readonly string[]): string | null {
  const error = firstMatch(
    body,
    /^(?:error: )?(\S.*)$/,
    firstMatch(body, /^(?:error|\w*Error): /)?.at ?? body.length,
  );
  if (!error) return null;
  const values = [/^Expected: (.*)$/, /^Received: (.*)$/].map((side) => firstMatch(body, side)?.groups[0]);
  const [expected, received] = values;
  const said = error.groups[0] ?? '';
  return expected === undefined || received === undefined
    ? said
    : `${said}: expected ${expected}, received ${received}`;
}
