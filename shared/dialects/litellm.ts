// LiteLLM's OpenTelemetry callback: GenAI's names, with its own for what a call cost.
// Source: github.com/BerriAI/litellm, litellm/integrations/opentelemetry.py.
import type { Dialect } from './dialect.ts';

export const liteLlm: Dialect = {
  name: 'LiteLLM',
  calls: { tokens: { costUsd: ['gen_ai.cost.total_cost'] } },
};
