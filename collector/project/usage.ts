// What a model call cost, and what a metric's data point counts of a run's cost, in one vocabulary. Input is
// counted with its cached part, output with its reasoning part, as OpenTelemetry counts; dialects that count the
// cached part apart are added up. Knows no dialect's names: shared/dialects holds them.
import { spanKey } from '../../shared/conventions.ts';
import type { UsagePart } from '../../shared/dialects/dialect.ts';
import { dialects, namesOf } from '../../shared/dialects/dialects.ts';
import type { CallFacts } from '../cell/records.ts';
import type { Attribute, SpanRecord } from '../record.ts';
import { type AttributeMap, firstTextAt, integerAt, mapOf, numberAt, textAt } from './attributes.ts';

const tokens = (part: UsagePart) => namesOf(({ calls }) => calls?.tokens?.[part]);
const names = {
  model: namesOf(({ calls }) => calls?.model),
  input: tokens('input'),
  output: tokens('output'),
  cacheRead: tokens('cacheRead'),
  cacheWrite: tokens('cacheWrite'),
  reasoning: tokens('reasoning'),
  cost: tokens('costUsd'),
  finish: namesOf(({ calls }) => calls?.finish),
  firstChunkSeconds: namesOf(({ calls }) => calls?.firstChunkSeconds),
  firstChunkMs: namesOf(({ calls }) => calls?.firstChunkMs),
};

/** Cached tokens under these names are not among the input tokens. */
const apartNames = namesOf(({ inputWithoutCache, calls }) =>
  inputWithoutCache ? [...(calls?.tokens?.cacheRead ?? []), ...(calls?.tokens?.cacheWrite ?? [])] : [],
);

/** The facts of one model call, each null where the span does not say. */
export function callFactsOf(record: SpanRecord, attributes: AttributeMap): CallFacts {
  const cacheReadTokens = tokensAt(attributes, names.cacheRead);
  const cacheWriteTokens = tokensAt(attributes, names.cacheWrite);
  const input = tokensAt(attributes, names.input);
  return {
    model: textAt(attributes, ...names.model),
    requestHash: textAt(attributes, spanKey.requestHash),
    inputTokens: wholeInput(input, cacheReadTokens, cacheWriteTokens, attributes),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: tokensAt(attributes, names.output),
    reasoningTokens: tokensAt(attributes, names.reasoning),
    timeToFirstChunkMs: firstChunkMs(attributes),
    costUsd: numberAt(attributes, ...names.cost),
    finishReason: firstTextAt(attributes, ...names.finish),
    error: errorOf(record, attributes),
  };
}

/**
 * Input with its cached part. Some dialects count it apart, and so does whoever names more cached than input
 * tokens.
 */
function wholeInput(
  input: number | null,
  cacheRead: number | null,
  cacheWrite: number | null,
  attributes: AttributeMap,
): number | null {
  if (input === null) return null;
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const apart = apartNames.some((name) => attributes.has(name));
  return apart || cached > input ? input + cached : input;
}

function tokensAt(attributes: AttributeMap, keys: readonly string[]): number | null {
  const value = integerAt(attributes, ...keys);
  return value !== null && value >= 0 ? value : null;
}

function firstChunkMs(attributes: AttributeMap): number | null {
  const seconds = numberAt(attributes, ...names.firstChunkSeconds);
  return seconds === null ? numberAt(attributes, ...names.firstChunkMs) : seconds * 1000;
}

function errorOf(record: SpanRecord, attributes: AttributeMap): string | null {
  const type = textAt(attributes, spanKey.errorType);
  if (record.statusCode !== 2) return type;
  return record.statusMessage || type || 'error';
}

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

/** What a data point counts, or null. A metric that no dialect lists counts nothing: names are matched whole. */
export function usagePartOf(name: string, attributes: readonly Attribute[]): UsagePart | null {
  const part = partCounters.get(name);
  if (part) return part;
  const counter = splitCounters.get(name);
  const word = counter === undefined ? null : textAt(mapOf(attributes), counter.key);
  return (word !== null && counter?.parts.get(word)) || null;
}
