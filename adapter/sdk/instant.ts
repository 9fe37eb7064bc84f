// Moments as callers give them and as the SDK takes them. Nanoseconds are bigint; a number is
// milliseconds since the epoch. Nothing is rounded that need not be.
import type { HrTime } from '@opentelemetry/api';
import { nsFromMs } from '../../shared/time.ts';

/** bigint: nanoseconds since the Unix epoch; number: milliseconds. */
export type Instant = bigint | number;

const NS_PER_SECOND = 1_000_000_000n;

/** @throws RangeError when a number is not finite. */
export function nsOf(instant: Instant): bigint {
  if (typeof instant === 'bigint') return instant;
  if (!Number.isFinite(instant)) throw new RangeError(`not a time: ${instant}`);
  return nsFromMs(instant);
}

/** The wall clock with the monotonic clock's microseconds. */
export function nowNs(): bigint {
  return nsFromMs(performance.timeOrigin + performance.now());
}

/** [seconds, nanoseconds], the only time that the SDK keeps to the nanosecond. */
export function hrTimeOf(ns: bigint): HrTime {
  const seconds = ns / NS_PER_SECOND;
  return [Number(seconds), Number(ns - seconds * NS_PER_SECOND)];
}
