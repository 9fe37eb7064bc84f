// What was said in one model call, both ways: instructions, messages with their roles and parts, the answer.
// GenAI's structured form first, then the older forms of other dialects. What has no known form is kept as
// JSON, not left out. It refuses to say what is new in it: most SDKs repeat the whole history every time.
// Source: opentelemetry.io/docs/specs/semconv/gen-ai (input, output messages, system instructions).
import { spanKey } from '../../../shared/conventions.ts';
import type { AttributeValue } from '../../../shared/span.ts';
import type { SpanJson } from '../../../shared/wire.ts';
import { fieldOf, firstAttribute, listOf, plainText, structured } from '../trace/attributes.ts';

export type MessagePart =
  | { readonly type: 'text' | 'reasoning' | 'other'; readonly text: string }
  | { readonly type: 'call' | 'result'; readonly name: string | null; readonly text: string };

export interface CallMessage {
  /** As recorded: "system", "user", "assistant", "tool"… */
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

export interface CallMessages {
  readonly input: readonly CallMessage[];
  readonly output: readonly CallMessage[];
}

/** Each dialect's own, the ones that say most first: GenAI, Vercel, OpenInference, Traceloop, Laminar, old GenAI. */
const INPUT_LISTS = [
  spanKey.inputMessages,
  'ai.prompt.messages',
  'ai.prompt',
  'llm.input_messages',
  'traceloop.entity.input',
  'lmnr.span.input',
  'gen_ai.prompt',
];
const OUTPUT_LISTS = [
  spanKey.outputMessages,
  'llm.output_messages',
  'traceloop.entity.output',
  'lmnr.span.output',
  'gen_ai.completion',
];
const INPUT_TEXTS = [
  'input.value',
  'lmnr.span.input',
  'traceloop.entity.input',
  'gen_ai.prompt',
  'ai.prompt',
];
const OUTPUT_TEXTS = ['output.value', 'lmnr.span.output', 'traceloop.entity.output', 'gen_ai.completion'];

type Attributes = SpanJson['attributes'];
type Said = Pick<SpanJson, 'attributes'> & Partial<Pick<SpanJson, 'events'>>;

export function callMessages({ attributes, events = [] }: Said): CallMessages {
  const own = messagesOf(attributes);
  const told = eventMessages(events);
  return {
    input: own.input.length > 0 ? own.input : told.input,
    output: own.output.length > 0 ? own.output : told.output,
  };
}

function messagesOf(attributes: Attributes): CallMessages {
  const system = listOf(structured(firstAttribute(attributes, ['gen_ai.system_instructions'])));
  const instructions = system.length > 0 ? [{ role: 'system', parts: system.flatMap(partOf) }] : [];
  const input = firstOf(
    () => firstList(attributes, INPUT_LISTS),
    () => indexedMessages(attributes, 'gen_ai.prompt', 'llm.input_messages'),
    () => vercelPrompt(attributes),
    () => plain(attributes, INPUT_TEXTS, 'user'),
  );
  const output = firstOf(
    () => firstList(attributes, OUTPUT_LISTS),
    () => indexedMessages(attributes, 'gen_ai.completion', 'llm.output_messages'),
    () => vercelAnswer(attributes),
    () => plain(attributes, OUTPUT_TEXTS, 'assistant'),
  );
  return { input: [...instructions, ...input], output: joinPieces(output) };
}

/** Gemini records each piece of a streamed answer as a message of its own. */
function joinPieces(messages: readonly CallMessage[]): CallMessage[] {
  const joined: CallMessage[] = [];
  for (const message of messages) {
    const before = joined.at(-1);
    if (message.role !== 'model' || before?.role !== 'model') {
      joined.push(message);
      continue;
    }
    const parts = [...before.parts];
    for (const part of message.parts) {
      const last = parts.at(-1);
      const continues = last?.type === part.type && (part.type === 'text' || part.type === 'reasoning');
      if (last && continues) parts.splice(-1, 1, { type: part.type, text: last.text + part.text });
      else parts.push(part);
    }
    joined.splice(-1, 1, { role: 'model', parts });
  }
  return joined;
}

/** What the first of the readers finds that finds anything. */
function firstOf(...readers: (() => CallMessage[])[]): CallMessage[] {
  for (const read of readers) {
    const found = read();
    if (found.length > 0) return found;
  }
  return [];
}

function firstList(attributes: Attributes, names: readonly string[]): CallMessage[] {
  for (const name of names) {
    const value = structured(firstAttribute(attributes, [name]));
    const list = listOf(fieldOf(value, 'messages') ?? value);
    if (list.length === 0) continue;
    const system = fieldOf(value, 'system');
    const before = typeof system === 'string' && system !== '' ? [textMessage('system', system)] : [];
    return [...before, ...list.map(messageOf)];
  }
  return [];
}

/** `ai.prompt` of a call that was made with one text instead of messages. */
function vercelPrompt(attributes: Attributes): CallMessage[] {
  const value = structured(firstAttribute(attributes, ['ai.prompt']));
  const said = [
    ['system', fieldOf(value, 'system')],
    ['user', fieldOf(value, 'prompt')],
  ] as const;
  return said.flatMap(([role, text]) =>
    typeof text === 'string' && text !== '' ? [textMessage(role, text)] : [],
  );
}

/** An answer that is calls alone has an empty `ai.response.text`. */
function vercelAnswer(attributes: Attributes): CallMessage[] {
  const said = (type: 'text' | 'reasoning', name: string): MessagePart[] => {
    const text = plainText(firstAttribute(attributes, [name]));
    return text === '' ? [] : [{ type, text }];
  };
  const calls = listOf(structured(firstAttribute(attributes, ['ai.response.toolCalls'])));
  const parts: MessagePart[] = [
    ...said('reasoning', 'ai.response.reasoning'),
    ...said('text', 'ai.response.text'),
    ...said('text', 'ai.response.object'),
    ...calls.map((call): MessagePart => ({ type: 'call', ...calledOf(call) })),
  ];
  return parts.length > 0 ? [{ role: 'assistant', parts }] : [];
}

function textMessage(role: string, text: string): CallMessage {
  return { role, parts: [{ type: 'text', text }] };
}

/**
 * Before they were attributes, GenAI's messages were events: one each, or one that carries all; Traceloop's
 * carry the old attributes.
 */
function eventMessages(events: SpanJson['events']): CallMessages {
  const input: CallMessage[] = [];
  const output: CallMessage[] = [];
  for (const { name, attributes } of events) {
    const role = /^gen_ai\.(system|user|assistant|tool)\.message$/.exec(name)?.[1];
    if (role !== undefined) input.push(messageOf({ role, ...attributes }));
    else if (name === 'gen_ai.choice') {
      const message = structured(firstAttribute(attributes, ['message']));
      output.push(messageOf({ role: 'assistant', ...(isObject(message) ? message : attributes) }));
    } else if (/^gen_ai\.(client\.inference\.operation\.details|content\.(prompt|completion))$/.test(name)) {
      const said = messagesOf(attributes);
      input.push(...said.input);
      output.push(...said.output);
    }
  }
  return { input, output };
}

function isObject(value: AttributeValue | undefined): value is { readonly [key: string]: AttributeValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(message: AttributeValue): CallMessage {
  const role = fieldOf(message, 'role');
  const content = fieldOf(message, 'parts') ?? fieldOf(message, 'content');
  const parts = typeof content === 'string' ? [content] : listOf(content);
  const calls = listOf(fieldOf(message, 'tool_calls'));
  const read = [...parts.flatMap(partOf), ...calls.flatMap(partOf)];
  return {
    role: typeof role === 'string' && role !== '' ? role : 'unknown',
    // Parts that are empty texts were said, and say nothing.
    parts: parts.length + calls.length > 0 ? read : [{ type: 'other', text: json(message) }],
  };
}

const CALL_TYPES: readonly unknown[] = ['tool_call', 'tool_use', 'tool-call', 'function', 'function_call'];
const RESULT_TYPES: readonly unknown[] = [
  'tool_call_response',
  'tool_result',
  'tool-result',
  'function_call_output',
];
const THOUGHT_TYPES: readonly unknown[] = ['reasoning', 'thinking'];

function partOf(part: AttributeValue): MessagePart[] {
  if (typeof part === 'string') return part === '' ? [] : [{ type: 'text', text: part }];
  const type = fieldOf(part, 'type');
  const call = CALL_TYPES.includes(type) ? part : fieldOf(part, 'functionCall');
  if (call !== undefined) return [{ type: 'call', ...calledOf(call) }];
  if (RESULT_TYPES.includes(type)) return [{ type: 'result', name: nameOf(part), text: resultOf(part) }];
  const text = first(part, ['content', 'text', 'thinking', 'reasoning']);
  if (typeof text !== 'string') return [{ type: 'other', text: json(part) }];
  const isThought = THOUGHT_TYPES.includes(type) || fieldOf(part, 'thought') === true;
  if (text === '') return [];
  return [{ type: isThought ? 'reasoning' : 'text', text }];
}

function calledOf(call: AttributeValue): { name: string | null; text: string } {
  const inner = fieldOf(call, 'function') ?? call;
  const args = structured(first(inner, ['arguments', 'args', 'input']));
  return {
    name: nameOf(inner),
    text: args === undefined ? '' : typeof args === 'string' ? args : json(args),
  };
}

function resultOf(part: AttributeValue): string {
  const value = structured(first(part, ['response', 'result', 'content', 'output']));
  const text = fieldOf(value, 'value') ?? value;
  if (Array.isArray(text))
    return text
      .flatMap(partOf)
      .map((one) => one.text)
      .join('\n');
  return typeof text === 'string' ? text : json(text ?? null);
}

function nameOf(value: AttributeValue): string | null {
  const name = first(value, ['name', 'toolName', 'tool_name', 'id', 'tool_use_id', 'call_id']);
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Indexed dialects number their messages, and in these the parts and calls. */
const MAX_INDEXED = 512;

/** Traceloop and OpenInference write one attribute a field: "gen_ai.prompt.0.role". */
function indexedMessages(attributes: Attributes, ...prefixes: string[]): CallMessage[] {
  for (const prefix of prefixes) {
    const messages = indexed((index) => indexedMessage(attributes, `${prefix}.${index}`));
    if (messages.length > 0) return messages;
  }
  return [];
}

function indexedMessage(attributes: Attributes, prefix: string): CallMessage | null {
  const at = (name: string) => firstAttribute(attributes, [`${prefix}.${name}`, `${prefix}.message.${name}`]);
  const content = structured(at('content'));
  const role = at('role');
  const texts = indexed((index) => {
    const part = (name: string) => at(`contents.${index}.message_content.${name}`);
    return part('type') === undefined ? null : partOf({ type: part('type') ?? '', text: part('text') ?? '' });
  }).flat();
  const calls = indexed((index): MessagePart | null => {
    const call = (name: string) =>
      at(`tool_calls.${index}.${name}`) ?? at(`tool_calls.${index}.tool_call.function.${name}`);
    const name = call('name');
    return typeof name === 'string'
      ? { type: 'call', ...calledOf({ name, arguments: call('arguments') ?? '' }) }
      : null;
  });
  if (content === undefined && role === undefined && texts.length + calls.length === 0) return null;
  const parts = [...(isParts(content) ? content.flatMap(partOf) : []), ...texts, ...calls];
  const text = isParts(content) ? '' : plainText(at('content'));
  if (text !== '' || parts.length === 0) parts.unshift({ type: 'text', text });
  return { role: plainText(role) || 'unknown', parts };
}

/** A text that happens to be a list of something else stays a text. */
function isParts(value: AttributeValue | undefined): value is readonly AttributeValue[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((part) => typeof fieldOf(part, 'type') === 'string')
  );
}

/** What is at 0, 1, 2… up to the first that is not there. */
function indexed<T>(read: (index: number) => T | null): T[] {
  const found: T[] = [];
  for (let index = 0; index < MAX_INDEXED; index++) {
    const one = read(index);
    if (one === null) break;
    found.push(one);
  }
  return found;
}

function plain(attributes: Attributes, names: readonly string[], role: string): CallMessage[] {
  for (const name of names) {
    const text = plainText(firstAttribute(attributes, [name]));
    if (text !== '') return [textMessage(role, text)];
  }
  return [];
}

function first(value: AttributeValue, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const field = fieldOf(value, name);
    if (field !== undefined && field !== null) return field;
  }
  return undefined;
}

/** Depth is data: thousands of nested lists overflow the stack of JSON.stringify. */
function json(value: AttributeValue): string {
  try {
    return JSON.stringify(value, null, 2);
  } catch (error) {
    if (error instanceof RangeError) return '(nested too deeply to show)';
    throw error;
  }
}
