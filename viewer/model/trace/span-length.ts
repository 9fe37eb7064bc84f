// How long a span took and when it began, in words, for every place that says so. A length counted from a
// start that was never sent, or to an end that never came, is a word and no number.
import { spanFlag } from '../../../shared/span.ts';
import { type TraceColumns, timingAt } from '../../../shared/trace-columns.ts';
import type { SpanJson } from '../../../shared/wire.ts';
import { formatLength, formatOffset, NOT_RECORDED } from '../display/format.ts';
import { offsetNs } from './offset.ts';
import { rowStartNs } from './trace-tree.ts';

const NEVER_ENDED = 'never ended';
const LENGTH_NOT_KNOWN = 'length not known';

/** "463 ms", "never ended", "length not known". */
export function rowLength(columns: TraceColumns, row: number): string {
  const duration = columns.duration[row] ?? Number.NaN;
  if (Number.isNaN(duration)) return NEVER_ENDED;
  // Counted from the epoch it would be half a century.
  if (!hasStart(columns, row)) return LENGTH_NOT_KNOWN;
  return timingAt(columns, row) === 'none' ? LENGTH_NOT_KNOWN : formatLength(duration);
}

/** "3.310 s" on the cell's clock, or "not recorded". */
export function rowStart(columns: TraceColumns, row: number): string {
  return hasStart(columns, row) ? formatOffset(rowStartNs(columns, row)) : NOT_RECORDED;
}

/** The length that can be stated as a number, nanoseconds; null where there is none. */
export function rowLengthNs(columns: TraceColumns, row: number): number | null {
  const duration = columns.duration[row] ?? Number.NaN;
  return Number.isNaN(duration) || !hasStart(columns, row) ? null : duration;
}

/** As `rowLength`, of a span of the API. */
export function spanLength(span: Pick<SpanJson, 'startNs' | 'endNs' | 'timing'>): string {
  // A span placed without a known time has no length that one could state.
  if (span.timing === 'none') return `time ${NOT_RECORDED}`;
  if (span.endNs === '0') return NEVER_ENDED;
  return span.startNs === '0' ? LENGTH_NOT_KNOWN : formatLength(offsetNs(span.endNs, span.startNs));
}

function hasStart(columns: TraceColumns, row: number): boolean {
  return ((columns.flags[row] ?? 0) & spanFlag.noStart) === 0;
}
