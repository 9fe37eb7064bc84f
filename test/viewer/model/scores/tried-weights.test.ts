// Weights that a reader tries: they add up to 1 and fit into an address.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeKeys } from '../../../../shared/composite.ts';
import { compositeWeights } from '../../../../shared/score.ts';
import { normalWeights } from '../../../../viewer/model/scores/composite-parts.ts';
import {
  readWeights,
  sameWeights,
  weightsText,
  withWeight,
} from '../../../../viewer/model/scores/tried-weights.ts';

const part = fc.double({ min: 0, max: 1, noNaN: true });
const weights = fc
  .record({ pass_rate: part, integrity: part, cost: part, latency: part, blast_radius: part })
  .map(normalWeights);

describe('weights to try', () => {
  it('add up to 1 whichever is set to what, and the one that is set stays', () => {
    fc.assert(
      fc.property(
        weights,
        fc.constantFrom(...compositeKeys),
        fc.double({ min: -1, max: 2, noNaN: true }),
        (from, key, share) => {
          const tried = withWeight(from, key, share);
          expect(tried[key]).toBe(Math.min(1, Math.max(0, share)));
          expect(compositeKeys.reduce((sum, one) => sum + tried[one], 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('keep the proportions of the others, and share alike where those were nothing', () => {
    const half = withWeight(compositeWeights, 'pass_rate', 0.7);
    expect(half.integrity / half.cost).toBeCloseTo(0.2 / 0.15, 12);
    const all = withWeight(compositeWeights, 'cost', 1);
    expect(withWeight(all, 'cost', 0.2).latency).toBeCloseTo(0.2, 12);
  });

  it('come back from an address as they were put in, to four digits', () => {
    expect(weightsText(compositeWeights)).toBe('0.4,0.2,0.15,0.15,0.1');
    fc.assert(
      fc.property(weights, (from) => {
        const back = readWeights(weightsText(from))!;
        for (const key of compositeKeys) expect(Math.abs(back[key] - from[key])).toBeLessThan(3e-4);
      }),
    );
    expect(sameWeights(readWeights('0.4,0.2,0.15,0.15,0.1')!, compositeWeights)).toBe(true);
  });

  it('are none for any other text', () => {
    for (const text of [
      null,
      '',
      ',,,,',
      '1',
      '1,1,1,1',
      '1,1,1,1,1,1',
      'a,1,1,1,1',
      '-1,1,1,1,1',
      '2,1,1,1,1',
    ])
      expect(readWeights(text)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readWeights(text);
        if (read) expect(compositeKeys.reduce((sum, key) => sum + read[key], 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});
