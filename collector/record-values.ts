// Attribute values as stored JSON text and back, every value exact: integers beyond 2^53, NaN, bytes,
// nested lists whose keys are data and so never become property names.
import { type AnyValue, type Attribute, KeyValueList } from './record.ts';

type Stored =
  | string
  | number
  | boolean
  | null
  | Stored[]
  | { i: string }
  | { n: string }
  | { b: string }
  | { k: Stored[] };

/** A value for `JSON.stringify`: plain where JSON is exact, tagged objects where it is not. */
export function storeValue(value: AnyValue): Stored {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { n: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { i: String(value) };
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(storeValue);
  if (value instanceof KeyValueList) return { k: storePairs(value.pairs) };
  return { b: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

/** Pairs as one flat list: key, value, key, value. */
export function storePairs(pairs: readonly Attribute[]): Stored[] {
  const flat: Stored[] = new Array(pairs.length * 2);
  let at = 0;
  for (const [key, value] of pairs) {
    flat[at++] = key;
    flat[at++] = storeValue(value);
  }
  return flat;
}

export function loadValue(stored: Stored): AnyValue {
  if (typeof stored !== 'object' || stored === null) return stored;
  if (Array.isArray(stored)) return stored.map(loadValue);
  if ('i' in stored) return BigInt(stored.i);
  if ('n' in stored) return Number(stored.n);
  if ('k' in stored) return new KeyValueList(loadPairs(stored.k));
  return new Uint8Array(Buffer.from(stored.b, 'base64'));
}

export function loadPairs(flat: readonly unknown[]): Attribute[] {
  const pairs: Attribute[] = new Array(flat.length / 2);
  for (let i = 0; i < pairs.length; i++)
    pairs[i] = [flat[2 * i] as string, loadValue(flat[2 * i + 1] as Stored)];
  return pairs;
}
