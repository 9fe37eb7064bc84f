// Search inside a run: one query over spans, terminal, transcript and changes, run in slices between
// frames and again when more of the run arrives. Its code comes with the first query. Does not draw.
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { SearchSources } from '../../model/search/run-search.ts';
import type { SearchHit, SearchTrack } from '../../model/search/search-hit.ts';
import type { RunPlayback } from '../cell/run-playback.ts';
import { queryValue, setQueryValue } from '../page/route.ts';

export interface RunSearch {
  readonly query: ReadonlySignal<string>;
  /** One track alone, or null for all. */
  readonly scope: ReadonlySignal<SearchTrack | null>;
  /** Hits in the scope, in order of time. The timeline draws them as marks. */
  readonly hits: ReadonlySignal<readonly SearchHit[]>;
  /** Hits by track, whatever the scope. */
  readonly counts: ReadonlySignal<ReadonlyMap<SearchTrack, number>>;
  /** More were found than kept. */
  readonly truncated: ReadonlySignal<boolean>;
  /** Share of the work done; 1 when all is found. */
  readonly share: ReadonlySignal<number>;
  /** Index into `hits` of the one sought last, -1 for none. */
  readonly current: ReadonlySignal<number>;
  /** Raised when someone wants to type: the field takes the focus. */
  readonly asked: ReadonlySignal<number>;
  ask(scope: SearchTrack | null): void;
  setQuery(text: string): void;
  setScope(scope: SearchTrack | null): void;
  /** Seeks to a hit. */
  pick(index: number): void;
  /** Seeks to the next or previous one; from none, to the first at or after the playhead. */
  step(direction: 1 | -1): void;
  clear(): void;
  close(): void;
}

export interface SearchHost {
  readonly playback: RunPlayback;
  /** What there is to search; read in an effect. */
  sources(): SearchSources;
  rowOf(rowKey: string): number;
}

const TYPING_REST_MS = 120;
/** Beyond it a slice has taken its share of a frame. */
const SLICE_MS = 6;

export function createRunSearch(host: SearchHost): RunSearch {
  const query = signal(queryValue('find') ?? '');
  const scope = signal<SearchTrack | null>(null);
  const asked = signal(0);
  const sought = signal<SearchHit | null>(null);
  const found = searchAlong(query, host);
  const hits = computed(() => {
    const only = scope.value;
    return only === null ? found.all.value : found.all.value.filter((hit) => hit.track === only);
  });
  const current = computed(() => {
    const hit = sought.value;
    return hit === null ? -1 : hits.value.findIndex((one) => isSame(one, hit));
  });
  const pickHit = (hit: SearchHit | undefined) => {
    if (!hit) return;
    const row = hit.rowKey === null ? -1 : host.rowOf(hit.rowKey);
    sought.value = hit;
    if (row >= 0) host.playback.selectAt(row, hit.tNs);
    else host.playback.seek(hit.tNs);
    setQueryValue('find', query.peek().trim());
  };
  const set = (text: string, only: SearchTrack | null) =>
    batch(() => {
      query.value = text;
      scope.value = only;
      sought.value = null;
    });

  return {
    query,
    scope,
    hits,
    counts: computed(() => countsOf(found.all.value)),
    truncated: found.truncated,
    share: found.share,
    current,
    asked,
    ask(wanted) {
      batch(() => {
        scope.value = wanted;
        asked.value++;
      });
    },
    setQuery: (text) => set(text, scope.peek()),
    setScope(wanted) {
      scope.value = wanted;
    },
    pick: (index) => pickHit(hits.peek()[index]),
    step(direction) {
      const list = hits.peek();
      const at = current.peek();
      const next = at >= 0 ? at + direction : firstFrom(list, host.playback.positionNs.peek(), direction);
      pickHit(list[(next + list.length) % list.length]);
    },
    clear() {
      set('', null);
      setQueryValue('find', '');
    },
    close: found.close,
  };
}

/** What is found so far of what is typed; sought again when the text or the run changes. */
interface Found {
  readonly all: ReadonlySignal<readonly SearchHit[]>;
  readonly truncated: ReadonlySignal<boolean>;
  readonly share: ReadonlySignal<number>;
  close(): void;
}

function searchAlong(query: ReadonlySignal<string>, host: SearchHost): Found {
  const all = signal<readonly SearchHit[]>([]);
  const truncated = signal(false);
  const share = signal(1);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let run = 0;
  const end = (hits: readonly SearchHit[], isTruncated: boolean) =>
    batch(() => {
      all.value = hits;
      truncated.value = isTruncated;
      share.value = 1;
    });

  const stopWatching = effect(() => {
    const text = query.value.trim();
    clearTimeout(timer);
    const mine = ++run;
    if (text === '') return end([], false);
    const sources = host.sources();
    share.value = 0;
    timer = setTimeout(() => void work(text, sources, mine), TYPING_REST_MS);
  });

  async function work(text: string, sources: SearchSources, mine: number): Promise<void> {
    const { searchRun, mergeHits } = await import('../../model/search/run-search.ts');
    const steps = searchRun(sources, text);
    let found: readonly SearchHit[] = [];
    let startedMs = performance.now();
    for (;;) {
      if (run !== mine) return;
      const step = steps.next();
      if (step.done) return end(step.value.hits, step.value.truncated);
      found = mergeHits(found, step.value.found);
      if (performance.now() - startedMs < SLICE_MS) continue;
      // What was found so far replaces the last query's hits once there is something to show.
      if (found.length > 0) all.value = found;
      share.value = step.value.share;
      await new Promise((resolve) => setTimeout(resolve));
      startedMs = performance.now();
    }
  }

  return {
    all,
    truncated,
    share,
    close() {
      run++;
      clearTimeout(timer);
      stopWatching();
    },
  };
}

function countsOf(hits: readonly SearchHit[]): ReadonlyMap<SearchTrack, number> {
  const sums = new Map<SearchTrack, number>();
  for (const { track } of hits) sums.set(track, (sums.get(track) ?? 0) + 1);
  return sums;
}

/** The first hit at or after the moment, or the last at or before it; around the end where there is none. */
function firstFrom(hits: readonly SearchHit[], tNs: number, direction: 1 | -1): number {
  if (direction === 1)
    return Math.max(
      0,
      hits.findIndex((hit) => hit.tNs >= tNs),
    );
  return hits.findLastIndex((hit) => hit.tNs <= tNs);
}

function isSame(a: SearchHit, b: SearchHit): boolean {
  return a.track === b.track && a.index === b.index && a.where === b.where && a.tNs === b.tNs;
}
