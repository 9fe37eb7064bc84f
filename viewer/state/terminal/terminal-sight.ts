// What of a terminal is in sight, as its page's other parts tell it: which rows, whether they follow what is written,
// and which characters nothing here can show. The terminal's view sets it; it holds no element.
import { type Signal, signal } from '@preact/signals';

export interface TerminalSight {
  /** Rows in sight, counted from 1; null where all are. */
  readonly rows: Signal<{ readonly first: number; readonly last: number; readonly of: number } | null>;
  /** Whether the rows in sight are those that are written to. */
  readonly following: Signal<boolean>;
  /** Characters of the screen that have neither a font nor a drawing. */
  readonly missing: Signal<readonly string[]>;
}

export function createSight(): TerminalSight {
  return { rows: signal(null), following: signal(true), missing: signal([]) };
}
