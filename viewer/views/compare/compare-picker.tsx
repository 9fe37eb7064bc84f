// Other runs of a cell's task, each a link to the comparison with it. It shows what the cell already knows
// of its relatives and fetches nothing.

import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { CellDetail, CellSummary } from '../../../shared/wire.ts';
import { compositeWords } from '../../model/display/composite-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { compareHref } from '../../state/page/address.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { Nothing } from '../parts/notice.tsx';
import './compare-picker.css';

/** Runs of another outcome first: they are what one compares with. */
export function ComparePicker({ detail }: { detail: CellDetail }) {
  const others = detail.related.filter(
    ({ id, task }) => id !== detail.id && task !== null && task === detail.task,
  );
  const rank = (cell: CellSummary) => (cell.outcome === detail.outcome ? 1 : 0);
  others.sort((a, b) => rank(a) - rank(b));
  if (others.length === 0)
    return (
      <Nothing title="No other run of this task is stored here">
        <p>Run the task with another agent or model, or once more, and it appears here.</p>
      </Nothing>
    );
  return (
    <ul class="compare-picker" aria-label="Other runs of this task">
      {others.map((cell) => (
        <li key={cell.id}>
          <a href={compareHref([detail.id, cell.id])} data-page title={cell.id}>
            <OutcomeMark outcome={cell.outcome} />
            <b>{shownLine(cell.agent, 60)}</b>
            <span class="compare-picker-model">
              {cell.model !== null && `× ${shownLine(cell.model, 80)}`}
              {cell.attempt > 1 && `, run ${cell.attempt}`}
              {cell.sweep !== detail.sweep && ` · ${shownLine(cell.sweep, 60)}`}
            </span>
            <span class="compare-picker-facts">
              {[
                outcomeWord(cell.outcome),
                compositeWords(cell, 2),
                cell.durationMs === null ? null : formatDuration(cell.durationMs),
              ]
                .filter((text) => text !== null)
                .join(' · ')}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
