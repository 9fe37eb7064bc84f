// The field that searches this run, in the bar above the page, and under it what was found. `/` goes
// there from anywhere; Enter seeks to the next hit, Escape lets go. The list comes with the first query.
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatCount } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { narrow } from '../../state/page/media.ts';
import type { TabView } from '../cell/tabs.ts';
import { lazy } from '../parts/lazy.tsx';
import './run-search-field.css';

const Results = lazy(() => import('./run-search-results.tsx').then((module) => module.RunSearchResults));

export function RunSearchField({ session, view }: { session: CellSession; view: TabView }) {
  const { search } = session;
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLElement>(null);
  const open = useSignal(false);
  const asked = search.asked.value;
  useEffect(() => {
    if (asked === 0) return;
    field.current?.focus();
    field.current?.select();
  }, [asked]);
  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) open.value = false;
    };
    addEventListener('pointerdown', onPointerDown, true);
    return () => removeEventListener('pointerdown', onPointerDown, true);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === 'ArrowDown' || event.key === 'ArrowUp')
      search.step(event.shiftKey || event.key === 'ArrowUp' ? -1 : 1);
    else if (event.key === 'Escape') {
      // Lets go of the field; what was found stays marked until it is cleared.
      open.value = false;
      field.current?.blur();
    } else return;
    event.preventDefault();
  };
  const text = search.query.value;
  return (
    <search class="run-search" ref={box}>
      <input
        ref={field}
        type="search"
        aria-label="Search this run"
        placeholder={narrow.value ? 'Search' : 'Search this run'}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onFocus={() => {
          open.value = true;
        }}
        onInput={(event) => {
          open.value = true;
          search.setQuery(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {text === '' ? <kbd>/</kbd> : <Tally session={session} />}
      {open.value && text !== '' && <Results session={session} view={view} />}
    </search>
  );
}

/** "3 / 23", and the way to be rid of it. */
function Tally({ session }: { session: CellSession }) {
  const { search } = session;
  const words = useComputed(() => {
    const count = search.hits.value.length;
    if (search.share.value < 1) return count === 0 ? '…' : `${formatCount(count)}…`;
    const at = search.current.value;
    return at >= 0 ? `${formatCount(at + 1)} / ${formatCount(count)}` : formatCount(count);
  }).value;
  return (
    <span class="search-tally">
      <span role="status" aria-label={`${words} found`}>
        {words}
      </span>
      <button type="button" aria-label="Clear the search" title="Clear" onClick={search.clear}>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <path d="M2 2l6 6M8 2l-6 6" />
        </svg>
      </button>
    </span>
  );
}
