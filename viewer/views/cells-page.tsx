// The first page: all cells, newest first, by sweep. One text, a few outcomes, and the keyboard.
import { useEffect, useRef } from 'preact/hooks';
import type { Outcome } from '../../shared/cell.ts';
import { plural } from '../model/format.ts';
import { outcomeWord } from '../model/outcome-sentence.ts';
import {
  cells,
  clearFilter,
  filterOutcomes,
  filterText,
  listState,
  loadCells,
  loadMoreCells,
  moreCells,
  outcomeCounts,
  readFilter,
  type SweepGroup,
  setFilterText,
  shownCells,
  sweepGroups,
  toggleOutcome,
} from '../state/cell-list.ts';
import { helpOpen } from '../state/help.ts';
import { CellRow, SkeletonRow } from './cell-row.tsx';
import { FirstTrace } from './first-trace.tsx';
import { OutcomeMark } from './marks.tsx';
import { Trouble } from './notice.tsx';
import { TitleBar } from './title-bar.tsx';
import { focusIsByTab, useKeys } from './use-keys.ts';
import './cells-page.css';

export function CellsPage() {
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = 'Cells · Playhead';
    readFilter();
    const stop = new AbortController();
    void loadCells(stop.signal);
    return () => stop.abort();
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
  const empty = state.phase === 'ready' && cells.value.length === 0;
  return (
    <div class="cells-page">
      <TitleBar />
      <main>
        <div class="list-head">
          <h1>Cells</h1>
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

function countText(): string {
  const all = cells.value.length;
  const shown = shownCells.value.length;
  const more = moreCells.value === null ? '' : ' so far';
  return shown === all ? `${plural(all, 'cell')}${more}` : `${shown} of ${plural(all, 'cell')}${more}`;
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
  const groups = sweepGroups.value;
  if (groups.length === 0 && cells.value.length > 0)
    return (
      <p class="no-match">
        No cell fits this filter.{' '}
        <button type="button" class="link" onClick={clearFilter}>
          Show all {cells.value.length}
        </button>
      </p>
    );
  return (
    <>
      {groups.map((group) => (
        <Group key={group.sweep} group={group} />
      ))}
      {moreCells.value !== null && (
        <button type="button" class="button more" onClick={() => void loadMoreCells()}>
          Show older cells
        </button>
      )}
    </>
  );
}

function Group({ group }: { group: SweepGroup }) {
  const passed = group.cells.filter((cell) => cell.outcome === 'passed').length;
  const scored = group.cells.filter((cell) => cell.pass !== null).length;
  return (
    <section class="sweep" aria-label={`Sweep ${group.sweep}`}>
      <header class="sweep-head">
        <h2>{group.sweep}</h2>
        <span>
          {scored > 0 ? `${passed} of ${scored} passed` : 'not scored'}
          {group.cells.length > scored && scored > 0 && ` · ${group.cells.length - scored} not scored`}
        </span>
      </header>
      <ListHead />
      <ul>
        {group.cells.map((cell) => (
          <CellRow key={cell.id} cell={cell} />
        ))}
      </ul>
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
      <span class="number">Spans</span>
      <span class="number">Model calls</span>
      <span class="number">Started</span>
    </div>
  );
}

function Skeleton() {
  return (
    <section class="sweep" aria-hidden="true">
      <header class="sweep-head">
        <h2>
          <span class="bone wide" />
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
