// The runs that are under way: their terminal as it is now, for how long, and what they used so far.
import { useEffect, useMemo } from 'preact/hooks';
import type { CellSummary } from '../../../shared/wire.ts';
import { glanceLength } from '../../model/cells/latest-runs.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { plural } from '../../model/display/format.ts';
import { livePicture } from '../../state/cells/poster-films.ts';
import { cellHref } from '../../state/page/address.ts';
import { Who } from './cell-row.tsx';
import { FilmPicture } from './film-picture.tsx';
import './running-now.css';

/** Each plays a terminal in a worker of its own. */
const MOST_SHOWN = 3;

export function RunningNow({ cells, count }: { cells: readonly CellSummary[]; count: number }) {
  return (
    <section class="running-now" aria-label="Running now">
      <h2>
        Running now <small>{count}</small>
      </h2>
      <ul>
        {cells.slice(0, MOST_SHOWN).map((cell) => (
          <Running key={cell.id} cell={cell} />
        ))}
      </ul>
    </section>
  );
}

function Running({ cell }: { cell: CellSummary }) {
  const picture = useMemo(() => livePicture(), []);
  useEffect(() => picture.close, []);
  // Its list says when there is more.
  useEffect(() => {
    if (cell.hasTerminal) picture.more(cell);
  }, [cell.endNs, cell.spans, cell.hasTerminal]);
  const film = picture.film.value;
  const facts = [
    cell.durationMs === null ? null : `${glanceLength(cell.durationMs)} so far`,
    costWords(cell.cost),
    cell.modelCalls > 0 ? plural(cell.modelCalls, 'model call') : null,
  ];
  return (
    <li>
      <span class="running-picture" aria-hidden="true">
        {film && <FilmPicture film={film} tNs={Number.POSITIVE_INFINITY} />}
      </span>
      <span class="running-words">
        <a href={cellHref(cell.id)} data-page>
          <Who cell={cell} />
        </a>
        <span>{shownLine(cell.task ?? cell.id)}</span>
        <span class="num">{facts.filter((fact) => fact !== null).join(' · ')}</span>
      </span>
      <i class="live-dot" />
    </li>
  );
}
