// One run in the overview: its spans as bars in three rows, model calls, what was done, and the
// run's phases, folded so that there is about one bar a pixel. The caller says where time lies: by step
// the axis bends. Does not know colours and the canvas.
import type { SpanKind } from '../../../shared/span.ts';
import { kindAt, statusAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import { isKindTrack, MIN_RECT_PX, type SpanTrack, type SpanTrackId } from '../timeline/span-tracks.ts';

export type OverviewRow = 'model' | 'done' | 'run';

export interface CompareBar {
  readonly barRow: OverviewRow;
  readonly kind: SpanKind;
  /** A verifier that failed. */
  readonly failed: boolean;
  /** The span, or the first of those folded into it. */
  readonly row: number;
  readonly x: number;
  readonly width: number;
}

/** Where a bar begins and ends, pixels. An end lies before the wait that follows it, a start behind it. */
export interface BarPlaces {
  startPx(tNs: number): number;
  endPx(tNs: number): number;
}

/** Steps and plumbing have no row: they repeat what the others say. */
const rowOf: { readonly [id in SpanTrackId]: OverviewRow | null } = {
  run: 'run',
  model: 'model',
  tool: 'done',
  verify: 'done',
  step: null,
  other: null,
};

/** Bars in order of start within each row of a track. */
export function compareBars(
  columns: TraceColumns,
  tracks: readonly SpanTrack[],
  { startPx, endPx }: BarPlaces,
): CompareBar[] {
  const bars: CompareBar[] = [];
  const isBare = tracks.every(({ id, count }) => !isKindTrack(id) || rowOf[id] === null || count === 0);
  for (const track of tracks) {
    const barRow = (isKindTrack(track.id) ? rowOf[track.id] : null) ?? (isBare ? 'done' : null);
    if (barRow === null) continue;
    for (const { rows, startNs, endNs, count } of track.barRows) {
      let lastX = Number.NEGATIVE_INFINITY;
      for (let item = 0; item < count; item++) {
        const x = startPx(startNs[item] ?? 0);
        const toPx = Math.max(x, endPx(endNs[item] ?? 0));
        const row = rows[item] ?? 0;
        const kind = kindAt(columns, row);
        const failed = kind === 'verify' && statusAt(columns, row) === 'error';
        // A verdict has its own bar, however short.
        if (toPx - lastX <= MIN_RECT_PX && !failed) continue;
        lastX = x;
        bars.push({ barRow, kind, failed, row, x, width: Math.max(MIN_RECT_PX, toPx - x) });
      }
    }
  }
  return bars;
}
