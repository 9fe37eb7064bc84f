// What a search found in this run: hits in order of time, each with the place it was found in. A click
// seeks there and opens the tab that shows it. Only the rows in sight are in the page.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { shownText } from '../../model/display/display-text.ts';
import { formatCount, formatOffset, plural } from '../../model/display/format.ts';
import type { SearchHit, SearchTrack } from '../../model/search/search-hit.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { type TabView, tabOfTrack } from '../cell/tabs.ts';
import './run-search-results.css';

const ROW_PX = 48;
const OVERSCAN = 4;

const TRACKS: readonly { readonly track: SearchTrack; readonly label: string }[] = [
  { track: 'transcript', label: 'Transcript' },
  { track: 'terminal', label: 'Terminal' },
  { track: 'changes', label: 'Changes' },
  { track: 'spans', label: 'Spans' },
];
const LABELS = new Map(TRACKS.map(({ track, label }) => [track, label]));

export function RunSearchResults({ session, view }: { session: CellSession; view: TabView }) {
  const { search } = session;
  const hits = search.hits.value;
  const all = [...search.counts.value.values()].reduce((sum, count) => sum + count, 0);
  const busy = search.share.value < 1;
  return (
    <div class="search-results">
      <fieldset class="search-scopes">
        <legend class="sr-only">Where</legend>
        <Scope session={session} track={null} label="All" count={all} />
        {TRACKS.map(({ track, label }) => (
          <Scope
            key={track}
            session={session}
            track={track}
            label={label}
            count={search.counts.value.get(track) ?? 0}
          />
        ))}
      </fieldset>
      {hits.length === 0 ? (
        <p class="search-none" role="status">
          {busy ? 'Searching…' : 'Nothing in this run fits.'}
        </p>
      ) : (
        <Hits session={session} view={view} hits={hits} />
      )}
      <Foot session={session} />
    </div>
  );
}

function Scope({
  session,
  track,
  label,
  count,
}: {
  session: CellSession;
  track: SearchTrack | null;
  label: string;
  count: number;
}) {
  const { search } = session;
  return (
    <button
      type="button"
      class="scope"
      aria-pressed={search.scope.value === track}
      disabled={count === 0 && search.scope.value !== track}
      onClick={() => search.setScope(track)}
    >
      {label} <span>{formatCount(count)}</span>
    </button>
  );
}

function Hits({ session, view, hits }: { session: CellSession; view: TabView; hits: readonly SearchHit[] }) {
  const list = useRef<HTMLDivElement>(null);
  const eye = useSignal({ top: 0, height: 480 });
  const { search } = session;
  const current = search.current.value;
  useLayoutEffect(() => {
    const element = list.current;
    if (!element || current < 0) return;
    const top = current * ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = top + ROW_PX - element.clientHeight;
    openTabOf(hits[current], session, view);
  }, [current]);
  const look = () => {
    const element = list.current;
    if (element) eye.value = { top: element.scrollTop, height: element.clientHeight };
  };
  const from = Math.max(0, Math.floor(eye.value.top / ROW_PX) - OVERSCAN);
  const to = Math.min(hits.length, Math.ceil((eye.value.top + eye.value.height) / ROW_PX) + OVERSCAN);
  return (
    <div class="hits" role="listbox" id="search-results" aria-label="Found" ref={list} onScroll={look}>
      <div role="presentation" style={{ height: `${hits.length * ROW_PX}px` }}>
        {hits.slice(from, to).map((hit, offset) => {
          const index = from + offset;
          return (
            <button
              key={index}
              type="button"
              role="option"
              id={`hit-${index}`}
              class="hit"
              aria-selected={index === current}
              aria-setsize={hits.length}
              aria-posinset={index + 1}
              tabIndex={-1}
              style={{ transform: `translateY(${index * ROW_PX}px)` }}
              onClick={() => search.pick(index)}
            >
              <span class="hit-time">{formatOffset(hit.tNs)}</span>
              <span class="hit-where">
                {LABELS.get(hit.track)} · {shownText(hit.where, 60)}
                {hit.count > 1 && ` · ${formatCount(hit.count)} times`}
              </span>
              <span
                class={hit.track === 'terminal' || hit.track === 'changes' ? 'hit-text mono' : 'hit-text'}
              >
                <Marked hit={hit} />
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** The excerpt with its matches marked. */
function Marked({ hit }: { hit: SearchHit }) {
  const parts = [];
  let at = 0;
  for (const [from, to] of hit.ranges) {
    if (from > at) parts.push(shownText(hit.excerpt.slice(at, from)));
    parts.push(<mark key={from}>{shownText(hit.excerpt.slice(from, to))}</mark>);
    at = to;
  }
  parts.push(shownText(hit.excerpt.slice(at)));
  return <>{parts}</>;
}

function Foot({ session }: { session: CellSession }) {
  const { search } = session;
  const trace = session.trace.value;
  const here = session.spans.readable.value.length;
  const notes = [];
  if (search.truncated.value) notes.push('more was found than is listed');
  if (trace && here < trace.columns.count)
    notes.push(`attributes of ${formatCount(here)} of ${plural(trace.columns.count, 'span')} searched`);
  return (
    <p class="search-foot">
      <span>
        <kbd>Enter</kbd> next <kbd>shift Enter</kbd> previous <kbd>Esc</kbd> close
      </span>
      {notes.length > 0 && <span>{notes.join(', ')}</span>}
    </p>
  );
}

/** Opens the tab that shows the hit; on wide screens the stage shows terminal and changes. */
function openTabOf(hit: SearchHit | undefined, session: CellSession, view: TabView): void {
  const tab = hit && tabOfTrack(hit.track);
  if (!tab || (tab.isShown?.(session, view.poster) === false && !tab.stage) || view.tab.peek() === tab.name)
    return;
  view.openTab(tab.name);
}
