// The dock's marks: moments rather than stretches - errors as dots, file changes as diamonds, the
// terminal's activity as bars - and what of them is worth drawing at a given zoom. It refuses to know
// colours and the canvas.

import { spanKinds } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { FileChangeJson } from '../../../shared/wire.ts';
import { diffTally } from '../changes/diff-tally.ts';
import { failedRows } from '../trace/noise.ts';
import { offsetNs } from '../trace/offset.ts';
import { recoveredRows } from '../trace/recovered.ts';
import { rowEndNs } from '../trace/trace-tree.ts';
import type { SpanTrackId } from './span-tracks.ts';
import { spanTrackOf } from './span-tracks.ts';
import type { TimeScale } from './time-scale.ts';
import { pxAt } from './time-scale.ts';

export interface Mark {
  readonly kind: 'error' | 'change';
  readonly tNs: number;
  /** The span with the error, or the tool call that made the change; -1 where unknown. */
  readonly row: number;
  /** The track whose span failed; null for a change. */
  readonly track: SpanTrackId | null;
  /** Index into the changes given; -1 for an error. */
  readonly changeIndex: number;
  /** "src/lib.rs +1 −1" for a change, the span's name for an error. */
  readonly label: string;
  /** An error after which the agent went on: a model answered it again. Never a verifier's. */
  readonly isRecovered: boolean;
}

/** The failed spans, each at its end, in order of time. */
export function errorMarks(columns: TraceColumns): Mark[] {
  const marks: Mark[] = [];
  const recovered = recoveredRows(columns);
  for (const [row, isFailed] of failedRows(columns).entries()) {
    if (isFailed === 0) continue;
    marks.push({
      kind: 'error',
      tNs: rowEndNs(columns, row),
      isRecovered: recovered[row] === 1,
      row,
      track: spanTrackOf(spanKinds[columns.kind[row] ?? -1] ?? 'other'),
      changeIndex: -1,
      label: columns.names[columns.name[row] ?? 0] ?? '',
    });
  }
  return marks.sort((a, b) => a.tNs - b.tNs || a.row - b.row);
}

/** File changes in order of time, held within the clock. `rows` from `indexRows`. */
export function changeMarks(
  changes: readonly FileChangeJson[],
  columns: TraceColumns,
  rows: ReadonlyMap<string, number>,
): Mark[] {
  const marks = changes.map((change, changeIndex): Mark => {
    const row = change.traceId && change.spanId ? rows.get(change.traceId + change.spanId) : undefined;
    const tNs = offsetNs(change.timeNs, columns.startNs);
    return {
      kind: 'change',
      tNs: Math.min(Math.max(0, tNs), columns.lengthNs),
      row: row ?? -1,
      track: null,
      changeIndex,
      isRecovered: false,
      label: changeLabel(change),
    };
  });
  return marks.sort((a, b) => a.tNs - b.tNs || a.changeIndex - b.changeIndex);
}

/** "src/lib.rs +1 −1"; the path alone where no diff was recorded. */
export function changeLabel(change: Pick<FileChangeJson, 'path' | 'diff'>): string {
  if (change.diff === null) return change.path;
  const { added, removed } = diffTally(change.diff);
  return `${change.path} +${added} −${removed}`;
}

export interface VisibleMark {
  readonly mark: Mark;
  readonly x: number;
  /** Marks folded into this one because they lie within `gapPx`. */
  readonly count: number;
}

/** The marks in sight (or up to `gapPx` beside it), those closer than `gapPx` to the one before folded into it. */
export function visibleMarks(marks: readonly Mark[], scale: TimeScale, gapPx: number): VisibleMark[] {
  const nsPerPx = (scale.toNs - scale.fromNs) / scale.widthPx;
  const shown: VisibleMark[] = [];
  const lastNs = scale.toNs + gapPx * nsPerPx;
  let at = firstAfter(marks, scale.fromNs - gapPx * nsPerPx, false);
  for (let mark = marks[at]; mark && mark.tNs <= lastNs; mark = marks[at]) {
    const next = Math.max(at + 1, firstAfter(marks, mark.tNs + gapPx * nsPerPx, false));
    shown.push({ mark, x: pxAt(scale, mark.tNs), count: next - at });
    at = next;
  }
  return shown;
}

/** e/E: the nearest mark strictly after (1) or before (-1) the moment; null when there is none. */
export function nextMark(marks: readonly Mark[], tNs: number, direction: 1 | -1): Mark | null {
  const at = direction === 1 ? firstAfter(marks, tNs, true) : firstAfter(marks, tNs, false) - 1;
  return marks[at] ?? null;
}

/** Index of the first mark at (or, `strictly`, after) the moment. */
function firstAfter(marks: readonly Mark[], tNs: number, strictly: boolean): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const atNs = marks[middle]?.tNs ?? 0;
    if (atNs < tNs || (strictly && atNs === tNs)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface ActivityBins {
  readonly binPx: number;
  /** Left edge of the first bin, in (-binPx, 0]: bins stand still on the clock while the window pans. */
  readonly fromPx: number;
  /** Events in each bin. */
  readonly counts: Uint32Array;
  readonly max: number;
}

/** How busy the terminal was, in bars of `binPx`. `eventTimesNs` in order; O(bins · log n). */
export function activityBins(eventTimesNs: Float64Array, scale: TimeScale, binPx: number): ActivityBins {
  const binNs = ((scale.toNs - scale.fromNs) / scale.widthPx) * binPx;
  const firstBin = Math.floor(scale.fromNs / binNs + 1e-9);
  const bins = Math.max(0, Math.ceil(scale.toNs / binNs - 1e-9) - firstBin) + 1;
  const counts = new Uint32Array(bins);
  let max = 0;
  let from = eventsBefore(eventTimesNs, firstBin * binNs);
  for (let bin = 0; bin < bins; bin++) {
    const to = eventsBefore(eventTimesNs, (firstBin + bin + 1) * binNs);
    counts[bin] = to - from;
    if (to - from > max) max = to - from;
    from = to;
  }
  return { binPx, fromPx: pxAt(scale, firstBin * binNs), counts, max };
}

function eventsBefore(eventTimesNs: Float64Array, tNs: number): number {
  let low = 0;
  let high = eventTimesNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((eventTimesNs[middle] ?? 0) < tNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
