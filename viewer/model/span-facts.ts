// A span's attributes as a list to look at: text per value, JSON in strings recognised and laid out,
// long values folded. Keys are data, shown as they came and never used to index anything.
import type { AttributeValue } from '../../shared/span.ts';
import type { SpanJson } from '../../shared/wire.ts';

export interface SpanFact {
  readonly key: string;
  readonly type: 'text' | 'number' | 'boolean' | 'json' | 'null';
  /** One line, at most FACT_PREVIEW_CHARS. */
  readonly preview: string;
  /** The whole value, JSON laid out; equal to `preview` where nothing was folded. */
  readonly full: string;
  readonly folded: boolean;
  /** A string that held JSON: shown laid out, and said to have been a string. */
  readonly parsedFromString: boolean;
  /** A second value sent under a key already taken. */
  readonly repeated: boolean;
}
export const FACT_PREVIEW_CHARS = 120;

/** Attributes in the order in which they came, repeated keys after. */
export function spanFacts(span: Pick<SpanJson, 'attributes' | 'repeatedAttributes'>): SpanFact[] {
  throw new Error(`not written yet ${span}`);
}
/** One value, as `spanFacts` shows it. */
export function factOf(key: string, value: AttributeValue, repeated = false): SpanFact {
  throw new Error(`not written yet ${key} ${value} ${repeated}`);
}
/** What is odd about a span, in words: "ended before it started", "its parent never arrived". */
export function flagWords(flags: readonly string[]): string[] {
  throw new Error(`not written yet ${flags}`);
}
