// Numbers, durations and sizes as every flag takes them. One grammar: "90s", "1h30m", "30d"; "500MB", "2GiB". Knows no
// flag.
import { UsageError } from './usage-error.ts';

/** A whole number of at least `min`. @throws UsageError */
export function readCount(flag: string, text: string, min: number, max = 999_999_999): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < min || value > max)
    throw new UsageError(
      `--${flag} takes a whole number from ${min} ${max < 999_999_999 ? `to ${max}` : 'on'}, not ${JSON.stringify(text)}`,
    );
  return value;
}

/** "12.50" as US dollars. @throws UsageError */
export function readUsd(flag: string, text: string): number {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text))
    throw new UsageError(`--${flag} takes US dollars, as 12.50, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** @throws UsageError */
export function readPort(text: string): number {
  return readCount('port', text, 0, 65_535);
}

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
/** What a timer of Node can wait is 24 days; what `prune` asks for may be years. */
const MAX_DURATION_MS = 100 * 365 * 86_400_000;

/**
 * "500ms", "90s", "1.5h", "1h30m", "30d", "8w" as milliseconds.
 * @param bare what a number without a unit is: seconds, or nothing at all
 * @throws UsageError
 */
export function readDuration(flag: string, text: string, bare: 'seconds' | 'refused' = 'seconds'): number {
  const isBare = /^\d{1,9}(\.\d{1,3})?$/.test(text);
  if (isBare && bare === 'refused')
    throw new UsageError(`--${flag} takes a number with a unit (36h, 30d, 8w), not ${JSON.stringify(text)}`);
  const parts = [...(isBare ? `${text}s` : text).matchAll(/(\d{1,9}(?:\.\d{1,3})?)(ms|[smhdw])/g)];
  const ms = parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (durationUnits[unit ?? ''] ?? 0),
    0,
  );
  const isWhole = parts.map(([part]) => part).join('') === (isBare ? `${text}s` : text);
  if (!isWhole || !(ms > 0) || ms > MAX_DURATION_MS)
    throw new UsageError(`--${flag} takes a duration (90s, 5m, 1h30m, 30d), not ${JSON.stringify(text)}`);
  return ms;
}

/** A time that something may take: a timer waits no longer. @throws UsageError */
export function readTimeout(flag: string, text: string): number {
  const ms = readDuration(flag, text);
  if (ms > 2_000_000_000) throw new UsageError(`--${flag} takes at most 23d, not ${JSON.stringify(text)}`);
  return ms;
}

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** "500MB", "2GB", "1.5GiB" as bytes; a bare number is bytes. @throws UsageError */
export function readSize(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?)([kmgt]?i?b)?$/i.exec(text) ?? [];
  const factor = sizeUnits[unit.toLowerCase()];
  if (number === undefined || factor === undefined)
    throw new UsageError(`--${flag} takes a size (500MB, 2GB, 1.5GiB), not ${JSON.stringify(text)}`);
  return Math.round(Number(number) * factor);
}

/** "1.20 MB", "250 MB". */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
