// The first page: sweeps, and the cells that can be replayed as rows. One text, a few outcomes, and the keyboard.
import { useEffect, useRef } from 'preact/hooks';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import type { FrontGroup } from '../../model/cells/front-groups.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import {
  cells,
  clearFilter,
  filterOutcomes,
  filterText,
  groups,
  isFiltered,
  listState,
  loadCells,
  loadMoreSweeps,
  moreSweeps,
  outcomeCounts,
  readFilter,
  setFilterText,
  sweeps,
  toggleOutcome,
} from '../../state/cells/front-session.ts';
import { searchHref, sweepHref } from '../../state/page/address.ts';
import { helpOpen } from '../../state/page/help.ts';
import { TitleBar } from '../page/title-bar.tsx';
import { OutcomeMark } from '../parts/icons.tsx';
import { Trouble } from '../parts/notice.tsx';
import { focusIsByTab, useKeys } from '../parts/use-keys.ts';
import { CellRow, SkeletonRow } from './cell-row.tsx';
import { FirstTrace } from './first-trace.tsx';
import { SweepLine } from './sweep-line.tsx';
import './front-page.css';

/** The list comes first. */
const READ_FIRST_MS = 400;

export function FrontPage() {
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = 'Sweeps · Playhead';
    readFilter();
    const stop = new AbortController();
    void loadCells(stop.signal);
    // Where a click most likely leads: its code is here before the click.
    const idle = setTimeout(() => void import('../sweep/sweep-page.tsx'), READ_FIRST_MS);
    return () => {
      clearTimeout(idle);
      stop.abort();
    };
  }, []);
  useKeys((key) => {
    if (key === '/') field.current?.focus();
    else if (key === '?') helpOpen.value = true;
    else if (key === 'j' || key === 'ArrowDown') moveFocus(list.current, 1);
    else if (key === 'k' || key === 'ArrowUp') moveFocus(list.current, -1);
    else return false;
    return true;
  });
  const state = listState.value;
  const empty = state.phase === 'ready' && cells.value.length === 0 && sweeps.value.length === 0;
  return (
    <div class="front-page">
      <TitleBar />
      <main>
        <div class="list-head">
          <h1>Sweeps</h1>
          <p class="list-count" role="status">
            {state.phase === 'ready' && !empty ? countText() : ''}
          </p>
          {!empty && !(state.phase === 'failed' && cells.value.length === 0) && (
            <Filter field={field} onLeave={() => moveFocus(list.current, 1)} />
          )}
        </div>
        {state.phase === 'failed' && <Trouble error={state.error} onRetry={() => void loadCells()} />}
        {empty && <FirstTrace />}
        <section class="cell-list" ref={list} aria-label="Cells" aria-busy={state.phase === 'loading'}>
          {state.phase === 'loading' && cells.value.length === 0 ? <Skeleton /> : <Groups />}
        </section>
      </main>
    </div>
  );
}

/** "35 cells in 4 sweeps"; under a filter, how many of those at hand fit. */
function countText(): string {
  const all = sweeps.value.reduce((sum, sweep) => sum + sweep.cells, 0);
  const more = moreSweeps.value === null ? '' : ' so far';
  if (!isFiltered.value) return `${plural(all, 'cell')} in ${plural(sweeps.value.length, 'sweep')}${more}`;
  const rows = groups.value.reduce((sum, group) => sum + group.rows.length, 0);
  return `${formatCount(rows)} of ${plural(all, 'cell')}${more}`;
}

function Filter({
  field,
  onLeave,
}: {
  field: preact.RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}) {
  return (
    <search class="list-filter">
      <label class="field">
        <span class="sr-only">Filter cells</span>
        <input
          ref={field}
          type="search"
          placeholder="Filter by agent, model, task or sweep"
          value={filterText.value}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setFilterText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
            else if (event.key === 'Enter' || event.key === 'ArrowDown') onLeave();
            else return;
            event.preventDefault();
          }}
        />
        <kbd>/</kbd>
      </label>
      <fieldset class="chips">
        <legend class="sr-only">Outcome</legend>
        {outcomeCounts.value.map(({ outcome, count }) => (
          <Chip key={outcome} outcome={outcome} count={count} />
        ))}
      </fieldset>
    </search>
  );
}

function Chip({ outcome, count }: { outcome: Outcome; count: number }) {
  const on = filterOutcomes.value.has(outcome);
  if (count === 0 && !on) return null;
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={() => toggleOutcome(outcome)}>
      <OutcomeMark outcome={outcome} />
      {outcomeWord(outcome)} <span class="count">{count}</span>
    </button>
  );
}

function Groups() {
  const shown = groups.value;
  if (shown.length === 0 && isFiltered.value)
    return (
      <p class="no-match">
        No cell fits this filter.{' '}
        <button type="button" class="link" onClick={clearFilter}>
          Show all
        </button>{' '}
        or{' '}
        <a class="link" href={searchHref(filterText.value)} data-page>
          search inside all runs
        </a>
        .
      </p>
    );
  return (
    <>
      {shown.map((group) => (
        <Group key={group.sweep} group={group} />
      ))}
      {moreSweeps.value !== null && (
        <button type="button" class="button more" onClick={() => void loadMoreSweeps()}>
          Show older sweeps
        </button>
      )}
    </>
  );
}

function Group({ group: { sweep, summary, rows, more } }: { group: FrontGroup }) {
  return (
    <section class={rows.length > 0 ? 'sweep' : 'sweep folded'} aria-label={`Sweep ${shownLine(sweep)}`}>
      <SweepLine sweep={sweep} summary={summary} />
      {rows.length > 0 && (
        <>
          <ListHead />
          <ul>
            {rows.map((cell) => (
              <CellRow key={cell.id} cell={cell} />
            ))}
          </ul>
          {more > 0 && !isFiltered.value && (
            <p class="sweep-rest">
              And {plural(more, 'more cell')}:{' '}
              <a href={sweepHref(sweep)} data-page>
                in the matrix
              </a>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function ListHead() {
  return (
    <div class="columns column-names">
      <span>Outcome</span>
      <span>Agent × model</span>
      <span>Task</span>
      <span class="number">Pass</span>
      <span class="number">Composite</span>
      <span class="number">Wall</span>
      <span class="number">Cost</span>
      <span class="number">Spans</span>
      <span class="number">Model calls</span>
      <span class="number">Started</span>
    </div>
  );
}

function Skeleton() {
  return (
    <section class="sweep" aria-hidden="true">
      <header class="sweep-line">
        <h2>
          <span class="skeleton wide" />
        </h2>
      </header>
      <ListHead />
      <ul>
        {Array.from({ length: 6 }, (_, index) => (
          <SkeletonRow key={index} />
        ))}
      </ul>
    </section>
  );
}

function moveFocus(list: HTMLElement | null, by: 1 | -1): void {
  const links = [...(list?.querySelectorAll<HTMLAnchorElement>('a.cell-link') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at < 0 ? (by > 0 || focusIsByTab() ? 0 : links.length - 1) : at + by];
  next?.focus();
  next?.closest('li')?.scrollIntoView({ block: 'nearest' });
}
