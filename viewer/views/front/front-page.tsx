// The first page: the latest runs as pictures, those under way, and the sweeps as cards, with sums that are the
// collector's. One text, a few outcomes, and the keyboard.
import { useEffect, useRef } from 'preact/hooks';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomes, outcomeWord } from '../../../shared/outcome-words.ts';
import { hasReasons } from '../../model/cells/outcome-tone.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import {
  clearFilter,
  filterOutcomes,
  filterText,
  followFront,
  isFiltered,
  listState,
  loadFront,
  loadMoreSweeps,
  moreSweeps,
  posters,
  readFilter,
  running,
  setFilterText,
  sweeps,
  toggleOutcome,
  totals,
} from '../../state/cells/front-session.ts';
import { dismissWelcome, frontShape, welcomed } from '../../state/cells/front-shape.ts';
import { cellHref, searchHref } from '../../state/page/address.ts';
import { helpOpen } from '../../state/page/help.ts';
import { TitleBar } from '../page/title-bar.tsx';
import { OutcomeMark } from '../parts/icons.tsx';
import { Trouble } from '../parts/notice.tsx';
import { focusIsByTab, useKeys } from '../parts/use-keys.ts';
import { FirstTrace } from './first-trace.tsx';
import { PosterSkeleton, RunPoster } from './run-poster.tsx';
import { RunningNow } from './running-now.tsx';
import { SweepCard, SweepCardSkeleton } from './sweep-card.tsx';
import '../parts/skeleton.css';
import './front-page.css';

/** The list comes first. */
const READ_FIRST_MS = 400;
/** A reader of so many runs has seen one. */
const MOST_GREETED = 500;

export function FrontPage() {
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = 'Sweeps · Playhead';
    readFilter();
    void loadFront();
    const stop = followFront();
    // Where a click most likely leads: its code is here before the click.
    const idle = setTimeout(() => void import('../sweep/sweep-page.tsx'), READ_FIRST_MS);
    return () => {
      clearTimeout(idle);
      stop();
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
  const isEmpty = state.phase === 'ready' && !isFiltered.value && totals.value?.cells === 0;
  return (
    <div class="front-page">
      <TitleBar />
      <main>
        {isEmpty ? (
          <>
            <h1 class="sr-only">Sweeps</h1>
            <FirstTrace />
          </>
        ) : (
          <>
            <Pictures />
            <SweepsHead field={field} onLeave={() => moveFocus(list.current, 1)} />
          </>
        )}
        {state.phase === 'failed' && <Trouble error={state.error} onRetry={() => void loadFront()} />}
        <section class="sweep-cards" ref={list} aria-label="Runs" aria-busy={state.phase === 'loading'}>
          {!isEmpty && <Cards />}
        </section>
      </main>
    </div>
  );
}

/** What can be looked at, above what is counted. */
function Pictures() {
  const isLoading = listState.value.phase === 'loading' && sweeps.value.length === 0;
  const shape = isLoading ? frontShape() : null;
  const shown = posters.value;
  const under = running.value;
  return (
    <>
      {(shape ? shape.posters > 0 : shown.length > 0) && (
        <section class="latest-runs" aria-label="Latest runs">
          <div class="latest-head">
            <h2>Latest runs</h2>
            <Welcome />
          </div>
          <ul class="posters">
            {shape
              ? Array.from({ length: shape.posters }, (_, at) => <PosterSkeleton key={at} />)
              : shown.map((cell) => <RunPoster key={cell.id} cell={cell} />)}
          </ul>
        </section>
      )}
      {shape && shape.running > 0 && <div class="running-room" />}
      {under.length > 0 && <RunningNow cells={under} count={countOf('running')} />}
    </>
  );
}

function countOf(wanted: Outcome): number {
  return totals.value?.outcomes.find(({ outcome }) => outcome === wanted)?.count ?? running.value.length;
}

/** Once, until it is dismissed; in a line that is there anyway, so that nothing moves. */
function Welcome() {
  const cells = totals.value?.cells;
  const first = posters.value.find(({ outcome }) => hasReasons(outcome)) ?? posters.value[0];
  if (welcomed.value || cells === undefined || cells > MOST_GREETED || !first) return null;
  return (
    <p class="welcome">
      <span>Recordings of coding agents, played back.</span>
      <a href={cellHref(first.id)} data-page>
        {hasReasons(first.outcome) ? 'Start with the failed run' : 'Start with the latest run'}
      </a>
      <span class="welcome-hint">Point at a picture to scrub it</span>
      <button type="button" aria-label="Dismiss" title="Dismiss" onClick={dismissWelcome}>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path d="M3 3l8 8M11 3l-8 8" />
        </svg>
      </button>
    </p>
  );
}

function SweepsHead({
  field,
  onLeave,
}: {
  field: preact.RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}) {
  return (
    <div class="list-head">
      <h1>Sweeps</h1>
      <p class="list-count num" role="status">
        {totals.value && countText(totals.value)}
      </p>
      <fieldset class="chips">
        <legend class="sr-only">Outcome</legend>
        {outcomes.map((outcome) => (
          <Chip key={outcome} outcome={outcome} />
        ))}
      </fieldset>
      <search class="list-filter">
        <label>
          <span class="sr-only">Filter runs</span>
          <input
            ref={field}
            type="search"
            placeholder="Filter"
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
      </search>
    </div>
  );
}

/** "6 sweeps, 11,767 runs"; under a filter those that fit. */
function countText({ sweeps: count, cells }: NonNullable<typeof totals.value>): string {
  const words = `${plural(count, 'sweep')}, ${plural(cells, 'run')}`;
  return isFiltered.value ? `${words} fit` : words;
}

function Chip({ outcome }: { outcome: Outcome }) {
  const on = filterOutcomes.value.has(outcome);
  const count = totals.value?.outcomes.find((sum) => sum.outcome === outcome)?.count ?? 0;
  if (count === 0 && !on) return null;
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={() => toggleOutcome(outcome)}>
      <OutcomeMark outcome={outcome} />
      {outcomeWord(outcome)} <span class="count num">{formatCount(count)}</span>
    </button>
  );
}

function Cards() {
  const { phase } = listState.value;
  const shown = sweeps.value;
  if (phase === 'loading' && shown.length === 0)
    return Array.from({ length: 4 }, (_, at) => <SweepCardSkeleton key={at} />);
  if (shown.length === 0 && isFiltered.value && phase === 'ready')
    return (
      <p class="no-match">
        No run fits this filter.{' '}
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
      {shown.map((summary) => (
        <SweepCard key={summary.id} summary={summary} />
      ))}
      {moreSweeps.value !== null && (
        <button type="button" class="button more" onClick={() => void loadMoreSweeps()}>
          Show older sweeps
        </button>
      )}
    </>
  );
}

function moveFocus(list: HTMLElement | null, by: 1 | -1): void {
  const links = [...(list?.querySelectorAll<HTMLAnchorElement>('h3 a, a.cell-link') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at < 0 ? (by > 0 || focusIsByTab() ? 0 : links.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
