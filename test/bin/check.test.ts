// `playhead check` where nothing can be told, and calls that are wrong: exit code 2, and one line that says why.
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../bin/exit-codes.ts';
import { sharedCollector } from '../support/hostile.ts';
import { sendSweep } from '../support/judging/judged-cells.ts';
import { said } from './said.ts';

const collector = sharedCollector();
const check = (...args: string[]) => said(['check', ...args, '--endpoint', collector().url]);

test.each([
  ['few tasks', ['few-2', '--against', 'few-1'], /^few-2: cannot be told\. It cannot be told: 2 tasks/],
  [
    'a sweep that is not there',
    ['none', '--min-pass', '1'],
    /^playhead: none: cannot be told\. .*there is no sweep none/,
  ],
  ['no baseline', ['few-2', '--against', 'baseline'], /no sweep of few is tagged as the baseline/],
])('of %s nothing is told', async (_what, args, words) => {
  await sendSweep(collector(), 'few-1', '11');
  await sendSweep(collector(), 'few-2', '10');
  const { code, out, err } = await check(...args);
  expect([code, out + err]).toEqual([2, expect.stringMatching(words)]);
});

test('without a collector nothing is told', async () => {
  const { code, err } = await said(['check', 's', '--min-pass', '1', '--endpoint', 'http://127.0.0.1:9']);
  expect([code, err]).toEqual([2, expect.stringMatching(/^playhead: s: cannot be told\. .+\n$/)]);
});

test.each([
  [['s']],
  [['s', '--max-regressions', '1']],
  [['s', '--min-pass', '120%']],
  [['s', '--min-pass', '2']],
  [['s', '--max-cost', 'much']],
  [['s', '--against', 't', '--alpha', '0.9']],
])('%j is a wrong call', async (args) => {
  const error = await check(...args).catch((thrown: unknown) => thrown);
  expect(exitCodeOf(error)).toBe(2);
});
