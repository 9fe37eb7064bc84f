// The gate: which exit code and which sentence, and its reports, whatever the names in them are.
import { describe, expect, test } from 'vitest';
import { readReport } from '../../../shared/failures/report.ts';
import { compareSweeps } from '../../../shared/judge/compare-sweeps.ts';
import { type GateOptions, gateOf } from '../../../shared/judge/gate.ts';
import { gateJUnit, gateMarkdown } from '../../../shared/judge/gate-reports.ts';
import { judgeSweep } from '../../../shared/judge/judge-sweep.ts';
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import { aJudgedSweep, type JudgedCell, ofTasks } from '../../support/judging/judged-sweeps.ts';

function judgement(after: readonly JudgedCell[], before?: readonly JudgedCell[]): JudgementJson {
  const tables = aJudgedSweep(after, 'new');
  const verdicts = { count: 0, digest: '', newestAt: null, verifiers: [], corrected: [], correctedCount: 0 };
  const alone = { ...judgeSweep(tables), stem: 'new', isBaseline: false, verdicts };
  return before === undefined
    ? alone
    : { ...alone, against: compareSweeps(tables, aJudgedSweep(before, 'old'), 0.05) };
}

const times = (word: string, count: number) => Array.from({ length: count }, () => word).join(' ');
const good = ofTasks(times('3/3', 10));
const bad = ofTasks(times('0/3', 10));
const few = ofTasks('1/1 1/1');

test.each<[string, JudgedCell[], JudgedCell[] | undefined, GateOptions, 0 | 1 | 2, RegExp]>([
  ['equal sweeps', good, good, {}, 0, /^new: holds\. No difference beyond chance/],
  ['a fall', bad, good, {}, 1, /^new: worse\. Worse: 100 % before, 0 % after/],
  ['a rise', good, bad, {}, 0, /Better/],
  ['too few tasks', few, few, {}, 2, /^new: cannot be told\. .*5 are needed/],
  [
    'regressions',
    [...good, ...ofTasks('0/1', { task: 'g/x' })],
    [...good, ...ofTasks('1/1', { task: 'g/x' })],
    { maxRegressions: 0 },
    1,
    /1 of 11 tasks regressed, 0 may: g\/x/,
  ],
  [
    'as many regressions as may be',
    [...good, ...ofTasks('0/1', { task: 'g/x' })],
    [...good, ...ofTasks('1/1', { task: 'g/x' })],
    { maxRegressions: 1 },
    0,
    /holds/,
  ],
  [
    'regressions of few tasks, which are counted all the same',
    ofTasks('0/1 1/1'),
    few,
    { maxRegressions: 0 },
    1,
    /1 of 2 tasks regressed/,
  ],
  [
    'a pass rate that is too low',
    ofTasks('1/1 0/1'),
    undefined,
    { minPass: 0.8 },
    1,
    /1 of 2 attempts passed: 50 %/,
  ],
  ['a pass rate that is enough', few, undefined, { minPass: 1 }, 0, /2 of 2 attempts passed/],
  ['a pass rate of nothing', [{ came: 'rate_limited' }], undefined, { minPass: 0.1 }, 2, /No attempt counts/],
  [
    'a cost that is too high',
    [{ usd: 3 }],
    undefined,
    { maxCostUsd: 2 },
    1,
    /It cost \$3\.00 measured, more than \$2\.00/,
  ],
  [
    'a cost that is known and low',
    [{ usd: 1 }, { usd: 0.5, grade: 'estimated' }],
    undefined,
    { maxCostUsd: 2 },
    0,
    /\$1\.00 measured and \$0\.5000 estimated/,
  ],
  [
    'a cost that is low as far as it is known',
    [{ usd: 1 }, {}],
    undefined,
    { maxCostUsd: 2 },
    2,
    /at least \$1\.00 measured: of 1 of 2 cells/,
  ],
  ['a cost that nothing tells', [{}], undefined, { maxCostUsd: 2 }, 2, /cost of no cell is recorded/],
  [
    'a cell that is too dear',
    [{ usd: 3 }, { usd: 1 }],
    undefined,
    { maxCellCostUsd: 2 },
    1,
    /dearest cell cost \$3\.00/,
  ],
])('%s', (_what, after, before, options, exitCode, sentence) => {
  const result = gateOf(judgement(after, before), options);
  expect([result.exitCode, result.sentence]).toEqual([exitCode, expect.stringMatching(sentence)]);
});

test('that regressions are counted and not tested stands in the name of the condition', () => {
  const { checks } = gateOf(judgement(good, good), { maxRegressions: 2 });
  expect(checks.map(({ name }) => name)).toContain('at most 2 regressions (counted, not tested)');
});

describe('its reports', () => {
  const nasty = 'g/<b>&"\u0000|`x`](javascript:x)';
  const found = judgement(
    [...bad, ...ofTasks('0/1', { task: nasty, agent: '<agent>' })],
    [...good, ...ofTasks('1/1', { task: nasty, agent: '<agent>' })],
  );
  const result = gateOf(found, { maxRegressions: 0, minPass: 0.5, maxCostUsd: 1 });

  test('in JUnit’s XML have a test a condition, failed or in error', () => {
    const found = readReport(gateJUnit(result));
    expect(found?.tests.map(({ message }) => message)).toEqual(
      result.checks
        .filter(({ state }) => state !== 'holds')
        .map(({ sentence }) => sentence.replaceAll('\u0000', '\ufffd')),
    );
    expect(found?.tally).toEqual({ passed: 0, failed: 4 });
  });

  test('in Markdown name verdict, configurations, flips and notes, and no name is markup', () => {
    const text = gateMarkdown(result, found);
    expect(text).toMatch(/^## ❌ new: worse\n/);
    expect(text).toContain('| f/0 | 3 of 3 | 0 of 3 |');
    expect(text).not.toMatch(/(?<!\\)[<`]/);
    expect(text).not.toMatch(/\]\(/);
  });
});
