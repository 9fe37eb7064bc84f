// What a tool or verifier printed, as the text that a terminal would have left of it: colours gone, overwritten
// and erased parts gone. Knows under which names spans hold it. Does not cut or mark anything.
import { spanKey } from '../../../shared/conventions.ts';
import { namesOf } from '../../../shared/dialects/dialects.ts';
import type { AttributeValue } from '../../../shared/span.ts';
import { terminalText } from '../../../shared/terminal-text.ts';

export const toolResultNames = namesOf(({ tools }) => tools?.result);
const outputNames: ReadonlySet<string> = new Set([spanKey.verifyOutput, ...toolResultNames]);

export function isToolOutput(key: string): boolean {
  return outputNames.has(key);
}

/** Deeper parts of a result are left as they came: depth is data. */
const MAX_DEPTH = 32;

/** The same value with every text in it as a terminal leaves it; keys stay as they are. */
export function printed(value: AttributeValue, depth = 0): AttributeValue {
  if (typeof value === 'string') return terminalText(value);
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((part: AttributeValue) => printed(part, depth + 1));
  // fromEntries defines own properties: a key such as "__proto__" stays data.
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, printed(part, depth + 1)]));
}
