// The whole run in a strip: how much happened in each of N bins, what the model and the tools were busy
// with, where errors lie, and which part the timeline shows. Geometry only; does not draw.
import { spanFlag, spanKinds } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { rowEndNs, rowStartNs } from '../trace/trace-tree.ts';
import type { TimeScale } from './time-scale.ts';
import { MIN_WINDOW_NS, panBy } from './time-scale.ts';
import type { Mark } from './track-marks.ts';

/** Arrays have one entry a bin. */
export interface Minimap {
  readonly bins: number;
  readonly lengthNs: number;
  /** Starts and ends of spans, terminal events and changes in the bin. */
  readonly moments: Uint32Array;
  readonly maxMoments: number;
  /** Share of the bin, 0..1, in which a model call was under way; a tool call. */
  readonly model: Float32Array;
  readonly tool: Float32Array;
  /** Errors in the bin; those after which the agent went on apart. */
  readonly errors: Uint32Array;
  readonly recovered: Uint32Array;
}

/** Narrower than this no pointer could take hold of it. */
export const MIN_VIEW_PX = 6;

/** Spans with these flags have no place in time. */
const OUT_OF_CLOCK = spanFlag.clockSuspect | spanFlag.noStart;
const MODEL_CALL = spanKinds.indexOf('model_call');
const TOOL_CALL = spanKinds.indexOf('tool_call');

/** When something failed, and whether the agent went on after it. */
export type StripError = Pick<Mark, 'tNs' | 'isRecovered'>;

/** What the strip shows of a run. */
export interface MinimapParts {
  /** Moments of the other tracks, nanoseconds from the clock's zero. */
  readonly otherNs?: readonly ArrayLike<number>[];
  /** When something failed, as the dots of the timeline say it. */
  readonly errors?: readonly StripError[];
  /** By row, above 0 for a span that is folded away. */
  readonly folded?: Uint8Array | null;
}

/** O(spans + moments + bins). */
export function buildMinimap(
  columns: TraceColumns,
  bins: number,
  { otherNs = [], errors: marks = [], folded = null }: MinimapParts = {},
): Minimap {
  if (!(bins >= 1)) throw new RangeError(`minimap: ${bins} bins`);
  const lengthNs = columns.lengthNs;
  const moments = new Uint32Array(bins);
  const errors = new Uint32Array(bins);
  const recovered = new Uint32Array(bins);
  const binOf = (tNs: number) => Math.min(bins - 1, Math.max(0, Math.floor((tNs / (lengthNs || 1)) * bins)));
  const count = (into: Uint32Array, tNs: number) => {
    const bin = binOf(tNs);
    into[bin] = (into[bin] ?? 0) + 1;
  };
  for (let row = 0; row < columns.count; row++) {
    if (((columns.flags[row] ?? 0) & OUT_OF_CLOCK) !== 0 || (folded?.[row] ?? 0) > 0) continue;
    count(moments, rowStartNs(columns, row));
    if (Number.isNaN(columns.duration[row])) continue;
    count(moments, rowEndNs(columns, row));
  }
  for (const { tNs, isRecovered } of marks) count(isRecovered ? recovered : errors, tNs);
  for (const list of otherNs)
    for (let i = 0; i < list.length; i++) {
      const tNs = list[i] ?? -1;
      if (tNs >= 0 && tNs <= lengthNs) count(moments, tNs);
    }
  let maxMoments = 0;
  for (const number of moments) if (number > maxMoments) maxMoments = number;
  const model = busyShares(columns, MODEL_CALL, bins);
  const tool = busyShares(columns, TOOL_CALL, bins);
  return { bins, lengthNs, moments, maxMoments, model, tool, errors, recovered };
}

/** Bins beside each other, as one bar. */
export interface MinimapBar {
  readonly x: number;
  readonly width: number;
  /** Moments of its fullest bin, 0..1 of the fullest of all. */
  readonly share: number;
  /** The largest share of a bin in which a model call was under way; a tool call. */
  readonly model: number;
  readonly tool: number;
  /** The worst error in it. */
  readonly error: 'failed' | 'recovered' | null;
}

/** The strip as bars of whole pixels, about `barPx` wide, without a gap. */
export function minimapBars(minimap: Minimap, widthPx: number, barPx: number): MinimapBar[] {
  const count = Math.max(1, Math.floor(widthPx / barPx));
  return Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar / count) * minimap.bins);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / count) * minimap.bins));
    const x = Math.round((bar / count) * widthPx);
    const most = (values: Uint32Array | Float32Array) => Math.max(0, ...values.subarray(from, to));
    return {
      x,
      width: Math.round(((bar + 1) / count) * widthPx) - x,
      share: most(minimap.moments) / Math.max(1, minimap.maxMoments),
      model: most(minimap.model),
      tool: most(minimap.tool),
      error: most(minimap.errors) > 0 ? 'failed' : most(minimap.recovered) > 0 ? 'recovered' : null,
    };
  });
}

/** The share of each bin that spans of a kind cover, overlaps counted once. */
function busyShares(columns: TraceColumns, kind: number, bins: number): Float32Array {
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++)
    if (columns.kind[row] === kind && ((columns.flags[row] ?? 0) & OUT_OF_CLOCK) === 0) rows.push(row);
  rows.sort((a, b) => rowStartNs(columns, a) - rowStartNs(columns, b));
  const binNs = columns.lengthNs / bins;
  const covered = new Float64Array(bins);
  let untilNs = 0;
  for (const row of rows) {
    let fromNs = Math.max(untilNs, rowStartNs(columns, row));
    const toNs = rowEndNs(columns, row);
    untilNs = Math.max(untilNs, toNs);
    // Covered time is disjoint, so all spans together walk each bin but once more than they begin in it.
    for (let bin = Math.floor(fromNs / binNs); fromNs < toNs && bin < bins; bin++) {
      const endNs = Math.min(toNs, (bin + 1) * binNs);
      covered[bin] = (covered[bin] ?? 0) + Math.max(0, endNs - fromNs);
      fromNs = Math.max(fromNs, endNs);
    }
  }
  return Float32Array.from(covered, (ns) => (binNs > 0 ? Math.min(1, ns / binNs) : 0));
}

/** Where the visible window lies in a strip of this width. At least MIN_VIEW_PX wide, and always within it. */
export function minimapView(
  scale: TimeScale,
  widthPx: number,
): { readonly x: number; readonly width: number } {
  const extentNs = extentOf(scale);
  const width = Math.min(widthPx, Math.max(MIN_VIEW_PX, ((scale.toNs - scale.fromNs) / extentNs) * widthPx));
  const middle = ((scale.fromNs + scale.toNs) / 2 / extentNs) * widthPx;
  return { x: Math.min(Math.max(0, middle - width / 2), widthPx - width), width };
}

/** The scale after the strip's window was dragged so that its middle lies under `px`. */
export function centreAt(scale: TimeScale, widthPx: number, px: number): TimeScale {
  const middleNs = (px / Math.max(1, widthPx)) * extentOf(scale);
  const byNs = middleNs - (scale.fromNs + scale.toNs) / 2;
  return panBy(scale, (byNs / (scale.toNs - scale.fromNs)) * scale.widthPx);
}

function extentOf(scale: TimeScale): number {
  return Math.max(scale.lengthNs, MIN_WINDOW_NS);
}
