// What holds for a run that is told nothing else, whoever starts it. Knows no flag.
import { join } from 'node:path';
import { stateFolder } from '../adapter/platform.ts';

export const DEFAULT_VERIFY_TIMEOUT = '10m';
/** A terminal of nobody's: as wide as recordings are commonly shown. */
export const DEFAULT_SIZE = { cols: 120, rows: 36 };

/** For what the collector did not take. */
export function spoolFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(stateFolder(env), 'spool');
}
