// Reading attributes: the first value of a key wins, values of a wrong type count as absent. Attributes
// stay pairs; a Map is built only to look several keys up. A name of a dialect may lead into an attribute that holds
// an object or a list, as JSON text or structured (shared/dialects/names.ts).
import { pathOf } from '../../shared/dialects/names.ts';
import { type AnyValue, type Attribute, KeyValueList } from '../record.ts';

/** Attributes by key: first values only. */
export type AttributeMap = ReadonlyMap<string, AnyValue>;

export function mapOf(attributes: readonly Attribute[]): AttributeMap {
  const map = new Map<string, AnyValue>();
  for (const [key, value] of attributes) if (!map.has(key)) map.set(key, value);
  return map;
}

/** The first of the keys that holds a text that is not empty. */
export function textAt(map: AttributeMap, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = valueAt(map, key);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** The first of the keys that holds a finite number. Texts of digits count: some exporters send them. */
export function numberAt(map: AttributeMap, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = valueAt(map, key);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'string' && /^\d{1,15}(\.\d{1,15})?$/.test(value)) return Number(value);
  }
  return null;
}

export function integerAt(map: AttributeMap, ...keys: readonly string[]): number | null {
  const value = numberAt(map, ...keys);
  return value !== null && Number.isSafeInteger(value) ? value : null;
}

/** The first of the keys that holds a boolean. */
export function booleanAt(map: AttributeMap, ...keys: readonly string[]): boolean | null {
  for (const key of keys) {
    const value = valueAt(map, key);
    if (typeof value === 'boolean') return value;
  }
  return null;
}

/** The first text of a list of texts, or the text itself; a text that holds a list or a text in JSON counts as that. */
export function firstTextAt(map: AttributeMap, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = valueAt(map, key);
    const told = typeof value === 'string' && /^\s*[["]/.test(value) ? (parsed(value) ?? value) : value;
    const first = Array.isArray(told) ? told[0] : told;
    if (typeof first === 'string' && first !== '') return first;
  }
  return null;
}

/** What a name of a dialect leads to; undefined where nothing is there. */
export function valueAt(map: AttributeMap, name: string): unknown {
  const own = map.get(name);
  if (own !== undefined) return own;
  const path = pathOf(name);
  if (path === null) return undefined;
  const [attribute, ...fields] = path;
  let value: unknown = map.get(attribute);
  for (const field of fields) {
    if (typeof value === 'string') value = parsed(value);
    value = fieldOf(value, field);
    if (value === undefined || value === null) return undefined;
  }
  return value;
}

/** A member of a list, by its number, or a field of an object; own ones alone. */
function fieldOf(value: unknown, field: string): unknown {
  if (value instanceof KeyValueList) return value.pairs.find(([key]) => key === field)?.[1];
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
}

/** Longer texts are not looked into: they would be parsed for each name that leads into them. */
const MAX_PARSED_CHARS = 256 * 1024;
/** The text that was parsed last: several names lead into one attribute. */
let last: { readonly text: string; readonly value: unknown } = { text: '', value: undefined };

function parsed(text: string): unknown {
  if (last.text === text) return last.value;
  if (text.length > MAX_PARSED_CHARS || !/^\s*[[{"]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  last = { text, value };
  return value;
}
