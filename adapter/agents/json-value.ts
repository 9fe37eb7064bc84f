// Reads fields out of JSON that somebody else wrote, one at a time and by type. A field of another
// type is the same as no field: a parser of foreign streams never trusts a shape.
import type { Json } from './step.ts';

export type JsonObject = { readonly [key: string]: Json };

/** The object that a line holds, or null where it is no JSON or no object. */
export function parseObject(line: string): JsonObject | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

export function field(value: Json | undefined | null, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function objectAt(value: Json | undefined | null, key: string): JsonObject | null {
  const found = field(value, key);
  return isObject(found) ? found : null;
}

export function textAt(value: Json | undefined | null, key: string): string | null {
  const found = field(value, key);
  return typeof found === 'string' ? found : null;
}

export function numberAt(value: Json | undefined | null, key: string): number | null {
  const found = field(value, key);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export function listAt(value: Json | undefined | null, key: string): readonly Json[] {
  const found = field(value, key);
  return Array.isArray(found) ? found : [];
}

function isObject(value: Json | undefined | null): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
