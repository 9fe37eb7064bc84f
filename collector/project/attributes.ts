// Reading attributes: the first value of a key wins, values of a wrong type count as absent. Attributes
// stay pairs; a Map is built only to look several keys up.
import type { AnyValue, Attribute } from '../record.ts';

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
    const value = map.get(key);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** The first of the keys that holds a finite number. Texts of digits count: some exporters send them. */
export function numberAt(map: AttributeMap, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = map.get(key);
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
    const value = map.get(key);
    if (typeof value === 'boolean') return value;
  }
  return null;
}

/** The first text of a list of texts, or the text itself. */
export function firstTextAt(map: AttributeMap, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = map.get(key);
    const first = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string' && first !== '') return first;
  }
  return null;
}
