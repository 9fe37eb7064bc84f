// The viewer's one way from the API's times (Unix nanoseconds as decimal strings) to its own: numbers,
// nanoseconds from the cell's clock zero. Doubles hold them exactly to 104 days. Nothing else in the
// viewer touches a bigint; test/architecture.test.ts holds it to that.
import { nsFromIso, nsFromMs } from '../../../shared/time.ts';

/**
 * Nanoseconds from the cell's clock zero; negative where the time lies before it.
 * @param ns Unix nanoseconds, decimal, as in the API
 * @param clockStartNs the clock's zero: `TraceColumns.startNs` (or `TraceJson.startNs`)
 * @throws SyntaxError when a text is no decimal number
 */
export function offsetNs(ns: string, clockStartNs: string): number {
  return Number(BigInt(ns) - BigInt(clockStartNs));
}

/** Unix milliseconds, rounded down, of Unix nanoseconds. @throws SyntaxError when the text is no decimal number */
export function msOfNs(ns: string): number {
  return Number(BigInt(ns) / 1_000_000n);
}

/** Unix nanoseconds, decimal, of Unix milliseconds; exact to the microsecond. */
export function nsOfMs(ms: number): string {
  return String(nsFromMs(ms));
}

/** Unix nanoseconds, decimal, of an RFC 3339 time. @throws RangeError when it is none */
export function nsOfIso(iso: string): string {
  return String(nsFromIso(iso));
}
