// The composite taken apart adds up to the recorded one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeKeys } from '../../../../shared/composite.ts';
import { compositeOf, compositeWeights, type ScoreRecord } from '../../../../shared/score.ts';
import { normalWeights, takeApart } from '../../../../viewer/model/scores/composite-parts.ts';

const record = (axis: string, values: ScoreRecord['values']): ScoreRecord => ({ axis, values });
const seed = [
  record('pass_rate', { pass: 0 }),
  record('latency', { wall_clock_ms: 13_172.798 }),
  record('blast_radius', { blast_radius: 0 }),
  record('integrity', { integrity: 1, not_applicable: true }),
  record('composite', { composite: 0.5598918427312821 }),
];
const weight = fc.double({ min: 0, max: 5, noNaN: true });
const weights = fc.record({
  pass_rate: weight,
  integrity: weight,
  cost: weight,
  latency: weight,
  blast_radius: weight,
});

describe('the composite taken apart', () => {
  it('adds up to the seed page’s value', () => {
    const { sum, stated, parts, doingNothing } = takeApart(seed, null);
    expect(sum).toBeCloseTo(0.5598918427312821, 12);
    expect(stated).toBe(0.5598918427312821);
    expect(parts.map(({ label, contribution }) => [label, contribution?.toFixed(4)])).toEqual([
      ['Pass', '0.0000'],
      ['Integrity', '0.2000'],
      ['Cost', '0.1500'],
      ['Latency', '0.1099'],
      ['Clean changes', '0.1000'],
    ]);
    // A failure that took 13 s is worth less than no attempt at all.
    expect(doingNothing).toBeCloseTo(0.6, 12);
  });

  it('says what each part rests on', () => {
    const grades = Object.fromEntries(takeApart(seed, null).parts.map(({ key, grade }) => [key, grade]));
    expect(grades).toEqual({
      pass_rate: 'measured',
      integrity: 'not applicable',
      cost: 'estimated',
      latency: 'derived',
      blast_radius: 'measured',
    });
  });

  it('agrees with the formula for any cell', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const wall = fc.double({ min: 0, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(
        unit,
        unit,
        unit,
        wall,
        fc.boolean(),
        fc.boolean(),
        (pass, integrity, blast, wallMs, asked, done) => {
          const scores = [
            record('pass_rate', { pass }),
            record('integrity', { integrity }),
            record('blast_radius', { blast_radius: blast }),
            record('refusal', { expected_refusal: asked, refusal_produced: done }),
          ];
          const { sum, parts } = takeApart(scores, wallMs);
          const input = { passRate: pass, integrity, blastRadius: blast, wallClockMs: wallMs };
          expect(sum).toBeCloseTo(
            compositeOf({ ...input, expectedRefusal: asked, refusalProduced: done }),
            12,
          );
          expect(parts.reduce((total, part) => total + (part.contribution ?? 0), 0)).toBeCloseTo(sum!, 12);
        },
      ),
    );
  });

  it('has no sum where a part that counts is not known, and has one once it counts for nothing', () => {
    const unknown = seed.filter(({ axis }) => axis !== 'blast_radius');
    expect(takeApart(unknown, null).sum).toBeNull();
    expect(takeApart(unknown, null).parts.at(-1)).toMatchObject({ value: null, grade: 'not recorded' });
    expect(takeApart(unknown, null, { ...compositeWeights, blast_radius: 0 }).sum).toBeCloseTo(0.4599, 4);
  });

  it('takes the record’s own weights before the house’s, and live ones before both', () => {
    const own = { pass_rate: 0, integrity: 1, cost: 0, latency: 0, blast_radius: 0 };
    const scores = [...seed.slice(0, -1), record('composite', { composite: 1, weights: own })];
    expect(takeApart(scores, null).sum).toBe(1);
    expect(takeApart(scores, null, { ...own, integrity: 0, cost: 0.5 }).sum).toBe(0.5);
  });

  it('halves what doing nothing gets where a refusal is asked for', () => {
    const asked = [...seed, record('refusal', { expected_refusal: true, refusal_produced: false })];
    expect(takeApart(asked, null)).toMatchObject({
      refusalFactor: 0.5,
      doingNothing: expect.closeTo(0.3, 12),
    });
  });
});

it('makes any weights add up to 1', () => {
  fc.assert(
    fc.property(weights, (given) => {
      const normal = normalWeights(given);
      expect(compositeKeys.reduce((sum, key) => sum + normal[key], 0)).toBeCloseTo(1, 9);
    }),
  );
  expect(normalWeights({ pass_rate: -1, integrity: 0, cost: 0, latency: 0, blast_radius: 0 }).cost).toBe(0.2);
});
