// Tokens as Codex counts them, in the stream and in the session file alike: input holds the cached part
// and output the reasoning, as OpenTelemetry counts too.
import type { JsonObject } from '../reading/json-value.ts';
import { tokensAt } from '../reading/json-value.ts';
import type { TokenCounts } from '../step.ts';

/** Null where no usage is told, or a total that its parts do not make: codex then shows the window's size. */
export function readCodexTokens(usage: JsonObject | null): TokenCounts | null {
  const input = tokensAt(usage, 'input_tokens');
  const output = tokensAt(usage, 'output_tokens');
  const total = tokensAt(usage, 'total_tokens');
  if (input === null && output === null) return null;
  if (total !== null && total !== (input ?? 0) + (output ?? 0)) return null;
  return {
    input,
    cacheRead: tokensAt(usage, 'cached_input_tokens'),
    cacheWrite: tokensAt(usage, 'cache_write_input_tokens'),
    output,
    reasoning: tokensAt(usage, 'reasoning_output_tokens'),
  };
}
