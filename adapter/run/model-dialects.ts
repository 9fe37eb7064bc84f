// The four dialects that agents speak to models, as HTTP carries them: OpenAI chat and Responses, Anthropic
// Messages, Gemini. Each reads the events of one answer - one object, or a stream's - into the same shape.
// Pure; it refuses to guess a count that the provider did not tell.
import type { JsonObject } from '../agents/reading/json-value.ts';
import { field, isObject, listAt, numberAt, objectAt, textAt } from '../agents/reading/json-value.ts';
import type { Json, TokenCounts } from '../agents/step.ts';
import type { MessagePart } from '../record/observations.ts';

/** What an answer's events have said so far. */
export interface Answer {
  model: string | null;
  tokens: TokenCounts | null;
  finishReason: string | null;
  readonly parts: MessagePart[];
}

export interface Dialect {
  readonly provider: string;
  readonly path: RegExp;
  readonly messages: (body: JsonObject) => Json;
  readonly read: (events: readonly JsonObject[], answer: Answer) => void;
}

const chat: Dialect = {
  provider: 'openai',
  path: /\/chat\/completions$/,
  messages: (body) => field(body, 'messages') ?? null,
  read: (events, answer) => {
    const texts = { text: '', reasoning: '' };
    const calls = new Map<number, { id: string | null; name: string; text: string }>();
    for (const event of events) {
      answer.model ??= textAt(event, 'model');
      const usage = objectAt(event, 'usage');
      if (usage !== null) answer.tokens = chatTokens(usage);
      for (const choice of listAt(event, 'choices')) {
        answer.finishReason = textAt(choice, 'finish_reason') ?? answer.finishReason;
        const said = objectAt(choice, 'delta') ?? objectAt(choice, 'message');
        texts.text += textAt(said, 'content') ?? '';
        texts.reasoning += textAt(said, 'reasoning_content') ?? textAt(said, 'reasoning') ?? '';
        for (const [at, part] of listAt(said, 'tool_calls').entries()) {
          const index = numberAt(part, 'index') ?? at;
          const made = objectAt(part, 'function');
          const call = calls.get(index) ?? { id: null, name: '', text: '' };
          calls.set(index, {
            id: call.id ?? textAt(part, 'id'),
            name: call.name || (textAt(made, 'name') ?? ''),
            text: call.text + (textAt(made, 'arguments') ?? ''),
          });
        }
      }
    }
    addTexts(answer, texts.reasoning, texts.text);
    for (const { id, name, text } of calls.values())
      answer.parts.push({ type: 'tool_call', id, name, arguments: parseArguments(text) });
  },
};

function chatTokens(usage: JsonObject): TokenCounts {
  return {
    input: numberAt(usage, 'prompt_tokens'),
    cacheRead: numberAt(objectAt(usage, 'prompt_tokens_details'), 'cached_tokens'),
    cacheWrite: null,
    output: numberAt(usage, 'completion_tokens'),
    reasoning: numberAt(objectAt(usage, 'completion_tokens_details'), 'reasoning_tokens'),
  };
}

const responses: Dialect = {
  provider: 'openai',
  path: /\/responses$/,
  messages: (body) => field(body, 'input') ?? null,
  read: (events, answer) => {
    const items: Json[] = [];
    for (const event of events) {
      if (textAt(event, 'type') === 'response.output_item.done') {
        const item = objectAt(event, 'item');
        if (item !== null) items.push(item);
      }
      const response = objectAt(event, 'response') ?? (textAt(event, 'object') === 'response' ? event : null);
      if (response === null) continue;
      answer.model = textAt(response, 'model') ?? answer.model;
      const usage = objectAt(response, 'usage');
      if (usage !== null) answer.tokens = responsesTokens(usage);
      const status = textAt(response, 'status');
      if (status !== null && status !== 'in_progress' && status !== 'queued')
        answer.finishReason = textAt(objectAt(response, 'incomplete_details'), 'reason') ?? status;
      if (items.length === 0) items.push(...listAt(response, 'output'));
    }
    for (const item of items) answer.parts.push(...responseParts(item));
  },
};

function responseParts(item: Json): MessagePart[] {
  const type = textAt(item, 'type');
  if (type === 'message')
    return listAt(item, 'content').map((part) => ({ type: 'text', content: textAt(part, 'text') ?? '' }));
  if (type === 'reasoning')
    return listAt(item, 'summary').map((part) => ({
      type: 'reasoning',
      content: textAt(part, 'text') ?? '',
    }));
  if (type !== 'function_call' && type !== 'custom_tool_call') return [];
  const made = textAt(item, 'arguments') ?? textAt(item, 'input') ?? '';
  const id = textAt(item, 'call_id');
  return [{ type: 'tool_call', id, name: textAt(item, 'name') ?? '', arguments: parseArguments(made) }];
}

function responsesTokens(usage: JsonObject): TokenCounts {
  return {
    input: numberAt(usage, 'input_tokens'),
    cacheRead: numberAt(objectAt(usage, 'input_tokens_details'), 'cached_tokens'),
    cacheWrite: numberAt(objectAt(usage, 'input_tokens_details'), 'cache_write_tokens'),
    output: numberAt(usage, 'output_tokens'),
    reasoning: numberAt(objectAt(usage, 'output_tokens_details'), 'reasoning_tokens'),
  };
}

const anthropic: Dialect = {
  provider: 'anthropic',
  path: /\/messages$/,
  messages: (body) => field(body, 'messages') ?? null,
  read: (events, answer) => {
    const blocks = new Map<number, { block: JsonObject; text: string }>();
    const usage = new Map<string, number>();
    for (const event of events) {
      const whole = textAt(event, 'type') === 'message' ? event : null;
      const message = objectAt(event, 'message') ?? whole;
      answer.model ??= textAt(message, 'model');
      const ended = objectAt(event, 'delta') ?? message;
      answer.finishReason = textAt(ended, 'stop_reason') ?? answer.finishReason;
      // The counts of message_delta are the run's so far: the last one stands.
      noteUsage(usage, objectAt(message, 'usage') ?? objectAt(event, 'usage'));
      for (const [index, block] of listAt(whole, 'content').entries())
        if (isObject(block)) blocks.set(index, { block, text: '' });
      const index = numberAt(event, 'index');
      if (index === null) continue;
      const block = objectAt(event, 'content_block');
      if (block !== null) blocks.set(index, { block, text: '' });
      const open = blocks.get(index);
      const delta = objectAt(event, 'delta');
      if (open)
        open.text +=
          textAt(delta, 'text') ?? textAt(delta, 'thinking') ?? textAt(delta, 'partial_json') ?? '';
    }
    if (usage.size > 0) answer.tokens = anthropicTokens(usage);
    for (const { block, text } of blocks.values()) answer.parts.push(...anthropicPart(block, text));
  },
};

const anthropicCounts = [
  'input_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens',
];

const LONG_CACHE = 'ephemeral_1h_input_tokens';

function noteUsage(found: Map<string, number>, usage: JsonObject | null): void {
  for (const key of anthropicCounts) {
    const count = numberAt(usage, key);
    if (count !== null) found.set(key, count);
  }
  const long = numberAt(objectAt(usage, 'cache_creation'), LONG_CACHE);
  if (long !== null) found.set(LONG_CACHE, long);
}

/** Anthropic counts cached input apart. */
function anthropicTokens(usage: ReadonlyMap<string, number>): TokenCounts {
  const input = usage.get('input_tokens') ?? null;
  const cacheRead = usage.get('cache_read_input_tokens') ?? null;
  const cacheWrite = usage.get('cache_creation_input_tokens') ?? null;
  const long = usage.get(LONG_CACHE);
  return {
    input: input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cacheRead,
    cacheWrite,
    ...(long ? { cacheWriteLong: long } : {}),
    output: usage.get('output_tokens') ?? null,
    reasoning: null,
  };
}

function anthropicPart(block: JsonObject, streamed: string): MessagePart[] {
  const type = textAt(block, 'type');
  if (type === 'text') return [{ type: 'text', content: (textAt(block, 'text') ?? '') + streamed }];
  if (type === 'thinking')
    return [{ type: 'reasoning', content: (textAt(block, 'thinking') ?? '') + streamed }];
  if (type !== 'tool_use') return [];
  const given = field(block, 'input') ?? null;
  const args = streamed === '' ? given : parseArguments(streamed);
  return [{ type: 'tool_call', id: textAt(block, 'id'), name: textAt(block, 'name') ?? '', arguments: args }];
}

const gemini: Dialect = {
  provider: 'gcp.gemini',
  path: /:(?:streamGenerateContent|generateContent)$/,
  messages: (body) => field(body, 'contents') ?? null,
  read: (events, answer) => {
    const texts = { text: '', reasoning: '' };
    const calls: MessagePart[] = [];
    for (const event of events) {
      answer.model ??= textAt(event, 'modelVersion');
      const usage = objectAt(event, 'usageMetadata');
      if (usage !== null) answer.tokens = geminiTokens(usage);
      for (const candidate of listAt(event, 'candidates')) {
        answer.finishReason = textAt(candidate, 'finishReason') ?? answer.finishReason;
        for (const part of listAt(objectAt(candidate, 'content'), 'parts')) {
          const call = objectAt(part, 'functionCall');
          if (call !== null)
            calls.push({
              type: 'tool_call',
              id: textAt(call, 'id'),
              name: textAt(call, 'name') ?? '',
              arguments: field(call, 'args') ?? null,
            });
          else if (field(part, 'thought') === true) texts.reasoning += textAt(part, 'text') ?? '';
          else texts.text += textAt(part, 'text') ?? '';
        }
      }
    }
    addTexts(answer, texts.reasoning, texts.text);
    answer.parts.push(...calls);
  },
};

/** Gemini counts thoughts apart from the candidates' tokens. */
function geminiTokens(usage: JsonObject): TokenCounts {
  const candidates = numberAt(usage, 'candidatesTokenCount');
  const thoughts = numberAt(usage, 'thoughtsTokenCount');
  return {
    input: numberAt(usage, 'promptTokenCount'),
    cacheRead: numberAt(usage, 'cachedContentTokenCount'),
    cacheWrite: null,
    output: candidates === null && thoughts === null ? null : (candidates ?? 0) + (thoughts ?? 0),
    reasoning: thoughts,
  };
}

/** Told apart by the request's path. */
export const dialects: readonly Dialect[] = [chat, responses, anthropic, gemini];

function addTexts(answer: Answer, reasoning: string, text: string): void {
  if (reasoning !== '') answer.parts.push({ type: 'reasoning', content: reasoning });
  if (text !== '') answer.parts.push({ type: 'text', content: text });
}

/** Arguments as JSON where they are, else the text itself: a cut stream leaves half an object. */
function parseArguments(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
