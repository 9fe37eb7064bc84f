// A composite in a list, with the words that it must not stand without.
import { expect, test } from 'vitest';
import { compositeWords } from '../../../../viewer/model/display/composite-words.ts';

test('a composite of a run that did nothing stands beside the words that say so', () => {
  const idle = { composite: 0.6, compositeNote: 'what doing nothing earns', outcome: 'timed_out' } as const;
  expect(compositeWords(idle)).toBe('0.600 (what doing nothing earns)');
  expect(compositeWords({ composite: 0.6, outcome: 'no_op' }, 2)).toBe('0.60 (what doing nothing earns)');
  expect(compositeWords({ composite: 0.6, outcome: 'failed' })).toBe('0.600');
  expect(compositeWords({ composite: null, outcome: 'no_op' })).toBeNull();
});
