// Reports of test runners as a whole, JUnit's XML or CTRF, and how what they say travels with a verifier's output: as a
// short report between two marks, which counts in place of all that was printed. Does not read files.
import { sumOf } from './collecting.ts';
import type { Findings } from './reader.ts';
import { ctrf } from './reports/ctrf.ts';
import { junitXml } from './reports/junit-xml.ts';

const BEGIN = '--- test report ---';
const END = '--- end of test report ---';
/** A verifier's output is kept to 16 kB; the report beside it may be as long again. */
const MAX_SECTION_CHARS = 16_000;

/** What a report says, of whatever length; null where it is neither JUnit's XML nor CTRF. */
export function readReport(text: string): Findings | null {
  const whole = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const printed = { lines: [], text: '', whole, isCut: false };
  const reader = /^\s*</.test(whole) ? junitXml : ctrf;
  return reader.recognises(printed) ? reader.read(printed) : null;
}

/** What several reports of one run say. */
export function joinFindings(all: readonly Findings[]): Findings {
  return {
    tests: all.flatMap(({ tests }) => tests),
    tally: sumOf(all.flatMap(({ tally }) => tally ?? [])),
  };
}

/** What the report says as a section of the verifier's output; its tests are as many as fit. */
export function reportSection({ tests, tally }: Findings): string {
  const lines: string[] = [];
  let chars = 0;
  for (const { name, place, message } of tests) {
    const line = JSON.stringify({
      name: name ?? 'unnamed test',
      status: 'failed',
      ...(message === null ? {} : { message }),
      ...(place === null ? {} : { filePath: place }),
    });
    chars += line.length;
    if (chars > MAX_SECTION_CHARS) break;
    lines.push(line);
  }
  // A status, so that a report of nothing but tests that passed is known as one, too.
  const summary = tally === null ? {} : { summary: { tests: tally.passed + tally.failed, ...tally } };
  const head = JSON.stringify({ status: tests.length === 0 ? 'passed' : 'failed', ...summary }).slice(1, -1);
  return `\n${BEGIN}\n{"results":{${head},"tests":[\n${lines.join(',\n')}\n]}}\n${END}\n`;
}

/** The section in a verifier's output; null where it has none. */
export function sectionIn(output: string): string | null {
  const from = output.lastIndexOf(BEGIN);
  const to = from < 0 ? -1 : output.indexOf(END, from);
  return to < 0 ? null : output.slice(from + BEGIN.length, to);
}
