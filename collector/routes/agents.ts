// What this installation knows beside records: the agents that it has adapters for, and the prices by which it
// estimates costs, from which day and source. Does not give the prices themselves.
import type { AgentsJson, PricesJson } from '../../shared/wire.ts';
import type { Answer, RouteContext } from './route.ts';

export function listAgents({ agents }: RouteContext): Answer {
  const answer: AgentsJson = { agents: [...agents] };
  return (c) => c.json(answer);
}

export function listPrices({ prices }: RouteContext): Answer {
  return (c) =>
    c.json({
      tables: prices.tables.map(({ date, source, models }) => ({ date, source, models: models.size })),
    } satisfies PricesJson);
}
