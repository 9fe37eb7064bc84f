// A cell's state survives the way into its row and back, times as exact as they came and texts as texts.
import { expect, test } from 'vitest';
import { type CellState, newCell, readState, writeState } from '../../../collector/cell/cell-state.ts';

const NS = 1_781_680_611_681_729_001n;
const times = { count: 1, startNs: NS, endNs: NS + 1n, timing: 0, untimed: 0 };

test('a state with every time that it can hold reads back as it was', () => {
  const cell: CellState = {
    ...newCell('s/a/m/f/t', NS),
    spans: times,
    suspect: times,
    evidence: {
      run: { startNs: NS, endNs: NS, key: 'a:b', kind: 'adapter_run', name: 'run', status: 'ok' },
      last: { startNs: NS, key: 'a:b', kind: 'other', name: '', status: 'unset' },
    },
    runCost: { value: 1, rank: 1, startNs: NS },
    terminal: times,
    terminalEnds: { pty: { text: 'aliveNs', escape: 'text', atNs: NS } },
    aliveNs: NS,
    runEndNs: NS,
    deletedNs: NS,
  };
  expect(readState(cell.no, cell.id, cell.mergedInto, writeState(cell))).toEqual(cell);
});

test('a text stays a text, whatever stands beside it is called', () => {
  const cell = { ...newCell('s/a/m/f/t', NS), counterCost: { someNs: '12' } as never };
  expect(readState(cell.no, cell.id, cell.mergedInto, writeState(cell))).toEqual(cell);
});
