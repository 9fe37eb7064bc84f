// Steps without a time beside measured calls: in the agent's own order, each after the call that it follows.
import { describe, expect, test } from 'vitest';
import { parseAiderHistory } from '../../../adapter/agents/aider/aider.ts';
import type { SeenChange } from '../../../adapter/record/observations.ts';
import { beginningOf, placedAmong } from '../../../adapter/record/undated-steps.ts';

const history = [
  '# aider chat started at 2026-01-01 00:00:00',
  '#### fix it',
  'First  ',
  'try.',
  '> Tokens: 1.0k sent, 41 received.',
  '> Applied edit to total.js',
  'Second try.',
  '> Tokens: 1.0k sent, 42 received.',
  '> Applied edit to total.js',
].join('\n');
const { steps } = parseAiderHistory(history)!;
const S = 1_000_000_000n;
const call = (second: bigint, said: string) => ({
  startNs: second * S,
  endNs: (second + 1n) * S,
  said: beginningOf([said]),
});
const calls = [call(100n, 'First try.'), call(110n, 'Second\n try.'), call(120n, 'A summary.')];
const changed = (second: bigint): SeenChange => ({
  ...{ path: 'src/total.js', change: 'modified', diff: null, atNs: second * S, timing: 'measured' },
});

describe('steps without a time', () => {
  test('stand after the call that said their answer, in their order, and the prompt before it', () => {
    const placed = placedAmong(steps, calls, []);
    expect(placed.map(({ type, startNs }) => [type, Number(startNs) / 1e9])).toEqual([
      ['message', 99.999],
      ['model_call', 100],
      ['tool_call', 101.001],
      ['model_call', 110],
      ['tool_call', 111.001],
    ]);
    expect(placed.map(({ timing }) => timing)).toEqual(['none', 'derived', 'none', 'derived', 'none']);
  });

  test('that edit a file stand where the file changed, before the next call', () => {
    const placed = placedAmong(steps, calls, [changed(104n), changed(102n), changed(113n)]);
    const edits = placed.filter(({ type }) => type === 'tool_call');
    expect(edits.map(({ startNs, endNs, timing }) => [startNs / S, endNs / S, timing])).toEqual([
      [102n, 104n, 'derived'],
      [113n, 113n, 'derived'],
    ]);
  });

  test('stay where they were without a call that said the same', () => {
    expect(placedAmong(steps, [call(100n, 'Other.')], [])).toBe(steps);
    expect(placedAmong(steps, [], [])).toBe(steps);
  });

  test('never pass the next call, however many they are', () => {
    const close = [
      { ...calls[0]!, endNs: 101n * S },
      { ...calls[1]!, startNs: 101n * S + 500n },
    ];
    const [, , edit] = placedAmong(steps, close, []);
    expect(edit?.startNs).toBe(101n * S);
  });
});
