// A run under way, as its page sees it: listens while there is something to hear and someone to see it,
// and has the cell fetched again no faster than it can be drawn. Does not know what a cell holds.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Outcome, RunState } from '../../../shared/outcome-words.ts';
import type { LiveAdvance } from '../../../shared/wire.ts';
import { followCell } from '../../api.ts';
import { msOfNs } from '../../model/trace/offset.ts';

/** `receiving`: nobody said that a run is under way, but records keep coming. `still`: nothing more is expected. */
export type LiveState = 'still' | 'running' | 'receiving' | 'ended' | 'interrupted';

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

/** What a page has read of its cell. */
interface KnownCell {
  readonly spans: number;
  readonly endNs: string | null;
}

export class LiveSession {
  readonly #state = signal<LiveState>('still');
  readonly #lost = signal(false);
  readonly #gone = signal(false);
  readonly #refresh: Refresh;
  #cellId: string | null = null;
  #unfollow: (() => void) | null = null;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #known: KnownCell = { spans: -1, endNs: null };
  #seenRevision = -1;
  #newest: LiveAdvance | null = null;
  #isRefreshing = false;

  readonly state: ReadonlySignal<LiveState> = this.#state;
  /** The collector does not answer; the browser keeps asking. */
  readonly lost: ReadonlySignal<boolean> = this.#lost;
  /** The cell was deleted while it was looked at. */
  readonly gone: ReadonlySignal<boolean> = this.#gone;

  constructor(refresh: Refresh) {
    this.#refresh = refresh;
  }

  /** @param known what the page has read of the cell */
  start(cellId: string, known: KnownCell): void {
    this.#cellId = cellId;
    this.#known = known;
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#onVisibility();
  }

  close(): void {
    this.#leave();
    clearTimeout(this.#restTimer);
    this.#isRefreshing = true;
  }

  /** A browser opens six connections to a host: a page that nobody looks at must not hold one. */
  readonly #onVisibility = () => {
    if (document.hidden) this.#disconnect();
    else this.#connect();
  };

  #connect(): void {
    if (this.#cellId === null || this.#unfollow) return;
    this.#unfollow = followCell(this.#cellId, {
      onAdvance: (advance) => {
        this.#lost.value = false;
        this.#onAdvance(advance);
      },
      onGone: () => {
        this.#gone.value = true;
        this.#leave();
      },
      onLost: (final) => {
        this.#lost.value = !final && this.#state.peek() === 'running';
        if (final) this.#leave();
      },
    });
  }

  #disconnect(): void {
    clearTimeout(this.#quietTimer);
    this.#unfollow?.();
    this.#unfollow = null;
  }

  #leave(): void {
    this.#disconnect();
    document.removeEventListener('visibilitychange', this.#onVisibility);
    if (this.#state.peek() === 'receiving') this.#state.value = 'still';
  }

  #onAdvance(advance: LiveAdvance): void {
    const isFirst = this.#seenRevision < 0;
    const moved = isFirst
      ? advance.spans !== this.#known.spans || advance.endNs !== this.#known.endNs
      : advance.revision !== this.#seenRevision;
    this.#seenRevision = advance.revision;
    const state = liveState(advance.state, this.#state.peek(), moved && !isFirst);
    this.#state.value = state;
    clearTimeout(this.#quietTimer);
    if (state !== 'running')
      this.#quietTimer = setTimeout(() => this.#leave(), quietMs(state, advance.endNs));
    if (!moved) return;
    this.#newest = advance;
    void this.#refreshSoon();
  }

  async #refreshSoon(): Promise<void> {
    if (this.#isRefreshing || this.#newest === null) return;
    this.#isRefreshing = true;
    const advance = this.#newest;
    this.#newest = null;
    const startedMs = performance.now();
    await this.#refresh(advance);
    const tookMs = performance.now() - startedMs;
    this.#restTimer = setTimeout(
      () => {
        this.#isRefreshing = false;
        void this.#refreshSoon();
      },
      Math.max(REST_MS, REST_SHARE * tookMs),
    );
  }
}

/** Whether more of a run is expected; until its own state is heard, what the cell says of itself. */
export function isUnderWay(cell: {
  readonly live: LiveSession;
  readonly detail: ReadonlySignal<{ readonly outcome: Outcome } | null>;
}): boolean {
  const state = cell.live.state.value;
  if (state === 'still') return cell.detail.value?.outcome === 'running';
  return state === 'running' || state === 'receiving';
}

/** How long to listen when nothing more comes. */
function quietMs(state: LiveState, endNs: string | null): number {
  if (state === 'ended') return AFTERMATH_MS;
  const isOld = endNs !== null && Date.now() - msOfNs(endNs) > LONG_OVER_MS;
  return state === 'still' && isOld ? 0 : QUIET_MS;
}

/** A run that was never seen under way did not end before the reader's eyes: it is just still. */
function liveState(said: RunState, before: LiveState, moved: boolean): LiveState {
  if (said === 'running' || said === 'interrupted') return said;
  if (said === 'ended') return before === 'still' ? 'still' : 'ended';
  return moved || before === 'receiving' ? 'receiving' : 'still';
}
