// Which metrics count a run's tokens and cost, and which part each of their data points counts. Names are
// matched whole: a metric that no dialect lists stays visible as it is and counts nothing.
import type { UsagePart } from '../../shared/dialects/dialect.ts';
import { dialects } from '../../shared/dialects/dialects.ts';
import type { Attribute } from '../record.ts';
import { mapOf, textAt } from './attributes.ts';

interface SplitCounter {
  /** The attribute that tells the counter's parts apart. */
  readonly key: string;
  readonly parts: ReadonlyMap<string, UsagePart>;
}

const splitCounters: ReadonlyMap<string, SplitCounter> = new Map(
  dialects
    .flatMap(({ metrics }) => metrics?.split ?? [])
    .map(({ metric, key, values }) => [metric, { key, parts: new Map(Object.entries(values)) }]),
);

/** Metrics that count one part each. */
const partCounters: ReadonlyMap<string, UsagePart> = new Map(
  dialects.flatMap(({ metrics }) => Object.entries(metrics?.whole ?? {})),
);

/** What a data point counts, or null. */
export function usagePartOf(name: string, attributes: readonly Attribute[]): UsagePart | null {
  const part = partCounters.get(name);
  if (part) return part;
  const counter = splitCounters.get(name);
  const word = counter === undefined ? null : textAt(mapOf(attributes), counter.key);
  return (word !== null && counter?.parts.get(word)) || null;
}
