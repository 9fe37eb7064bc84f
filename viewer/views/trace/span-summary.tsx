// What the terminal pane shows where no terminal was recorded: the spans under way at the playhead, from the
// outermost in, and what has ended so far. It says that it is a summary; it imitates no terminal.
import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { kindAt, statusAt } from '../../../shared/trace-columns.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatLength, plural } from '../../model/display/format.ts';
import { rowLength, rowLengthNs, rowStart } from '../../model/trace/span-length.ts';
import { ancestorsOf, rowEndNs, rowStartNs } from '../../model/trace/trace-tree.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { CellTrace } from '../../state/trace/cell-trace.ts';
import { KindMark } from '../parts/icons.tsx';
import { Nothing } from '../parts/notice.tsx';
import './span-summary.css';

const NEIGHBOURS = 4;
const MAX_WALK = 500;

const NO_TERMINAL = 'No terminal was recorded for this run';

interface SpanSummaryProps {
  readonly session: CellSession;
  /** Why there is no terminal to see. */
  readonly because?: string;
  /** What its head begins with. */
  readonly lead?: ComponentChildren;
}

export function SpanSummary({ session, because = NO_TERMINAL, lead }: SpanSummaryProps) {
  const trace = session.trace.value;
  return (
    <section class="summary" aria-label="Terminal">
      <header class="summary-bar">
        {lead ?? <h2>Summary of spans</h2>}
        <span>{because}</span>
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
    const tree = session.trace.value?.tree;
    return row < 0 || !tree ? '' : [...ancestorsOf(tree, row, 12), row].join(' ');
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
                <KindMark
                  kind={kindAt(trace.columns, row)}
                  failed={statusAt(trace.columns, row) === 'error'}
                />
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
  const { columns } = trace;
  const since = session.playback.positionNs.value - rowStartNs(columns, row);
  const lengthNs = rowLengthNs(columns, row);
  const length = rowLength(columns, row);
  if (lengthNs === null) return <span class="elapsed">{length}</span>;
  const ended = lengthNs > 0 && since >= lengthNs;
  return (
    <span class="elapsed">
      {ended ? `ended after ${length}` : `${formatLength(Math.max(0, since))} of ${length}`}
    </span>
  );
}

/** What ended last and what starts next, a few of each; the rest as counts. */
function Around({ session, trace }: { session: CellSession; trace: CellTrace }) {
  const around = useComputed(() => {
    const tNs = session.playback.positionNs.value;
    const { past, next } = neighbours(session.trace.value ?? trace, tNs);
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
  readonly total: number;
  readonly rows: readonly number[];
}

/** Binary search for the counts and a short walk for the names: a hand may scrub 100,000 spans. */
function neighbours({ columns, endsNs }: CellTrace, tNs: number): { past: Some; next: Some } {
  const started = countUpTo(columns.count, (row) => rowStartNs(columns, row), tNs);
  const ended = countUpTo(endsNs.length, (index) => endsNs[index] ?? 0, tNs);
  const past: number[] = [];
  for (let row = started - 1; row >= Math.max(0, started - MAX_WALK); row--) {
    if (rowEndNs(columns, row) <= tNs) past.unshift(row);
    if (past.length === NEIGHBOURS) break;
  }
  return {
    past: { total: ended, rows: past },
    next: { total: columns.count - started, rows: rowsFrom(started, columns.count) },
  };
}

function rowsFrom(row: number, count: number): number[] {
  return Array.from({ length: Math.min(NEIGHBOURS, count - row) }, (_, index) => row + index);
}

/** How many of the ascending values are at most `limit`. */
function countUpTo(count: number, valueAt: (index: number) => number, limit: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
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
                <span class="summary-start">{rowStart(columns, row)}</span>
                <KindMark kind={kindAt(columns, row)} failed={statusAt(columns, row) === 'error'} />
                <span class="summary-name">{shownLine(columns.names[columns.name[row] ?? -1] ?? '')}</span>
                <span class="elapsed">{rowLength(columns, row)}</span>
              </button>
            </li>
          ))}
      </ul>
    </section>
  );
}
