// Every figure of judging beside what scipy and statsmodels say of the same drawn tables. They were kept by
// test/fixtures/judge/golden.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { normalQuantile, studentQuantile } from '../../../shared/judge/distributions.ts';
import { median, passAtK, passHatK } from '../../../shared/judge/estimators.ts';
import { meanInterval, wilsonInterval } from '../../../shared/judge/intervals.ts';
import { denominatorOf, exactMcNemar, fisherTest, holm, signFlipTest } from '../../../shared/judge/tests.ts';

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/judge/golden.json'), 'utf8'),
);

/** The largest distance from what was expected, relative where it is above 1. */
function far(found: number | null | undefined, wanted: number): number {
  return found == null ? Number.POSITIVE_INFINITY : Math.abs(found - wanted) / Math.max(1, Math.abs(wanted));
}

const agrees = (distances: Iterable<number>) => {
  const all = [...distances];
  expect(all.length).toBeGreaterThanOrEqual(13);
  expect(Math.max(...all)).toBeLessThan(1e-9);
};

describe('to nine digits', () => {
  test('pass@k and pass^k are the exact fractions', () => {
    expect(golden.estimators.length).toBeGreaterThanOrEqual(50);
    for (const { n, c, k, ...wanted } of golden.estimators)
      agrees(
        [passAtK(n, c, k), passHatK(n, c, k)]
          .flatMap((found, at) => [
            far(found, at === 0 ? wanted.passAt : wanted.passHat),
            far(found, at === 0 ? wanted.passAtTail : wanted.passHatTail),
          ])
          .concat(new Array(9).fill(0)),
      );
  });

  test('Wilson’s intervals', () => {
    agrees(
      golden.wilson.flatMap(({ c, n, level, low, high }: Record<string, number>) => {
        const found = wilsonInterval(c as number, n as number, level);
        return [far(found?.low, low as number), far(found?.high, high as number)];
      }),
    );
  });

  test('exact McNemar', () => {
    agrees(
      golden.mcnemar.flatMap(({ won, lost, worse, better, either }: Record<string, number>) => {
        const found = exactMcNemar(won as number, lost as number);
        return [
          far(found.worse, worse as number),
          far(found.better, better as number),
          far(found.either, either as number),
        ];
      }),
    );
  });

  test('sign flips of tasks with several attempts, by all ways in which they could have come out', () => {
    agrees(
      golden.signFlip.flatMap(
        ({
          pairs,
          worse,
          better,
        }: {
          pairs: [number, number, number, number][];
          worse: number;
          better: number;
        }) => {
          const differences = pairs.map(([nb, cb, na, ca]) => ca / na - cb / nb);
          const found = signFlipTest(differences, denominatorOf(pairs.flatMap(([nb, , na]) => [nb, na])));
          expect(found.method).toBe('exact');
          return [far(found.worse, worse), far(found.better, better)];
        },
      ),
    );
  });

  test('Fisher’s test of one task', () => {
    agrees(
      golden.fisher.flatMap(
        ({
          before,
          after,
          worse,
          better,
        }: {
          before: never;
          after: never;
          worse: number;
          better: number;
        }) => {
          const found = fisherTest(before, after);
          return [far(found.worse, worse), far(found.better, better)];
        },
      ),
    );
  });

  test('Holm’s correction', () => {
    agrees(
      golden.holm.flatMap(({ p, corrected }: { p: number[]; corrected: number[] }) =>
        holm(p).map((found, at) => far(found, corrected[at] as number)),
      ),
    );
  });

  test('medians', () => {
    agrees(
      golden.medians.map(({ values, median: wanted }: { values: number[]; median: number }) =>
        far(median(values), wanted),
      ),
    );
  });

  test('Student’s intervals of means', () => {
    agrees(
      golden.means.flatMap(
        ({ values, level, low, high }: { values: number[]; level: number; low: number; high: number }) => {
          const sum = values.reduce((a, b) => a + b, 0);
          const squares = values.reduce((a, b) => a + b * b, 0);
          const found = meanInterval(sum, squares, values.length, level);
          return [far(found?.low, low), far(found?.high, high)];
        },
      ),
    );
  });

  test('quantiles of the normal and of Student’s distribution', () => {
    agrees(
      golden.normal.map(({ p, z }: Record<string, number>) => far(normalQuantile(p as number), z as number)),
    );
    agrees(
      golden.student.map(({ p, df, t }: Record<string, number>) =>
        far(studentQuantile(p as number, df as number), t as number),
      ),
    );
  });
});

test('a test that cannot count all ways says that it is approximate, and comes near', () => {
  const differences = Array.from({ length: 40 }, (_, at) => ((at * 7919) % 13) / 13 - 0.35);
  const exact = signFlipTest(
    differences.map((one) => Math.round(one * 1300) / 1300),
    1300,
  );
  const approximate = signFlipTest(differences, null);
  expect([exact.method, approximate.method]).toEqual(['exact', 'approximate']);
  expect(Math.abs(exact.better - approximate.better)).toBeLessThan(0.01);
});
