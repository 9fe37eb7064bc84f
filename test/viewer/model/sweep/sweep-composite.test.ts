// The composite of a sweep under weights that a reader tries.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeOf, compositeWeights } from '../../../../shared/score.ts';
import { indexSweep } from '../../../../viewer/model/sweep/matrix.ts';
import { doingNothing, meanParts, triedComposite } from '../../../../viewer/model/sweep/sweep-composite.ts';
import { aSweep, type SweepCell } from '../../../support/sweep-builders.ts';

type Parts = Partial<SweepCell> & { blast?: number | null; integrity?: number | null };

function aCell({ blast = 0, integrity = 1, ...parts }: Parts): SweepCell {
  return {
    id: 's/pi/m/f/t',
    agent: 'pi',
    model: 'm',
    family: 'f',
    task: 'f/t',
    attempt: 1,
    outcome: 'failed',
    pass: 0,
    composite: null,
    durationMs: 13_172.798,
    values: [
      ['blast_radius', blast],
      ['integrity', integrity],
    ],
    ...parts,
  };
}
const indexOf = (...cells: Parts[]) => indexSweep(aSweep(cells.map(aCell)));
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('the tried composite', () => {
  it('is the recorded one under the house’s weights, for any cell', () => {
    fc.assert(
      fc.property(
        unit,
        unit,
        unit,
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (pass, integrity, blast, wall) => {
          const wanted = compositeOf({ passRate: pass, integrity, blastRadius: blast, wallClockMs: wall });
          const [tried] = triedComposite(
            indexOf({ pass, integrity, blast, durationMs: wall }),
            compositeWeights,
          );
          expect(tried).toBeCloseTo(wanted, 12);
        },
      ),
    );
  });

  it('knows nothing where a component that counts was not recorded', () => {
    const [lacking] = triedComposite(indexOf({ blast: null }), compositeWeights);
    expect(lacking).toBeNaN();
    const without = { pass_rate: 0.5, integrity: 0.5, cost: 0, latency: 0, blast_radius: 0 };
    expect(triedComposite(indexOf({ blast: null, pass: 1 }), without)[0]).toBe(1);
  });

  it('is none of a failure of the surroundings, whatever weighs', () => {
    const weights = { pass_rate: 0, integrity: 1, cost: 0, latency: 0, blast_radius: 0 };
    const [down] = triedComposite(indexOf({ outcome: 'provider_error', pass: null }), weights);
    expect(down).toBeNaN();
  });

  it('counts integrity as 1 where the recorded composite did, and halves what it halved', () => {
    const composite = 0.5598918427312821;
    expect(triedComposite(indexOf({ integrity: null, composite }), compositeWeights)[0]).toBeCloseTo(
      composite,
      12,
    );
    const halved = indexOf({ composite: composite / 2 });
    expect(triedComposite(halved, compositeWeights)[0]).toBeCloseTo(composite / 2, 12);
    expect(triedComposite(indexOf({ integrity: null, composite: 0.1 }), compositeWeights)[0]).toBeNaN();
  });

  it('is taken apart into means that add up, over the cells that can be', () => {
    const index = indexOf({ pass: 1 }, { pass: 0, blast: 1 }, { blast: null });
    const { parts, sum, known } = meanParts(index, compositeWeights, [0, 1, 2]);
    expect(known).toBe(2);
    expect(parts).toMatchObject({
      pass_rate: expect.closeTo(0.2, 12),
      blast_radius: expect.closeTo(0.05, 12),
    });
    expect(Object.values(parts!).reduce((a, b) => a + b, 0)).toBeCloseTo(sum!, 12);
    expect(meanParts(index, compositeWeights, [2])).toEqual({ parts: null, sum: null, known: 0 });
  });
});

it('doing nothing gets all but the pass', () => {
  expect(doingNothing(compositeWeights)).toBeCloseTo(0.6, 12);
});
