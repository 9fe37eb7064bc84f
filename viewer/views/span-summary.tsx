// What stands on the stage where no terminal was recorded: the spans under way at the playhead, from the
// outermost in, and what has ended so far. It says that it is a summary; it imitates no terminal.
import { useComputed } from '@preact/signals';
import { kindAt } from '../../shared/trace-columns.ts';
import { formatLength, formatOffset, plural } from '../model/format.ts';
import { shownLine } from '../model/shown-text.ts';
import { ancestorsOf, rowStartNs } from '../model/trace-tree.ts';
import type { CellSession, CellTrace } from '../state/cell-session.ts';
import { KindMark } from './marks.tsx';
import { Nothing } from './notice.tsx';
import './span-summary.css';

export function SpanSummary({ session }: { session: CellSession }) {
  const trace = session.trace.value;
  return (
    <section class="summary" aria-label="Terminal">
      <header class="summary-bar">
        <h2>Summary of spans</h2>
        <span>No terminal was recorded for this run</span>
      </header>
      {trace && trace.columns.count > 0 ? (
        <Now session={session} trace={trace} />
      ) : (
        <Nothing title="No span was recorded">
          <p>Scores and identity stand under Scores and Details.</p>
        </Nothing>
      )}
    </section>
  );
}

function Now({ session, trace }: { session: CellSession; trace: CellTrace }) {
  const { playback } = session;
  const path = useComputed(() => {
    const row = playback.row.value;
    return row < 0 ? '' : [...ancestorsOf(trace.tree, row, 12), row].join(' ');
  });
  const rows = path.value === '' ? [] : path.value.split(' ').map(Number);
  return (
    <div class="summary-body">
      <h3>Under way</h3>
      {rows.length === 0 ? (
        <p class="faint">Nothing was under way at this moment.</p>
      ) : (
        <ol class="under-way">
          {rows.map((row, depth) => (
            <li
              key={row}
              style={{ paddingLeft: `${depth * 20}px` }}
              class={row === rows.at(-1) ? 'deepest' : ''}
            >
              <button type="button" onClick={() => playback.select(row)}>
                <KindMark kind={kindAt(trace.columns, row)} />
                <span class="summary-name">
                  {shownLine(trace.columns.names[trace.columns.name[row] ?? -1] ?? '')}
                </span>
                <Elapsed session={session} trace={trace} row={row} />
              </button>
            </li>
          ))}
        </ol>
      )}
      <Ended session={session} trace={trace} />
    </div>
  );
}

function Elapsed({ session, trace, row }: { session: CellSession; trace: CellTrace; row: number }) {
  const duration = trace.columns.duration[row] ?? Number.NaN;
  const since = session.playback.positionNs.value - rowStartNs(trace.columns, row);
  const length = Number.isNaN(duration) ? null : duration;
  return (
    <span class="elapsed">
      {formatLength(Math.max(0, since))} of {formatLength(length)}
    </span>
  );
}

function Ended({ session, trace }: { session: CellSession; trace: CellTrace }) {
  const { columns } = trace;
  const counts = useComputed(() => {
    const tNs = session.playback.positionNs.value;
    let ended = 0;
    let ahead = 0;
    for (let row = 0; row < columns.count; row++) {
      const start = columns.offset[row] ?? 0;
      if (start > tNs) ahead++;
      else if (start + (columns.duration[row] ?? Number.POSITIVE_INFINITY) <= tNs) ended++;
    }
    return `${ended} ${ahead}`;
  });
  const [ended = 0, ahead = 0] = counts.value.split(' ').map(Number);
  return (
    <p class="summary-count">
      At {formatOffset(session.playback.positionNs.value)}: {plural(ended, 'span')} ended, {ahead} still to
      come.
    </p>
  );
}
