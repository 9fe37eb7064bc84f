// The matrix of a sweep: pivoted, filtered, measured and sorted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPass, standingOf } from '../../../../shared/judge/attempts.ts';
import { wilsonInterval } from '../../../../shared/judge/intervals.ts';
import { infrastructureOutcomes } from '../../../../shared/outcome-blame.ts';
import { type Outcome, outcomes, outcomeWord } from '../../../../shared/outcome-words.ts';
import {
  defaultMatrixView,
  failureKey,
  indexSweep,
  type MatrixAxis,
  type MatrixCell,
  type MatrixView,
  pivot,
} from '../../../../viewer/model/sweep/matrix.ts';
import { matrixAxes } from '../../../../viewer/model/sweep/matrix-index.ts';
import { aSweep } from '../../../support/sweep-builders.ts';

function aCell(parts: Partial<MatrixCell>): MatrixCell {
  const cell = { agent: 'pi', model: 'm', family: 'polyglot', task: 'polyglot/rust', attempt: 1, ...parts };
  return {
    outcome: cell.pass === 1 ? 'passed' : 'failed',
    pass: null,
    composite: null,
    durationMs: null,
    ...cell,
    id: `s/${cell.agent}/${cell.model}/${cell.task}#run${cell.attempt}`,
  };
}
const view = (parts: Partial<MatrixView>): MatrixView => ({ ...defaultMatrixView, ...parts });
const show = (cells: MatrixCell[], parts: Partial<MatrixView> = {}) => {
  const matrix = pivot(indexSweep(aSweep(cells)), view(parts));
  const means = matrix.rows.map((_, row) =>
    matrix.columns.map((_, column) => matrix.at(row, column)?.mean ?? null),
  );
  return {
    matrix,
    means,
    rows: matrix.rows.map(({ key }) => key),
    columns: matrix.columns.map(({ key }) => key),
  };
};

const word = fc.constantFrom('a', 'b', 'c');
const anyCells = fc.array(
  fc
    .record({
      agent: word,
      model: fc.option(word),
      family: fc.option(word),
      task: fc.option(word),
      attempt: fc.integer({ min: 1, max: 3 }),
      outcome: fc.constantFrom(...outcomes),
      pass: fc.option(fc.constantFrom(0, 1)),
      composite: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    })
    .map((parts) => aCell(parts as Partial<MatrixCell>)),
  { maxLength: 60 },
);
const anyView = fc
  .record({
    rows: fc.constantFrom(...matrixAxes),
    columns: fc.constantFrom(...matrixAxes),
    only: fc.dictionary(
      fc.constantFrom(...matrixAxes),
      fc.uniqueArray(word).map((keys) => new Set(keys)),
    ),
    outcomes: fc
      .uniqueArray(fc.constantFrom(...outcomes), { maxLength: 3 })
      .map((list) => new Set<Outcome>(list)),
    withoutInfrastructure: fc.boolean(),
    measure: fc.constantFrom('outcome', 'pass', 'composite'),
    text: fc.constant(''),
    sort: fc.record({
      by: fc.constantFrom('name', 'total', 'column'),
      column: word,
      descending: fc.boolean(),
    }),
  })
  .map((parts) => view(parts as Partial<MatrixView>));

/** What the matrix measures of a cell: of outcomes, whether an attempt passed. */
function measuredOf({ outcome, pass, composite }: MatrixCell, measure: string): number | null {
  if (measure !== 'outcome') return measure === 'composite' ? composite : pass;
  return standingOf(outcome) === 'attempt' ? Number(isPass(pass)) : null;
}

describe('the matrix', () => {
  const cells = [
    aCell({ agent: 'pi', task: 'p/rust', pass: 0, composite: 0.5, outcome: 'no_op' }),
    aCell({ agent: 'pi', task: 'p/rust', attempt: 2, pass: 1, composite: 0.9 }),
    aCell({ agent: 'pi', task: 'p/go', pass: 1 }),
    aCell({ agent: 'aider', task: 'p/rust', pass: 1, composite: 0.8 }),
    aCell({ agent: 'aider', model: 'n', task: 'p/rust', pass: 0, outcome: 'rate_limited' }),
  ];

  it('sets agents against tasks, attempts folded into a square with mean and interval', () => {
    const { rows, columns, means, matrix } = show(cells);
    expect([rows, columns]).toEqual([
      ['aider', 'pi'],
      ['p/go', 'p/rust'],
    ]);
    expect(means).toEqual([
      [null, 1],
      [1, 0.5],
    ]);
    expect(matrix.at(1, 1)).toMatchObject({
      count: 2,
      known: 2,
      interval: wilsonInterval(1, 2),
      outcomes: [
        ['passed', 1],
        ['no_op', 1],
      ],
      members: [0, 1],
    });
    expect(matrix.at(0, 0)).toBeNull();
    expect(matrix.at(7, 7)).toBeNull();
    expect(matrix.total).toMatchObject({ count: 5, known: 4, mean: 0.75 });
  });

  it('pivots to any two axes and filters by the rest', () => {
    const { rows, columns, means } = show(cells, {
      rows: 'task',
      columns: 'model',
      only: { agent: new Set(['aider']) },
    });
    expect([rows, columns, means]).toEqual([['p/rust'], ['m', 'n'], [[1, null]]]);
  });

  it('leaves failures of the surroundings out of means, and still shows them', () => {
    const { matrix } = show(cells, { withoutInfrastructure: true });
    expect(matrix.at(0, 1)).toMatchObject({ count: 2, counted: 1, mean: 1 });
    expect(matrix.total).toMatchObject({ count: 5, counted: 4, mean: 0.75 });
  });

  it('measures composites, durations and further axes, and says nothing where none is known', () => {
    expect(show(cells, { measure: 'composite' }).means).toEqual([
      [null, 0.8],
      [null, 0.7],
    ]);
    const blast = [aCell({ values: [['blast_radius', 0.25]] }), aCell({ values: [['blast_radius', null]] })];
    expect(indexSweep(aSweep(blast)).measures).toEqual(['blast_radius']);
    expect(show(blast, { measure: 'blast_radius' }).matrix.total).toMatchObject({ mean: 0.25, known: 1 });
    expect(show(cells, { measure: '__proto__' }).matrix.total.mean).toBeNull();
  });

  it('sorts rows by name with numbers in their order, by total, or by a column; unknown means last', () => {
    const named = ['m10', 'm2', 'm1'].map((model) => aCell({ model }));
    expect(show(named, { rows: 'model' }).rows).toEqual(['m1', 'm2', 'm10']);
    expect(show(named, { rows: 'model', sort: { by: 'name', column: '', descending: true } }).rows).toEqual([
      'm10',
      'm2',
      'm1',
    ]);
    expect(show(cells, { sort: { by: 'total', column: '', descending: true } }).rows).toEqual([
      'aider',
      'pi',
    ]);
    expect(show(cells, { sort: { by: 'column', column: 'p/go', descending: false } }).rows).toEqual([
      'pi',
      'aider',
    ]);
    expect(show(cells, { sort: { by: 'column', column: 'p/go', descending: true } }).rows).toEqual([
      'pi',
      'aider',
    ]);
  });

  it('finds by words in id and outcome, and lists what fits in the order given', () => {
    expect([...show(cells, { text: 'RUST aider' }).matrix.list]).toEqual([3, 4]);
    expect([...show(cells, { text: 'rate limited' }).matrix.list]).toEqual([4]);
    expect([...show(cells, { outcomes: new Set<Outcome>(['passed']) }).matrix.list]).toEqual([1, 2, 3]);
  });

  it('loses no cell: every fitting one lies in exactly one square, and rows and columns add up', () => {
    fc.assert(
      fc.property(anyCells, anyView, (list, wanted) => {
        const matrix = pivot(indexSweep(aSweep(list)), wanted);
        const fits = list.flatMap((cell, at) => {
          const inAxes = matrixAxes.every((axis: MatrixAxis) => {
            const only = wanted.only[axis];
            return !only || only.size === 0 || only.has(cell[axis] ?? '');
          });
          return inAxes && (wanted.outcomes.size === 0 || wanted.outcomes.has(cell.outcome)) ? [at] : [];
        });
        expect([...matrix.list]).toEqual(fits);
        const inSquares = matrix.rows.flatMap((_, row) =>
          matrix.columns.flatMap((_, column) => matrix.at(row, column)?.members ?? []),
        );
        expect([...inSquares].sort((a, b) => a - b)).toEqual([...matrix.list]);
        const sum = (headers: typeof matrix.rows) => headers.reduce((all, { total }) => all + total.count, 0);
        expect(sum(matrix.rows)).toBe(matrix.count);
        expect(sum(matrix.columns)).toBe(matrix.count);
      }),
    );
  });

  it('finds what a search through every id and outcome would find', () => {
    const words = fc.array(
      fc.constantFrom('a', 'B', 'run', 'run2', '#run3', 'a/b', 's', 'sweep', 'rate', 'x'),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(anyCells, words, (list, wanted) => {
        const fits = list.flatMap((cell, at) => {
          const hay = `${cell.id}\n${cell.task ?? ''}\n${outcomeWord(cell.outcome)}`.toLowerCase();
          return wanted.every((one) => hay.includes(one.toLowerCase())) ? [at] : [];
        });
        expect([...show(list, { text: wanted.join(' ') }).matrix.list]).toEqual(fits);
      }),
    );
  });

  it('gives each cell back as it was told, its id with it', () => {
    fc.assert(
      fc.property(anyCells, (list) => {
        const index = indexSweep(aSweep(list));
        expect(list.map((_, at) => index.cell(at))).toEqual(list.map((cell) => ({ ...cell, values: [] })));
      }),
    );
  });

  it('limits to a group of failures, and to cells whose records contradict each other', () => {
    const failure = { test: 'tests::empty', location: 'src/lib.rs:3', message: null };
    const told = [
      aCell({ agent: 'a' }),
      { ...aCell({}), failure },
      { ...aCell({ attempt: 2 }), failure, notes: 2 },
    ];
    expect([...show(told, { failure: failureKey(failure) }).matrix.list]).toEqual([1, 2]);
    expect([...show(told, { withNotes: true }).matrix.list]).toEqual([2]);
    expect([...show(told, { failure: 'another' }).matrix.list]).toEqual([]);
  });

  it('holds a matrix of more squares than cells', () => {
    const many = Array.from({ length: 1200 }, (_, at) =>
      aCell({ agent: `a${at}`, task: `f/t${at % 1000}`, pass: at % 2 }),
    );
    const { matrix } = show(many, { sort: { by: 'total', column: '', descending: true } });
    expect([matrix.rows.length, matrix.columns.length, matrix.count]).toEqual([1200, 1000, 1200]);
    const [row] = matrix.rows.entries().find(([, { key }]) => key === 'a1101')!;
    const [column] = matrix.columns.entries().find(([, { key }]) => key === 'f/t101')!;
    expect(matrix.at(row, column)).toMatchObject({ count: 1, mean: 1, members: [1101] });
    expect(matrix.at(row, (column + 1) % 1000)).toBeNull();
    expect(matrix.columns[column]?.total.members).toEqual([101, 1101]);
  });

  it('means what it says: the mean of a square is that of its counted members', () => {
    fc.assert(
      fc.property(anyCells, anyView, (list, wanted) => {
        const matrix = pivot(indexSweep(aSweep(list)), wanted);
        for (const [row] of matrix.rows.entries())
          for (const [column] of matrix.columns.entries()) {
            const fold = matrix.at(row, column);
            if (!fold) continue;
            const values = fold.members
              .map((at) => list[at]!)
              .filter((cell) => !wanted.withoutInfrastructure || !infrastructureOutcomes.has(cell.outcome))
              .map((cell) => measuredOf(cell, wanted.measure))
              .filter((value) => value !== null);
            expect(fold.known).toBe(values.length);
            if (values.length === 0) expect(fold.mean).toBeNull();
            else expect(fold.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 9);
          }
      }),
    );
  });
});
