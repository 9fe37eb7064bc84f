// Where the playhead of a cell stands as the cell arrives and grows: at the moment that the URL names, at
// the end of a run under way, and on the moment and the span it was on when rows and even the clock's
// zero move below it. It fetches nothing; state/cell/playback-session moves the clock itself.
import { batch } from '@preact/signals';
import { readMoment } from '../page/route.ts';
import type { CellTrace } from '../trace/cell-trace.ts';
import { keyAt } from '../trace/cell-trace.ts';
import type { LiveSession } from './live-session.ts';
import type { PlaybackSession } from './playback-session.ts';

/** Puts the playhead where the URL says. @param lengthNs of the cell, as far as it is known */
export function placePlayhead(playback: PlaybackSession, here: CellTrace | null, lengthNs: number): void {
  if (here) playback.load(here);
  playback.extend(lengthNs);
  const moment = readMoment();
  const tNs = moment.t === null ? 0 : moment.t * 1e6;
  const row = moment.span && here ? here.rowOf(moment.span.replace(':', '')) : -1;
  if (row >= 0 && moment.t === null) playback.select(row);
  else if (row >= 0) playback.selectAt(row, tNs);
  else if (tNs > 0) playback.seek(tNs);
}

/** A run under way is watched where it is, unless the URL names a moment. */
export function startAtEnd(playback: PlaybackSession, live: LiveSession, stop: AbortSignal): void {
  if (readMoment().t !== null) return;
  const stopWaiting = live.state.subscribe((state) => {
    if (state === 'running' && playback.positionNs.peek() === 0) playback.seek(playback.lengthNs.peek());
    if (state !== 'still') queueMicrotask(() => stopWaiting());
  });
  stop.addEventListener('abort', stopWaiting);
}

/** The clock reaches further: whoever stood at its end stands there still, and nobody else is moved. */
export function growClock(playback: PlaybackSession, live: LiveSession, lengthNs: number): void {
  const { mode, lengthNs: before } = playback.state.peek();
  const follows = live.state.peek() !== 'still' && (mode === 'ended' || before === 0);
  batch(() => {
    playback.extend(lengthNs);
    if (follows && lengthNs > before) playback.seek(lengthNs);
  });
}

/**
 * Keeps the moment and the chosen span while the trace is exchanged for one that holds more.
 * @param shiftNs how far the clock's zero moved back
 */
export function keepPlace(
  playback: PlaybackSession,
  live: LiveSession,
  here: CellTrace,
  old: CellTrace | null,
  shiftNs: number,
): void {
  const chosen = playback.chosenRow.peek();
  const key = old && chosen >= 0 ? keyAt(old.columns, chosen) : null;
  const atNs = playback.positionNs.peek() + shiftNs;
  const atEnd = playback.state.peek().mode === 'ended';
  playback.load(here);
  growClock(playback, live, here.columns.lengthNs);
  if (atEnd) return;
  const row = key === null ? -1 : here.rowOf(key);
  if (row >= 0) playback.selectAt(row, atNs);
  else if (shiftNs !== 0) playback.seek(atNs);
}
