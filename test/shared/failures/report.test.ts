// Reports of test runners that were written to files: what they say counts in place of what was printed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFailures } from '../../../shared/failures/readers.ts';
import { joinFindings, readReport, reportSection } from '../../../shared/failures/report.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/failures');
const reports = ['junit-xml', 'ctrf'].flatMap((folder) =>
  readdirSync(fixtures)
    .filter((name) => name.toLowerCase().replaceAll(' ', '-') === folder)
    .flatMap((name) =>
      readdirSync(join(fixtures, name))
        .filter((file) => file.endsWith('.txt') && !file.endsWith('.made.txt'))
        .map((file) => [`${name}/${file}`, readFileSync(join(fixtures, name, file), 'utf8')] as const),
    ),
);

test('there are reports of several tools', () => {
  expect(reports.length).toBeGreaterThan(3);
});

test.each(reports)(
  '%s says the same as a file and as a section of what a verifier printed',
  (_name, text) => {
    const whole = readReport(text.slice(text.search(/[<{]/)));
    expect(whole?.tests.length).toBeGreaterThan(0);
    const printed = `FAILED tests/other.py::test_other - assert 1 == 2\n${reportSection(whole!)}\n} and more on the other stream`;
    expect(readFailures(printed)).toEqual(whole);
  },
);

test('names, places and messages of any characters come through', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((value) => value.trim() === value && value !== '');
  fc.assert(
    fc.property(fc.array(fc.record({ name: text }), { maxLength: 4 }), fc.nat(5), (tests, passed) => {
      const findings = {
        tests: tests.map(({ name }, at) => ({
          name: `${name} ${at}`,
          place: `src/ä b.ts:${at}`,
          message: 'was 1',
        })),
        tally: { passed, failed: tests.length },
      };
      const read = readFailures(`printed\n${reportSection(findings)}`);
      expect(read.tally).toEqual(findings.tally);
      expect(read.tests.map(({ place }) => place)).toEqual(findings.tests.map(({ place }) => place));
    }),
    { numRuns: 60 },
  );
});

test('a report of ten thousand failures keeps as many as fit, and its tally', () => {
  const tests = Array.from({ length: 10_000 }, (_, at) => ({
    name: `t${at}`,
    place: null,
    message: 'x'.repeat(200),
  }));
  const section = reportSection({ tests, tally: { passed: 1, failed: 10_000 } });
  expect(section.length).toBeLessThan(20_000);
  expect(readFailures(section)).toMatchObject({ tally: { passed: 1, failed: 10_000 } });
});

test('several reports are one: a file for each class, as Surefire writes them', () => {
  const xml = (name: string, failed: boolean) =>
    `<testsuite><testcase name="${name}" classname="C">${failed ? '<failure message="boom"/>' : ''}</testcase></testsuite>`;
  const joined = joinFindings([xml('a', true), xml('b', false)].map((text) => readReport(text)!));
  expect(joined).toMatchObject({
    tests: [{ name: 'C.a', message: 'boom' }],
    tally: { passed: 1, failed: 1 },
  });
});

test('what is no report is none', () => {
  for (const text of ['', 'ok', '{"a":1}', '<html></html>', '[]']) expect(readReport(text)).toBeNull();
});
