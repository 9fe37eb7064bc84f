// One of the cells that are compared: opened on the clock that it is handed, and opened again where it could
// not be loaded. Does not know the others.
import { type ReadonlySignal, signal } from '@preact/signals';
import { type CellSession, type OpenOptions, openCell } from '../cell/cell-session.ts';
import type { Clock } from '../cell/clock.ts';

export type SideName = 'a' | 'b';
export const sideNames: readonly SideName[] = ['a', 'b'];

export interface CompareSide {
  readonly id: string;
  readonly session: ReadonlySignal<CellSession>;
  retry(): void;
  close(): void;
}

/** @param clock closed by whoever made it */
export function openSide(id: string, clock: Clock, options: OpenOptions = {}): CompareSide {
  const open = () =>
    openCell({ id, sweep: null, agent: null, model: null, task: null, attempt: 1 }, clock, options);
  const session = signal(open());
  return {
    id,
    session,
    retry() {
      session.peek().close();
      session.value = open();
    },
    close: () => session.peek().close(),
  };
}

/** Whether all that steps are read from is here, or known not to come. */
export function isSettled({ phase, trace, traceError, spans, changes }: CellSession): boolean {
  if (phase.value.phase !== 'ready') return phase.value.phase !== 'loading';
  const empty = traceError.value !== null || trace.value === null || trace.value.columns.count === 0;
  return (empty || spans.settled.value) && changes.value.phase !== 'loading';
}
