// The cells around a cell, and the one to compare it with.
import { describe, expect, it } from 'vitest';
import type { CellSummary } from '../../../../shared/wire.ts';
import { comparePartner, distinction, groupRelated } from '../../../../viewer/model/cells/neighbours.ts';
import { aCell, aCellDetail } from '../../../support/trace-builders.ts';

const cell = (id: string, parts: Partial<CellSummary> = {}) => aCell({ id, ...parts });
const detailOf = (related: CellSummary[], pass: number | null = 0) =>
  aCellDetail({ id: 'own', pass, related });

describe('the cells around a cell', () => {
  it('are grouped by what they share with it', () => {
    const groups = groupRelated(
      detailOf([
        cell('own'),
        cell('agent', { agent: 'aider' }),
        cell('agent and model', { agent: 'aider', model: 'other' }),
        cell('model', { model: 'other' }),
        cell('run', { attempt: 2 }),
        cell('task', { task: 'polyglot/other' }),
      ]),
    );
    expect(groups.map(({ kind, cells }) => [kind, cells.map(({ id }) => id)])).toEqual([
      ['agents', ['agent', 'agent and model']],
      ['models', ['model']],
      ['runs', ['run']],
      ['tasks', ['task']],
    ]);
  });

  it('have their place where there are none, and words that say so', () => {
    const groups = groupRelated(detailOf([]));
    expect(groups.map(({ kind }) => kind)).toEqual(['agents', 'models', 'tasks']);
    for (const { none } of groups) expect(none).not.toBe('');
  });

  it('share no task where neither names one', () => {
    const untold = aCellDetail({ id: 'own', task: null, related: [cell('other', { task: null })] });
    expect(groupRelated(untold).map(({ cells }) => cells.length)).toEqual([0, 0, 1]);
    expect(comparePartner(untold)).toBeNull();
  });
});

describe('the cell to compare with', () => {
  it('has the other verdict, then the same model, then the same sweep', () => {
    const failed = cell('failed', { agent: 'aider', pass: 0 });
    const passed = cell('passed', { agent: 'codex', model: 'other', sweep: 'other', pass: 1 });
    const nearer = cell('nearer', { agent: 'goose', sweep: 'other', pass: 1 });
    expect(comparePartner(detailOf([failed, passed]))?.id).toBe('passed');
    expect(comparePartner(detailOf([failed, passed, nearer]))?.id).toBe('nearer');
    expect(comparePartner(detailOf([passed, nearer, failed], 1))?.id).toBe('failed');
    expect(comparePartner(detailOf([failed], null))?.id).toBe('failed');
  });

  it('is none on another task, nor the cell itself', () => {
    expect(comparePartner(detailOf([cell('own'), cell('task', { task: 'polyglot/other' })]))).toBeNull();
  });

  it('is told by what makes it another', () => {
    const own = aCell();
    expect(distinction(cell('x', { agent: 'aider' }), own)).toBe('aider');
    expect(distinction(cell('x', { model: 'meta/llama' }), own)).toBe('llama');
    expect(distinction(cell('x', { attempt: 2 }), own)).toBe('run 2');
    expect(distinction(cell('x', { sweep: 'weekly' }), own)).toBe('weekly');
  });
});
