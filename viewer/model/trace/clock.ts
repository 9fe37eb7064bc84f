// The viewer's one way from the API's times (Unix nanoseconds as decimal strings) to its own: numbers,
// nanoseconds from the cell's clock zero. Doubles hold them exactly to 104 days. Nothing else in the
// viewer touches a bigint.

/**
 * Nanoseconds from the cell's clock zero; negative where the time lies before it.
 * @param ns Unix nanoseconds, decimal, as in the API
 * @param clockStartNs the clock's zero: `TraceColumns.startNs` (or `TraceJson.startNs`)
 * @throws SyntaxError when a text is no decimal number
 */
export function offsetNs(ns: string, clockStartNs: string): number {
  return Number(BigInt(ns) - BigInt(clockStartNs));
}
