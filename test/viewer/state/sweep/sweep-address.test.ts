// The view of a sweep and its address bring each other back.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { outcomes } from '../../../../shared/outcome-words.ts';
import { defaultMatrixView } from '../../../../viewer/model/sweep/matrix.ts';
import { matrixAxes } from '../../../../viewer/model/sweep/matrix-index.ts';
import {
  readSweepView,
  type SweepView,
  writeSweepView,
} from '../../../../viewer/state/sweep/sweep-address.ts';

const usual: SweepView = {
  ...defaultMatrixView,
  rows: null,
  columns: null,
  sort: null,
  chartAxis: null,
  shown: null,
  panel: null,
};
/** Add up to 1 to the last bit. */
const exactWeights = { pass_rate: 0.5, integrity: 0.25, cost: 0.25, latency: 0, blast_radius: 0 };
const axes = fc.constantFrom(
  { rows: null, columns: null },
  ...matrixAxes.flatMap((rows) =>
    matrixAxes.filter((one) => one !== rows).map((columns) => ({ rows, columns })),
  ),
);
const view = fc
  .record({
    axes,
    only: fc.dictionary(
      fc.constantFrom(...matrixAxes),
      fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }),
    ),
    text: fc.string(),
    chosen: fc.subarray([...outcomes]),
    withoutInfrastructure: fc.boolean(),
    failure: fc.string(),
    withNotes: fc.boolean(),
    measure: fc.constantFrom('outcome', 'composite', 'tokens', '__proto__'),
    weights: fc.constantFrom(null, exactWeights),
    sort: fc.oneof(
      fc.constant(null),
      fc.record({ by: fc.constantFrom('name', 'total'), column: fc.constant(''), descending: fc.boolean() }),
      fc.record({ by: fc.constant('column'), column: fc.string(), descending: fc.boolean() }),
    ),
    pairs: fc.uniqueArray(fc.string(), { maxLength: 3 }).map((pairs) => new Set(pairs)),
    chartAxis: fc.constantFrom(null, 'agent', 'model', 'family'),
    shown: fc.constantFrom(null, 'matrix', 'charts', 'list'),
    panel: fc.constantFrom(null, 'failures', 'composite'),
  })
  .map(({ axes: pair, only, chosen, ...rest }) => ({
    ...rest,
    ...pair,
    only: Object.fromEntries(Object.entries(only).map(([axis, keys]) => [axis, new Set(keys)])),
    outcomes: new Set(chosen),
  })) as fc.Arbitrary<SweepView>;

it('an address brings back the view that wrote it', () => {
  fc.assert(
    fc.property(view, (written) => {
      const text = writeSweepView(written).toString();
      expect(readSweepView(new URLSearchParams(text))).toEqual(written);
    }),
  );
});

it('a link to the failures by their former name still opens them', () => {
  expect(readSweepView(new URLSearchParams('panel=alike')).panel).toBe('failures');
});

it('the usual view needs no address, and any address is a view', () => {
  expect(writeSweepView(usual).toString()).toBe('');
  expect(readSweepView(new URLSearchParams(''))).toEqual(usual);
  const odd = 'rows=__proto__&columns=agent&weights=1,2,x&outcome=nope&view=3&sort=-&panel=toString';
  expect(readSweepView(new URLSearchParams(odd))).toEqual({
    ...usual,
    columns: 'agent',
    sort: { by: 'name', column: '', descending: true },
  });
  expect(readSweepView(new URLSearchParams('rows=task&columns=task')).columns).toBeNull();
});
