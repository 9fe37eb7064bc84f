// OpenLIT: GenAI's names, with some of its own. Of Anthropic's calls it tells the input as Anthropic does.
// Source: github.com/openlit/openlit, sdk/python.
import type { Dialect } from './dialect.ts';

export const openlit: Dialect = {
  name: 'OpenLIT',
  inputWithoutCache: [{ scope: 'openlit.', providers: ['anthropic'] }],
  calls: {
    isStreamed: ['gen_ai.request.is_stream'],
    firstChunkByScope: [{ scope: 'openlit.', name: 'gen_ai.server.time_to_first_token', unitMs: 1000 }],
  },
};
