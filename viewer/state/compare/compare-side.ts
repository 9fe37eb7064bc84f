// One of the cells that are compared: opened without a clock of its own, and opened anew where it could
// not be loaded. It refuses to know the others.
import { type ReadonlySignal, signal } from '@preact/signals';
import { type CellSession, type OpenOptions, openCell } from '../cell/cell-session.ts';

export type SideName = 'a' | 'b';
export const sideNames: readonly SideName[] = ['a', 'b'];

export interface CompareSide {
  readonly id: string;
  readonly session: ReadonlySignal<CellSession>;
  retry(): void;
  close(): void;
}

export function openSide(id: string, options: Omit<OpenOptions, 'led'> = {}): CompareSide {
  const open = () =>
    openCell(
      { id, sweep: null, agent: null, model: null, task: null, attempt: 1 },
      { ...options, led: true },
    );
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
  return (empty || spans.settled.value) && changes.value !== null;
}

/** Under way, as far as anybody said. */
export function isRunning({ live, detail }: CellSession): boolean {
  const state = live.state.value;
  return (
    state === 'running' || state === 'receiving' || (state === 'still' && detail.value?.outcome === 'running')
  );
}
