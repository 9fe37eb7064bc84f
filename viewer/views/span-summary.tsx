// What stands on the stage where no terminal was recorded: the spans under way at the playhead, from the
// outermost in, and what has ended so far. It says that it is a summary; it imitates no terminal.
import { useComputed } from '@preact/signals';
import { kindAt } from '../../shared/trace-columns.ts';
import { formatLength, formatOffset, plural } from '../model/format.ts';
import { shownLine } from '../model/shown-text.ts';
import { ancestorsOf, rowEndNs, rowStartNs } from '../model/trace-tree.ts';
import type { CellSession, CellTrace } from '../state/cell-session.ts';
import { KindMark } from './marks.tsx';
import { Nothing } from './notice.tsx';
import './span-summary.css';

const NEIGHBOURS = 4;

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
      <Around session={session} trace={trace} />
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

/** What ended last and what starts next, a few of each; the rest as counts. */
function Around({ session, trace }: { session: CellSession; trace: CellTrace }) {
  const around = useComputed(() => {
    const tNs = session.playback.positionNs.value;
    const { past, next } = neighbours(trace, tNs);
    return `${past.total};${past.rows.join(' ')};${next.total};${next.rows.join(' ')}`;
  });
  const [ended = '', endedRows = '', ahead = '', aheadRows = ''] = around.value.split(';');
  return (
    <>
      <SpanLines
        title={`Ended: ${plural(Number(ended), 'span')}`}
        rows={endedRows}
        session={session}
        trace={trace}
      />
      <SpanLines
        title={`To come: ${plural(Number(ahead), 'span')}`}
        rows={aheadRows}
        session={session}
        trace={trace}
      />
    </>
  );
}

interface Some {
  total: number;
  rows: number[];
}

function neighbours({ columns, tree }: CellTrace, tNs: number): { past: Some; next: Some } {
  const past: Some = { total: 0, rows: [] };
  const next: Some = { total: 0, rows: [] };
  for (const row of tree.byStart) {
    const start = rowStartNs(columns, row);
    if (start > tNs) {
      next.total++;
      if (next.rows.length < NEIGHBOURS) next.rows.push(row);
    } else if (rowEndNs(columns, row) <= tNs) {
      past.total++;
      past.rows.push(row);
      if (past.rows.length > NEIGHBOURS) past.rows.shift();
    }
  }
  return { past, next };
}

function SpanLines({
  title,
  rows,
  session,
  trace,
}: {
  title: string;
  rows: string;
  session: CellSession;
  trace: CellTrace;
}) {
  const { columns } = trace;
  if (rows === '') return null;
  return (
    <section class="summary-part">
      <h3>{title}</h3>
      <ul>
        {rows
          .split(' ')
          .filter((row) => row !== '')
          .map(Number)
          .map((row) => (
            <li key={row}>
              <button type="button" onClick={() => session.playback.select(row)}>
                <span class="summary-start">{formatOffset(rowStartNs(columns, row))}</span>
                <KindMark kind={kindAt(columns, row)} />
                <span class="summary-name">{shownLine(columns.names[columns.name[row] ?? -1] ?? '')}</span>
                <span class="elapsed">{lengthText(columns.duration[row])}</span>
              </button>
            </li>
          ))}
      </ul>
    </section>
  );
}

function lengthText(durationNs: number | undefined): string {
  return durationNs === undefined || Number.isNaN(durationNs) ? 'never ended' : formatLength(durationNs);
}
