// Wall-clock times as the reader's own clock says them. Times within a run are not this file's affair:
// they come from model/display/format.

/** ISO text of Unix nanoseconds, to the millisecond: for `<time>` and titles. */
export function isoOf(ns: string): string {
  return new Date(Number(BigInt(ns) / 1_000_000n)).toISOString();
}

/** "22 Nov, 11:15", with the year where it is not this one; "" for null. */
export function formatStarted(ns: string | null): string {
  if (ns === null) return '';
  const date = new Date(Number(BigInt(ns) / 1_000_000n));
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() !== new Date().getFullYear() && { year: 'numeric' }),
  });
  return `${day}, ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}
