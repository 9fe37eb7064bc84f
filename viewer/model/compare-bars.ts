// One run as a lane of the overview: its spans as bars in two lines, model calls above and what was done
// below, folded so that there is about one bar a pixel. Where time lies is told by the caller: by step the
// axis bends. It refuses to know colours and the canvas.
import type { SpanKind } from '../../shared/span.ts';
import { kindAt, type TraceColumns } from '../../shared/trace-columns.ts';
import { type Lane, MIN_RECT_PX } from './lanes.ts';

export interface CompareBar {
  readonly line: 0 | 1;
  readonly kind: SpanKind;
  readonly x: number;
  width: number;
}

/** Where a bar begins and ends, pixels. An end lies before the wait that follows it, a start behind it. */
export interface BarPlaces {
  startPx(tNs: number): number;
  endPx(tNs: number): number;
}

/** Bars in order of start within each line of a track. */
export function compareBars(
  columns: TraceColumns,
  lanes: readonly Lane[],
  { startPx, endPx }: BarPlaces,
): CompareBar[] {
  const bars: CompareBar[] = [];
  for (const lane of shownLanes(lanes))
    for (const { rows, startNs, endNs, count } of lane.subLanes) {
      let last: CompareBar | null = null;
      for (let item = 0; item < count; item++) {
        const x = startPx(startNs[item] ?? 0);
        const toPx = Math.max(x, endPx(endNs[item] ?? 0));
        if (last && toPx - last.x <= MIN_RECT_PX) continue;
        last = {
          line: lane.id === 'model' ? 0 : 1,
          kind: kindAt(columns, rows[item] ?? 0),
          x,
          width: Math.max(MIN_RECT_PX, toPx - x),
        };
        bars.push(last);
      }
    }
  return bars;
}

/** What the agent did; of a run that recorded none of it, whatever there is. */
function shownLanes(lanes: readonly Lane[]): readonly Lane[] {
  const done = lanes.filter(({ id, count }) => ['model', 'tool', 'verify'].includes(id) && count > 0);
  return done.length > 0 ? done : lanes.filter(({ count }) => count > 0);
}
