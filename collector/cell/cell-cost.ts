// What a cell's cost is made of, as its state holds it: for its page and lists, and as the text that stands in its
// sweep's matrix. Prices nothing: that is done when it is read, so that own and newer prices hold at once.
import type { CostFacts } from '../../shared/cost.ts';
import { type CellState, modelOf } from './cell-state.ts';
import { counterUsd } from './counter-cost.ts';

export function costFactsOf(cell: CellState): CostFacts {
  return {
    bill: cell.bill,
    runUsd: cell.runCost?.value ?? null,
    counterUsd: counterUsd(cell),
    postedUsd: cell.postedUsd ?? null,
    model: modelOf(cell),
  };
}

/** JSON of the facts but for the model, which the matrix has; null where nothing is known. */
export function costText(cell: CellState): string | null {
  const { model: _model, ...facts } = costFactsOf(cell);
  const { bill, runUsd, counterUsd: counted, postedUsd } = facts;
  const { told, lines, silent } = bill;
  const isKnown = told.calls + lines.length + silent > 0;
  return isKnown || runUsd !== null || counted !== null || postedUsd !== null ? JSON.stringify(facts) : null;
}

export function readCostText(text: string): Omit<CostFacts, 'model'> {
  return JSON.parse(text);
}
