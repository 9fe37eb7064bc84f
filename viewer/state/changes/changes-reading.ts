// How a reader wants the changes on the stage, and the ways from edit to edit. Kept while Playhead is open; which moment
// it is belongs to the playback.
import { signal } from '@preact/signals';
import { lastChangeAt } from '../../model/changes/changed-files.ts';
import { offsetNs } from '../../model/trace/offset.ts';
import type { CellSession } from '../cell/cell-session.ts';
import { loadedList } from '../cell/cell-tracks.ts';

export type ChangesMode = 'playhead' | 'edits';

/** The file as it is at the playhead against the file as it was, or its edits one by one. */
export const changesMode = signal<ChangesMode>('playhead');
export const changesSplit = signal(false);
export const changesWrap = signal(false);

/** Index of the last change at the playhead, -1 before all; follows the playhead where it is read in a computation. */
export function lastChange({ changes, trace, playback }: CellSession): number {
  const startNs = trace.value?.columns.startNs ?? null;
  return lastChangeAt(loadedList(changes.value), startNs, playback.positionNs.value);
}

/** To the moment of an edit, and the span that made it, where one is known. */
export function goToChange(session: CellSession, index: number): void {
  const { playback } = session;
  const trace = session.trace.peek();
  const change = loadedList(session.changes.peek())[index];
  if (!change || !trace) return;
  const tNs = Math.max(0, offsetNs(change.timeNs, trace.columns.startNs));
  const key = change.traceId !== null && change.spanId !== null ? change.traceId + change.spanId : null;
  const row = key === null ? -1 : trace.rowOf(key);
  if (row >= 0) playback.selectAt(row, tNs);
  else playback.seek(tNs);
}

/** To the edit before or after the playhead; at an edit's own moment to its neighbour. */
export function stepChange(session: CellSession, direction: 1 | -1): void {
  const changes = loadedList(session.changes.peek());
  const startNs = session.trace.peek()?.columns.startNs ?? null;
  const tNs = session.playback.positionNs.peek();
  const last = lastChangeAt(changes, startNs, tNs);
  if (direction > 0) goToChange(session, last + 1);
  else goToChange(session, lastChangeAt(changes, startNs, tNs - 1));
}
