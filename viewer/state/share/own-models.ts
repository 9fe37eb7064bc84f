// How each agent is run with one's own model, as the collector knows it: fetched once, when a page first shows it.
// Does not know an agent itself.
import { signal } from '@preact/signals';
import type { OwnModel } from '../../../shared/wire.ts';
import { fetchAgents } from '../../api.ts';
import { failed, type Loadable, loading } from '../page/loadable.ts';

/** By the agent's name; an agent without a way is not in it. */
export type OwnModels = ReadonlyMap<string, OwnModel>;

export const ownModels = signal<Loadable<OwnModels>>(loading);

let asked = false;

/** Asks once; after a failure, again. */
export async function loadOwnModels(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    const { agents } = await fetchAgents();
    const known = new Map<string, OwnModel>();
    for (const { name, ownModel } of agents) if (ownModel !== null) known.set(name, ownModel);
    ownModels.value = { phase: 'ready', value: known };
  } catch (error) {
    asked = false;
    ownModels.value = failed(error);
  }
}
