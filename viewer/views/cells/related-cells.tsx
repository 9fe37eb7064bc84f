// The cells around this one, a table a group: what became of each, its numbers, and a way to hold it against
// this one where both ran the same task.

import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { CellDetail, CellSummary } from '../../../shared/wire.ts';
import { groupRelated, type RelatedGroup } from '../../model/cells/neighbours.ts';
import { compositeWords } from '../../model/display/composite-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatRatio, NOT_RECORDED } from '../../model/display/format.ts';
import { cellHref, compareHref, sweepHref } from '../../state/page/address.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import './related-cells.css';

export function RelatedCells({ detail }: { detail: CellDetail }) {
  return (
    <>
      {groupRelated(detail).map((group) => (
        <Group key={group.kind} group={group} detail={detail} />
      ))}
      <p class="related-all">
        <a class="link" href={sweepHref(detail.sweep)} data-page>
          All cells of {shownLine(detail.sweep)}
        </a>
      </p>
    </>
  );
}

function Group({ group, detail }: { group: RelatedGroup; detail: CellDetail }) {
  const { title, cells, none } = group;
  return (
    <>
      <h4>{title}</h4>
      {cells.length === 0 ? (
        <p class="related-none">{none}</p>
      ) : (
        <table class="related" aria-label={title}>
          <thead>
            <tr>
              <th scope="col">
                <span class="sr-only">Cell</span>
              </th>
              <th scope="col">Pass</th>
              <th scope="col">Composite</th>
              <th scope="col">Wall</th>
              <th scope="col">
                <span class="sr-only">Compare</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {cells.map((cell) => (
              <Row key={cell.id} cell={cell} group={group} detail={detail} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Row({ cell, group, detail }: { cell: CellSummary; group: RelatedGroup; detail: CellDetail }) {
  return (
    <tr>
      <th scope="row">
        <a href={cellHref(cell.id)} data-page title={cell.id}>
          <OutcomeMark outcome={cell.outcome} />
          <span class="sr-only">{outcomeWord(cell.outcome)}: </span>
          <Name cell={cell} group={group} detail={detail} />
        </a>
      </th>
      <Figure
        text={cell.pass === null ? null : formatRatio(cell.pass, Number.isInteger(cell.pass) ? 0 : 2)}
      />
      <Figure text={compositeWords(cell)} />
      <Figure text={cell.durationMs === null ? null : formatDuration(cell.durationMs)} />
      <td>
        {group.kind !== 'tasks' && (
          <a
            class="link"
            href={compareHref([detail.id, cell.id])}
            data-page
            aria-label={`Compare with ${cell.id}`}
          >
            Compare
          </a>
        )}
      </td>
    </tr>
  );
}

/** What tells it from this cell first; what both share is left out. */
function Name({ cell, group, detail }: { cell: CellSummary; group: RelatedGroup; detail: CellDetail }) {
  const elsewhere = cell.sweep !== detail.sweep && <small class="elsewhere">{shownLine(cell.sweep)}</small>;
  if (group.kind === 'tasks')
    return (
      <>
        <b>{shownLine(cell.task?.slice(cell.task.indexOf('/') + 1) ?? cell.id)}</b>
        {elsewhere}
      </>
    );
  if (group.kind === 'models')
    return (
      <>
        <b>{shownLine(cell.model ?? NOT_RECORDED)}</b>
        {elsewhere}
      </>
    );
  if (group.kind === 'runs')
    return (
      <>
        <b>run {cell.attempt}</b>
        {elsewhere}
      </>
    );
  return (
    <>
      <b>{shownLine(cell.agent)}</b>
      {cell.model === detail.model ? elsewhere : <small>× {shownLine(shortModel(cell.model))}</small>}
    </>
  );
}

/** Without its maker: the row's title has all of it. */
function shortModel(model: string | null): string {
  return model === null ? NOT_RECORDED : model.slice(model.lastIndexOf('/') + 1);
}

function Figure({ text }: { text: string | null }) {
  if (text !== null) return <td class="number">{text}</td>;
  return (
    <td class="number faint" title={NOT_RECORDED}>
      <span aria-hidden="true">–</span>
      <span class="sr-only">{NOT_RECORDED}</span>
    </td>
  );
}
