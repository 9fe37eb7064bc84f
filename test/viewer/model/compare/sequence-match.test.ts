// Two sequences are matched, long ones in bounded time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchSequences } from '../../../../viewer/model/compare/sequence-match.ts';

/** The length of a longest common subsequence, by the definition. */
function longest(a: string[], b: string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      table[i]![j] =
        a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
  return table[a.length]![b.length]!;
}
const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 25 });

describe('two sequences', () => {
  it('are matched by a longest common subsequence', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const pairs = matchSequences(a, b);
        expect(pairs).toHaveLength(longest(a, b));
        for (const [index, [i, j]] of pairs.entries()) {
          expect(a[i]).toBe(b[j]);
          if (index > 0) {
            expect(i).toBeGreaterThan(pairs[index - 1]![0]);
            expect(j).toBeGreaterThan(pairs[index - 1]![1]);
          }
        }
      }),
    );
  });

  it('are matched in bounded time when long, around the steps that each took once', () => {
    const long = Array.from({ length: 30_000 }, (_, index) => (index % 3 === 0 ? 'again' : `step ${index}`));
    const other = [...long.slice(0, 9000), ...Array.from({ length: 200 }, () => 'more'), ...long.slice(9500)];
    const shuffledEnd = ['x', ...other, 'y'];
    const pairs = matchSequences(long, shuffledEnd);
    expect(pairs.length).toBeGreaterThanOrEqual(29_500);
    for (const [i, j] of pairs) expect(long[i]).toBe(shuffledEnd[j]);
  });
});
