// Reads a span's attributes by the names that dialects gave one thing, and the GenAI message forms. A
// data key is never used to index anything: only names written in this house are looked up, as own
// properties. What has another shape than expected counts as absent.
import type { AttributeValue } from '../../../shared/span.ts';
import type { SpanJson } from '../../../shared/wire.ts';

type Attributes = SpanJson['attributes'];

/** The first of the names that is set; undefined when none is. */
export function firstAttribute(attributes: Attributes, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) if (Object.hasOwn(attributes, name)) return attributes[name];
  return undefined;
}

/** The first of the names that holds a text that is not empty; null when none does. */
export function textAttribute(attributes: Attributes, ...names: string[]): string | null {
  for (const name of names) {
    const value = firstAttribute(attributes, [name]);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

export function numberAttribute(attributes: Attributes, ...names: string[]): number | null {
  for (const name of names) {
    const value = firstAttribute(attributes, [name]);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
  }
  return null;
}

/** A value that may have been sent as JSON text: parsed where it is an object or list, else as it is. */
export function structured(value: AttributeValue | undefined): AttributeValue | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as AttributeValue;
  } catch {
    return value;
  }
}

export function isObject(
  value: AttributeValue | undefined,
): value is { readonly [key: string]: AttributeValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property of a value that is an object; undefined otherwise. */
export function fieldOf(value: AttributeValue | undefined, name: string): AttributeValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const object = value as { readonly [key: string]: AttributeValue };
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function listOf(value: AttributeValue | undefined): readonly AttributeValue[] {
  return Array.isArray(value) ? value : [];
}

/** A value as one text: strings as they are, everything else as JSON. */
export function plainText(value: AttributeValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
