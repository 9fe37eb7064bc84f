// What a cell's cost is made of, as its state holds it: for its page and lists, and as the text that stands in its
// sweep's matrix. Prices nothing: that is done when it is read, so that own and newer prices hold at once.
import type { BillLine, CostFacts } from '../../shared/cost.ts';
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

/**
 * The facts but for the model, which the matrix has, as one flat list in JSON: a sweep of 50,000 cells reads as many of
 * them. Null where nothing is known.
 */
export function costText(cell: CellState): string | null {
  const { bill, runUsd, counterUsd: counted, postedUsd } = costFactsOf(cell);
  const { told, lines, silent } = bill;
  const flat = [told.calls, told.usd, silent, runUsd, counted, postedUsd, ...lines.flatMap(lineText)];
  const isKnown = told.calls + lines.length + silent > 0;
  return isKnown || runUsd !== null || counted !== null || postedUsd !== null ? JSON.stringify(flat) : null;
}

export function readCostText(text: string): Omit<CostFacts, 'model'> {
  const flat = JSON.parse(text) as (number | string | null)[];
  const [calls, usd, silent, runUsd, counted, postedUsd] = flat as [
    number,
    number,
    number,
    ...(number | null)[],
  ];
  const lines: BillLine[] = [];
  for (let at = HEAD; at < flat.length; at += LINE) lines.push(readLine(flat, at));
  return {
    bill: { told: { calls, usd }, lines, silent },
    runUsd: runUsd ?? null,
    counterUsd: counted ?? null,
    postedUsd: postedUsd ?? null,
  };
}

const HEAD = 6;
const LINE = 9;

function lineText(line: BillLine): (number | string | null)[] {
  const { model, step, calls, input, cacheRead, cacheWrite, cacheWriteLong, output, reasoning } = line;
  return [model, step, calls, input, cacheRead, cacheWrite, cacheWriteLong ?? null, output, reasoning];
}

function readLine(flat: readonly (number | string | null)[], at: number): BillLine {
  const number = (place: number) => flat[at + place] as number;
  return {
    model: flat[at] as string | null,
    step: number(1),
    calls: number(2),
    input: number(3),
    cacheRead: number(4),
    cacheWrite: number(5),
    cacheWriteLong: (flat[at + 6] as number | null) ?? undefined,
    output: number(7),
    reasoning: number(8),
  };
}
