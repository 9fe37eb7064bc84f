// What a model call's attributes say was said: GenAI message attributes first (structured or as JSON
// text), then the older forms of other dialects. Reading only; it refuses to put anything in order of time.
// Source: opentelemetry.io/docs/specs/semconv/gen-ai (gen_ai.input.messages, gen_ai.output.messages).

import { spanKey } from '../../../shared/conventions.ts';
import type { AttributeValue } from '../../../shared/span.ts';
import type { SpanJson } from '../../../shared/wire.ts';
import {
  fieldOf,
  firstAttribute,
  listOf,
  plainText,
  structured,
  textAttribute,
} from '../trace/attributes.ts';

export type SaidPart =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  | {
      readonly type: 'tool_call';
      readonly callId: string | null;
      readonly name: string;
      readonly arguments: AttributeValue | undefined;
    };

/** Indexed dialects number their messages; no real answer has more parts. */
const MAX_INDEXED = 64;

/** The parts of the answer in order; [] where none was recorded. */
export function saidParts(span: Pick<SpanJson, 'attributes'>): SaidPart[] {
  const messages = structured(firstAttribute(span.attributes, [spanKey.outputMessages]));
  const parts = listOf(messages).flatMap(partsOfMessage);
  return parts.length > 0 ? parts : olderForms(span.attributes);
}

/** The texts of the user's messages among the call's input, in order. */
export function askedTexts(span: Pick<SpanJson, 'attributes'>): string[] {
  const messages = structured(firstAttribute(span.attributes, [spanKey.inputMessages]));
  const texts: string[] = [];
  for (const message of listOf(messages)) {
    if (fieldOf(message, 'role') !== 'user') continue;
    for (const part of partsOfMessage(message)) if (part.type === 'text') texts.push(part.text);
  }
  return texts;
}

function partsOfMessage(message: AttributeValue): SaidPart[] {
  const parts = fieldOf(message, 'parts') ?? fieldOf(message, 'content');
  if (typeof parts === 'string') return textPart('text', parts);
  return listOf(parts).flatMap(partOf);
}

function partOf(part: AttributeValue): SaidPart[] {
  if (typeof part === 'string') return textPart('text', part);
  const type = fieldOf(part, 'type');
  const call = type === 'tool_call' || type === 'tool_use' ? part : fieldOf(part, 'functionCall');
  if (call !== undefined) return [callPart(call)];
  const isThought = type === 'reasoning' || type === 'thinking' || fieldOf(part, 'thought') === true;
  if (type !== undefined && type !== 'text' && !isThought) return [];
  const text = fieldOf(part, 'content') ?? fieldOf(part, 'text') ?? fieldOf(part, 'thinking');
  return textPart(isThought ? 'reasoning' : 'text', typeof text === 'string' ? text : '');
}

function callPart(call: AttributeValue): SaidPart {
  const id = fieldOf(call, 'id');
  const args = fieldOf(call, 'arguments') ?? fieldOf(call, 'args') ?? fieldOf(call, 'input');
  return {
    type: 'tool_call',
    callId: typeof id === 'string' && id !== '' ? id : null,
    name: plainText(fieldOf(call, 'name')) || 'unknown tool',
    arguments: structured(args),
  };
}

function textPart(type: 'text' | 'reasoning', text: string): SaidPart[] {
  return text.trim() === '' ? [] : [{ type, text }];
}

/** Vercel AI SDK, Traceloop, OpenInference, in that order. */
function olderForms(attributes: SpanJson['attributes']): SaidPart[] {
  const text = textAttribute(attributes, 'ai.response.text');
  if (text !== null) return textPart('text', text);
  for (const name of [
    (index: number) => `gen_ai.completion.${index}.content`,
    (index: number) => `llm.output_messages.${index}.message.content`,
  ]) {
    const parts: SaidPart[] = [];
    for (let index = 0; index < MAX_INDEXED; index++) {
      const content = firstAttribute(attributes, [name(index)]);
      if (content === undefined) break;
      parts.push(...textPart('text', plainText(content)));
    }
    if (parts.length > 0) return parts;
  }
  const output = textAttribute(attributes, 'output.value');
  return output !== null && !/^\s*[[{]/.test(output) ? textPart('text', output) : [];
}
