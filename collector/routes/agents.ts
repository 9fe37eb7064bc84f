// Which agents this installation has adapters for, and how each is run with one's own model. Whoever starts the
// collector hands the list in; does not know an agent itself.
import type { AgentsJson } from '../../shared/wire.ts';
import type { Answer, RouteContext } from './route.ts';

export function listAgents({ agents }: RouteContext): Answer {
  const answer: AgentsJson = { agents: [...agents] };
  return (c) => c.json(answer);
}
