// Reads pytest: the short summary, the sections of failures in each style of traceback, verbose lines, files that
// could not be collected. Does not read reports in XML.
import { countBefore, FailureList, firstMatch, sectionsOf, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const ID = String.raw`\S+\.py(?:::[^\s[]+(?:\[.*?\])?)?`;
const SUMMARY = new RegExp(
  String.raw`^(?:FAILED|ERROR|SUBFAIL(?:ED)?(?:\[[^\]]*\]|\([^)]*\))*) (${ID})(?: - (.*))?$`,
);
const VERBOSE = /^(\S+\.py::[^\s[]+(?:\[.*?\])?) (?:FAILED|ERROR)(?: |$)/;
const TALLY = /^=* ?((?:\d{1,9} [a-z]+(?:, )?)+) in \d[\d.]*s\b/;
const MARKS = /^(?:=+ (?:FAILURES|ERRORS|short test summary info) =+|(?:FAILED|ERROR) \S+\.py\b.*)$/m;

export const pytest: FailureReader = {
  runner: 'pytest',
  forms:
    'all styles of traceback, the short summary, -q and -v, parametrised tests, files that cannot be collected',
  from: 'output',
  recognises: ({ text, lines }) =>
    MARKS.test(text) ||
    lines.some((line) => TALLY.test(line)) ||
    /^\S+\.py::\S+ (?:FAILED|ERROR)/m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  const sections = sectionsByTitle(lines);
  const summary = lines.flatMap((line) => {
    const match = SUMMARY.exec(line);
    return match ? [{ id: match[1] ?? '', said: match[2] ?? null }] : [];
  });
  const bare = lines.flatMap((line) => /^(\/?[^\s:]+\.py:\d+): (.*)$/.exec(line)?.slice(1, 2) ?? []);
  for (const [index, { id, said }] of summary.entries()) {
    const section = sections.get(titleOf(id))?.shift() ?? null;
    const alone = sections.size === 0 && bare.length === summary.length ? (bare[index] ?? null) : null;
    found.add(id, section?.place ?? alone, section?.message ?? said);
  }
  if (summary.length === 0) {
    for (const [at, line] of lines.entries()) {
      const id = at > 0 ? VERBOSE.exec(line)?.[1] : undefined;
      const section = id === undefined ? undefined : sections.get(titleOf(id))?.shift();
      if (id !== undefined) found.add(id, section?.place, section?.message);
    }
  }
  // Output that was cut before its summary names its tests in the heads alone.
  if (found.tests.length === 0)
    for (const [title, list] of sections)
      for (const { place, message } of list) found.add(title, place, message);
  return { tests: found.tests, tally: tallyOf(lines) };
}

interface Section {
  readonly place: string | null;
  readonly message: string | null;
}

function sectionsByTitle(lines: readonly string[]): Map<string, Section[]> {
  const byTitle = new Map<string, Section[]>();
  for (const section of sectionsOf(
    lines,
    /^(?:_{3,} (?:ERROR \w+ (?:of )?)?([^_\s].*?) _{3,}|=+ [a-zA-Z ]+ =+)$/,
    2000,
  )) {
    const [title] = section.head;
    if (title === undefined) continue;
    const place = firstMatch(section.lines, /^((?!\S*(?:\/lib\/python3|site-packages))[^\s:]+\.py:\d+): /);
    const error = firstMatch(section.lines, /^E {2,}(\S.*)$/);
    const list = byTitle.get(title) ?? [];
    list.push({ place: place?.groups[0] ?? null, message: error?.groups[0] ?? null });
    byTitle.set(title, list);
  }
  return byTitle;
}

/** "tests/test_a.py::TestA::test_b[1]" is headed "TestA.test_b[1]", a file that cannot be collected by its path. */
function titleOf(id: string): string {
  const [file = '', ...names] = id.split('::');
  return names.length === 0 ? file : names.join('.');
}

function tallyOf(lines: readonly string[]) {
  return sumOf(
    lines.flatMap((line) => {
      const counts = TALLY.exec(line)?.[1];
      if (counts === undefined || !/\d (?:passed|failed|errors?)\b/.test(counts)) return [];
      const failed = countBefore(counts, /failed/) + countBefore(counts, /errors?/);
      return [{ passed: countBefore(counts, /passed/), failed }];
    }),
  );
}
