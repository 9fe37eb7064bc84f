// Makes collector/prices/price-table.json from the price file of the Python package litellm, which is kept by many
// hands and names its source for each model: node test/prices/take-prices.ts FILE VERSION DATE. Keeps what a token
// of a chat model costs and nothing else, and leaves out what the look-up finds under a shorter name.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPrice, type ModelPrice, priceSteps, type TokenPrices } from '../../shared/prices.ts';

type Entry = Readonly<Record<string, unknown>>;

const [, , file = '', version = '', date = ''] = process.argv;
const OUT = join(import.meta.dirname, '../../collector/prices/price-table.json');
const MODES: ReadonlySet<unknown> = new Set(['chat', 'completion', 'responses']);
/** Whose own prices a name without a host means, best first. */
const makers = [
  ...'openai anthropic gemini vertex_ai xai deepseek mistral codestral dashscope moonshot zai minimax cohere'.split(
    ' ',
  ),
  ...'cohere_chat perplexity ai21 meta_llama amazon_nova xiaomi_mimo tencent'.split(' '),
];
/** Machines of one's own, which charge nothing. Any other 0 means that nobody knows. */
const freeHosts: ReadonlySet<unknown> = new Set(['ollama', 'lemonade']);

const source = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Entry>;
const all = new Map<string, ModelPrice>();
for (const [name, entry] of Object.entries(source)) {
  const price = MODES.has(entry.mode) ? priceOf(name, entry) : null;
  if (price !== null) all.set(name.toLowerCase(), price);
}
addBareNames(all);
const kept = trimmed(all);
const models = Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = Object.entries(models).map(
  ([name, price]) => `    ${JSON.stringify(name)}: ${JSON.stringify(price)}`,
);
const head = {
  date,
  source: `litellm ${version} (PyPI), model_prices_and_context_window.json`,
  license: 'MIT, Copyright (c) 2023 Berri AI',
  unit: 'US dollars for a million tokens',
};
const headLines = Object.entries(head).map(([key, value]) => `  "${key}": ${JSON.stringify(value)},`);
writeFileSync(OUT, `{\n${headLines.join('\n')}\n  "models": {\n${lines.join(',\n')}\n  }\n}\n`);
process.stdout.write(`${kept.size} of ${all.size} prices in ${OUT}\n`);

function priceOf(name: string, entry: Entry): ModelPrice | null {
  const tiers = Array.isArray(entry.tiered_pricing) ? (entry.tiered_pricing as Entry[]) : [];
  const [first, ...more] = tiers;
  const base = ratesOf(first ?? entry, '');
  if (base === null) return null;
  const isFree = (freeHosts.has(entry.litellm_provider) && !/-cloud$/.test(name)) || /[:/-]free$/.test(name);
  if (!isFree && (base.input === 0 || base.output === 0)) return null;
  const above = first
    ? more.map((tier) => ({ tokens: Number((tier.range as number[])[0]), ...ratesOf(tier, '') }))
    : priceSteps.map((tokens) => ({ tokens, ...ratesOf(entry, `_above_${tokens / 1000}k_tokens`) }));
  const known = above.filter((tier): tier is TokenPrices & { tokens: number } => 'input' in tier);
  return known.length === 0 ? base : { ...base, above: known };
}

function ratesOf(entry: Entry, suffix: string): TokenPrices | null {
  const at = (key: string): number | undefined => {
    const value = entry[`${key}${suffix}`];
    return typeof value === 'number' && value >= 0 ? Number((value * 1e6).toPrecision(9)) : undefined;
  };
  const input = at('input_cost_per_token');
  const output = at('output_cost_per_token');
  if (input === undefined || output === undefined) return null;
  const cacheRead = at('cache_read_input_token_cost');
  const cacheWrite = at('cache_creation_input_token_cost');
  const cacheWriteLong = at('cache_creation_input_token_cost_above_1hr');
  const reasoning = at('output_cost_per_reasoning_token');
  return {
    input,
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    // Nobody writes a cache for less than reading anew: such an entry is the price of something else.
    ...(cacheWrite === undefined || cacheWrite < input ? {} : { cacheWrite }),
    ...(cacheWriteLong === undefined || cacheWriteLong < (cacheWrite ?? input) ? {} : { cacheWriteLong }),
    ...(reasoning === undefined || reasoning === output ? {} : { reasoning }),
  };
}

/** A name without a host: its maker's price, else the one that all hosts agree on. */
function addBareNames(prices: Map<string, ModelPrice>): void {
  const byTail = new Map<string, Map<string, ModelPrice>>();
  for (const [name, price] of prices) {
    const at = name.indexOf('/');
    if (at < 0) continue;
    for (const tail of [name.slice(at + 1), name.slice(name.lastIndexOf('/') + 1)])
      byTail.set(tail, (byTail.get(tail) ?? new Map()).set(name.slice(0, at), price));
  }
  for (const [tail, hosts] of byTail) {
    const maker = makers.find((host) => hosts.has(host));
    const texts = new Set([...hosts.values()].map((price) => JSON.stringify(price)));
    const price =
      maker === undefined && texts.size > 1 ? undefined : hosts.get(maker ?? [...hosts.keys()][0] ?? '');
    if (price && price.input + price.output > 0 && !prices.has(tail)) prices.set(tail, price);
  }
}

/** Without the names that the look-up finds anyway. */
function trimmed(prices: ReadonlyMap<string, ModelPrice>): Map<string, ModelPrice> {
  const rest = new Map(prices);
  const found = (name: string) => findPrice({ date, source: '', models: rest }, name);
  // Many hosts leave out what an hour's cache costs.
  const isFound = (name: string, price: ModelPrice): boolean => {
    const other = found(name);
    return other !== null && textOf(other, price) === textOf(price, price);
  };
  for (const [name, price] of prices) {
    rest.delete(name);
    if (!isFound(name, price)) rest.set(name, price);
  }
  for (const [name, price] of prices) if (!isFound(name, price)) rest.set(name, price);
  for (const [name, price] of prices)
    if (!isFound(name, price)) throw new Error(`${name} has another price in the trimmed table`);
  return rest;
}

function textOf({ cacheWriteLong, ...price }: ModelPrice, like: ModelPrice): string {
  return JSON.stringify(like.cacheWriteLong === undefined ? price : { ...price, cacheWriteLong });
}
