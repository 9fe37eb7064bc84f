// The tree of a trace holds every span once, whatever its parents say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanFlag } from '../../../../shared/span.ts';
import type { TraceColumns } from '../../../../shared/trace-columns.ts';
import {
  activeRow,
  ancestorsOf,
  buildTree,
  indexRows,
  rowEndNs,
  rowKeyAt,
  rowKeyOf,
  rowStartNs,
  stepRow,
  type TraceTree,
  unfoldedRows,
  ZERO_LENGTH_GRACE_NS,
} from '../../../../viewer/model/trace/trace-tree.ts';
import { aTrace, spanIdOf, TRACE_ID, type TraceRow } from '../../../support/trace-builders.ts';

const MS = 1e6;

/** Any span: parents before and after it, parents that never came, lengths of every kind. */
const anyRow: fc.Arbitrary<TraceRow> = fc.record({
  startNs: fc.oneof(
    fc.integer({ min: 0, max: 20 }).map((n) => n * MS),
    fc.constantFrom(-5 * MS, 1e15),
  ),
  lengthNs: fc.oneof(
    fc.integer({ min: 0, max: 10 }).map((n) => n * MS),
    fc.constantFrom(0, -3 * MS, Number.NaN),
  ),
  parent: fc.integer({ min: -2, max: 40 }),
  flags: fc.constantFrom(0, 0, 0, 0, spanFlag.clockSuspect),
});
const anyTrace = fc.array(anyRow, { maxLength: 40 }).map((rows) => aTrace(asPromised(rows), 30 * MS));

/** As shared/trace-columns promises them: in order of start, no circle, orphans flagged. */
function asPromised(rows: readonly TraceRow[]): TraceRow[] {
  const parents = rows.map(() => -1);
  const isBelow = (row: number, other: number): boolean =>
    row >= 0 && (row === other || isBelow(parents[row] ?? -1, other));
  for (const [row, { parent = -1 }] of rows.entries()) {
    if (parent < -1 || parent >= rows.length) parents[row] = -2;
    else if (!isBelow(parent, row)) parents[row] = parent;
  }
  return rows
    .toSorted((a, b) => a.startNs - b.startNs)
    .map((one, row) => {
      const parent = parents[row] ?? -1;
      return { ...one, parent, flags: (one.flags ?? 0) | (parent === -2 ? spanFlag.orphan : 0) };
    });
}

/** From where to where each span counts; null for one out of the clock. */
function coverOf(columns: TraceColumns, row: number): readonly [number, number] | null {
  if (columns.flags[row]! & spanFlag.clockSuspect) return null;
  const start = rowStartNs(columns, row);
  const end = rowEndNs(columns, row);
  return [start, end > start ? end : start + ZERO_LENGTH_GRACE_NS];
}

/** The rule of `activeRow`, said once more without an index. Times here are whole nanoseconds. */
function activeByRule(columns: TraceColumns, tree: TraceTree, askedNs: number): number {
  const covers = Array.from({ length: columns.count }, (_, row) => coverOf(columns, row));
  const lastEnd = Math.max(...covers.map((cover) => cover?.[1] ?? -1));
  const tNs = askedNs === lastEnd ? askedNs - 1 : askedNs;
  const better = (a: number, b: number) =>
    tree.depth[a]! - tree.depth[b]! ||
    rowStartNs(columns, a) - rowStartNs(columns, b) ||
    rowEndNs(columns, b) - rowEndNs(columns, a) ||
    a - b;
  let best = -1;
  for (const [row, cover] of covers.entries())
    if (cover && tNs >= cover[0] && tNs < cover[1] && (best < 0 || better(row, best) > 0)) best = row;
  return best;
}

describe('the tree of a trace', () => {
  it('holds every span once, whatever its parents say', () => {
    fc.assert(
      fc.property(anyTrace, (columns) => {
        const tree = buildTree(columns);
        expect([...tree.rows].sort((a, b) => a - b)).toEqual(
          Array.from({ length: columns.count }, (_, row) => row),
        );
        for (const [at, row] of tree.rows.entries()) expect(tree.position[row]).toBe(at);
      }),
    );
  });

  it('puts children after their parent, one deeper, siblings in order of start', () => {
    fc.assert(
      fc.property(anyTrace, (columns) => {
        const tree = buildTree(columns);
        const children = new Map<number, number[]>();
        for (const row of tree.rows) {
          const parent = tree.parent[row]!;
          children.set(parent, [...(children.get(parent) ?? []), row]);
          if (parent < 0) expect(tree.depth[row]).toBe(0);
          else {
            expect(tree.depth[row]).toBe(tree.depth[parent]! + 1);
            const [from, to] = [tree.position[parent]!, tree.position[parent]! + tree.subtreeSize[parent]!];
            expect(tree.position[row]).toBeGreaterThan(from);
            expect(tree.position[row]).toBeLessThan(to);
          }
        }
        for (const [parent, rows] of children) {
          if (parent >= 0) expect(tree.childCount[parent]).toBe(rows.length);
          expect(rows).toEqual([...rows].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('finds parents that come after their children, and makes a root of whose parent never came', () => {
    const tree = buildTree(
      aTrace([
        { startNs: 0, lengthNs: 1, parent: 2 },
        { startNs: 1, lengthNs: 1, parent: -2 },
        { startNs: 2, lengthNs: 9 },
      ]),
    );
    expect([...tree.rows]).toEqual([1, 2, 0]);
  });

  it('tells a row its ancestors, the nearest ones where there are many', () => {
    const rows = Array.from({ length: 10 }, (_, row) => ({ startNs: row, lengthNs: 1, parent: row - 1 }));
    const tree = buildTree(aTrace(rows));
    expect(ancestorsOf(tree, 3)).toEqual([0, 1, 2]);
    expect(ancestorsOf(tree, 9, 2)).toEqual([7, 8]);
  });

  it('leaves out what stands below a folded row', () => {
    const tree = buildTree(
      aTrace([
        { startNs: 0, lengthNs: 9 },
        { startNs: 1, lengthNs: 3, parent: 0 },
        { startNs: 2, lengthNs: 1, parent: 1 },
        { startNs: 5, lengthNs: 1, parent: 0 },
      ]),
    );
    expect([...unfoldedRows(tree, new Set())]).toEqual([0, 1, 2, 3]);
    expect([...unfoldedRows(tree, new Set([1]))]).toEqual([0, 1, 3]);
    expect([...unfoldedRows(tree, new Set([0, 1]))]).toEqual([0]);
  });

  it('finds every row by its trace and span id', () => {
    const columns = aTrace([
      { startNs: 0, lengthNs: 1 },
      { startNs: 1, lengthNs: 1 },
    ]);
    const rows = indexRows(columns);
    expect(rows.get(rowKeyOf({ traceId: TRACE_ID, spanId: spanIdOf(1) }))).toBe(1);
    expect(rowKeyAt(columns, 0)).toBe(TRACE_ID + spanIdOf(0));
  });
});

describe('a span on the clock', () => {
  const columns = aTrace(
    [
      { startNs: -4 * MS, lengthNs: 6 * MS },
      { startNs: 5 * MS, lengthNs: -3 * MS },
      { startNs: 5 * MS, lengthNs: Number.NaN },
      { startNs: 1e15, lengthNs: 1 },
      { startNs: 8 * MS, lengthNs: 1e15 },
    ],
    10 * MS,
  );

  it('is held within the recording', () => {
    expect([0, 1, 2, 3, 4].map((row) => rowStartNs(columns, row) / MS)).toEqual([0, 5, 5, 10, 8]);
    expect([0, 1, 2, 3, 4].map((row) => rowEndNs(columns, row) / MS)).toEqual([2, 5, 10, 10, 10]);
  });
});

describe('the active span', () => {
  it('is the one that the rule names, at every moment of any trace', () => {
    const moment = fc.integer({ min: 0, max: 299 }).map((tenths) => (tenths * MS) / 10);
    fc.assert(
      fc.property(anyTrace, moment, (columns, tNs) => {
        const tree = buildTree(columns);
        expect(activeRow(tree, tNs)).toBe(activeByRule(columns, tree, tNs));
      }),
      { numRuns: 500 },
    );
  });

  it('is the deepest; of equals the latest start, then the shortest', () => {
    const tree = buildTree(
      aTrace([
        { startNs: 0, lengthNs: 10 * MS },
        { startNs: 1 * MS, lengthNs: 8 * MS, parent: 0 },
        { startNs: 2 * MS, lengthNs: 4 * MS, parent: 0 },
        { startNs: 2 * MS, lengthNs: 2 * MS, parent: 0 },
      ]),
    );
    expect([0, 1, 3, 5, 7, 9.5].map((ms) => activeRow(tree, ms * MS))).toEqual([0, 1, 3, 2, 1, 0]);
  });

  it('lets a span without length be met for half a millisecond', () => {
    const tree = buildTree(
      aTrace([
        { startNs: 0, lengthNs: 10 * MS },
        { startNs: 4 * MS, lengthNs: 0, parent: 0 },
      ]),
    );
    expect([3.9, 4, 4.4, 4.5].map((ms) => activeRow(tree, ms * MS))).toEqual([0, 1, 1, 0]);
  });

  it('is none in a gap, and the last one still at the very end', () => {
    const tree = buildTree(
      aTrace([
        { startNs: 1 * MS, lengthNs: MS },
        { startNs: 5 * MS, lengthNs: MS },
      ]),
    );
    expect([0, 1, 3, 5, 6].map((ms) => activeRow(tree, ms * MS))).toEqual([-1, 0, -1, 1, 1]);
    expect(activeRow(buildTree(aTrace([])), 0)).toBe(-1);
  });
});

describe('stepping from span to span', () => {
  it('visits every span once in each direction, those with equal starts too', () => {
    fc.assert(
      fc.property(anyTrace, fc.constantFrom(1 as const, -1 as const), (columns, direction) => {
        const visited: number[] = [];
        let at = stepRow(columns, -1, direction === 1 ? 0 : columns.lengthNs + 1, direction);
        while (at) {
          visited.push(at.row);
          expect(at.tNs).toBe(rowStartNs(columns, at.row));
          at = stepRow(columns, at.row, at.tNs, direction);
        }
        const order = Array.from({ length: columns.count }, (_, row) => row);
        expect(visited).toEqual(direction === 1 ? order : order.reverse());
      }),
    );
  });

  it('goes by time alone where the playhead stands inside a span: back to its start, on to the next', () => {
    const columns = aTrace([
      { startNs: 0, lengthNs: 4 * MS },
      { startNs: 5 * MS, lengthNs: 3 * MS },
    ]);
    expect(stepRow(columns, 1, 6 * MS, -1)).toEqual({ row: 1, tNs: 5 * MS });
    expect(stepRow(columns, 0, 2 * MS, 1)).toEqual({ row: 1, tNs: 5 * MS });
    expect(stepRow(columns, 1, 6 * MS, 1)).toBeNull();
  });
});

describe('a trace of 100,000 spans', () => {
  const COUNT = 100_000;
  const shapes: Record<string, (row: number) => TraceRow> = {
    'a chain': (row) => ({ startNs: row, lengthNs: 2 * COUNT - 2 * row, parent: row - 1 }),
    'a chain told backwards': (row) => ({ startNs: 0, lengthNs: 9, parent: row + 1 < COUNT ? row + 1 : -1 }),
    siblings: (row) => ({ startNs: row * 10, lengthNs: 25, parent: row === 0 ? -1 : 0 }),
    'one circle, opened': (row) => ({
      startNs: row,
      lengthNs: 5,
      parent: row === 0 ? -1 : (row + 1) % COUNT,
    }),
    'all at once': () => ({ startNs: 0, lengthNs: 1000 }),
  };
  for (const [name, shape] of Object.entries(shapes))
    it(`is built without recursion, in time that grows with it: ${name}`, () => {
      const columns = aTrace(Array.from({ length: COUNT }, (_, row) => shape(row)));
      const tree = buildTree(columns);
      for (let i = 0; i < 20_000; i++) activeRow(tree, (columns.lengthNs * i) / 20_000);
      // The square of it would take minutes.
      expect(new Set(tree.rows).size).toBe(COUNT);
    });
});
