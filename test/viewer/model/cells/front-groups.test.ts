// The front page's groups: which sweeps come first and which cells they show.
import { describe, expect, it } from 'vitest';
import type { CellSummary, SweepSummary } from '../../../../shared/wire.ts';
import { frontGroups, isReplayable } from '../../../../viewer/model/cells/front-groups.ts';
import { aCell as aCellOf } from '../../../support/trace-builders.ts';

const aCell = (sweep: string, spans: number): CellSummary =>
  aCellOf({ id: `${sweep}/pi/m/f/t${spans}`, sweep, outcome: 'passed', spans, pass: 1 });
const aSummary = (id: string, cells: number): SweepSummary => ({
  id,
  cells,
  outcomes: [{ outcome: 'passed', count: cells }],
  agents: 1,
  models: 1,
  tasks: 1,
  startNs: null,
  endNs: null,
  recorded: 0,
  n: cells,
  passed: cells,
  medianMs: null,
  cost: {
    measured: { usd: 0, cells: 0 },
    estimated: { usd: 0, cells: 0 },
    asPosted: { usd: 0, cells: 0 },
  },
});
const shape = (groups: ReturnType<typeof frontGroups>) =>
  groups.map(({ sweep, rows, more }) => [sweep, rows.length, more]);

describe('the front page', () => {
  const sweeps = [aSummary('scores', 50_000), aSummary('runs', 20)];
  const cells = [aCell('scores', 0), aCell('scores', 1), aCell('runs', 9), aCell('runs', 0)];

  it('begins with sweeps that can be replayed, those cells as rows, and counts the rest', () => {
    expect(shape(frontGroups(sweeps, cells, { filtered: false, text: '' }))).toEqual([
      ['runs', 1, 19],
      ['scores', 0, 50_000],
    ]);
    expect(cells.map(isReplayable)).toEqual([false, false, true, false]);
  });

  it('shows every fitting cell under a filter, and sweeps by their name', () => {
    const fitting = cells.filter(({ sweep }) => sweep === 'runs');
    expect(
      shape(frontGroups(sweeps, fitting, { filtered: true, text: 'RUNS' })).map(([name, rows]) => [
        name,
        rows,
      ]),
    ).toEqual([['runs', 2]]);
    expect(frontGroups(sweeps, [], { filtered: true, text: 'scor' }).map(({ sweep }) => sweep)).toEqual([
      'scores',
    ]);
    expect(frontGroups(sweeps, [], { filtered: true, text: '' })).toEqual([]);
  });

  it('shows the cells of a sweep whose line is on a later page', () => {
    expect(shape(frontGroups([], [aCell('late', 0)], { filtered: false, text: '' }))).toEqual([
      ['late', 1, 0],
    ]);
  });
});
