// One cell in a card: its outcome as shape and word, who did what, and the few numbers that tell runs apart. The
// whole row is one link.
import { outcomeWord } from '../../../shared/outcome-words.ts';
import type { CellSummary } from '../../../shared/wire.ts';
import { glanceLength } from '../../model/cells/latest-runs.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { cellHref } from '../../state/page/address.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { formatStarted, isoOf } from '../parts/wall-clock.ts';
import './cell-row.css';

export function CellRow({ cell }: { cell: CellSummary }) {
  return (
    <li class="cell-row">
      <span class={`outcome ${cell.outcome}`}>
        <OutcomeMark outcome={cell.outcome} />
        {outcomeWord(cell.outcome)}
      </span>
      <a class="cell-link who" href={cellHref(cell.id)} data-page title={cell.id}>
        <Who cell={cell} />
        <span class="sr-only">
          , {shownLine(cell.task ?? cell.id)}
          {cell.attempt > 1 && `, attempt ${cell.attempt}`}
        </span>
      </a>
      <span class="task" title={cell.task ?? cell.id}>
        <span class="task-name">{taskText(cell)}</span>
        {cell.attempt > 1 && <span class="attempt">attempt {cell.attempt}</span>}
      </span>
      <Fact name="Cost" value={costWords(cell.cost)} title={cell.cost.because} />
      <Fact name="Time" value={cell.durationMs === null ? null : glanceLength(cell.durationMs)} />
      <span class="number started">
        {cell.startNs === null ? (
          <Missing />
        ) : (
          <time dateTime={isoOf(cell.startNs)}>{formatStarted(cell.startNs)}</time>
        )}
      </span>
    </li>
  );
}

/** "pi × vendor/model". */
export function Who({ cell: { agent, model } }: { cell: Pick<CellSummary, 'agent' | 'model'> }) {
  return (
    <>
      <b>{shownLine(agent)}</b>
      {model !== null && (
        <>
          <span class="times" aria-hidden="true">
            ×
          </span>
          <span class="sr-only"> with </span>
          <span class="model">{shownLine(model)}</span>
        </>
      )}
    </>
  );
}

function taskText(cell: CellSummary) {
  if (cell.task === null)
    return <span class="faint">{shownLine(cell.id.split('/').slice(2).join('/') || cell.id)}</span>;
  const slash = cell.task.indexOf('/');
  return (
    <>
      <span class="family">{shownLine(cell.task.slice(0, slash + 1))}</span>
      {shownLine(cell.task.slice(slash + 1))}
    </>
  );
}

function Fact({ name, value, title }: { name: string; value: string | null; title?: string }) {
  return (
    <span class="number fact" title={value === null ? undefined : title}>
      <span class="sr-only">{name} </span>
      {value ?? <Missing />}
    </span>
  );
}

/** A dash for the eye, the word for everyone else: a list full of "not recorded" would be noise. */
function Missing() {
  return (
    <span class="missing" title="not recorded">
      <span aria-hidden="true">–</span>
      <span class="sr-only">not recorded</span>
    </span>
  );
}
