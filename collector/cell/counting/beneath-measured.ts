// Which rows stand below a model call that the recording proxy measured. It stands outside of the agent, and what is
// told below it comes from others, who may tell other numbers of the same call. Does not say what becomes of them.
import { tellerRank } from '../../../shared/tellers.ts';
import type { LedgerRow } from '../records.ts';

const PROXY = tellerRank('proxy');
const NONE = -1;
const UNKNOWN = -2;

export function isMeasured({ telling }: LedgerRow): boolean {
  return telling.teller === PROXY && telling.isSum === undefined;
}

/**
 * @param above by row, the row nearest around it; -1 for none
 * @returns by row, the measured call around it; -1 for none, and for what the proxy tells itself
 */
export function measuredAround(rows: readonly LedgerRow[], above: ArrayLike<number>): Int32Array {
  const around = new Int32Array(rows.length).fill(UNKNOWN);
  for (let row = 0; row < rows.length; row++) {
    const path: number[] = [];
    let found = UNKNOWN;
    for (let at = row; found === UNKNOWN; at = above[at] ?? NONE) {
      if (at < 0) found = NONE;
      else if (around[at] !== UNKNOWN) found = around[at] ?? NONE;
      else {
        // In a circle nothing stands around anything.
        around[at] = NONE;
        path.push(at);
        const outer = above[at] ?? NONE;
        if (outer >= 0 && isMeasured(rows[outer] as LedgerRow)) found = outer;
      }
    }
    for (const at of path) around[at] = (rows[at] as LedgerRow).telling.teller === PROXY ? NONE : found;
  }
  return around;
}
