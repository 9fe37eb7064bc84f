// One line that names the span at the playhead: kind, name, start, length, and whether it failed. It opens the drawer,
// which says the rest. Always in sight beside what is read.
import { kindAt, statusAt } from '../../../shared/trace-columns.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { rowLength, rowStart } from '../../model/trace/span-length.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { KindMark } from '../parts/icons.tsx';
import './active-span.css';

export function ActiveSpan({ session }: { session: CellSession }) {
  const columns = session.trace.value?.columns;
  const row = session.playback.row.value;
  const isOpen = session.drawer.row.value === row;
  return (
    <section class="active-span" aria-label="Active span">
      {columns && row >= 0 ? (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-keyshortcuts="Enter"
          onClick={() => (isOpen ? session.drawer.close() : session.drawer.open(row))}
        >
          <KindMark kind={kindAt(columns, row)} failed={statusAt(columns, row) === 'error'} />
          <span class="active-kind">{kindAt(columns, row)}</span>
          <b>{shownLine(columns.names[columns.name[row] ?? -1] ?? '', 160)}</b>
          {statusAt(columns, row) === 'error' && <span class="failed">error</span>}
          <span class="active-times">
            {rowStart(columns, row)} <i aria-hidden="true">·</i> {rowLength(columns, row)}
          </span>
          <kbd>Enter</kbd>
        </button>
      ) : (
        <p class="faint">{noSpanWords(session)}</p>
      )}
    </section>
  );
}

function noSpanWords({ trace, traceError }: CellSession): string {
  if (traceError.value && !trace.value) return 'The spans could not be loaded.';
  return trace.value && trace.value.columns.count > 0 ? 'No span at this moment.' : 'No span was recorded.';
}
