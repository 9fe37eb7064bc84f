// Attribute values as public JSON: every digit of an integer, NaN and infinities as texts, bytes as
// {"$bytes": base64}. Data keys go into null-prototype objects only.

import type { AttributeValue } from '../shared/span.ts';
import { type AnyValue, type Attribute, KeyValueList } from './record.ts';

declare global {
  // ES2026, in Node since 21; not yet in TypeScript's library.
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

type JsonObject = { [key: string]: AttributeValue };

/** A value for `JSON.stringify`. */
export function valueJson(value: AnyValue): AttributeValue {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value)) as AttributeValue;
  if (Object.is(value, -0)) return JSON.rawJSON('-0') as AttributeValue;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(valueJson);
  if (value instanceof KeyValueList) return attributesJson(value.pairs).attributes;
  return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

/** Attributes as an object: the first value of a key; further values of repeated keys apart. */
export function attributesJson(
  pairs: readonly Attribute[],
  isLifted: (key: string, value: AnyValue) => boolean = () => false,
): { attributes: JsonObject; repeated: { key: string; value: AttributeValue }[] } {
  const attributes: JsonObject = Object.create(null);
  const repeated: { key: string; value: AttributeValue }[] = [];
  for (const [key, value] of pairs) {
    if (isLifted(key, value)) continue;
    if (key in attributes) repeated.push({ key, value: valueJson(value) });
    else attributes[key] = valueJson(value);
  }
  return { attributes, repeated };
}
