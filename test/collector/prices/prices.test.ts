// The price table that comes with Playhead, against costs that were computed by hand, and own prices from a file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Prices } from '../../../collector/prices/prices.ts';
import { priceStepOf, priceTokens } from '../../../shared/prices.ts';

interface ByHand {
  readonly maker: string;
  readonly model: string;
  readonly tokens: Parameters<typeof priceTokens>[1];
  readonly usd: number;
}

const byHand: readonly ByHand[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/prices/by-hand.json'), 'utf8'),
).rows;
const prices = new Prices();

function costOf(from: Prices, model: string, tokens: ByHand['tokens']): number | null {
  const found = from.of(model);
  return found && priceTokens(found.price, tokens, priceStepOf(tokens.input));
}

test.each(byHand)('$model of $maker costs what was computed by hand', ({ model, tokens, usd }) => {
  expect(costOf(prices, model, tokens)).toBeCloseTo(usd, 12);
});

test('they are fourteen models of eight makers', () => {
  expect(byHand).toHaveLength(14);
  expect(new Set(byHand.map(({ maker }) => maker)).size).toBe(8);
});

test('the table says from which day and where it is, and under which licence', () => {
  const [table] = prices.tables;
  expect(table?.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(table?.source).toContain('litellm');
  const file = readFileSync(join(import.meta.dirname, '../../../collector/prices/price-table.json'), 'utf8');
  expect(JSON.parse(file).license).toContain('MIT');
});

test('every price is a number of dollars that somebody could ask for', () => {
  const odd = [...(prices.tables[0]?.models ?? [])].filter(([name, { above = [], ...price }]) =>
    [price, ...above].some(
      ({ input, output, cacheRead = 0, cacheWrite = input }) =>
        input >= 1000 ||
        cacheRead > Math.max(input, output) ||
        cacheWrite < input ||
        // Free of charge is said of models that run on one's own machine, or whose name says it.
        (input * output === 0 && !/^(?:ollama|lemonade)\/|free$/.test(name)),
    ),
  );
  expect(odd).toEqual([]);
});

function aFile(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-prices-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'prices.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('own prices are asked first, and the others stay', () => {
  const models = { 'Our/Model': { input: 1, output: 2 }, 'gpt-5': { input: 100, output: 100 } };
  const own = new Prices(aFile({ date: '2026-12-01', source: 'our contract', models }));
  expect(own.of('our/model')).toMatchObject({ price: { input: 1 }, table: { source: 'our contract' } });
  expect(own.of('gpt-5')?.price.input).toBe(100);
  expect(own.of('o3')?.price.input).toBe(2);
  expect(own.tables.map(({ date }) => date)[0]).toBe('2026-12-01');
});

test('a price file without a date has the day on which it was changed, and its own name', () => {
  const own = new Prices(aFile({ models: { m: { input: 1, output: 2 } } }));
  expect(own.of('m')?.table).toMatchObject({
    source: 'prices.json',
    date: expect.stringMatching(/^20\d\d-/),
  });
});

test.each([
  ['not JSON', '{"models": {', 'the file'],
  ['a price below nothing', { models: { m: { input: -1, output: 2 } } }, 'models/m/input'],
  ['a price without output', { models: { m: { input: 1 } } }, 'models/m/output'],
  ['a misspelt part', { models: { m: { input: 1, output: 1, cache_read: 1 } } }, 'models/m'],
  [
    'a step of input size that no bill keeps apart',
    { models: { m: { input: 1, output: 1, above: [{ tokens: 5, input: 1, output: 1 }] } } },
    'models/m/above/0/tokens',
  ],
])('a price file with %s is refused by the place', (_what, content, place) => {
  expect(() => new Prices(aFile(content))).toThrow(`: ${place}: `);
});

test('a price file that is not there is refused', () => {
  expect(() => new Prices('/nowhere/prices.json')).toThrow('cannot be read');
});
