// A phase, a step or any other span in short: how long it took and how well that is known, and the spans that it holds,
// each a step away.
import { kindAt, statusAt, timingAt } from '../../../shared/trace-columns.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount } from '../../model/display/format.ts';
import { rowLength, rowStart } from '../../model/trace/span-length.ts';
import { childRows } from '../../model/trace/span-neighbours.ts';
import { timingWords } from '../parts/grade-words.ts';
import { KindMark } from '../parts/icons.tsx';
import { SpanNumbers } from './span-numbers.tsx';
import type { SummaryProps } from './summary-props.ts';

const FIRST_CHILDREN = 12;

export function PhaseSummary({ session, trace, row }: SummaryProps) {
  const { columns, tree } = trace;
  const timing = timingAt(columns, row);
  return (
    <>
      <SpanNumbers
        numbers={[
          { name: 'Kind', value: kindAt(columns, row) },
          {
            name: 'Time',
            value: rowLength(columns, row),
            note: timing === 'none' ? 'unknown' : timing,
            title: timingWords(timing),
          },
          { name: 'Spans within', value: formatCount((tree.subtreeSize[row] ?? 1) - 1) },
        ]}
      />
      <Children session={session} trace={trace} row={row} />
    </>
  );
}

export function Children({ session, trace, row }: Pick<SummaryProps, 'session' | 'trace' | 'row'>) {
  const { columns, tree } = trace;
  const { total, rows } = childRows(tree, row, FIRST_CHILDREN);
  if (total === 0) return null;
  return (
    <>
      <h3>
        Holds <span class="count">{formatCount(total)}</span>
      </h3>
      <ol class="drawer-children">
        {rows.map((child) => (
          <li key={child}>
            <button type="button" onClick={() => session.playback.select(child)}>
              <span class="when">{rowStart(columns, child)}</span>
              <KindMark kind={kindAt(columns, child)} failed={statusAt(columns, child) === 'error'} />
              <span class="what">{shownLine(columns.names[columns.name[child] ?? -1] ?? '', 120)}</span>
              <span class="length">{rowLength(columns, child)}</span>
            </button>
          </li>
        ))}
      </ol>
      {total > rows.length && (
        <p class="faint">{`${formatCount(total - rows.length)} more stand under Spans.`}</p>
      )}
    </>
  );
}
