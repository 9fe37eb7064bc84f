// What the collector may tell of the agents that there are adapters for: the command line hands it over, since
// neither of the two rooms knows the other.
import { agents } from '../adapter/agents/registry.ts';
import type { AgentsJson } from '../shared/wire.ts';

export const agentList: AgentsJson['agents'] = agents.map(({ name, ownModel = null }) => ({
  name,
  ownModel,
}));
