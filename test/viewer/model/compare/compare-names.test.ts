// Cells beside each other are named by what tells them apart.
import { describe, expect, it } from 'vitest';
import { cellNames, type NamedCell } from '../../../../viewer/model/compare/compare-names.ts';

const aCell = (parts: Partial<NamedCell>): NamedCell => ({
  id: 's/pi/m/f/t',
  sweep: 's',
  agent: 'pi',
  model: 'm',
  task: 'f/t',
  attempt: 1,
  ...parts,
});

describe('cells beside each other', () => {
  it('are called by what tells them apart and by no more', () => {
    expect(cellNames([aCell({}), aCell({ agent: 'opencode', model: 'n' })])).toEqual(['pi', 'opencode']);
    expect(cellNames([aCell({}), aCell({ model: 'a/b' })])).toEqual(['m', 'a/b']);
    expect(cellNames([aCell({}), aCell({ attempt: 2 })])).toEqual(['run 1', 'run 2']);
    expect(cellNames([aCell({}), aCell({ sweep: 'later' })])).toEqual(['s', 'later']);
  });

  it('are called by as many parts as it takes where there are more than two', () => {
    expect(cellNames([aCell({}), aCell({ model: 'n' }), aCell({ agent: 'opencode' })])).toEqual([
      'pi · m',
      'pi · n',
      'opencode · m',
    ]);
  });

  it('are called by their id where nothing else tells them apart, and hostile names are one safe line', () => {
    expect(cellNames([aCell({}), aCell({})])).toEqual(['s/pi/m/f/t', 's/pi/m/f/t']);
    const [name = ''] = cellNames([aCell({ agent: `\u202e\n${'x'.repeat(500)}` }), aCell({})]);
    expect(name).not.toContain('\u202e');
    expect(name.length).toBeLessThan(80);
  });
});
