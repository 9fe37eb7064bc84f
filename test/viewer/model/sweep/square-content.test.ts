// What a square of the matrix shows, and what its tooltip says.
import { describe, expect, it } from 'vitest';
import type { MatrixFold } from '../../../../viewer/model/sweep/matrix.ts';
import { indexSweep } from '../../../../viewer/model/sweep/matrix.ts';
import {
  formatPercent,
  longValue,
  SCALE_STEPS,
  scaleOf,
  shortValue,
  stepOf,
} from '../../../../viewer/model/sweep/measure-scale.ts';
import {
  contentOf,
  meanWords,
  missingWords,
  outcomeWords,
  totalText,
} from '../../../../viewer/model/sweep/square-content.ts';
import { aSweep } from '../../../support/sweep-builders.ts';

const aFold = (parts: Partial<MatrixFold>): MatrixFold => ({
  count: 3,
  counted: 3,
  known: 3,
  mean: 2 / 3,
  interval: { low: 0.208, high: 0.939 },
  outcomes: [
    ['passed', 2],
    ['failed', 1],
  ],
  noted: false,
  estimated: 0,
  atLeast: 0,
  members: [0, 1, 2],
  ...parts,
});

describe('a square', () => {
  it('shows the shape of one outcome, the share of several, the number of a measure', () => {
    expect(contentOf(aFold({ outcomes: [['failed', 3]], mean: 0 }), null)).toEqual({
      kind: 'outcome',
      outcome: 'failed',
      count: 3,
    });
    expect(contentOf(aFold({}), null)).toMatchObject({ kind: 'share', text: '2/3' });
    expect(contentOf(aFold({ known: 200, mean: 0.5 }), null)).toMatchObject({ text: '50%' });
    const scale = { unit: 'ms', low: 0, high: 1000, logarithmic: false } as const;
    expect(contentOf(aFold({ mean: 999 }), scale)).toEqual({
      kind: 'value',
      step: SCALE_STEPS - 1,
      text: '999ms',
    });
    expect(contentOf(aFold({ mean: null, known: 0 }), scale)).toEqual({ kind: 'unknown' });
  });

  it('tells no bound of a mean that cannot be', () => {
    const scale = { unit: 'ms', low: 0, high: 9000, logarithmic: false } as const;
    const few = aFold({ mean: 100, interval: { low: -50, high: 250 } });
    expect(meanWords(few, scale, 'Wall time')).toBe('Wall time 100 ms on the mean of 3, 95 % below 250 ms');
    const shares = { unit: 'number', low: 0, high: 1, logarithmic: false } as const;
    const high = aFold({ mean: 0.9, interval: { low: 0.6, high: 1.2 } });
    expect(meanWords(high, shares, 'Composite')).toBe('Composite 0.900 on the mean of 3, 95 % above 0.600');
  });

  it('says how sure its mean is, and what the mean does not rest on', () => {
    expect(meanWords(aFold({}), null, 'Outcome')).toBe('2 of 3 attempts passed · 67 % (21–94 %)');
    expect(meanWords(aFold({ mean: null, known: 0 }), null, 'Outcome')).toBe('no verdict');
    expect(outcomeWords(aFold({}))).toBe('Passed 2 · Failed 1');
    expect(missingWords(aFold({ counted: 2, known: 1 }))).toBe(
      '1 infrastructure failure left out · 1 not recorded',
    );
    expect(missingWords(aFold({}))).toBe('');
    expect(totalText(aFold({ mean: null, known: 0 }), null)).toBe('–');
  });
});

describe('the scale of a measure', () => {
  const scaled = (name: string, values: (number | null)[]) =>
    scaleOf(
      indexSweep(
        aSweep(
          values.map((value, at) => ({
            id: `s/pi/m/f/t#run${at + 1}`,
            agent: 'pi',
            model: 'm',
            family: 'f',
            task: 'f/t',
            attempt: at + 1,
            outcome: 'failed' as const,
            pass: null,
            composite: null,
            durationMs: null,
            values: [[name, value] as const],
          })),
        ),
      ),
      name,
    );

  it('rests on the values that are known, in tenths for shares and by powers for what spans them', () => {
    expect(scaled('blast_radius', [0.21, null, 0.88])).toMatchObject({
      low: 0.2,
      high: 0.9,
      logarithmic: false,
    });
    expect(scaled('tokens', [10, 100_000])).toMatchObject({ low: 10, high: 100_000, logarithmic: true });
    expect(scaled('lines', [3, 12])).toMatchObject({ unit: 'number', low: 0, high: 12 });
    expect(scaled('tokens', [null])).toBeNull();
  });

  it('has its ends at its ends', () => {
    const scale = scaled('tokens', [10, 100_000])!;
    expect([stepOf(scale, 10), stepOf(scale, 1000), stepOf(scale, 100_000)]).toEqual([0, 3, 6]);
    expect([stepOf(scale, 0), stepOf(scale, 1e9)]).toEqual([0, 6]);
    expect(stepOf({ unit: 'number', low: 1, high: 1, logarithmic: false }, 1)).toBe(SCALE_STEPS - 1);
  });

  it('writes numbers short in squares and exactly in sentences', () => {
    expect([0, 940, 9900, 13_000, 200_000, 5_400_000].map((ms) => shortValue('ms', ms))).toEqual([
      '0ms',
      '940ms',
      '9.9s',
      '13s',
      '3.3m',
      '1.5h',
    ]);
    expect([0, 999, 1000, 12_345, 1_250_000].map((count) => shortValue('tokens', count))).toEqual([
      '0',
      '999',
      '1k',
      '12k',
      '1.3M',
    ]);
    expect([shortValue('number', 0.5), shortValue('number', 12.34), shortValue('share', 0.666)]).toEqual([
      '0.50',
      '12.3',
      '67%',
    ]);
    expect([longValue('ms', 13_170), longValue('tokens', 4000), longValue('number', 0.5)]).toEqual([
      '13.17 s',
      '4,000',
      '0.500',
    ]);
    expect([formatPercent(0.999), formatPercent(0.001), formatPercent(1), formatPercent(0)]).toEqual([
      '> 99 %',
      '< 1 %',
      '100 %',
      '0 %',
    ]);
  });
});

it('a mean cost says how many of its values are estimated, and how many lack some calls', () => {
  const scale = { unit: 'usd', low: 0, high: 1, logarithmic: false } as const;
  const words = (parts: Partial<MatrixFold>) =>
    meanWords(aFold({ mean: 0.0347, interval: null, ...parts }), scale, 'Cost');
  expect(words({})).toBe('Cost $0.035 on the mean of 3');
  expect(words({ estimated: 2, atLeast: 1 })).toBe(
    'Cost $0.035 on the mean of 3, 2 of them estimated, 1 of them at least',
  );
  expect(words({ known: 1, estimated: 1 })).toBe('Cost $0.035, estimated');
});
