// Wall-clock times as the reader's own clock says them. Times within a run come from model/display/format.
import { msOfNs } from '../../model/trace/offset.ts';

/** ISO text of Unix nanoseconds, to the millisecond: for `<time>` and titles. */
export function isoOf(ns: string): string {
  return new Date(msOfNs(ns)).toISOString();
}

/** As `formatStartedMs`, of Unix nanoseconds; "" for null. */
export function formatStarted(ns: string | null): string {
  return ns === null ? '' : formatStartedMs(msOfNs(ns));
}

/** "22 Nov, 11:15", with the year where it is not this one. @param ms Unix milliseconds */
export function formatStartedMs(ms: number): string {
  const date = new Date(ms);
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() !== new Date().getFullYear() && { year: 'numeric' }),
  });
  return `${day}, ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}
