// The price tables of a collector: the one that comes with Playhead, and own prices from a file, which are asked
// first. Reads them when they are first needed, and asks nobody on the network.
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { FoundPrice, ModelPrice, PriceTable } from '../../shared/prices.ts';
import { findPrice, priceSteps } from '../../shared/prices.ts';
import { StartError } from '../errors.ts';

const BUILT_IN = join(import.meta.dirname, 'price-table.json');
/** Names of models come from whoever sends spans. */
const MAX_KEPT = 10_000;
const MAX_FILE_BYTES = 16 * 2 ** 20;

const usd = z.number().nonnegative();
const rates = {
  input: usd,
  output: usd,
  cacheRead: usd.optional(),
  cacheWrite: usd.optional(),
  cacheWriteLong: usd.optional(),
  reasoning: usd.optional(),
};
const steps = priceSteps.join(', ');
const step = z.number().refine((tokens) => priceSteps.includes(tokens), { error: `takes one of ${steps}` });
const ownFile = z.strictObject({
  date: z.iso.date().optional(),
  source: z.string().max(200).optional(),
  models: z.record(
    z.string().min(1).max(200),
    z.strictObject({ ...rates, above: z.array(z.strictObject({ tokens: step, ...rates })).optional() }),
  ),
});

export class Prices {
  readonly #own: readonly PriceTable[];
  readonly #found = new Map<string, FoundPrice | null>();
  #builtIn: PriceTable | null = null;

  /** @param file own prices; @throws StartError where it cannot be read or holds something else */
  constructor(file?: string) {
    this.#own = file === undefined ? [] : [readOwn(file)];
  }

  /** Own prices first. */
  get tables(): readonly PriceTable[] {
    this.#builtIn ??= tableOf(JSON.parse(readFileSync(BUILT_IN, 'utf8')));
    return [...this.#own, this.#builtIn];
  }

  readonly of = (model: string): FoundPrice | null => {
    let found = this.#found.get(model);
    if (found === undefined) {
      found = this.#find(model);
      if (this.#found.size >= MAX_KEPT) this.#found.clear();
      this.#found.set(model, found);
    }
    return found;
  };

  #find(model: string): FoundPrice | null {
    for (const table of this.tables) {
      const price = findPrice(table, model);
      if (price !== null) return { price, table };
    }
    return null;
  }
}

interface TableFile {
  readonly date: string;
  readonly source: string;
  readonly models: Readonly<Record<string, ModelPrice>>;
}

function tableOf({ date, source, models }: TableFile): PriceTable {
  const entries = Object.entries(models).map(([name, price]) => [name.toLowerCase(), price] as const);
  return { date, source, models: new Map(entries) };
}

function readOwn(file: string): PriceTable {
  let text: string;
  let changed: Date;
  try {
    const { size, mtime } = statSync(file);
    if (size > MAX_FILE_BYTES) throw new Error('it is larger than 16 MiB');
    changed = mtime;
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartError('price_file', `the price file cannot be read: ${messageOf(cause)}`);
  }
  const parsed = ownFile.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('/') || 'the file';
    throw new StartError('price_file', `${file}: ${where}: ${issue?.message ?? 'not JSON'}`);
  }
  const { date, source, models } = parsed.data;
  const sorted = Object.entries(models).map(([name, price]): [string, ModelPrice] => [name, inOrder(price)]);
  return tableOf({
    date: date ?? changed.toISOString().slice(0, 10),
    source: source ?? basename(file),
    models: Object.fromEntries(sorted),
  });
}

function inOrder(price: ModelPrice): ModelPrice {
  return price.above === undefined
    ? price
    : { ...price, above: [...price.above].sort((a, b) => a.tokens - b.tokens) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
