// Which metrics count a run's tokens and cost, and which part each of their data points counts. Names are
// matched whole: a metric that is not listed stays visible as it is and counts nothing.
import type { Attribute } from '../record.ts';
import type { UsagePart } from '../store/cells/tracks.ts';
import { mapOf, textAt } from './attributes.ts';

/** Values of the attribute that tells a counter's parts apart, of all dialects. */
const partWords: ReadonlyMap<string, UsagePart> = new Map([
  ['input', 'input'],
  ['output', 'output'],
  // Claude Code
  ['cacheRead', 'cacheRead'],
  ['cacheCreation', 'cacheWrite'],
  // Gemini CLI and Qwen Code
  ['cache', 'cacheRead'],
  ['thought', 'reasoning'],
  // codex
  ['cached_input', 'cacheRead'],
  ['cache_write_input', 'cacheWrite'],
  ['reasoning_output', 'reasoning'],
]);

/** Counters of several parts, by the attribute that says which. */
const splitCounters: ReadonlyMap<string, string> = new Map([
  ['claude_code.token.usage', 'type'],
  ['gemini_cli.token.usage', 'type'],
  ['qwen-code.token.usage', 'type'],
  ['codex.turn.token_usage', 'token_type'],
  ['gen_ai.client.token.usage', 'gen_ai.token.type'],
]);

/** Metrics that count one part each. */
const partCounters: ReadonlyMap<string, UsagePart> = new Map([
  ['claude_code.cost.usage', 'costUsd'],
  // OpenTelemetry's own since 1.41.
  ['gen_ai.client.inference.usage.input_tokens', 'input'],
  ['gen_ai.client.inference.usage.output_tokens', 'output'],
  ['gen_ai.client.inference.usage.cache_read.input_tokens', 'cacheRead'],
  ['gen_ai.client.inference.usage.cache_write.input_tokens', 'cacheWrite'],
  ['gen_ai.client.inference.usage.reasoning.output_tokens', 'reasoning'],
]);

/** What a data point counts, or null. */
export function usagePartOf(name: string, attributes: readonly Attribute[]): UsagePart | null {
  const part = partCounters.get(name);
  if (part) return part;
  const key = splitCounters.get(name);
  const word = key === undefined ? null : textAt(mapOf(attributes), key);
  return (word !== null && partWords.get(word)) || null;
}
