// One cell in a list: its outcome as shape and word, who did what, and the few numbers that sort runs
// apart. The whole row is one link.

import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { CellSummary } from '../../../shared/wire.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatRatio } from '../../model/display/format.ts';
import { cellHref } from '../../state/page/address.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { formatStarted, isoOf } from '../parts/wall-clock.ts';
import '../parts/skeleton.css';

export function CellRow({ cell }: { cell: CellSummary }) {
  const started = formatStarted(cell.startNs);
  return (
    <li class="columns cell-row">
      <span class={`outcome ${cell.outcome}`}>
        <OutcomeMark outcome={cell.outcome} />
        {outcomeWord(cell.outcome)}
      </span>
      <a class="cell-link who" href={cellHref(cell.id)} data-page title={cell.id}>
        <b>{shownLine(cell.agent)}</b>
        {cell.model !== null && (
          <>
            <span class="times" aria-hidden="true">
              ×
            </span>
            <span class="sr-only"> with </span>
            <span class="model">{shownLine(cell.model)}</span>
          </>
        )}
        <span class="sr-only">
          , {shownLine(cell.task ?? cell.id)}
          {cell.attempt > 1 && `, run ${cell.attempt}`}
        </span>
      </a>
      <span class="task" title={cell.task ?? cell.id}>
        <span class="task-name">{taskText(cell)}</span>
        {cell.attempt > 1 && <span class="attempt">run {cell.attempt}</span>}
      </span>
      <Fact name="Pass" value={cell.pass === null ? null : formatRatio(cell.pass, 0)} />
      <Fact
        name="Composite"
        value={cell.composite === null ? null : formatRatio(cell.composite, 3)}
        note={cell.compositeNote}
      />
      <Fact name="Wall" value={cell.durationMs === null ? null : formatDuration(cell.durationMs)} />
      <Fact name="Cost" value={costWords(cell.cost)} title={cell.cost.because} />
      <Fact name="Spans" value={formatCount(cell.spans)} />
      <Fact name="Model calls" value={cell.modelCalls > 0 ? formatCount(cell.modelCalls) : null} />
      <span class="number started">
        {cell.startNs === null ? <Missing /> : <time dateTime={isoOf(cell.startNs)}>{started}</time>}
      </span>
    </li>
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

interface FactProps {
  readonly name: string;
  readonly value: string | null;
  readonly note?: string | null;
  readonly title?: string;
}

function Fact({ name, value, note = null, title }: FactProps) {
  return (
    <span class="number fact" title={note ?? (value === null ? undefined : title)}>
      <span class="fact-name">{name} </span>
      {value ?? <Missing />}
      {note !== null && <small class="fact-note">{note}</small>}
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

export function SkeletonRow() {
  return (
    <li class="columns cell-row">
      <span class="skeleton" />
      <span class="skeleton wide" />
      <span class="skeleton wide" />
      <span class="number">
        <span class="skeleton short" />
      </span>
      <span class="number">
        <span class="skeleton short" />
      </span>
      <span class="number">
        <span class="skeleton short" />
      </span>
      <span class="number">
        <span class="skeleton short" />
      </span>
      <span class="number">
        <span class="skeleton short" />
      </span>
      <span class="number">
        <span class="skeleton" />
      </span>
    </li>
  );
}
