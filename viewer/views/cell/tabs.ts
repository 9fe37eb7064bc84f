// The tabs of a cell page, one line each: what it is called, what it counts, what it shows, and its component.
// Whatever lists, opens or links to a tab reads this table; nothing else knows one by name and needs a line of
// its own for a new one. Does not know which tab is open: state/cell/cell-view does.
import type { ComponentType } from 'preact';
import type { SearchSource } from '../../../shared/text-match.ts';
import type { TrackJson } from '../../../shared/wire.ts';
import type { SearchTrack } from '../../model/search/search-hit.ts';
import { countNoisy } from '../../model/trace/noise.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import type { CellView } from '../../state/cell/cell-view.ts';
import type { Poster } from '../../state/cell/poster.ts';
import { type StageReading, stageReads } from '../../state/cell/stage-reading.ts';
import { narrow } from '../../state/page/media.ts';
import { lazy } from '../parts/lazy.tsx';
import type { AxisTab } from '../scores/scores-tab.tsx';
import { WhyTab } from '../why/why-tab.tsx';
import { TerminalPane } from './terminal-pane.tsx';

export interface TabProps {
  readonly session: CellSession;
  readonly poster: Poster;
  /** Plays from a moment. */
  readonly onPlay: (fromNs: number) => void;
  /** The tab that shows what an axis of the scores is about, or null. */
  readonly tabOfAxis: (axis: string) => AxisTab | null;
}

interface Tab {
  /** As the address names it. */
  readonly name: string;
  readonly label: string;
  /** Its label where that depends on the cell. */
  readonly labelOf?: (session: CellSession) => string;
  /** A tab without it counts nothing. */
  readonly count?: (session: CellSession) => number;
  /** A tab without it is always there. */
  readonly isShown?: (session: CellSession, poster: Poster) => boolean;
  /** Where else a run leads to it from: axes of scores, tracks of the run's search, sources of the search of all runs. */
  readonly axes?: readonly string[];
  readonly tracks?: readonly SearchTrack[];
  /** What the stage of a wide page shows in its place. */
  readonly stage?: StageReading;
  readonly sources?: readonly SearchSource[];
  readonly component: ComponentType<TabProps>;
}

/** In their order on the page. The first paint holds the first; the others are fetched once it has come to rest. */
const table = [
  {
    name: 'why',
    label: 'Why',
    // On a wide screen it lies over the terminal.
    isShown: (_, poster) => narrow.value && poster.offered.value === 'why',
    component: WhyTab,
  },
  {
    name: 'stage',
    label: 'Terminal',
    labelOf: (session) => (session.detail.value?.hasTerminal ? 'Terminal' : 'Summary'),
    // On a wide screen it is a pane of its own beside the tabs.
    isShown: () => narrow.value,
    stage: 'run',
    tracks: ['terminal', 'spans'],
    component: TerminalPane,
  },
  {
    name: 'transcript',
    label: 'Transcript',
    // Where the terminal is a stream of JSON it has the stage.
    isShown: (session) => !stageReads(session),
    tracks: ['transcript'],
    component: lazy(() => import('../transcript/transcript-tab.tsx').then((module) => module.TranscriptTab)),
  },
  {
    name: 'changes',
    label: 'Changes',
    count: countOf('changes'),
    // On a wide screen they stand on the stage, beside what is read.
    isShown: () => narrow.value,
    stage: 'changes',
    axes: ['blast_radius'],
    tracks: ['changes'],
    sources: ['change'],
    component: lazy(() => import('../changes/changes-tab.tsx').then((module) => module.ChangesTab)),
  },
  {
    name: 'model-calls',
    label: 'Model calls',
    count: countOf('model_calls'),
    axes: ['tokens'],
    component: lazy(() =>
      import('../model-calls/model-calls-tab.tsx').then((module) => module.ModelCallsTab),
    ),
  },
  {
    name: 'spans',
    label: 'Spans',
    count: ({ trace, playback, detail }) =>
      trace.value
        ? trace.value.columns.count - countNoisy(playback.folded.value)
        : (detail.value?.spans ?? 0),
    component: lazy(() => import('../trace/spans-tab.tsx').then((module) => module.SpansTab)),
  },
  {
    name: 'scores',
    label: 'Scores',
    count: ({ detail }) => detail.value?.scores.length ?? 0,
    sources: ['score'],
    component: lazy(() => import('../scores/scores-tab.tsx').then((module) => module.ScoresTab)),
  },
  {
    name: 'details',
    label: 'Details',
    component: lazy(() => import('./details-tab.tsx').then((module) => module.DetailsTab)),
  },
  {
    name: 'logs',
    label: 'Logs',
    count: countOf('logs'),
    isShown: (session) => countOf('logs')(session) > 0,
    sources: ['log'],
    component: lazy(() => import('../logs/logs-tab.tsx').then((module) => module.LogsTab)),
  },
] as const satisfies readonly Tab[];

export type TabName = (typeof table)[number]['name'];
/** What of the page is open, by the names of this table. */
export type TabView = CellView<TabName>;
export type CellTab = Tab & { readonly name: TabName };

export const cellTabs: readonly CellTab[] = table;

/** What the stage of a wide page shows for a tab; null where it is a tab there, too. */
export function stageOf(name: TabName): StageReading | null {
  return cellTabs.find((tab) => tab.name === name)?.stage ?? null;
}

export const tabNames: readonly TabName[] = table.map(({ name }) => name);

/** The tab that shows what an axis of the scores is about. */
export function tabOfAxis(axis: string): CellTab | undefined {
  return cellTabs.find(({ axes }) => axes?.includes(axis));
}

/** The tracks that some tab shows: a track of the search that has none is an error of types where it is asked for. */
type ShownTrack = Extract<(typeof table)[number], { readonly tracks: unknown }>['tracks'][number];

/** The tab that shows what the search of the run found in a track. */
export function tabOfTrack(track: ShownTrack): CellTab | undefined {
  return cellTabs.find(({ tracks }) => tracks?.includes(track));
}

/** The tab that shows what the search of all runs found; a source without one is shown by the page as it opens. */
export function tabOfSource(source: SearchSource): CellTab | undefined {
  return cellTabs.find(({ sources }) => sources?.includes(source));
}

function countOf(name: TrackJson['name']): (session: CellSession) => number {
  return ({ detail }) => trackOf(detail.value, name)?.count ?? 0;
}
