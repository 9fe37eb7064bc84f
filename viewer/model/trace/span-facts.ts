// A span's attributes as a list to look at: text per value, JSON in strings recognised and laid out,
// long values folded. Keys are data, shown as they came and never used to index anything.
import type { AttributeValue } from '../../../shared/span.ts';
import type { SpanJson } from '../../../shared/wire.ts';
import { isToolOutput, printed } from './tool-output.ts';

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

/** Beyond it a string is not tried as JSON: laying out a megabyte takes longer than a frame. */
const MAX_PARSED_CHARS = 200_000;

/** Attributes in the order in which they came, repeated keys after. */
export function spanFacts(span: Pick<SpanJson, 'attributes' | 'repeatedAttributes'>): SpanFact[] {
  const facts = Object.entries(span.attributes).map(([key, value]) => factOf(key, shownValue(key, value)));
  for (const { key, value } of span.repeatedAttributes ?? [])
    facts.push(factOf(key, shownValue(key, value), true));
  return facts;
}

/** What a tool printed is shown as a terminal shows it. */
function shownValue(key: string, value: AttributeValue): AttributeValue {
  return isToolOutput(key) ? printed(value) : value;
}

/** One value, as `spanFacts` shows it. */
export function factOf(key: string, value: AttributeValue, repeated = false): SpanFact {
  const parsed = typeof value === 'string' ? parseContainer(value) : undefined;
  const shown = parsed ?? value;
  const full = typeof shown === 'object' && shown !== null ? layOut(shown) : String(shown);
  const compact = typeof shown === 'object' && shown !== null ? compactJson(shown) : full;
  const line = compact.replace(/\s+/g, ' ').trim();
  const cut = line.length > FACT_PREVIEW_CHARS;
  // The ellipsis counts; the rest must not end in half a surrogate pair.
  const preview = cut ? `${line.slice(0, FACT_PREVIEW_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
  return {
    key,
    type: typeOf(shown),
    preview,
    full: cut || preview !== compact ? full : preview,
    folded: cut || preview !== compact,
    parsedFromString: parsed !== undefined,
    repeated,
  };
}

function typeOf(value: AttributeValue): SpanFact['type'] {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'json';
}

/** The object or list that a string holds; undefined where it holds none. */
function parseContainer(text: string): AttributeValue | undefined {
  if (text.length > MAX_PARSED_CHARS || !/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as AttributeValue;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Depth is data: thousands of nested lists overflow the stack of JSON.stringify and JSON.parse alike. */
function layOut(value: AttributeValue): string {
  return stringified(value, 2);
}

function compactJson(value: AttributeValue): string {
  return stringified(value, 0);
}

function stringified(value: AttributeValue, indent: number): string {
  try {
    return JSON.stringify(value, null, indent);
  } catch (error) {
    if (error instanceof RangeError) return '(nested too deeply to show)';
    throw error;
  }
}

const wordsOfFlag = new Map<string, string>([
  ['negativeDuration', 'ended before it started'],
  ['unfinished', 'never ended'],
  ['noStart', 'its start was not sent'],
  ['clockSuspect', 'its clock is suspect: kept out of the timeline'],
  ['badParent', 'its parent id had a wrong length'],
  ['orphan', 'its parent never arrived'],
  ['textRepaired', 'broken text was repaired'],
  ['truncated', 'parts were cut at a limit'],
  ['conflict', 'another span with this id and other content came later'],
  ['cycle', 'it was its own ancestor: the circle was opened here'],
]);

/** What is odd about a span, in words: "ended before it started", "its parent never arrived". */
export function flagWords(flags: readonly string[]): string[] {
  return flags.map((flag) => wordsOfFlag.get(flag) ?? flag);
}
