// Time as Playhead writes it: nanoseconds since the Unix epoch as bigint inside the collector and
// the adapters, as decimal strings in public JSON, and as text for people. The viewer works on
// numbers (nanoseconds from a cell's start) and uses only the formatting half of this file.

const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * RFC 3339 text to nanoseconds since the epoch, every fraction digit kept.
 * @throws RangeError when the text is no RFC 3339 time with a zone.
 */
export function nsFromIso(text: string): bigint {
  const match = ISO.exec(text);
  const ms = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
  if (!match || Number.isNaN(ms)) throw new RangeError(`not an RFC 3339 time: ${text.slice(0, 64)}`);
  return BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0') || '0');
}

/** Nanoseconds since the epoch to RFC 3339 in UTC: micro- or nanoseconds only where they are set. */
export function isoFromNs(ns: bigint): string {
  const seconds = ns / 1_000_000_000n;
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, '0');
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const digits = fraction.endsWith('000000') ? 3 : fraction.endsWith('000') ? 6 : 9;
  return `${base}.${fraction.slice(0, digits)}Z`;
}

/** For sorting: the earlier first. A difference of two bigints is no number. */
export function compareNs(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Milliseconds since the epoch (fractions allowed) to nanoseconds, exact to the microsecond. */
export function nsFromMs(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1000)) * 1000n;
}

/**
 * A length of time for people: "0 ms", "640 µs", "13 ms", "13.17 s", "4 m 03 s", "2 h 05 m".
 * @param ms milliseconds; negative lengths keep their sign.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms === 0) return '0 ms';
  if (ms < 0.9995) return `${Math.max(1, Math.round(ms * 1000))} µs`;
  if (ms < 999.5) return `${ms < 9.95 ? trimZero(ms.toFixed(1)) : Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${pad2(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${pad2(Math.floor((seconds % 3600) / 60))} m`;
}

function trimZero(text: string): string {
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

function pad2(value: number): string {
  return String(value).padStart(2, '0');
}
