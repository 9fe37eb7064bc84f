// What a model call cost, and what a metric's data point counts of a run's cost, in one vocabulary. Input is
// counted with its cached part, output with its reasoning part, as OpenTelemetry counts; dialects that count the
// cached part apart are added up. Knows no dialect's names: shared/dialects holds them.
import { spanEvent, spanKey } from '../../shared/conventions.ts';
import type { UsagePart } from '../../shared/dialects/dialect.ts';
import { countsCacheApart, dialects, namesOf } from '../../shared/dialects/dialects.ts';
import { nsFromIso } from '../../shared/time.ts';
import type { CallFacts } from '../cell/records.ts';
import type { Attribute, SpanRecord } from '../record.ts';
import {
  type AttributeMap,
  booleanAt,
  firstTextAt,
  integerAt,
  mapOf,
  numberAt,
  textAt,
} from './attributes.ts';

const tokens = (part: UsagePart) => namesOf(({ calls }) => calls?.tokens?.[part]);
const names = {
  model: namesOf(({ calls }) => calls?.model),
  provider: namesOf(({ calls }) => calls?.provider),
  input: tokens('input'),
  output: tokens('output'),
  cacheRead: tokens('cacheRead'),
  cacheWrite: tokens('cacheWrite'),
  cacheWriteLong: namesOf(({ calls }) => calls?.cacheWriteLong),
  reasoning: tokens('reasoning'),
  cost: tokens('costUsd'),
  finish: namesOf(({ calls }) => calls?.finish),
  firstChunkSeconds: namesOf(({ calls }) => calls?.firstChunkSeconds),
  firstChunkMs: namesOf(({ calls }) => calls?.firstChunkMs),
  firstChunkTime: namesOf(({ calls }) => calls?.firstChunkTime),
  isStreamed: namesOf(({ calls }) => calls?.isStreamed),
};
const firstChunkByScope = dialects.flatMap(({ calls }) => calls?.firstChunkByScope ?? []);
const firstChunkEvents: ReadonlySet<string> = new Set(namesOf(({ calls }) => calls?.firstChunkEvents));
/** Events that may tell how the answer ended. */
const endingEvents: ReadonlySet<string> = new Set([
  ...namesOf(({ messages }) => messages?.events?.answers),
  ...namesOf(({ messages }) => messages?.events?.carriers),
]);
const finishOfEvent = namesOf(({ messages }) => messages?.events?.finish);

/** Counts under these names are not among the input or output tokens, whoever emits them. */
const apart: ReadonlySet<string> = new Set(
  namesOf(({ inputWithoutCache, calls }) => [
    ...(calls?.apart ?? []),
    ...(inputWithoutCache === true
      ? [...(calls?.tokens?.cacheRead ?? []), ...(calls?.tokens?.cacheWrite ?? [])]
      : []),
  ]),
);
const apartNames = {
  cacheRead: names.cacheRead.filter((name) => apart.has(name)),
  cacheWrite: names.cacheWrite.filter((name) => apart.has(name)),
  reasoning: names.reasoning.filter((name) => apart.has(name)),
};
/** Attributes that may tell a part of the usage. */
export const usageNames: ReadonlySet<string> = new Set(
  [
    ...names.input,
    ...names.output,
    ...names.cacheRead,
    ...names.cacheWrite,
    ...names.reasoning,
    ...names.cost,
  ].map((name) => name.split(' → ')[0] ?? name),
);

/**
 * The facts of one model call, each null where the span does not say.
 * @param scope the name of the instrumentation scope
 */
export function callFactsOf(record: SpanRecord, attributes: AttributeMap, scope = ''): CallFacts {
  const long = tokensAt(attributes, names.cacheWriteLong);
  return {
    model: textAt(attributes, ...names.model),
    requestHash: textAt(attributes, spanKey.requestHash),
    inputTokens: plus(tokensAt(attributes, names.input), cachedApart(attributes, scope)),
    cacheReadTokens: tokensAt(attributes, names.cacheRead),
    cacheWriteTokens: tokensAt(attributes, names.cacheWrite),
    ...(long !== null && { cacheWriteLongTokens: long }),
    outputTokens: plus(tokensAt(attributes, names.output), tokensAt(attributes, apartNames.reasoning)),
    reasoningTokens: tokensAt(attributes, names.reasoning),
    timeToFirstChunkMs: firstChunkMs(record, attributes, scope),
    costUsd: numberAt(attributes, ...names.cost),
    finishReason: finishOf(record, attributes),
    error: errorOf(record, attributes),
  };
}

/** A whole with the part that it leaves out; null where the whole is not known. */
function plus(whole: number | null, part: number | null): number | null {
  return whole === null ? null : whole + (part ?? 0);
}

/**
 * Cached tokens that the input leaves out: a fact of who emits it and of the provider, not of the sizes.
 */
function cachedApart(attributes: AttributeMap, scope: string): number {
  const everyName = countsCacheApart(scope, textAt(attributes, ...names.provider));
  const { cacheRead, cacheWrite } = everyName ? names : apartNames;
  return (tokensAt(attributes, cacheRead) ?? 0) + (tokensAt(attributes, cacheWrite) ?? 0);
}

function tokensAt(attributes: AttributeMap, keys: readonly string[]): number | null {
  const value = integerAt(attributes, ...keys);
  return value !== null && value >= 0 ? value : null;
}

/** As the span says it, else by the moment of the event that tells of the first piece. */
function firstChunkMs(
  { events, startNs }: SpanRecord,
  attributes: AttributeMap,
  scope: string,
): number | null {
  if (booleanAt(attributes, ...names.isStreamed) === false) return null;
  const seconds = numberAt(attributes, ...names.firstChunkSeconds);
  if (seconds !== null) return seconds * 1000;
  const ms = numberAt(attributes, ...names.firstChunkMs);
  if (ms !== null) return ms;
  for (const { scope: prefix, name, unitMs } of firstChunkByScope) {
    const units = scope.startsWith(prefix) ? numberAt(attributes, name) : null;
    if (units !== null) return units * unitMs;
  }
  const event = events.find(({ name }) => firstChunkEvents.has(name));
  if (event) return sinceMs(startNs, event.timeNs);
  const time = firstTextAt(attributes, ...names.firstChunkTime);
  const timeNs = time === null ? null : nsOfIso(time);
  return timeNs === null ? null : sinceMs(startNs, timeNs);
}

/** Null where the text is no date. */
function nsOfIso(text: string): bigint | null {
  try {
    return nsFromIso(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Null where the first is not known, or the second before it. */
function sinceMs(startNs: bigint, thenNs: bigint): number | null {
  return startNs === 0n || thenNs < startNs ? null : Number(thenNs - startNs) / 1e6;
}

function finishOf({ events }: SpanRecord, attributes: AttributeMap): string | null {
  const own = firstTextAt(attributes, ...names.finish);
  if (own !== null) return own;
  for (const { name, attributes: told } of events) {
    if (!endingEvents.has(name)) continue;
    const found = firstTextAt(mapOf(told), ...finishOfEvent, ...names.finish);
    if (found !== null) return found;
  }
  return null;
}

function errorOf(record: SpanRecord, attributes: AttributeMap): string | null {
  const type = textAt(attributes, spanKey.errorType);
  if (record.statusCode !== 2) return type;
  const thrown = record.events.find(({ name }) => name === spanEvent.exception);
  const message = thrown === undefined ? null : textAt(mapOf(thrown.attributes), spanEvent.exceptionMessage);
  return record.statusMessage || message || type || 'error';
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
