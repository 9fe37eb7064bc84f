// The composite as lists and comparisons show it: never without the words that must stand beside it.
import { expect, test } from 'vitest';
import { headlines } from '../../../../shared/score.ts';
import { compositeWords } from '../../../../viewer/model/display/composite-words.ts';
import { notedHeadline } from '../../../../viewer/model/display/format.ts';

test('a composite that doing nothing earns says so beside its number', () => {
  const note = 'what doing nothing earns';
  expect(compositeWords({ composite: 0.6, compositeNote: note })).toBe('0.600 (what doing nothing earns)');
  expect(compositeWords({ composite: 0.6, compositeNote: note }, 2)).toBe('0.60 (what doing nothing earns)');
  expect(compositeWords({ composite: 0.6 })).toBe('0.600');
  expect(compositeWords({ composite: null, compositeNote: note })).toBeNull();
});

test('it says so in a comparison, whoever computed it', () => {
  const scores = [{ axis: 'composite', values: { composite: 0.6 } }];
  const facts = { modelCalls: 0, totalTokens: null, wallMs: null };
  const shown = (didNothing: boolean) =>
    headlines(scores, { ...facts, didNothing })
      .filter(({ axis }) => axis === 'composite')
      .map(notedHeadline);
  expect(shown(true)).toEqual(['0.60 (what doing nothing earns)']);
  expect(shown(false)).toEqual(['0.60']);
});
