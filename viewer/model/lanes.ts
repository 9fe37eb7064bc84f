// The dock's tracks: which span lies in which track and line, and what of it is worth drawing at a
// given zoom: about one rectangle a pixel a line, however many spans there are. Geometry only: it
// refuses to know colours and the canvas.
import type { TraceColumns } from '../../shared/trace-columns.ts';
import type { FileChangeJson, ModelCallJson } from '../../shared/wire.ts';
import type { TimeScale } from './time-scale.ts';

export type LaneId = 'run' | 'model' | 'tool' | 'step' | 'other' | 'verify';

/** Spans (or runs of overlapping spans) that do not overlap, in order of start. */
export interface SubLane {
  readonly count: number;
  /** The span, or the first of a block of overlapping ones. */
  readonly rows: Uint32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** Spans before item i in this line; count + 1 entries. */
  readonly spansBefore: Uint32Array;
  /** Spans with an error before item i; count + 1 entries. */
  readonly errorsBefore: Uint32Array;
}

export interface Lane {
  readonly id: LaneId;
  /** "Run", "Model calls", "Tools", "Steps", "Other", "Verifier". */
  readonly label: string;
  /** Spans in the track; 0 means that none was recorded. */
  readonly count: number;
  /** One line a degree of overlap, at most MAX_SUB_LANES; the last then holds blocks of what did not fit. */
  readonly subLanes: readonly SubLane[];
}

export const MAX_SUB_LANES = 24;

/**
 * The tracks in the order of the page: Run, Model calls, Tools, Steps, Other, Verifier. Run, Model
 * calls, Tools and Verifier are always there, the others only when they hold a span.
 */
export function buildLanes(columns: TraceColumns): Lane[] {
  throw new Error(`not written yet ${columns.count}`);
}

export interface LaneRect {
  /** The span drawn, or the first of those folded into this rectangle. */
  readonly row: number;
  readonly subLane: number;
  /** Pixels within the scale's width; clipped to [-1, widthPx + 1]; width >= MIN_RECT_PX. */
  readonly x: number;
  readonly width: number;
  /** Where streaming began, in pixels from `x`; 0 where unknown: draw it all solid. */
  readonly waitingPx: number;
  /** Spans in this rectangle; above 1 it is a fold of many and has no label. */
  readonly count: number;
  /** Of them, with an error. */
  readonly errors: number;
}

/** The narrowest rectangle: a span of no length is still seen. */
export const MIN_RECT_PX = 2;

/**
 * What to draw of a track at this zoom: at most about one rectangle a pixel a line.
 * @param firstChunkNs row to moment of the first chunk (see `firstChunks`), for model calls
 */
export function visibleRects(
  lane: Lane,
  scale: TimeScale,
  firstChunkNs?: ReadonlyMap<number, number>,
): LaneRect[] {
  throw new Error(`not written yet ${lane.id} ${scale.fromNs} ${firstChunkNs?.size}`);
}

/** The row drawn under a point of the track, or -1. `slackPx` widens narrow spans for the hand. */
export function rowAtPoint(lane: Lane, scale: TimeScale, px: number, subLane: number, slackPx = 3): number {
  throw new Error(`not written yet ${lane.id} ${scale.fromNs} ${px} ${subLane} ${slackPx}`);
}

/** Row to the moment its first chunk came, for the model calls that know it. `rows` from `indexRows`. */
export function firstChunks(
  calls: readonly ModelCallJson[],
  columns: TraceColumns,
  rows: ReadonlyMap<string, number>,
): Map<number, number> {
  throw new Error(`not written yet ${calls.length} ${columns.count} ${rows.size}`);
}

export interface Mark {
  readonly kind: 'error' | 'change';
  readonly tNs: number;
  /** The span with the error, or the tool call that made the change; -1 where unknown. */
  readonly row: number;
  /** The track whose span failed; null for a change. */
  readonly lane: LaneId | null;
  /** Index into the changes given; -1 for an error. */
  readonly changeIndex: number;
  /** "src/lib.rs +1 −1" for a change, the span's name for an error. */
  readonly label: string;
}

/** Spans with status error, each at its end, in order of time. */
export function errorMarks(columns: TraceColumns): Mark[] {
  throw new Error(`not written yet ${columns.count}`);
}
/** File changes in order of time. */
export function changeMarks(
  changes: readonly FileChangeJson[],
  columns: TraceColumns,
  rows: ReadonlyMap<string, number>,
): Mark[] {
  throw new Error(`not written yet ${changes.length} ${columns.count} ${rows.size}`);
}

export interface VisibleMark {
  readonly mark: Mark;
  readonly x: number;
  /** Marks folded into this one because they lie within `gapPx`. */
  readonly count: number;
}
/** The marks in sight, those closer than `gapPx` to the one before folded into it. */
export function visibleMarks(marks: readonly Mark[], scale: TimeScale, gapPx: number): VisibleMark[] {
  throw new Error(`not written yet ${marks.length} ${scale.fromNs} ${gapPx}`);
}
/** e/E: the nearest mark strictly after (1) or before (-1) the moment; null when there is none. */
export function nextMark(marks: readonly Mark[], tNs: number, direction: 1 | -1): Mark | null {
  throw new Error(`not written yet ${marks.length} ${tNs} ${direction}`);
}

export interface ActivityBins {
  readonly binPx: number;
  /** Events in each bin from the window's left edge on. */
  readonly counts: Uint32Array;
  readonly max: number;
}
/** How busy the terminal was, in bars of `binPx`. `eventTimesNs` in order; O(bins · log n). */
export function activityBins(eventTimesNs: Float64Array, scale: TimeScale, binPx: number): ActivityBins {
  throw new Error(`not written yet ${eventTimesNs.length} ${scale.fromNs} ${binPx}`);
}
