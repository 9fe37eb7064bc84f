// What is read from the output of each runner: fixtures under test/fixtures/failures/ are what it really printed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureReaders, readFailures } from '../../../shared/failures/readers.ts';
import { documented } from '../../failures/documented.ts';
import { expected } from '../../failures/expected.ts';

const folder = join(import.meta.dirname, '../../fixtures/failures');

const fixtures = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(join(folder, name))
      .filter((file) => !file.endsWith('.made.txt'))
      .map((file) => `${name}/${file.replace(/\.txt$/, '')}`),
  );

const textOf = (fixture: string) =>
  documented.find(({ name }) => name === fixture)?.output ??
  readFileSync(join(folder, `${fixture}.txt`), 'utf8');

const all = [...fixtures, ...documented.map(({ name }) => name)];

describe('of what a runner printed', () => {
  it.each(all)('%s names the test, its place and its message, and the tally', (fixture) => {
    const { tests, tally } = readFailures(textOf(fixture));
    expect([tests, tally]).toEqual([[expected[fixture]?.test], expected[fixture]?.tally]);
  });

  it('every reader has a fixture', () => {
    const known = new Set(all.map((fixture) => fixture.split('/')[0]));
    const folderOf = (runner: string) => runner.toLowerCase().replace(' ', '-');
    expect(failureReaders.map(({ runner }) => folderOf(runner)).filter((name) => !known.has(name))).toEqual(
      [],
    );
  });
});

describe('of output that is cut', () => {
  it.each(all)('%s invents no test, wherever the cut is', (fixture) => {
    const text = textOf(fixture);
    const names = new Set(readFailures(text).tests.map(({ name }) => name));
    const known = new Set([...names, null, ...(expected[fixture]?.also ?? [])]);
    const step = Math.max(1, Math.floor(text.length / 50));
    for (let at = 0; at <= text.length; at += step)
      for (const part of [text.slice(0, at), text.slice(at)])
        for (const { name } of readFailures(part).tests)
          expect([known.has(name), name, at]).toEqual([true, name, at]);
  });

  it.each(all)('%s is still read from the last 16,384 characters', (fixture) => {
    const noise = 'a line of something else\n'.repeat(2000);
    expect(readFailures(noise + textOf(fixture)).tests).toEqual(readFailures(textOf(fixture)).tests);
  });
});

it('several runners in one output are read one after the other, their tallies added', () => {
  const both = readFailures(`${textOf('pytest/quiet')}${textOf('cargo/plain')}`);
  expect(both.tests.map(({ name }) => name)).toEqual(['tests::adds', 'tests/test_calc.py::test_add[1-2-4]']);
  expect(both.tally).toEqual({ passed: 6, failed: 2 });
});

it('the program that ctest ran is named by its own runner', () => {
  const both = readFailures(`${textOf('gtest/plain')}${textOf('ctest/plain')}`);
  expect(both.tests.map(({ name }) => name)).toEqual(['Calc.Adds']);
});

it('a run in which all passed has a tally and no failures', () => {
  expect(readFailures('5 passed in 0.1s\n')).toEqual({ tests: [], tally: { passed: 5, failed: 0 } });
  expect(readFailures('test result: ok. 3 passed; 0 failed;\n').tally).toEqual({ passed: 3, failed: 0 });
  expect(readFailures('Ran 2 tests in 0.001s\n\nOK (skipped=1)\n').tally).toEqual({ passed: 1, failed: 0 });
  expect(readFailures('')).toEqual({ tests: [], tally: null });
});

describe('of hostile output', () => {
  const lines = all.flatMap((fixture) => textOf(fixture).split('\n'));
  const pieces = fc.oneof(
    fc.constantFrom(...lines),
    fc.string(),
    fc.constantFrom('\u001b[', '<', '{"name":', '"'),
  );

  it('nothing is thrown, and all that is read is bounded', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.constantFrom('\n', ' ', ''), (parts, joint) => {
        const { tests } = readFailures(parts.join(joint));
        expect(tests.length).toBeLessThanOrEqual(100);
        for (const test of tests)
          for (const text of Object.values(test)) expect((text ?? '').length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['an escape that never ends', '\u001b]'],
    ['brackets', '[('],
    ['tags', '<testcase name="a"><failure '],
    ['objects', '{"name":"a","status":"failed"'],
    ['sections', '___ a ___\nFAILED a.py::b\n'],
    ['test points', '    not ok 1 - a\n'],
    ['panics', "thread 'a' panicked at b:1:1:\n"],
    ['failures of go', '--- FAIL: a/b/c (0.00s)\n    a_test.go:1: x\n'],
    ['verdicts of a wrapper', '1/4 Test #1: a ...***Failed 0.00 sec\n'],
    ['marks of node', '✖ failing tests:\n✖ a (1ms)\n'],
    ['numbered failures', '  1) a\n       b:\n  1 failing\n'],
  ])('%s: twice the output takes no more than a few times as long', (_, piece) => {
    const timeOf = (chars: number) => {
      const output = piece.repeat(chars / piece.length);
      const start = process.cpuUsage();
      readFailures(output);
      return process.cpuUsage(start).user / 1000;
    };
    timeOf(25_000);
    // Quadratic time would make it 64 times as long.
    const short = Math.min(timeOf(25_000), timeOf(25_000), timeOf(25_000));
    const long = Math.min(timeOf(200_000), timeOf(200_000), timeOf(200_000));
    expect(long).toBeLessThan(32 * Math.max(short, 5));
  });
});

it('the page on failures has a row for each reader, as the reader says it', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/failures.md'), 'utf8');
  for (const { runner, forms, from } of failureReaders) {
    const source = from === 'output' ? 'real output' : 'its documentation';
    expect(page).toContain(`| ${runner} | ${forms} | ${source} |`);
  }
});
