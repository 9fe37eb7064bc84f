// Texts of an Inspect sample that lie elsewhere in it: a long one is a reference into the sample's attachments. Follows a
// reference once: what it leads to is taken as it is.
import { field, isObject, type JsonObject } from '../../agents/reading/json-value.ts';
import type { Json } from '../../agents/step.ts';

const PREFIXES = ['attachment://', 'tc://'];
/** Arguments of a call are as deep as its tool likes; deeper ones are taken as they are. */
const MAX_DEPTH = 20;

export class Condensed {
  readonly #attachments: Json;

  constructor(sample: JsonObject) {
    this.#attachments = field(sample, 'attachments') ?? null;
  }

  /** The value with its references followed. */
  whole(value: Json, depth = 0): Json {
    if (typeof value === 'string') return this.#text(value);
    if (depth >= MAX_DEPTH) return value;
    if (Array.isArray(value)) return value.map((item: Json) => this.whole(item, depth + 1));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.whole(inner, depth + 1)]),
    );
  }

  #text(value: string): string {
    const prefix = PREFIXES.find((known) => value.startsWith(known));
    if (prefix === undefined) return value;
    const key = value.slice(prefix.length);
    const found = Array.isArray(this.#attachments)
      ? this.#attachments[Number(key)]
      : field(this.#attachments, key);
    return typeof found === 'string' ? found : value;
  }
}
