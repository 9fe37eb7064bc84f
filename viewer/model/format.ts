// Numbers as text for people: grouped digits, units, grades' words. What is unknown is a word and never
// 0. Lengths of time come from shared/time.ts; this file adds what the viewer alone needs.
import type { HeadlineJson } from '../../shared/wire.ts';

/** What stands where a value was never recorded. */
export const NOT_RECORDED = 'not recorded';

/** "1,234"; "not recorded" for null. */
export function formatCount(value: number | null): string {
  throw new Error(`not written yet ${value}`);
}
/** "9,000", "1.2 M" from a million on; "not recorded" for null. */
export function formatTokens(value: number | null): string {
  throw new Error(`not written yet ${value}`);
}
/** "512 B", "1.5 kB", "3.2 MB" (powers of 1000). */
export function formatBytes(bytes: number): string {
  throw new Error(`not written yet ${bytes}`);
}
/** "0.56", three digits where asked; "not recorded" for null. */
export function formatRatio(value: number | null, digits = 2): string {
  throw new Error(`not written yet ${value} ${digits}`);
}
/** A moment on the ruler of the cell: "0 ms", "3.310 s", "4 m 03.2 s". @param tNs from the clock's zero */
export function formatOffset(tNs: number): string {
  throw new Error(`not written yet ${tNs}`);
}
/** A length in nanoseconds: as `formatDuration`; "unknown" for null. */
export function formatLength(ns: number | null): string {
  throw new Error(`not written yet ${ns}`);
}
/** "t = 0 ms / 13.17 s" in its two halves. */
export function formatClock(
  tNs: number,
  lengthNs: number,
): { readonly position: string; readonly length: string } {
  throw new Error(`not written yet ${tNs} ${lengthNs}`);
}
/** `sha256:7fcaf222…`: the algorithm once, however often the source repeated it; null when there is none. */
export function formatDigest(digest: string | null, hexDigits?: number): string | null {
  throw new Error(`not written yet ${digest} ${hexDigits}`);
}
/** One number of the header: its text, or its grade's word where it has none. */
export function formatHeadline(headline: HeadlineJson): string {
  throw new Error(`not written yet ${headline.axis}`);
}
/** "1 test", "3 tests". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
