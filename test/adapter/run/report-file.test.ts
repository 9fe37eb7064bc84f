// The reports that a verifier writes beside what it prints: taken where they are its own, and named where they are not.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReports } from '../../../adapter/run/report-file.ts';

let workdir: string;
beforeAll(() => {
  workdir = mkdtempSync(join(tmpdir(), 'playhead-reports-'));
});
afterAll(() => rmSync(workdir, { recursive: true, force: true }));

const xml = (name: string) =>
  `<testsuite><testcase name="${name}" classname="C"><failure message="boom"/></testcase><testcase name="ok"/></testsuite>`;
const read = (...paths: string[]) => readReports(paths, workdir, Date.now() - 1000);

test('a file, and a folder of them, are read as one report', () => {
  writeFileSync(join(workdir, 'one.xml'), xml('a'));
  mkdirSync(join(workdir, 'reports'));
  writeFileSync(join(workdir, 'reports/TEST-b.xml'), xml('b'));
  writeFileSync(join(workdir, 'reports/notes.txt'), 'x');
  expect(read('one.xml', 'reports')).toMatchObject({
    findings: { tests: [{ name: 'C.a', message: 'boom' }, { name: 'C.b' }], tally: { passed: 2, failed: 2 } },
    problems: [],
  });
});

test('one that is missing, is no report, is older than the run, a link or a pipe is named and not read', () => {
  writeFileSync(join(workdir, 'none.xml'), 'hello');
  writeFileSync(join(workdir, 'old.xml'), xml('a'));
  utimesSync(join(workdir, 'old.xml'), new Date(0), new Date(0));
  symlinkSync(join(workdir, 'one.xml'), join(workdir, 'link.xml'));
  execFileSync('mkfifo', [join(workdir, 'pipe.xml')]);
  expect(read('missing.xml', 'none.xml', 'old.xml', 'link.xml', 'pipe.xml')).toEqual({
    findings: null,
    problems: [
      '--report missing.xml: was not written',
      '--report none.xml: holds no report in JUnit’s XML or CTRF',
      '--report old.xml: is older than the verifier’s run, and was left out',
      expect.stringMatching(/^--report link\.xml: ELOOP/),
      '--report pipe.xml: is no regular file',
    ],
  });
});
