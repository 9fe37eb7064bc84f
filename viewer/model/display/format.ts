// Numbers as text for people: grouped digits, units, grades' words. What is unknown is a word and never
// 0. Lengths of time come from shared/time.ts; this file adds what the viewer alone needs.

import { formatUsd } from '../../../shared/money.ts';
import { doingNothingNote } from '../../../shared/score.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { HeadlineJson } from '../../../shared/wire.ts';

/** What stands where a value was never recorded. */
export const NOT_RECORDED = 'not recorded';

/** "1,234"; "not recorded" for null. Grouped the same way in every locale: these are data, not prose. */
export function formatCount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOT_RECORDED;
  const [whole = '', fraction] = String(Math.abs(value)).split('.');
  if (whole.includes('e')) return String(value);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '−' : ''}${grouped}${fraction ? `.${fraction}` : ''}`;
}

/** "9,000", "1.2 M" from a million on; "not recorded" for null. */
export function formatTokens(value: number | null): string {
  if (value === null || !Number.isFinite(value) || value < 1e6) return formatCount(value);
  return value < 9.995e8 ? `${threeDigits(value / 1e6)} M` : `${threeDigits(value / 1e9)} G`;
}

/** "512 B", "1.5 kB", "3.2 MB" (powers of 1000). */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return NOT_RECORDED;
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${threeDigits(value)} ${units[unit]}`;
}

/** "0.56", three digits where asked; "not recorded" for null. */
export function formatRatio(value: number | null, digits = 2): string {
  return value === null || !Number.isFinite(value) ? NOT_RECORDED : value.toFixed(digits);
}

/**
 * A moment on the cell's clock: "0 ms", "250 ms", "3.310 s", "4 m 03.2 s", "2 h 05 m 07 s".
 * @param tNs nanoseconds from the clock's zero
 */
export function formatOffset(tNs: number): string {
  if (!Number.isFinite(tNs)) return 'unknown';
  if (tNs < 0) return `−${formatOffset(-tNs)}`;
  const ms = Math.round(tNs / 1e6);
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(3)} s`;
  const tenths = Math.round(ms / 100);
  if (tenths < 36_000) {
    const rest = tenths % 600;
    return `${Math.floor(tenths / 600)} m ${rest < 100 ? '0' : ''}${(rest / 10).toFixed(1)} s`;
  }
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 3600)} h ${pad2(Math.floor((seconds % 3600) / 60))} m ${pad2(seconds % 60)} s`;
}

/** A length in nanoseconds: as `formatDuration`; "unknown" for null. */
export function formatLength(ns: number | null): string {
  return ns === null ? 'unknown' : formatDuration(ns / 1e6);
}

/** The clock's two halves: "0 ms" and "13.17 s" of `t = 0 ms / 13.17 s`. */
export function formatClock(
  tNs: number,
  lengthNs: number,
): { readonly position: string; readonly length: string } {
  return { position: formatOffset(tNs), length: formatLength(lengthNs) };
}

/**
 * `sha256:7fcaf222…`: the algorithm once, however often the source repeated it; null when there is none.
 * @param hexDigits digits to show; all of them when absent
 */
export function formatDigest(digest: string | null, hexDigits?: number): string | null {
  if (digest === null || digest === '') return null;
  const match = /^(?:.*@)?((?:[a-z0-9]+:)*)([0-9a-f]+)$/i.exec(digest);
  if (!match) return digest;
  const algorithm = match[1]?.split(':').find((part) => part !== '');
  const hex = match[2] ?? '';
  const shown = hexDigits !== undefined && hex.length > hexDigits ? `${hex.slice(0, hexDigits)}…` : hex;
  return algorithm ? `${algorithm}:${shown}` : shown;
}

/** One number of the header: its text, or its grade's word where it has none. */
export function formatHeadline(headline: HeadlineJson): string {
  const { value, unit, grade } = headline;
  if (value === null) return grade === 'not applicable' ? grade : NOT_RECORDED;
  if (unit === 'ms') return formatDuration(value);
  if (unit === 'tokens')
    return `${headline.atLeast === true ? 'at least ' : ''}${grade === 'estimated' ? '≈ ' : ''}${formatTokens(value)}`;
  if (unit === 'usd') return `${headline.atLeast ? '≥ ' : ''}${formatUsd(value)}`;
  if (unit === 'ratio') return Number.isInteger(value) ? `${value} / 1` : formatRatio(value, 3);
  return formatRatio(value);
}

/** With what must stand beside the number: that doing nothing earns it, or how a cost is known. */
export function notedHeadline(headline: HeadlineJson): string {
  const { value, unit, grade, because } = headline;
  const text = formatHeadline(headline);
  if (value === null) return text;
  if (because.startsWith(doingNothingNote)) return `${text} (${doingNothingNote})`;
  return unit === 'usd' && grade !== 'measured' ? `${text}, ${grade}` : text;
}

/** "1 test", "3 tests". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function threeDigits(value: number): string {
  const text = value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

function pad2(value: number): string {
  return String(value).padStart(2, '0');
}
