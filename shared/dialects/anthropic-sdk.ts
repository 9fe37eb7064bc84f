// Anthropic's own client library, which tells of its requests in GenAI's names and of their end in one of its own.
// Source: the spans of its releases since 2.0.
import type { Dialect } from './dialect.ts';

export const anthropicSdk: Dialect = {
  name: 'Anthropic SDK',
  calls: { finish: ['anthropic.message.stop_reason'] },
};
