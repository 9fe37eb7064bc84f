// What tokens cost: the shape of a price table, how a model's name is looked up in it, and what counted tokens
// come to by a price. Pure. Holds no price, and guesses none: a name that the table does not hold has no price.

/** US dollars for a million tokens. A part that is left out costs what `input` or `output` does. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  /** Writing to a cache that lives for an hour, where that costs more. */
  readonly cacheWriteLong?: number | undefined;
  readonly reasoning?: number | undefined;
}

export interface ModelPrice extends TokenPrices {
  /** Prices of whole calls whose input, cached or not, is larger than `tokens`; by rising `tokens`. */
  readonly above?: readonly (TokenPrices & { readonly tokens: number })[] | undefined;
}

export interface PriceTable {
  /** `YYYY-MM-DD`: the day on which the prices were taken. */
  readonly date: string;
  readonly source: string;
  /** By name in lower case. */
  readonly models: ReadonlyMap<string, ModelPrice>;
}

export interface FoundPrice {
  readonly price: ModelPrice;
  readonly table: PriceTable;
}

/** The sizes of a call's input at which providers change their prices. */
export const priceSteps: readonly number[] = [32_000, 100_000, 128_000, 200_000, 256_000, 272_000, 512_000];

/** Which of the sizes a call's input is beyond: 0 for none. */
export function priceStepOf(inputTokens: number): number {
  return priceSteps.filter((tokens) => inputTokens > tokens).length;
}

/** Tokens of calls to one model of one step: input with its cached part, output with its reasoning part. */
export interface PricedTokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Part of `cacheWrite`: to a cache that lives for an hour. */
  readonly cacheWriteLong?: number | undefined;
  readonly output: number;
  readonly reasoning: number;
}

/** US dollars. @param step of `priceStepOf` */
export function priceTokens(price: ModelPrice, tokens: PricedTokens, step: number): number {
  const beyond = step > 0 ? (priceSteps[step - 1] ?? 0) : 0;
  const rates: TokenPrices = price.above?.findLast((tier) => tier.tokens <= beyond) ?? price;
  const cached = tokens.cacheRead + tokens.cacheWrite;
  const long = Math.min(tokens.cacheWrite, tokens.cacheWriteLong ?? 0);
  const short = rates.cacheWrite ?? rates.input;
  const millions =
    Math.max(0, tokens.input - cached) * rates.input +
    tokens.cacheRead * (rates.cacheRead ?? rates.input) +
    (tokens.cacheWrite - long) * short +
    long * (rates.cacheWriteLong ?? short) +
    Math.max(0, tokens.output - tokens.reasoning) * rates.output +
    tokens.reasoning * (rates.reasoning ?? rates.output);
  return millions / 1e6;
}

/** Hosts of one's own: what their maker asks for a model is not what it costs there. */
const ownHosts: ReadonlySet<string> = new Set(
  'local localhost ollama lemonade vllm lmstudio lm_studio lm-studio llamacpp llama.cpp llama-cpp sglang custom hosted_vllm tgi mlx'.split(
    ' ',
  ),
);
const MAX_NAME_CHARS = 200;

/**
 * A model's price, or null where the table has none of that name. Beside the name itself these are asked for:
 * without what its host put before it (`openrouter/`), without its date or a variant's mark (`-20250929`,
 * `[1m]`), and with dashes for the dots of its version.
 */
export function findPrice(table: PriceTable, model: string): ModelPrice | null {
  const name = model.trim().toLowerCase();
  if (name === '' || name.length > MAX_NAME_CHARS) return null;
  for (const host of hostsOf(name))
    for (const variant of variantsOf(host)) {
      const price = table.models.get(variant);
      if (price) return price;
    }
  return null;
}

/** The name, then without its first segments, one after the other. */
function hostsOf(name: string): string[] {
  const segments = name.split('/').slice(0, 6);
  const own = segments.length > 1 && ownHosts.has(segments[0] ?? '');
  return own ? [name] : segments.map((_, at) => segments.slice(at).join('/'));
}

function variantsOf(name: string): string[] {
  const plain = name.replace(/\[[^\]]*\]$/, '');
  const undated = plain
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[-@](?:20\d{6}|20\d\d-\d\d-\d\d)$/, '')
    .replace(/@(?:default|latest)$/, '');
  const all = [name, plain, undated];
  return [...new Set([...all, ...all.map(withDashes)])];
}

/** "claude-sonnet-4.5" as its maker writes it. */
function withDashes(name: string): string {
  return name.replace(/(?<=\d)\.(?=\d)/g, '-');
}
