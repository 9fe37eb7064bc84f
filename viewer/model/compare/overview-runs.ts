// The overview of a comparison in pixels: each run's bars, the steps that the first two share, and where they
// part. Does not draw and does not know what a session is.

import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { shownLine } from '../display/display-text.ts';
import type { SpanTrack } from '../timeline/span-tracks.ts';
import type { Mark } from '../timeline/track-marks.ts';
import { RULER_PX } from '../timeline/tracks.ts';
import { type Alignment, axisAt, type CompareClock, type Divergence } from './alignment.ts';
import { type CompareBar, compareBars } from './compare-bars.ts';

export interface DrawnRun {
  /** As far as the run goes. */
  readonly toPx: number;
  readonly bars: readonly CompareBar[];
  /** What a bar is called; null where the columns say it. */
  readonly label: ((row: number) => string) | null;
  readonly errorsPx: readonly number[];
  /** Errors after which the agent went on; they are not among the others. */
  readonly recoveredPx: readonly number[];
  readonly changesPx: readonly number[];
  /** What stands there where there is nothing to draw. */
  readonly missing: string | null;
}

/** A place in the first run and the one in the second that belongs to it, pixels. */
export interface Link {
  readonly a: number;
  readonly b: number;
}

export interface CompareDrawing {
  readonly clock: CompareClock;
  readonly widthPx: number;
  readonly axisLength: number;
  readonly runs: readonly DrawnRun[];
  readonly columns: readonly {
    readonly x: number;
    readonly width: number;
    readonly label: string;
    readonly parts: boolean;
    /** Who does nothing in this step. */
    readonly waits: 'a' | 'b' | null;
  }[];
  readonly links: readonly Link[];
  readonly parting: Link | null;
}

export const RUN_PX = 46;
/** Between the first two runs: room for the links. */
export const LINK_PX = 24;
const GAP_PX = 8;
export const FOOT_PX = 12;

/** From the plot's top. */
export function runTop(index: number): number {
  const between = index === 0 ? 0 : LINK_PX + GAP_PX * (index - 1);
  return RULER_PX + index * RUN_PX + between;
}

export function heightOfRuns(count: number): number {
  return runTop(count - 1) + RUN_PX + FOOT_PX;
}

/** What both runs are laid out on. */
export interface Overview {
  readonly alignment: Alignment;
  readonly clock: CompareClock;
  readonly axisLength: number;
  readonly widthPx: number;
  /** Where they part first; null where nothing that matters differs. */
  readonly divergence: Divergence | null;
}

/** What one run has to show. */
export interface RunParts {
  readonly lengthNs: number;
  readonly trace: { readonly columns: TraceColumns; readonly tracks: readonly SpanTrack[] } | null;
  readonly errors: readonly Mark[];
  readonly changes: readonly Mark[];
  /** What a bar is called; null where the columns say it. */
  readonly label: ((row: number) => string) | null;
  readonly missing: string | null;
  /** Where a moment of this run lies on the common axis. */
  axisOf(tNs: number): number;
}

export function layOverview(overview: Overview, runs: readonly RunParts[]): CompareDrawing {
  const { alignment, clock, axisLength, widthPx } = overview;
  const px = (axis: number) => (axis / Math.max(axisLength, 1e-9)) * widthPx;
  const momentPx = (side: 'a' | 'b', tNs: number) => px(axisAt(alignment, clock, side, tNs));
  const first = overview.divergence;
  return {
    clock,
    widthPx,
    axisLength,
    runs: runs.map((run) => layRun(run, px, clock)),
    columns: clock === 'step' ? layColumns(overview, px) : [],
    links: alignment.pairs.flatMap(({ a, b }, pair) => {
      const [stepA, stepB] = [alignment.a[a ?? -1], alignment.b[b ?? -1]];
      if (!stepA || !stepB) return [];
      if (clock === 'step') return [{ a: px(pair + 1), b: px(pair + 1) }];
      return [{ a: momentPx('a', stepA.startNs), b: momentPx('b', stepB.startNs) }];
    }),
    parting: first
      ? clock === 'step'
        ? { a: px(first.pair + 1), b: px(first.pair + 1) }
        : { a: px(first.aNs), b: px(first.bNs) }
      : null,
  };
}

/** By step: a column a step, named by what was done in it. */
function layColumns(
  { alignment, divergence }: Overview,
  px: (axis: number) => number,
): CompareDrawing['columns'] {
  return alignment.pairs.map(({ a, b }, pair) => {
    const step = alignment.a[a ?? -1] ?? alignment.b[b ?? -1];
    const label = step?.key === 'verify' ? 'verifier' : shownLine(step?.label ?? '', 60);
    return {
      x: px(pair + 1),
      width: px(1),
      label: label.replace(' · ', ' '),
      parts: divergence?.pair === pair,
      waits: a === null ? 'a' : b === null ? 'b' : null,
    };
  });
}

function layRun(run: RunParts, px: (axis: number) => number, clock: CompareClock): DrawnRun {
  const { lengthNs, trace, axisOf } = run;
  // By step a run that waits is at one moment over several columns: what ended before ended where it did.
  const endPx = (tNs: number) => px(axisOf(clock === 'step' ? Math.max(0, tNs - 1) : tNs));
  // And what begins with the run's last moment begins before the axis ends.
  const startPx = (tNs: number) => (tNs >= lengthNs ? endPx(tNs) : px(axisOf(tNs)));
  const errorsPx = (recovered: boolean) =>
    run.errors.filter(({ isRecovered }) => isRecovered === recovered).map(({ tNs }) => endPx(tNs));
  return {
    toPx: lengthNs > 0 ? Math.ceil(px(axisOf(lengthNs))) : 0,
    label: run.label,
    bars: trace ? compareBars(trace.columns, trace.tracks, { startPx, endPx }) : [],
    errorsPx: errorsPx(false),
    recoveredPx: errorsPx(true),
    changesPx: run.changes.map(({ tNs }) => startPx(tNs)),
    missing: run.missing,
  };
}
