// The most memory that this process ever held. Preloaded by `node --import`, it tells that at the end of the process.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PEAK = /peak of (\d+) bytes/;
/** What `node` is called with so that a process tells its peak to `peakToldIn`. */
export const TELL_PEAK = ['--import', fileURLToPath(import.meta.url)];

/** Linux counts for a new program what its parent held when it was started, too, where it is asked for `maxRSS`. */
export function peakMemoryBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Another system.
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** @param printed what the process wrote to its stderr; NaN where it told nothing, which is less than no bound */
export function peakToldIn(printed: string): number {
  return Number(PEAK.exec(printed)?.[1]);
}

if (process.execArgv.includes(TELL_PEAK[1] as string))
  process.on('exit', () => console.error(`peak of ${peakMemoryBytes()} bytes`));
