// What was said in one model call, both ways: instructions, messages with their roles and parts, the answer.
// GenAI's structured form first, then the older forms of other dialects. What has no known form is kept as
// JSON, not left out. It refuses to say what is new in it: most SDKs repeat the whole history every time.
// Source: opentelemetry.io/docs/specs/semconv/gen-ai (input, output messages, system instructions).
import { spanKey } from '../../shared/conventions.ts';
import type { AttributeValue } from '../../shared/span.ts';
import type { SpanJson } from '../../shared/wire.ts';
import { fieldOf, firstAttribute, listOf, plainText, structured } from './attributes.ts';

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

const INPUT_LISTS = [
  spanKey.inputMessages,
  'ai.prompt.messages',
  'llm.input_messages',
  'traceloop.entity.input',
];
const OUTPUT_LISTS = [spanKey.outputMessages, 'llm.output_messages'];
/** Indexed dialects number their messages. */
const MAX_INDEXED = 512;

type Attributes = Pick<SpanJson, 'attributes'>;

export function callMessages(span: Attributes): CallMessages {
  const { attributes } = span;
  const system = listOf(structured(firstAttribute(attributes, ['gen_ai.system_instructions'])));
  const input =
    firstList(attributes, INPUT_LISTS) ?? indexed(attributes, 'gen_ai.prompt', 'llm.input_messages');
  const output =
    firstList(attributes, OUTPUT_LISTS) ?? indexed(attributes, 'gen_ai.completion', 'llm.output_messages');
  const instructions = system.length > 0 ? [{ role: 'system', parts: system.flatMap(partOf) }] : [];
  return {
    input: [...instructions, ...(input.length > 0 ? input : plain(attributes, ['input.value'], 'user'))],
    output: output.length > 0 ? output : plain(attributes, ['ai.response.text', 'output.value'], 'assistant'),
  };
}

function firstList(attributes: Attributes['attributes'], names: readonly string[]): CallMessage[] | null {
  for (const name of names) {
    const value = structured(firstAttribute(attributes, [name]));
    const list = listOf(fieldOf(value, 'messages') ?? value);
    if (list.length > 0) return list.map(messageOf);
  }
  return null;
}

function messageOf(message: AttributeValue): CallMessage {
  const role = fieldOf(message, 'role');
  const content = fieldOf(message, 'parts') ?? fieldOf(message, 'content');
  const parts = typeof content === 'string' ? [content] : listOf(content);
  const calls = listOf(fieldOf(message, 'tool_calls'));
  const read = [...parts.flatMap(partOf), ...calls.flatMap(partOf)];
  return {
    role: typeof role === 'string' && role !== '' ? role : 'unknown',
    parts: read.length > 0 ? read : [{ type: 'other', text: json(message) }],
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

/** Traceloop and OpenInference write one attribute a message: "gen_ai.prompt.0.role". */
function indexed(attributes: Attributes['attributes'], ...prefixes: string[]): CallMessage[] {
  for (const prefix of prefixes) {
    const messages: CallMessage[] = [];
    for (let index = 0; index < MAX_INDEXED; index++) {
      const at = (name: string) =>
        firstAttribute(attributes, [`${prefix}.${index}.${name}`, `${prefix}.${index}.message.${name}`]);
      const content = at('content');
      const role = at('role');
      if (content === undefined && role === undefined) break;
      messages.push({
        role: plainText(role) || 'unknown',
        parts: [{ type: 'text', text: plainText(content) }],
      });
    }
    if (messages.length > 0) return messages;
  }
  return [];
}

function plain(attributes: Attributes['attributes'], names: readonly string[], role: string): CallMessage[] {
  const value = firstAttribute(attributes, names);
  return value === undefined || value === ''
    ? []
    : [{ role, parts: [{ type: 'text', text: plainText(value) }] }];
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
