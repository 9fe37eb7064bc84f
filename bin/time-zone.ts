// The zone of times in files that name none, as a flag says it. Node reads local time by a variable of its process, which
// is set before the first file is read.
import type { Flag } from './command.ts';
import { UsageError } from './usage-error.ts';

export const timeZoneFlags = {
  'time-zone': {
    value: 'ZONE',
    about: 'of times in files that name no zone, e.g. Europe/Berlin; this machine’s where absent',
  },
} as const satisfies Record<string, Flag>;

/** @throws UsageError where there is no such zone */
export function readTimeZone(values: { readonly 'time-zone'?: string }): void {
  const zone = values['time-zone'];
  if (zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new UsageError(
      `--time-zone takes a zone such as Europe/Berlin or UTC, not ${JSON.stringify(zone)}`,
    );
  }
  process.env.TZ = zone;
}
