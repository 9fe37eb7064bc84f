// The whole run in a strip: how much happened in each of N bins, what the model and the tools were busy
// with, where errors lie, and which part the timeline shows. Geometry only; it refuses to draw.
import type { TraceColumns } from '../../shared/trace-columns.ts';
import type { TimeScale } from './time-scale.ts';

/** Arrays have one entry a bin. */
export interface Minimap {
  readonly bins: number;
  readonly lengthNs: number;
  /** Starts and ends of spans, terminal events and changes in the bin. */
  readonly moments: Uint32Array;
  readonly maxMoments: number;
  /** Share of the bin, 0..1, in which a model call, a tool call, or any other leaf was under way. */
  readonly model: Float32Array;
  readonly tool: Float32Array;
  /** Spans with an error that end in the bin. */
  readonly errors: Uint32Array;
}

/**
 * O(spans + moments + bins).
 * @param otherNs moments of the other tracks, nanoseconds from the clock's zero
 */
export declare function buildMinimap(
  columns: TraceColumns,
  bins: number,
  otherNs?: readonly ArrayLike<number>[],
): Minimap;

/** Where the visible window lies in a strip of this width. At least MIN_VIEW_PX wide. */
export declare function minimapView(
  scale: TimeScale,
  widthPx: number,
): { readonly x: number; readonly width: number };

/** The scale after the strip's window was dragged so that its middle lies under `px`. */
export declare function centreAt(scale: TimeScale, widthPx: number, px: number): TimeScale;

export const MIN_VIEW_PX = 6;
