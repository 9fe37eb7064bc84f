// What a run cost, once for every page, list and command: what the run itself told, else what its tokens come to
// by dated prices. Says which of the two it is, and never adds them up without saying so. A cost that nothing
// tells is not recorded: 0 stands only where the price table says that the model is free.
import { formatUsd } from './money.ts';
import { type FoundPrice, type PricedTokens, type PriceTable, priceTokens } from './prices.ts';
import type { Cost } from './score.ts';

/** Calls of one model and one step of input size that told tokens and no cost. */
export interface BillLine extends PricedTokens {
  /** Null where the calls name none. */
  readonly model: string | null;
  /** `priceStepOf` each call's input. */
  readonly step: number;
  readonly calls: number;
}

/** What the counted model calls of a cell used and told. */
export interface Bill {
  /** Calls that told their cost, and its sum in US dollars. */
  readonly told: { readonly calls: number; readonly usd: number };
  readonly lines: readonly BillLine[];
  /** Calls that were answered and told neither cost nor tokens. */
  readonly silent: number;
}

export interface CostFacts {
  readonly bill: Bill;
  /** What the agent told of its whole run; null where it did not. */
  readonly runUsd: number | null;
  /** What the agent's own counter adds up to. */
  readonly counterUsd: number | null;
  /** A score record's. */
  readonly postedUsd: number | null;
  /** The cell's model: that of calls which name none. */
  readonly model: string | null;
}

/** A model's price, and the table that it stands in; null where no table has the name. */
export type PriceLookup = (model: string) => FoundPrice | null;

export const emptyBill: Bill = { told: { calls: 0, usd: 0 }, lines: [], silent: 0 };

/** The numbers of a cost: what a table of tens of thousands of cells needs of it. */
export type CostNumbers = Pick<Cost, 'usd' | 'grade' | 'atLeast'>;

/**
 * The first that is there: the sum of what every call told, the agent's total, its counter, a posted score, an
 * estimate.
 */
export function costNumbersOf(facts: CostFacts, priceOf: PriceLookup): CostNumbers {
  const { bill, runUsd, counterUsd, postedUsd } = facts;
  if (isToldByAll(bill)) return { usd: bill.told.usd, grade: 'measured', atLeast: false };
  const whole = runUsd ?? counterUsd;
  if (whole !== null) return { usd: whole, grade: 'measured', atLeast: false };
  if (postedUsd !== null) return { usd: postedUsd, grade: 'as posted', atLeast: false };
  const { usd, priced, isWhole } = estimateOf(facts, priceOf);
  if (bill.told.calls + priced === 0) return { usd: null, grade: 'not recorded', atLeast: false };
  return {
    usd: bill.told.usd + usd,
    grade: priced === 0 ? 'measured' : 'estimated',
    atLeast: !isWhole || bill.silent > 0,
  };
}

/** The same with what it rests on. */
export function costOf(facts: CostFacts, priceOf: PriceLookup): Cost {
  return { ...costNumbersOf(facts, priceOf), because: becauseOf(facts, priceOf) };
}

function isToldByAll({ told, lines, silent }: Bill): boolean {
  return told.calls > 0 && lines.length === 0 && silent === 0;
}

function estimateOf(
  { bill, model }: CostFacts,
  priceOf: PriceLookup,
): { readonly usd: number /** Calls. */; readonly priced: number; readonly isWhole: boolean } {
  let usd = 0;
  let priced = 0;
  let isWhole = true;
  for (const line of bill.lines) {
    const name = line.model ?? model;
    const found = name === null ? null : priceOf(name);
    if (found === null) isWhole = false;
    else {
      usd += priceTokens(found.price, line, line.step);
      priced += line.calls;
    }
  }
  return { usd, priced, isWhole };
}

function becauseOf(facts: CostFacts, priceOf: PriceLookup): string {
  const { bill, runUsd, counterUsd, postedUsd } = facts;
  if (isToldByAll(bill)) return `told by ${calls(bill.told.calls)}${besides(bill.told.usd, runUsd)}`;
  if (runUsd !== null) return 'the agent’s own total';
  if (counterUsd !== null) return 'the agent’s own counter';
  return postedUsd !== null ? 'how it was computed is not recorded' : estimateWords(facts, priceOf);
}

function estimateWords(facts: CostFacts, priceOf: PriceLookup): string {
  const { told, lines, silent } = facts.bill;
  const { usd, priced } = estimateOf(facts, priceOf);
  const used = new Set<PriceTable>();
  const unknown = new Map<string, number>();
  for (const line of lines) {
    const name = line.model ?? facts.model;
    const found = name === null ? null : priceOf(name);
    const shown = name === null ? 'a model without a name' : name;
    if (found === null) unknown.set(shown, (unknown.get(shown) ?? 0) + line.calls);
    else used.add(found.table);
  }
  const gaps = [
    ...Array.from(unknown, ([name, count]) => `no price is known for ${name.slice(0, 80)} (${calls(count)})`),
    ...(silent === 0 ? [] : [`${calls(silent)} told neither tokens nor cost`]),
  ];
  if (told.calls + priced === 0)
    return gaps.length === 0 ? 'no model call told tokens or cost' : gaps.join('; ');
  const by = `by the prices of ${[...used].map(tableWords).join(' and ')}`;
  const parts = [
    told.calls === 0 ? '' : `${formatUsd(told.usd)} told by ${calls(told.calls)}`,
    priced === 0 ? '' : told.calls === 0 ? by : `${formatUsd(usd)} estimated for ${calls(priced)} ${by}`,
  ].filter((part) => part !== '');
  return `${gaps.length > 0 ? 'at least: ' : ''}${[parts.join(' and '), ...gaps].join('; ')}`;
}

/** "2026-11-30 (litellm 1.110.2)" */
export function tableWords({ date, source }: Pick<PriceTable, 'date' | 'source'>): string {
  return `${date} (${source})`;
}

/** Two sources of one cost: the other is named where it differs by more than rounding. */
function besides(usd: number, runUsd: number | null): string {
  if (runUsd === null || Math.abs(usd - runUsd) <= Math.max(usd, runUsd) / 1000) return '';
  return `; the agent’s own total is ${formatUsd(runUsd)}`;
}

function calls(count: number): string {
  return count === 1 ? '1 model call' : `${count} model calls`;
}
