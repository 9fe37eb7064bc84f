// Search across runs: one field, where to look, and what was found, cell by cell, each hit a link to the moment
// that it stands at. The field has the focus; arrows walk through the hits.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { parseCellId } from '../../../shared/cell-id.ts';
import { type Outcome, outcomes, outcomeWord } from '../../../shared/outcome-words.ts';
import { type SearchSource, searchSources } from '../../../shared/text-match.ts';
import { shownLine, shownText } from '../../model/display/display-text.ts';
import { formatCount, formatOffset, plural } from '../../model/display/format.ts';
import { type FoldedHit, fieldWords, foldHits, hitParts } from '../../model/search/hit-words.ts';
import {
  type CellHits,
  type FacetName,
  facetNames,
  isNarrowed,
  MAX_QUERY_CHARS,
} from '../../model/search/search-groups.ts';
import { cellHref } from '../../state/page/address.ts';
import { helpOpen } from '../../state/page/help.ts';
import { route } from '../../state/page/route.ts';
import { type AcrossSearch, createAcrossSearch, hitHref } from '../../state/search/search-session.ts';
import { tabOfSource } from '../cell/tabs.ts';
import { TitleBar } from '../page/title-bar.tsx';
import { OutcomeMark } from '../parts/icons.tsx';
import { Trouble } from '../parts/notice.tsx';
import { useKeys } from '../parts/use-keys.ts';
import './search-page.css';

const sourceWords: Readonly<Record<SearchSource, string>> = {
  span: 'Spans',
  terminal: 'Terminal',
  change: 'Changes',
  score: 'Scores',
  log: 'Logs',
};
const facetWords: Readonly<Record<FacetName, string>> = {
  sweep: 'Sweep',
  agent: 'Agent',
  model: 'Model',
  task: 'Task',
};

export function SearchPage() {
  const search = useMemo(createAcrossSearch, []);
  const field = useRef<HTMLInputElement>(null);
  const found = useRef<HTMLElement>(null);
  const { q } = search.facets.value;
  useEffect(() => {
    field.current?.focus();
    return () => search.close();
  }, [search]);
  // The back button, and the link in the bar above.
  const here = route.value;
  useEffect(() => {
    if (here.page === 'search') search.followUrl();
  }, [here, search]);
  useEffect(() => {
    document.title = q === '' ? 'Search · Playhead' : `${shownLine(q, 60)} · Search · Playhead`;
  }, [q]);
  useKeys((key) => {
    if (key === '/') field.current?.select();
    else if (key === '?') helpOpen.value = true;
    else if (key === 'j' || key === 'ArrowDown') moveFocus(found.current, field.current, 1);
    else if (key === 'k' || key === 'ArrowUp') moveFocus(found.current, field.current, -1);
    else return false;
    return true;
  });
  return (
    <div class="search-page">
      <TitleBar />
      <main>
        <h1 class="sr-only">Search all runs</h1>
        <search>
          <Field search={search} field={field} onLeave={() => moveFocus(found.current, field.current, 1)} />
          <Sources search={search} />
          <Filters search={search} />
        </search>
        <Progress search={search} />
        <section ref={found} aria-label="Found" aria-busy={search.phase.value.phase === 'searching'}>
          {q === '' ? <WhatIsSearched /> : <Found search={search} />}
        </section>
      </main>
    </div>
  );
}

function Field({
  search,
  field,
  onLeave,
}: {
  search: AcrossSearch;
  field: preact.RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}) {
  return (
    <label class="search-field">
      <span class="sr-only">Text to find in all runs</span>
      <input
        ref={field}
        type="search"
        placeholder="Find text in all runs"
        value={search.facets.value.q}
        maxLength={MAX_QUERY_CHARS}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => search.change({ q: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search.submit();
          else if (event.key === 'ArrowDown') onLeave();
          else if (event.key === 'Escape') event.currentTarget.blur();
          else return;
          event.preventDefault();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}

function Sources({ search }: { search: AcrossSearch }) {
  const { sources } = search.facets.value;
  return (
    <fieldset class="search-sources">
      <legend class="sr-only">Where to look</legend>
      <button
        type="button"
        class="source-chip"
        aria-pressed={sources.length === 0}
        onClick={() => search.change({ sources: [] })}
      >
        Everywhere
      </button>
      {searchSources.map((source) => (
        <button
          key={source}
          type="button"
          class="source-chip"
          aria-pressed={sources.includes(source)}
          onClick={() => search.toggleSource(source)}
        >
          <SourceMark source={source} />
          {sourceWords[source]}
        </button>
      ))}
    </fieldset>
  );
}

function Filters({ search }: { search: AcrossSearch }) {
  const facets = search.facets.value;
  return (
    <div class="search-filters">
      {facetNames.map((name) => (
        <label key={name}>
          {facetWords[name]}
          <select
            value={facets[name]}
            onChange={(event) => search.change({ [name]: event.currentTarget.value })}
          >
            <option value="">Any</option>
            {withChosen(search.choices.value.get(name) ?? [], facets[name]).map((value) => (
              <option key={value} value={value}>
                {shownLine(value, 60)}
              </option>
            ))}
          </select>
        </label>
      ))}
      <label>
        Outcome
        <select
          value={facets.outcome}
          onChange={(event) => search.change({ outcome: event.currentTarget.value as Outcome | '' })}
        >
          <option value="">Any</option>
          {outcomes.map((outcome) => (
            <option key={outcome} value={outcome}>
              {outcomeWord(outcome)}
            </option>
          ))}
        </select>
      </label>
      {isNarrowed(facets) && (
        <button type="button" class="search-link" onClick={() => search.change(everything)}>
          Clear filters
        </button>
      )}
    </div>
  );
}

const everything = { sources: [], sweep: '', agent: '', model: '', task: '', outcome: '' } as const;

/** What can be chosen, and what is chosen although no cell at hand has it. */
function withChosen(values: readonly string[], chosen: string): readonly string[] {
  return chosen === '' || values.includes(chosen) ? values : [chosen, ...values];
}

/** How much was found in how much, and whether it goes on. */
function Progress({ search }: { search: AcrossSearch }) {
  const { phase } = search.phase.value;
  if (phase === 'idle') return null;
  const count = search.count.value;
  const cells = search.groups.value.length;
  const looked = search.cells.value;
  const hits = count === 0 ? 'Nothing' : plural(count, 'hit');
  return (
    <div class="search-progress">
      <p role="status">
        {phase === 'done'
          ? `${hits}${count === 0 ? ' found' : ''} in ${count === 0 ? plural(looked, 'cell') : `${formatCount(cells)} of ${plural(looked, 'cell')}`}`
          : `${count === 0 && phase === 'searching' ? 'Searching' : `${hits} so far`} · ${plural(looked, 'cell')} searched`}
      </p>
      {phase === 'searching' && (
        <button type="button" class="search-link" onClick={() => search.stop()}>
          Stop
        </button>
      )}
    </div>
  );
}

function WhatIsSearched() {
  return (
    <div class="search-empty">
      <p>Finds a text wherever a run recorded it; upper and lower case are the same.</p>
      <dl>
        <dt>
          <SourceMark source="span" /> Spans
        </dt>
        <dd>names, attributes, events, status messages, ids: prompts, tool calls and their results</dd>
        <dt>
          <SourceMark source="terminal" /> Terminal
        </dt>
        <dd>what was printed, without colours and cursor moves</dd>
        <dt>
          <SourceMark source="change" /> Changes
        </dt>
        <dd>paths and diffs</dd>
        <dt>
          <SourceMark source="score" /> Scores
        </dt>
        <dd>axes, values and what their scorers printed</dd>
        <dt>
          <SourceMark source="log" /> Logs
        </dt>
        <dd>bodies and attributes</dd>
      </dl>
    </div>
  );
}

function Found({ search }: { search: AcrossSearch }) {
  const state = search.phase.value;
  const groups = search.groups.value;
  const { q } = search.facets.value;
  return (
    <>
      {groups.map((group) => (
        <CellGroup key={group.cell} group={group} q={q} />
      ))}
      {state.phase === 'failed' && <Trouble error={state.error} onRetry={() => search.more()} />}
      {state.phase === 'done' && groups.length === 0 && (
        <p class="search-nothing">
          No run holds this text
          {isNarrowed(search.facets.value) ? ' where these filters look.' : '.'}
        </p>
      )}
      {state.phase === 'paused' && <More search={search} stopped={state.stopped} />}
    </>
  );
}

/** The way on: pressed, or scrolled to where the page was full by itself. */
function More({ search, stopped }: { search: AcrossSearch; stopped: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!button.current || stopped) return;
    const eye = new IntersectionObserver(([entry]) => entry?.isIntersecting && search.more());
    eye.observe(button.current);
    return () => eye.disconnect();
  }, [search, stopped]);
  return (
    <button ref={button} type="button" class="button search-more" onClick={() => search.more()}>
      {stopped ? 'Go on searching' : 'Search older cells'}
    </button>
  );
}

function CellGroup({ group: { cell, outcome, hits }, q }: { group: CellHits; q: string }) {
  const { sweep, agent, model, family, task, attempt } = parseCellId(cell);
  const run = attempt > 1 ? `#run${attempt}` : '';
  // An id that names no task shows what else it has.
  const taskWords = task === null ? cell.split('/').slice(2).join('/') : `${family}/${task}${run}`;
  return (
    <section class="found-cell" aria-label={`${outcomeWord(outcome)}: ${shownLine(cell)}`}>
      <h2>
        <a href={cellHref(cell)} data-page title={cell}>
          <OutcomeMark outcome={outcome} />
          <span class="found-outcome">{outcomeWord(outcome)}</span>
          <b>{shownLine(agent)}</b>
          {model !== null && (
            <span>
              <span aria-hidden="true">× </span>
              {shownLine(model)}
            </span>
          )}
          <span class="found-task">{shownLine(taskWords)}</span>
          <span class="found-sweep">{shownLine(sweep)}</span>
        </a>
      </h2>
      <ul>
        {foldHits(hits).map((folded, at) => (
          <HitRow key={at} folded={folded} q={q} />
        ))}
      </ul>
    </section>
  );
}

function HitRow({ folded: { hit, count, lastMs, more }, q }: { folded: FoldedHit; q: string }) {
  const [before, match, after] = hitParts(hit);
  const isCode = hit.source === 'terminal' || hit.source === 'change';
  return (
    <li>
      <a class="found-hit" href={hitHref(hit, q, tabOfSource(hit.source)?.name ?? null)} data-page>
        <SourceMark source={hit.source} />
        <span class="found-where">
          <span class="sr-only">{sourceWords[hit.source]}, </span>
          <span title={shownLine(hit.field)}>{shownLine(fieldWords(hit.field), 60)}</span>
          {count > 1 && <b class="found-count"> ×{formatCount(count)}</b>}
        </span>
        <span class="found-time">
          {hit.tMs === null ? '' : formatOffset(hit.tMs * 1e6)}
          {count > 1 && hit.tMs !== null && lastMs !== null && ` to ${formatOffset(lastMs * 1e6)}`}
        </span>
        <span class={isCode ? 'found-text mono' : 'found-text'}>
          {shownText(before)}
          <mark>{shownText(match)}</mark>
          {shownText(after)}
        </span>
      </a>
      {more && (
        <p class="found-more">
          More like this in the run:{' '}
          <a class="link" href={hitHref(hit, q, tabOfSource(hit.source)?.name ?? null)} data-page>
            its own search lists them all
          </a>
          .
        </p>
      )}
    </li>
  );
}

/** The shape of a source; its word stands beside it or is read out. */
function SourceMark({ source }: { source: SearchSource }) {
  return (
    <svg class={`source-mark from-${source}`} viewBox="0 0 14 14" aria-hidden="true">
      <path d={sourceShapes[source]} />
    </svg>
  );
}

const sourceShapes: Readonly<Record<SearchSource, string>> = {
  span: 'M1.5 3.5h7M4.5 7h8M3 10.5h5',
  terminal: 'M2 3.5 5.5 7 2 10.5M7 11h5',
  change: 'M7 2v6M4 5h6M4 11.5h6',
  score: 'M2.5 12V8M7 12V2.5M11.5 12V5.5',
  log: 'M2 3h10M2 7h10M2 11h6',
};

/** From the field into the hits, along them, and back. */
function moveFocus(found: HTMLElement | null, field: HTMLInputElement | null, by: 1 | -1): void {
  const links = [...(found?.querySelectorAll<HTMLAnchorElement>('a.found-hit') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement) + by;
  if (at < 0) field?.focus();
  else links[at]?.focus();
}
