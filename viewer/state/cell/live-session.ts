// A run under way, as its page sees it: listens while there is something to hear and someone to see it,
// and has the cell fetched again no faster than it can be drawn. It refuses to know what a cell holds.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { RunState } from '../../../shared/cell.ts';
import type { LiveAdvance } from '../../../shared/wire.ts';
import { followCell } from '../../api.ts';

/** `receiving`: nobody said that a run is under way, but records keep coming. `still`: nothing more is expected. */
export type LiveState = 'still' | 'running' | 'receiving' | 'ended' | 'interrupted';

export interface LiveSession {
  readonly state: ReadonlySignal<LiveState>;
  /** The collector does not answer; the browser keeps asking. */
  readonly lost: ReadonlySignal<boolean>;
  /** The cell was deleted while it was looked at. */
  readonly gone: ReadonlySignal<boolean>;
  /** @param known what the page has read of the cell */
  start(cellId: string, known: { readonly spans: number; readonly endNs: string | null }): void;
  close(): void;
}

/** Fetches what is new. */
export type Refresh = (advance: LiveAdvance) => Promise<void>;

/** Between two refreshes at least, and this many times as long as the last one took. */
const REST_MS = 400;
const REST_SHARE = 3;
/** A trace that nobody calls a run is taken to be over when nothing came for this long. */
const QUIET_MS = 60_000;
/** What ended longer ago than this is only asked once how it stands. */
const LONG_OVER_MS = 600_000;
/** Scores and last records follow a run's end within this time. */
const AFTERMATH_MS = 15_000;

export function createLive(refresh: Refresh): LiveSession {
  const state = signal<LiveState>('still');
  const lost = signal(false);
  const gone = signal(false);
  let cellId: string | null = null;
  let unfollow: (() => void) | null = null;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;
  let known: { readonly spans: number; readonly endNs: string | null } = { spans: -1, endNs: null };
  let seen = -1;
  let newest: LiveAdvance | null = null;
  let refreshing = false;

  const hangUp = () => {
    clearTimeout(quiet);
    unfollow?.();
    unfollow = null;
  };
  const leave = () => {
    hangUp();
    document.removeEventListener('visibilitychange', onVisibility);
    if (state.peek() === 'receiving') state.value = 'still';
  };
  const listen = () => {
    if (cellId === null || unfollow) return;
    unfollow = followCell(cellId, {
      onAdvance(advance) {
        lost.value = false;
        hear(advance);
      },
      onGone() {
        gone.value = true;
        leave();
      },
      onLost(final) {
        lost.value = !final && state.peek() === 'running';
        if (final) leave();
      },
    });
  };
  /** A browser opens six connections to a host: a page that nobody looks at must not hold one. */
  function onVisibility() {
    if (document.hidden) hangUp();
    else listen();
  }
  const hear = (advance: LiveAdvance) => {
    const first = seen < 0;
    const moved = first
      ? advance.spans !== known.spans || advance.endNs !== known.endNs
      : advance.revision !== seen;
    seen = advance.revision;
    state.value = liveState(advance.state, state.peek(), moved && !first);
    clearTimeout(quiet);
    if (state.value !== 'running') quiet = setTimeout(leave, quietMs(state.value, advance.endNs));
    if (!moved) return;
    newest = advance;
    void refreshSoon();
  };
  const refreshSoon = async () => {
    if (refreshing || newest === null) return;
    refreshing = true;
    const advance = newest;
    newest = null;
    const startedMs = performance.now();
    await refresh(advance);
    const tookMs = performance.now() - startedMs;
    rest = setTimeout(
      () => {
        refreshing = false;
        void refreshSoon();
      },
      Math.max(REST_MS, REST_SHARE * tookMs),
    );
  };

  return {
    state,
    lost,
    gone,
    start(id, read) {
      cellId = id;
      known = read;
      document.addEventListener('visibilitychange', onVisibility);
      onVisibility();
    },
    close() {
      leave();
      clearTimeout(rest);
      refreshing = true;
    },
  };
}

/** How long to listen when nothing more comes. */
function quietMs(state: LiveState, endNs: string | null): number {
  if (state === 'ended') return AFTERMATH_MS;
  const isOld = endNs !== null && Date.now() - Number(BigInt(endNs) / 1_000_000n) > LONG_OVER_MS;
  return state === 'still' && isOld ? 0 : QUIET_MS;
}

/** A run that was never seen under way did not end before the reader's eyes: it is just still. */
function liveState(said: RunState, before: LiveState, moved: boolean): LiveState {
  if (said === 'running' || said === 'interrupted') return said;
  if (said === 'ended') return before === 'still' ? 'still' : 'ended';
  return moved || before === 'receiving' ? 'receiving' : 'still';
}
