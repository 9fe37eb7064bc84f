// Reads Elixir's ExUnit.
import { count, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const HEAD = /^(?: {2}\d+\) ((?:test|property|doctest) .+ \([\w.]+\))|Finished in .*)$/;
const TALLY = /^(?:\d+ doctests?, )?(?:\d+ propert(?:y|ies), )?(\d{1,9}) tests?, (\d{1,9}) failures?(.*)$/;

export const exunit: FailureReader = {
  runner: 'exunit',
  forms: 'plain',
  from: 'output',
  recognises: ({ text }) =>
    /^ {2}\d+\) (?:test|property|doctest) .+ \([\w.]+\)$|^Finished in .* on \w+, /m.test(text) ||
    /^Finished in [\d.]+ seconds \(/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  for (const { head, lines: body } of sectionsOf(lines, HEAD)) {
    if (head[0] === undefined) continue;
    const trace = firstMatch(body, /^ +stacktrace:$/);
    const place = trace && firstMatch(body, /^ +(?:\(\w+ [^)]*\) )?(\S+\.exs?:\d+): /, trace.at);
    const declared = /^ +(\S+:\d+)$/.exec(body[0] ?? '')?.[1];
    const [left, right] = [/^ +left: +(.*)$/, /^ +right: +(.*)$/].map(
      (side) => firstMatch(body, side)?.groups[0],
    );
    const said = firstMatch(body, /^ +(\S.*)$/, 1)?.groups[0];
    const message =
      left === undefined || right === undefined ? said : `${said}: left ${left}, right ${right}`;
    found.add(head[0], place?.groups[0] ?? declared, message);
  }
  const tallies = lines.flatMap((line) => {
    const [, all, failed, more = ''] = TALLY.exec(line) ?? [];
    if (all === undefined) return [];
    const left = [...more.matchAll(/(\d{1,9}) (?:skipped|excluded)/g)].reduce(
      (sum, one) => sum + count(one[1]),
      0,
    );
    return [{ passed: Math.max(0, count(all) - count(failed) - left), failed: count(failed) }];
  });
  return { tests: found.tests, tally: sumOf(tallies) };
}
