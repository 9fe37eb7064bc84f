// Who sent a cell's records, fetched when somebody looks, and again when they look at it later: the answer is made
// from the spans themselves. Does not follow a run under way by itself.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { SendersJson } from '../../../shared/wire.ts';
import { fetchSenders } from '../../api.ts';
import { failed, type Loadable, loading } from '../page/loadable.ts';

export interface CellSenders {
  readonly senders: ReadonlySignal<Loadable<SendersJson>>;
  /** What is shown stays until the new answer is here. */
  want(cellId: string): void;
}

export function createSenders(stop: AbortSignal): CellSenders {
  const senders = signal<Loadable<SendersJson>>(loading);
  let isAsked = false;
  const ask = async (cellId: string): Promise<void> => {
    try {
      senders.value = { phase: 'ready', value: await fetchSenders(cellId, stop) };
    } catch (error) {
      if (!stop.aborted) senders.value = failed(error);
    }
    isAsked = false;
  };
  return {
    senders,
    want(cellId) {
      if (isAsked) return;
      isAsked = true;
      void ask(cellId);
    },
  };
}
