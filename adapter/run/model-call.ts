// Reads one HTTP exchange with a model into facts: which model, how many tokens, why it ended, streamed or
// not. What differs between providers is in model-dialects.ts. Pure; a header is never looked at beyond the
// body's type, so no key can get from here into a recording.
import { createHash } from 'node:crypto';
import type { JsonObject } from '../agents/reading/json-value.ts';
import { isObject, listAt, numberAt, objectAt, parseObject, textAt } from '../agents/reading/json-value.ts';
import type { Json, TokenCounts } from '../agents/step.ts';
import type { ModelCallFacts } from '../record/observations.ts';
import { decoded } from '../sdk/token.ts';
import type { Answer } from './model-dialects.ts';
import { dialects } from './model-dialects.ts';

export interface Exchange {
  /** Without the query, which may hold a key. */
  readonly path: string;
  readonly requestBody: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly responseBody: string;
}

/** Whether a request is a model call, by its path alone: others are passed on and not recorded. */
export function isModelCall(method: string, path: string): boolean {
  return method === 'POST' && dialects.some((dialect) => dialect.path.test(path));
}

/** Reads an exchange; null where it is no model call. */
export function readModelCall(exchange: Exchange): ModelCallFacts | null {
  const dialect = dialects.find(({ path }) => path.test(exchange.path));
  if (!dialect) return null;
  const request = parseObject(exchange.requestBody);
  const answer: Answer = { model: null, tokens: null, finishReason: null, parts: [] };
  const events = eventsOf(exchange.responseBody);
  dialect.read(events, answer);
  const inPath = /\/models\/([^/:]+):/.exec(exchange.path)?.[1];
  return {
    provider: dialect.provider,
    requestModel: textAt(request, 'model') ?? (inPath === undefined ? null : decoded(inPath)),
    responseModel: answer.model,
    responseId: responseIdOf(events),
    requestHash: hashOf(exchange.requestBody),
    tokens: answer.tokens ?? noUsage,
    finishReason: answer.finishReason,
    error: errorOf(exchange.status, events),
    content: { inputMessages: request === null ? null : dialect.messages(request), parts: answer.parts },
  };
}

/** Where each provider says it: the message, the response, the chunk. */
function responseIdOf(events: readonly JsonObject[]): string | null {
  for (const event of events) {
    const id =
      textAt(objectAt(event, 'response'), 'id') ??
      textAt(objectAt(event, 'message'), 'id') ??
      textAt(event, 'responseId') ??
      textAt(event, 'id');
    if (id !== null && id !== '') return id;
  }
  return null;
}

const noUsage: TokenCounts = {
  input: null,
  cacheRead: null,
  cacheWrite: null,
  output: null,
  reasoning: null,
};

/** sha256 of the body with its keys in order and no white space; of the text itself where it is no JSON. */
function hashOf(body: string): string {
  let canonical = body;
  try {
    canonical = canonicalJson(JSON.parse(body) as Json);
  } catch {
    // Not JSON, or nested deeper than the stack: its own text is what names it.
  }
  return createHash('sha256').update(canonical).digest('hex');
}

/** JSON with the keys of every object in order of their UTF-16 units, as RFC 8785 sorts them. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** The events of a stream, the elements of an array of chunks, or the one object of a plain answer. */
function eventsOf(body: string): JsonObject[] {
  const text = body.trimStart();
  if (text.startsWith('{')) {
    const whole = parseObject(text);
    return whole === null ? [] : [whole];
  }
  if (text.startsWith('[')) {
    const wrapped = parseObject(`{"chunks":${text}}`);
    return listAt(wrapped, 'chunks').filter(isObject);
  }
  const events: JsonObject[] = [];
  for (const block of body.split(/\r?\n\r?\n/)) {
    const data = block
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trimStart())
      .join('\n');
    const event = data === '' || data === '[DONE]' ? null : parseObject(data);
    if (event !== null) events.push(event);
  }
  return events;
}

function errorOf(status: number | null, events: readonly JsonObject[]): ModelCallFacts['error'] {
  for (const event of events) {
    const error = objectAt(event, 'error') ?? objectAt(objectAt(event, 'response'), 'error');
    if (error !== null) {
      const code = numberAt(error, 'code');
      const type = textAt(error, 'type') ?? textAt(error, 'code') ?? textAt(error, 'status') ?? 'error';
      const message = textAt(error, 'message') ?? type;
      // Gateways answer 200 and tell the provider's status within the stream.
      const isApart = code !== null && status !== null && status < 400;
      return { type, message: isApart ? `${message} (code ${code})` : message };
    }
  }
  if (status === null) return { type: 'no_answer', message: 'no answer came' };
  return status >= 400 ? { type: String(status), message: `HTTP ${status}` } : null;
}
