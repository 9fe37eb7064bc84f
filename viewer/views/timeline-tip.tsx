// The small tip under the pointer: the moment, and the span that lies there.
import type { ReadonlySignal } from '@preact/signals';
import { kindAt } from '../../shared/trace-columns.ts';
import { formatLength, formatOffset } from '../model/format.ts';
import { shownLine } from '../model/shown-text.ts';
import type { CellSession } from '../state/cell-session.ts';

export interface TipTarget {
  readonly tNs: number;
  /** Row under the pointer, -1 for none. */
  readonly row: number;
  /** The label of a mark under the pointer, or null. */
  readonly mark: string | null;
  /** Pixels from the plot's left edge. */
  readonly x: number;
  /** Where the tip goes on the screen. */
  readonly clientX: number;
  readonly clientY: number;
}

export function Tip({ session, target }: { session: CellSession; target: ReadonlySignal<TipTarget | null> }) {
  const at = target.value;
  if (!at) return null;
  const columns = session.trace.value?.columns;
  const left =
    at.clientX > innerWidth - 360
      ? { right: `${innerWidth - at.clientX + 12}px` }
      : { left: `${at.clientX + 12}px` };
  const duration = columns?.duration[at.row] ?? Number.NaN;
  return (
    <>
      <div class="timeline-hover" style={{ transform: `translateX(${at.x}px)` }} />
      <div class="timeline-tip" style={{ ...left, bottom: `${innerHeight - at.clientY + 14}px` }}>
        {at.mark !== null && <b>{shownLine(at.mark, 80)}</b>}
        {at.mark === null && at.row >= 0 && columns && (
          <b>{shownLine(columns.names[columns.name[at.row] ?? -1] ?? '', 80)}</b>
        )}
        <span>
          {formatOffset(at.tNs)}
          {at.row >= 0 && columns && ` · ${kindAt(columns, at.row)}`}
          {at.row >= 0 && !Number.isNaN(duration) && ` · ${formatLength(duration)}`}
        </span>
      </div>
    </>
  );
}
