// What a model answered, as an event of Inspect holds it: its pieces and what was counted. Opens no file.
import {
  field,
  type JsonObject,
  listAt,
  plainText,
  textAt,
  tokensAt,
} from '../../agents/reading/json-value.ts';
import type { OutputPart, TokenCounts } from '../../agents/step.ts';
import type { Condensed } from './inspect-condensed.ts';

/** The pieces of an answer, with their texts. */
export function partsOf(
  message: JsonObject | null,
  condensed: Condensed,
  endNs: bigint | null,
): OutputPart[] {
  const parts: OutputPart[] = [];
  const content = field(message, 'content');
  const pieces = Array.isArray(content) ? content : [{ type: 'text', text: content ?? '' }];
  for (const piece of pieces) {
    const isReasoning = textAt(piece, 'type') === 'reasoning';
    const text = plainText(condensed.whole(field(piece, isReasoning ? 'reasoning' : 'text') ?? null));
    if (text) parts.push({ type: isReasoning ? 'reasoning' : 'text', text, endNs });
  }
  for (const call of listAt(message, 'tool_calls'))
    parts.push({
      type: 'tool_call',
      callId: textAt(call, 'id'),
      tool: textAt(call, 'function') ?? 'unknown',
      arguments: condensed.whole(field(call, 'arguments') ?? null),
    });
  return parts;
}

/** Inspect counts what a cache held beside the input; here it is part of it. */
export function usageOf(usage: JsonObject | null): TokenCounts {
  const [input, cacheRead, cacheWrite] = [
    tokensAt(usage, 'input_tokens'),
    tokensAt(usage, 'input_tokens_cache_read'),
    tokensAt(usage, 'input_tokens_cache_write'),
  ];
  return {
    input: input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cacheRead,
    cacheWrite,
    output: tokensAt(usage, 'output_tokens'),
    reasoning: tokensAt(usage, 'reasoning_tokens'),
  };
}
