// One message of a model call, read from any of the shapes that emitters give it: GenAI's parts, OpenAI's and
// Anthropic's content, Gemini's function calls. Does not know where in a span a message is found.
import type { AttributeValue } from '../../../shared/span.ts';
import { fieldOf, listOf, structured } from '../trace/attributes.ts';
import { printed } from '../trace/tool-output.ts';
import { type MediaPart, mediaPartOf, mediaPartsIn } from './media-part.ts';

export interface CallPart {
  readonly type: 'call';
  readonly callId: string | null;
  readonly name: string | null;
  /** As recorded, JSON text parsed; undefined where there are none. */
  readonly arguments: AttributeValue | undefined;
  /** The arguments as text. */
  readonly text: string;
}

export type MessagePart =
  | { readonly type: 'text' | 'reasoning' | 'other'; readonly text: string }
  | MediaPart
  | {
      readonly type: 'result';
      readonly name: string | null;
      readonly text: string;
      readonly media?: readonly MediaPart[];
    }
  | CallPart;

export interface CallMessage {
  /** As recorded: "system", "user", "assistant", "tool"… */
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

export function textMessage(role: string, text: string): CallMessage {
  return { role, parts: [{ type: 'text', text }] };
}

/** Whether a value is one message and no list of them: it names a role, or is an item of the Responses API. */
export function isMessage(value: AttributeValue | undefined): value is AttributeValue {
  const [role, type] = [fieldOf(value, 'role'), fieldOf(value, 'type')];
  return typeof role === 'string' || CALL_TYPES.includes(type) || RESULT_TYPES.includes(type);
}

export function messageOf(message: AttributeValue): CallMessage {
  const role = fieldOf(message, 'role');
  // Items of the Responses API: a call, or its result, beside the messages.
  if (role === undefined && CALL_TYPES.includes(fieldOf(message, 'type')))
    return { role: 'assistant', parts: [callPartOf(message)] };
  if (role === undefined && RESULT_TYPES.includes(fieldOf(message, 'type')))
    return { role: 'tool', parts: partsOf(message) };
  const content = fieldOf(message, 'parts') ?? fieldOf(message, 'content');
  const parts = typeof content === 'string' ? [content] : listOf(content);
  const calls = listOf(fieldOf(message, 'tool_calls'));
  const read = [...parts.flatMap(partsOf), ...calls.flatMap(partsOf)];
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

/** None where the part is an empty text, else one. */
export function partsOf(part: AttributeValue): MessagePart[] {
  if (typeof part === 'string') return part === '' ? [] : [{ type: 'text', text: part }];
  const type = fieldOf(part, 'type');
  const call = CALL_TYPES.includes(type) ? part : first(part, ['functionCall', 'toolUse']);
  if (call !== undefined) return [callPartOf(call)];
  const answer = RESULT_TYPES.includes(type) ? part : fieldOf(part, 'toolResult');
  if (answer !== undefined) {
    const media = mediaPartsIn(answer);
    const result = { type: 'result', name: resultNameOf(answer), text: resultOf(answer) } as const;
    return [media.length === 0 ? result : { ...result, media }];
  }
  const media = mediaPartOf(part);
  if (media) return [media];
  const text = first(part, ['content', 'text', 'thinking', 'reasoning']);
  if (typeof text !== 'string') return [{ type: 'other', text: json(part) }];
  const isThought = THOUGHT_TYPES.includes(type) || fieldOf(part, 'thought') === true;
  if (text === '') return [];
  return [{ type: isThought ? 'reasoning' : 'text', text }];
}

export function callPartOf(call: AttributeValue): CallPart {
  const inner = fieldOf(call, 'function') ?? call;
  const args = structured(first(inner, ['arguments', 'args', 'input']));
  return {
    type: 'call',
    callId: firstText(call, ['call_id', 'id', 'toolCallId', 'toolUseId']),
    name: firstText(inner, ['name', 'toolName', 'tool_name']),
    arguments: args,
    text: args === undefined ? '' : typeof args === 'string' ? args : json(args),
  };
}

/** Most results name the call alone that they answer. */
function resultNameOf(result: AttributeValue): string | null {
  return firstText(result, ['name', 'toolName', 'tool_name', 'id', 'tool_use_id', 'toolUseId', 'call_id']);
}

function resultOf(part: AttributeValue): string {
  const value = printed(structured(first(part, ['response', 'result', 'content', 'output'])) ?? null);
  const text = fieldOf(value, 'value') ?? value;
  if (Array.isArray(text))
    return text
      .flatMap(partsOf)
      .map((one) => one.text)
      .join('\n');
  return typeof text === 'string' ? text : json(text ?? null);
}

function firstText(value: AttributeValue, names: readonly string[]): string | null {
  const text = first(value, names);
  return typeof text === 'string' && text !== '' ? text : null;
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
