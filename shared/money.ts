// US dollars as people read them. Does not say where an amount comes from.

/** "$1.25", "$0.0021": two digits that say something, cents at least; "$0" for nothing. */
export function formatUsd(usd: number): string {
  if (usd === 0) return '$0';
  const size = Math.abs(usd);
  const digits = size >= 0.1 ? 2 : 1 - Math.floor(Math.log10(size));
  return `$${usd.toFixed(Math.min(12, digits))}`;
}
