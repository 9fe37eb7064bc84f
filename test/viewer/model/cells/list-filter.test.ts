// The filter of the list of cells.
import { describe, expect, it } from 'vitest';
import { outcomes } from '../../../../shared/outcome-words.ts';
import { countOutcomes, filterCells, noFilter } from '../../../../viewer/model/cells/list-filter.ts';
import { aCell } from '../../../support/trace-builders.ts';

const cells = [
  aCell({ id: 'a/pi/m/polyglot/rust', agent: 'pi', outcome: 'failed' }),
  aCell({ id: 'a/opencode/m/polyglot/rust', agent: 'opencode', outcome: 'passed' }),
  aCell({ id: 'adhoc/svc/1', agent: 'svc', model: null, family: null, task: null, outcome: 'unscored' }),
];
const ids = (text: string, outcomes: Parameters<typeof filterCells>[1]['outcomes'] = new Set()) =>
  filterCells(cells, { text, outcomes }).map((cell) => cell.agent);

describe('the filter of the list', () => {
  it('lets every cell through when it asks for nothing', () => {
    expect(filterCells(cells, noFilter)).toEqual(cells);
  });

  it('wants every word, in any order and case, anywhere in the cell', () => {
    expect(ids('RUST pi')).toEqual(['pi']);
    expect(ids('rust')).toEqual(['pi', 'opencode']);
    expect(ids('rust goose')).toEqual([]);
    expect(ids('not scored')).toEqual(['svc']);
  });

  it('takes patterns as plain text', () => {
    expect(ids('.*')).toEqual([]);
    expect(ids('(')).toEqual([]);
  });

  it('lets through the chosen outcomes, and counts what each would show', () => {
    expect(ids('', new Set(['passed', 'unscored']))).toEqual(['opencode', 'svc']);
    const counts = Object.fromEntries(
      countOutcomes(cells, 'rust').map(({ outcome, count }) => [outcome, count]),
    );
    expect(Object.keys(counts)).toEqual([...outcomes]);
    expect(counts).toMatchObject({ passed: 1, failed: 1, timed_out: 0, agent_error: 0, unscored: 0 });
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});
