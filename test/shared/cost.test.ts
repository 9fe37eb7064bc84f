// What a run cost: which of several sources is shown, what it says of itself, and what is never added up in silence.
import { expect, test } from 'vitest';
import { type Bill, type BillLine, type CostFacts, costOf, emptyBill } from '../../shared/cost.ts';
import { formatUsd } from '../../shared/money.ts';
import type { PriceTable } from '../../shared/prices.ts';
import { findPrice, priceStepOf, priceTokens } from '../../shared/prices.ts';

const table: PriceTable = {
  date: '2026-11-30',
  source: 'a list',
  models: new Map([
    ['m-1', { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5, reasoning: 20 }],
    ['m-free', { input: 0, output: 0 }],
    ['m-large', { input: 1, output: 4, above: [{ tokens: 200_000, input: 2, output: 8 }] }],
    ['claude-sonnet-4-5', { input: 3, output: 15 }],
  ]),
};
const priceOf = (model: string) => {
  const price = findPrice(table, model);
  return price && { price, table };
};

function aLine(line: Partial<BillLine> = {}): BillLine {
  const tokens = { input: 1000, cacheRead: 0, cacheWrite: 0, output: 100, reasoning: 0 };
  return { model: 'm-1', step: 0, calls: 1, ...tokens, ...line };
}

function aBill(bill: Partial<Bill> = {}): Bill {
  return { ...emptyBill, ...bill };
}

function cost(facts: Partial<CostFacts>) {
  return costOf(
    { bill: emptyBill, runUsd: null, counterUsd: null, postedUsd: null, model: null, ...facts },
    priceOf,
  );
}

test('what every call told is summed, and is measured', () => {
  expect(cost({ bill: aBill({ told: { calls: 3, usd: 0.021 } }) })).toEqual({
    usd: 0.021,
    grade: 'measured',
    atLeast: false,
    because: 'told by 3 model calls',
  });
});

test('of two sources one is shown, and the other is named where it says something else', () => {
  const bill = aBill({ told: { calls: 2, usd: 0.02 } });
  expect(cost({ bill, runUsd: 0.02 }).because).toBe('told by 2 model calls');
  expect(cost({ bill, runUsd: 0.025 })).toMatchObject({
    usd: 0.02,
    because: 'told by 2 model calls; the agent’s own total is $0.025',
  });
});

test('the agent’s total outranks its counter, that a posted cost, and that an estimate', () => {
  const facts = { bill: aBill({ lines: [aLine()] }), runUsd: 0.4, counterUsd: 0.3, postedUsd: 0.2 };
  expect(cost(facts)).toMatchObject({ usd: 0.4, grade: 'measured', because: 'the agent’s own total' });
  expect(cost({ ...facts, runUsd: null })).toMatchObject({ usd: 0.3, grade: 'measured' });
  expect(cost({ ...facts, runUsd: null, counterUsd: null })).toMatchObject({ usd: 0.2, grade: 'as posted' });
  expect(cost({ bill: facts.bill })).toMatchObject({ usd: 0.003, grade: 'estimated' });
});

test('an estimate names the day of its prices and where they come from', () => {
  expect(cost({ bill: aBill({ lines: [aLine()] }) }).because).toBe('by the prices of 2026-11-30 (a list)');
});

test('cached, written and reasoning tokens are priced apart', () => {
  const line = aLine({ input: 10_000, cacheRead: 6000, cacheWrite: 1000, output: 2000, reasoning: 500 });
  // 3,000 x 2 + 6,000 x 0.2 + 1,000 x 2.5 + 1,500 x 10 + 500 x 20 = 34,700 millionths
  expect(cost({ bill: aBill({ lines: [line] }) }).usd).toBeCloseTo(0.0347, 12);
});

test('what is written to a cache for an hour costs what the price says of it, else as for five minutes', () => {
  const line = aLine({ input: 2000, cacheWrite: 2000, cacheWriteLong: 1000, output: 0 });
  // 2,000 x 2.5, no price for an hour; 1,000 x 2.5 + 1,000 x 4
  expect(cost({ bill: aBill({ lines: [line] }) }).usd).toBeCloseTo(0.005, 12);
  const tokens = { ...line, cacheWrite: 2000 };
  const price = { input: 2, output: 10, cacheWrite: 2.5, cacheWriteLong: 4 };
  expect(priceTokens(price, tokens, 0)).toBeCloseTo(0.0065, 12);
});

test('told and estimated are never added up without saying so', () => {
  const bill = aBill({ told: { calls: 3, usd: 0.02 }, lines: [aLine()] });
  expect(cost({ bill })).toEqual({
    usd: 0.023,
    grade: 'estimated',
    atLeast: false,
    because:
      '$0.020 told by 3 model calls and $0.0030 estimated for 1 model call by the prices of 2026-11-30 (a list)',
  });
});

test('a model without a known price is not recorded, and what is known beside it is "at least"', () => {
  const unknown = aLine({ model: 'somebody/else', calls: 2 });
  expect(cost({ bill: aBill({ lines: [unknown] }) })).toEqual({
    usd: null,
    grade: 'not recorded',
    atLeast: false,
    because: 'no price is known for somebody/else (2 model calls)',
  });
  expect(cost({ bill: aBill({ lines: [unknown, aLine()] }) })).toMatchObject({
    usd: 0.003,
    atLeast: true,
    because:
      'at least: by the prices of 2026-11-30 (a list); no price is known for somebody/else (2 model calls)',
  });
  expect(cost({ bill: aBill({ told: { calls: 1, usd: 0.5 }, silent: 2 }) })).toMatchObject({
    usd: 0.5,
    grade: 'measured',
    atLeast: true,
    because: 'at least: $0.50 told by 1 model call; 2 model calls told neither tokens nor cost',
  });
});

test('0 stands where the table says that the model is free, and nowhere else', () => {
  expect(cost({ bill: aBill({ lines: [aLine({ model: 'm-free' })] }) })).toMatchObject({
    usd: 0,
    grade: 'estimated',
  });
  expect(cost({})).toMatchObject({ usd: null, because: 'no model call told tokens or cost' });
});

test('a call that names no model is one of the cell’s model', () => {
  expect(cost({ bill: aBill({ lines: [aLine({ model: null })] }), model: 'm-1' }).usd).toBe(0.003);
});

test('a whole call beyond a step of input size has the price of that step', () => {
  const large = table.models.get('m-large') ?? { input: 0, output: 0 };
  const of = (input: number) =>
    priceTokens(
      large,
      { input, output: 1000, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
      priceStepOf(input),
    );
  expect(of(200_000)).toBeCloseTo(0.204, 12);
  expect(of(200_001)).toBeCloseTo(0.408002, 12);
  expect(of(600_000)).toBeCloseTo(1.208, 12);
});

test.each([
  'claude-sonnet-4-5',
  'claude-sonnet-4-5-20250929',
  'Claude-Sonnet-4.5',
  'anthropic/claude-sonnet-4.5',
  'openrouter/anthropic/claude-sonnet-4.5',
  'claude-sonnet-4-5@20250929',
  'claude-sonnet-4-5-20250929[1m]',
  'bedrock/claude-sonnet-4-5-20250929-v1:0',
])('%s is found under its maker’s name', (name) => {
  expect(findPrice(table, name)).toBe(table.models.get('claude-sonnet-4-5'));
});

test.each([
  '',
  'claude-sonnet-4-5-high',
  'my-claude-sonnet-4-5',
  'local/m-1',
  'ollama/m-1',
  '/'.repeat(9000),
])('no price is guessed for %j', (name) => {
  expect(findPrice(table, name)).toBeNull();
});

test('dollars are written with two digits that say something', () => {
  expect([0, 12.345, 1.5, 0.1, 0.0347, 0.00000123].map(formatUsd)).toEqual([
    '$0',
    '$12.35',
    '$1.50',
    '$0.10',
    '$0.035',
    '$0.0000012',
  ]);
});
