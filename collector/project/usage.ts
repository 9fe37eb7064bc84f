// What a model call cost, in one vocabulary. Input is counted with its cached part, output with its
// reasoning part, as OpenTelemetry counts; dialects that count the cached part apart are added up.
import { spanKey } from '../../shared/conventions.ts';
import type { SpanRecord } from '../record.ts';
import type { CallFacts } from '../store/spans/spans.ts';
import { type AttributeMap, firstTextAt, integerAt, numberAt, textAt } from './attributes.ts';

const names = {
  model: [
    spanKey.responseModel,
    spanKey.requestModel,
    'ai.response.model',
    'ai.model.id',
    'llm.model_name',
    'llm.request.model',
    'model',
  ],
  input: [
    spanKey.inputTokens,
    'gen_ai.usage.prompt_tokens',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
    'llm.token_count.prompt',
    'llm.usage.prompt_tokens',
    'input_tokens',
  ],
  output: [
    spanKey.outputTokens,
    'gen_ai.usage.completion_tokens',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
    'llm.token_count.completion',
    'llm.usage.completion_tokens',
    'output_tokens',
  ],
  cacheRead: [
    spanKey.cacheReadTokens,
    'gen_ai.usage.cache_read_input_tokens',
    'ai.usage.cachedInputTokens',
    'ai.usage.inputTokenDetails.cacheReadTokens',
    'llm.token_count.prompt_details.cache_read',
    'cache_read_tokens',
  ],
  cacheWrite: [
    spanKey.cacheWriteTokens,
    // Its name until 1.41.
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'ai.usage.inputTokenDetails.cacheWriteTokens',
    'llm.token_count.prompt_details.cache_write',
    'cache_creation_tokens',
  ],
  reasoning: [
    spanKey.reasoningTokens,
    'gen_ai.usage.reasoning_tokens',
    'codex.usage.reasoning_output_tokens',
    'ai.usage.reasoningTokens',
    'ai.usage.outputTokenDetails.reasoningTokens',
    'llm.token_count.completion_details.reasoning',
  ],
  finish: [spanKey.finishReasons, 'ai.response.finishReason', 'gen_ai.response.finish_reason', 'stop_reason'],
  cost: [spanKey.cost, 'gen_ai.usage.cost', 'llm.cost.total', 'cost_usd'],
} as const;

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
 * Input with its cached part. Claude Code's own names count it apart (Anthropic's way), and so does
 * whoever names more cached than input tokens.
 */
function wholeInput(
  input: number | null,
  cacheRead: number | null,
  cacheWrite: number | null,
  attributes: AttributeMap,
): number | null {
  if (input === null) return null;
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const apart = attributes.has('cache_read_tokens') || attributes.has('cache_creation_tokens');
  return apart || cached > input ? input + cached : input;
}

function tokensAt(attributes: AttributeMap, keys: readonly string[]): number | null {
  const value = integerAt(attributes, ...keys);
  return value !== null && value >= 0 ? value : null;
}

function firstChunkMs(attributes: AttributeMap): number | null {
  const seconds = numberAt(attributes, spanKey.timeToFirstChunk);
  return seconds === null ? numberAt(attributes, 'ai.response.msToFirstChunk', 'ttft_ms') : seconds * 1000;
}

function errorOf(record: SpanRecord, attributes: AttributeMap): string | null {
  const type = textAt(attributes, spanKey.errorType);
  if (record.statusCode !== 2) return type;
  return record.statusMessage || type || 'error';
}
