// Reads fields out of JSON that somebody else wrote, one at a time and by type. A field of another
// type is the same as no field: a parser of foreign streams never trusts a shape.
import type { Json } from '../step.ts';

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

/** The value that a whole text holds, or undefined where it is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A longer line is no event: parsing it would take several times its size. Real ones hold an image at most. */
export const MAX_EVENT_CHARS = 16 * 1024 * 1024;

/** The event that a line of a stream holds, or null where it is none. */
export function parseEvent(line: string): JsonObject | null {
  return line.length > MAX_EVENT_CHARS ? null : parseObject(line);
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

/** A count of tokens: a whole number that is not negative. What is no count was not recorded. */
export function tokensAt(value: Json | undefined | null, key: string): number | null {
  const found = numberAt(value, key);
  return found !== null && Number.isSafeInteger(found) && found >= 0 ? found : null;
}

/** The process's exit code, where one is told: a whole number of 32 bits. */
export function exitCodeAt(value: Json | undefined | null, key: string): number | null {
  const found = numberAt(value, key);
  return found !== null && Number.isInteger(found) && Math.abs(found) < 2 ** 31 ? found : null;
}

/** Text as messages carry it: plain, or a list of parts with `text`. Null where there is none. */
export function plainText(value: Json | undefined | null): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const texts = value.flatMap((part) => plainText(part) ?? []);
    return texts.length === 0 ? null : texts.join('\n');
  }
  return textAt(value, 'text');
}

/** A value as a tool was given it: arguments that came as JSON text are read. */
export function readArguments(value: Json | undefined | null): Json {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

export function isObject(value: Json | undefined | null): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
