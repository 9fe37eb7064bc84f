// What kind of span this is: what the span says itself, else what its dialect's names mean. A span of no dialect
// in shared/dialects is `other`. Does not guess from a name alone.
import { spanKey } from '../../shared/conventions.ts';
import type { KindRules } from '../../shared/dialects/dialect.ts';
import { dialects } from '../../shared/dialects/dialects.ts';
import { type SpanKind, spanKinds } from '../../shared/span.ts';
import type { AttributeMap } from './attributes.ts';

const rules: readonly KindRules[] = dialects.flatMap(({ kinds }) => kinds ?? []);

/** By the attribute that says it: dialects may share one. */
const kindByValue: ReadonlyMap<string, ReadonlyMap<string, SpanKind>> = valuesByKey();

const kindByName: ReadonlyMap<string, SpanKind> = new Map(
  rules.flatMap(({ spanNames }) => Object.entries(spanNames ?? {})),
);

/** A model call first: a request may name the tool call that it answers. */
const carriers = rules
  .flatMap(({ carrying }) => carrying ?? [])
  .sort((a, b) => Number(b.kind === 'model_call') - Number(a.kind === 'model_call'));

/** A span's kind. @param attributes the span's own */
export function kindOf(name: string, attributes: AttributeMap): SpanKind {
  const said = attributes.get(spanKey.kind);
  if (isKind(said)) return said;
  for (const [key, kinds] of kindByValue) {
    const value = attributes.get(key);
    const kind = typeof value === 'string' ? kinds.get(value) : undefined;
    if (kind) return kind;
  }
  const named = kindByName.get(name);
  if (named) return named;
  return carriers.find(({ keys }) => keys.every((key) => isSaid(attributes.get(key))))?.kind ?? 'other';
}

function valuesByKey(): Map<string, Map<string, SpanKind>> {
  const found = new Map<string, Map<string, SpanKind>>();
  for (const { key, values } of rules) {
    if (key === undefined) continue;
    const known = found.get(key) ?? new Map<string, SpanKind>();
    for (const [value, kind] of Object.entries(values ?? {})) known.set(value, kind);
    found.set(key, known);
  }
  return found;
}

/** An attribute without a value says nothing. */
function isSaid(value: unknown): boolean {
  return value !== undefined && value !== '';
}

function isKind(value: unknown): value is SpanKind {
  return typeof value === 'string' && (spanKinds as readonly string[]).includes(value);
}
