// What the collector tells of agents is what whoever started it handed over: it knows none itself.
import { expect, test } from 'vitest';
import { agentList } from '../../../bin/agent-list.ts';
import { agentsJson } from '../../../shared/wire.ts';
import { TestCollector } from '../../support/collector.ts';

test('the agents that were handed in are answered whole, with the way of each', async () => {
  const collector = await TestCollector.start({ agents: agentList });
  const answer = await (await collector.request('/api/agents')).json();
  expect(agentsJson.parse(answer)).toEqual({ agents: agentList });
  expect(agentList.filter(({ ownModel }) => ownModel !== null).length).toBeGreaterThan(10);
});

test('a collector that was given none says so', async () => {
  const collector = await TestCollector.start();
  expect(await (await collector.request('/api/agents')).json()).toEqual({ agents: [] });
});
