// A cell on a clock of its own, as its page and its frame show it: the playhead begins at the moment that the
// URL names, at the end of a run under way, or where the poster of one that is over lies; it follows the end of a run
// that grows, and keeps its place when the clock's zero moves below it. Does not fetch.
import { effect, untracked } from '@preact/signals';
import type { CellAddress } from '../../../shared/cell-id.ts';
import { offsetNs } from '../../model/trace/offset.ts';
import { queryValue, readMoment } from '../page/route.ts';
import { type CellSession, openCell } from './cell-session.ts';
import { PlaybackSession } from './playback-session.ts';
import { createPoster, type Poster } from './poster.ts';

export interface Replay {
  readonly session: CellSession;
  readonly playback: PlaybackSession;
  readonly poster: Poster;
  close(): void;
}

export function openReplay(address: CellAddress): Replay {
  const playback = new PlaybackSession();
  const session = openCell(address, playback);
  const poster = createPoster(session);
  const stops = [poster.follow(), placeAtStart(session, poster), followGrowth(session, playback)];
  return {
    session,
    playback,
    poster,
    close() {
      for (const stop of stops) stop();
      session.close();
      playback.close();
    },
  };
}

/**
 * Once: where the URL says, or, where it names no moment, on the poster of a run that is over, or at the end of one that
 * turns out to be under way.
 */
function placeAtStart(session: CellSession, poster: Poster): () => void {
  const { playback } = session;
  let isPlaced = false;
  let isWaiting = false;
  return effect(() => {
    if (session.phase.value.phase !== 'ready') return;
    const live = session.live.state.value;
    const offered = poster.offered.value;
    if (!isPlaced) {
      isPlaced = true;
      isWaiting = readMoment().t === null;
      if (!asksForPlace() && offered) untracked(() => poster.show(offered));
      else untracked(() => seekToUrl(session));
    }
    if (!isWaiting || live === 'still') return;
    isWaiting = false;
    const isAtStart = playback.positionNs.peek() === 0;
    if (live === 'running' && isAtStart) untracked(() => playback.seek(playback.lengthNs.peek()));
  });
}

/** Whether the URL names a moment, a span or a stretch of the run. */
function asksForPlace(): boolean {
  const { t, span } = readMoment();
  return t !== null || span !== null || queryValue('loop') !== null || queryValue('view') !== null;
}

function seekToUrl({ playback, trace }: CellSession): void {
  const moment = readMoment();
  const tNs = moment.t === null ? 0 : moment.t * 1e6;
  const row = moment.span ? (trace.peek()?.rowOf(moment.span.replace(':', '')) ?? -1) : -1;
  if (row >= 0 && moment.t === null) playback.select(row);
  else if (row >= 0) playback.selectAt(row, tNs);
  else if (tNs > 0) playback.seek(tNs);
}

/**
 * When a run under way grows, whoever was at its end is at its end again. A span that began before all others
 * moves the clock's zero: everybody else then stays at the same moment of the run, on the same span.
 */
function followGrowth({ trace, live, playback }: CellSession, { state }: PlaybackSession): () => void {
  let last = { trace: trace.peek(), state: state.peek() };
  return effect(() => {
    const [before, now] = [last, { trace: trace.value, state: state.value }];
    last = now;
    untracked(() => {
      const wasAtEnd = before.state.mode === 'ended';
      const grew = now.state.lengthNs > before.state.lengthNs;
      if (grew && live.state.peek() !== 'still' && (wasAtEnd || before.state.lengthNs === 0))
        return playback.seek(now.state.lengthNs);
      if (wasAtEnd || now.trace === before.trace || !now.trace || !before.trace?.columns.count) return;
      const shiftNs = offsetNs(before.trace.columns.startNs, now.trace.columns.startNs);
      if (shiftNs === 0) return;
      const [row, tNs] = [playback.chosenRow.peek(), now.state.positionNs + shiftNs];
      if (row >= 0) playback.selectAt(row, tNs);
      else playback.seek(tNs);
    });
  });
}
