// The clock's two halves as people read them: the length to the millisecond below ten seconds, and the
// same text twice at the very end.
import { formatClock, formatOffset } from '../../model/display/format.ts';

const EXACT_BELOW_NS = 10e9;

/** "3.310 s" and "4.436 s"; "0 ms" and "13.17 s". */
export function clockText(tNs: number, lengthNs: number): { position: string; length: string } {
  const clock = formatClock(tNs, lengthNs);
  const length = lengthNs < EXACT_BELOW_NS ? formatOffset(lengthNs) : clock.length;
  return { position: lengthNs > 0 && tNs >= lengthNs ? length : clock.position, length };
}
