// Any command of which nothing more is known: its terminal, its model calls by the proxy and its file
// changes are recorded, and nothing is read into what it prints.
import type { AgentAdapter } from './agent.ts';
import { standardProxyEnv } from './reading/proxy-env.ts';

export const generic: AgentAdapter = {
  name: 'generic',
  recognises: () => true,
  proxyEnv: standardProxyEnv,
  streamsJson: () => false,
  leftovers: [],
};
