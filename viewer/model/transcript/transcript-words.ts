// The small facts that stand under an entry of the transcript, in words: how long, how it ended, how
// many tokens. What the span does not say is called unknown or not recorded, never 0.

import { spanKey } from '../../../shared/conventions.ts';
import type { ModelCallJson, SpanJson } from '../../../shared/wire.ts';
import { formatCount, formatLength, NOT_RECORDED } from '../display/format.ts';
import { numberAttribute, textAttribute } from '../trace/attributes.ts';
import { spanLength } from '../trace/span-length.ts';

/** "completed, exit code not recorded": the agent's word and the process's own, kept apart; '' for neither. */
export function endingWords(toolStatus: string | null, exitCode: number | null, isCommand: boolean): string {
  const words: string[] = [];
  if (toolStatus !== null && (isCommand || toolStatus !== 'completed')) words.push(toolStatus);
  if (exitCode !== null) words.push(`exit code ${exitCode}`);
  else if (isCommand) words.push(`exit code ${NOT_RECORDED}`);
  return words.join(', ');
}

/**
 * "chat scripted-model", "84 ms stream", "1,200 → 45 tokens".
 * @param call the normalised numbers, where they are at hand; else the span's own
 * @param streamNs from the first chunk to the end, null where unknown
 */
export function callWords(span: SpanJson, call: ModelCallJson | null, streamNs: number | null): string[] {
  const model = call?.model ?? textAttribute(span.attributes, spanKey.responseModel, spanKey.requestModel);
  const words = [model === null ? span.name : `chat ${model.split('/').at(-1)}`];
  words.push(streamNs === null ? spanLength(span) : `${formatLength(streamNs)} stream`);
  const input = call ? call.inputTokens : numberAttribute(span.attributes, spanKey.inputTokens);
  const output = call ? call.outputTokens : numberAttribute(span.attributes, spanKey.outputTokens);
  if (input !== null || output !== null) words.push(`${countWords(input)} → ${countWords(output)} tokens`);
  return words;
}

function countWords(value: number | null): string {
  return value === null ? 'unknown' : formatCount(value);
}
