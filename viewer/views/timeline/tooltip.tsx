// What the pointer meets on the timeline, without moving the playhead: beside it the name of the bar or mark,
// above the dock a card with that moment - its active span and the terminal's screen, drawn from the film.
import type { ReadonlySignal } from '@preact/signals';
import { flagNames } from '../../../shared/span.ts';
import { kindAt, statusAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatOffset } from '../../model/display/format.ts';
import { flagWords } from '../../model/trace/span-facts.ts';
import { rowLength, rowLengthNs } from '../../model/trace/span-length.ts';
import { activeRow } from '../../model/trace/trace-tree.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { KindMark } from '../parts/icons.tsx';
import { TerminalPreview } from './terminal-preview.tsx';

export interface TipTarget {
  readonly tNs: number;
  /** Row under the pointer, -1 for none. */
  readonly row: number;
  /** The label of a mark under the pointer, or null. */
  readonly mark: string | null;
  /** Pixels from the plot's left edge. */
  readonly x: number;
  readonly clientX: number;
  readonly clientY: number;
  /** Where the dock's tracks begin on the screen: the card stands on it. */
  readonly topY: number;
}

const CARD_PX = 316;
const EDGE_PX = 12;

export function Tooltip({
  session,
  target,
}: {
  session: CellSession;
  target: ReadonlySignal<TipTarget | null>;
}) {
  const at = target.value;
  if (!at) return null;
  return (
    <>
      <div class="timeline-hover" style={{ transform: `translateX(${at.x}px)` }} />
      {(at.row >= 0 || at.mark !== null) && <Named session={session} at={at} />}
      <Card session={session} at={at} />
    </>
  );
}

function Named({ session, at }: { session: CellSession; at: TipTarget }) {
  const columns = session.trace.value?.columns;
  const side =
    at.clientX > innerWidth - 360
      ? { right: `${innerWidth - at.clientX + EDGE_PX}px` }
      : { left: `${at.clientX + EDGE_PX}px` };
  return (
    <div class="timeline-tip" style={{ ...side, bottom: `${innerHeight - at.clientY + 14}px` }}>
      <b>{shownLine(at.mark ?? nameOf(columns, at.row), 80)}</b>
      {columns && at.row >= 0 && <span>{facts(columns, at.row)}</span>}
    </div>
  );
}

/** "tool_call · 463 ms", and what is odd about it. */
function facts(columns: TraceColumns, row: number): string {
  const parts = [kindAt(columns, row) as string];
  const lengthNs = rowLengthNs(columns, row);
  if (lengthNs !== null && lengthNs >= 0) parts.push(rowLength(columns, row));
  parts.push(...flagWords(flagNames(columns.flags[row] ?? 0)));
  return parts.join(' · ');
}

function nameOf(columns: TraceColumns | undefined, row: number): string {
  return columns?.names[columns.name[row] ?? -1] ?? '';
}

/** The moment under the pointer, held within the window's width. */
function Card({ session, at }: { session: CellSession; at: TipTarget }) {
  const trace = session.trace.value;
  const film = session.terminal.film.value;
  const row = trace ? activeRow(trace.tree, at.tNs) : -1;
  const half = CARD_PX / 2;
  const left = Math.min(Math.max(half + EDGE_PX, at.clientX), innerWidth - half - EDGE_PX) - half;
  return (
    <div
      class="timeline-card"
      role="tooltip"
      style={{ left: `${left}px`, width: `${CARD_PX}px`, bottom: `${innerHeight - at.topY + 8}px` }}
    >
      <p>
        <b>{formatOffset(at.tNs)}</b>
        {trace && row >= 0 && (
          <>
            <KindMark kind={kindAt(trace.columns, row)} failed={statusAt(trace.columns, row) === 'error'} />
            <span>{shownLine(nameOf(trace.columns, row), 60)}</span>
          </>
        )}
        {row < 0 && <span class="none">no span is under way</span>}
      </p>
      {film && <TerminalPreview film={film} tNs={at.tNs} />}
    </div>
  );
}
