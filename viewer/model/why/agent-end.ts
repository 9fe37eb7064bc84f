// The moment at which an agent was done: what a failed run opens on. Pure; does not move the playhead.
import { kindAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import { rowStartNs } from '../trace/trace-tree.ts';

/** The verifier's own moment shows the verifier. */
const BEFORE_NS = 1e6;

/** Nanoseconds from the clock's zero: the end of the agent's run, and always before the verifier's start. */
export function agentEndNs(columns: TraceColumns, lengthNs: number): number {
  let verifyNs = Number.POSITIVE_INFINITY;
  let runEndNs = -1;
  for (let row = 0; row < columns.count; row++) {
    const kind = kindAt(columns, row);
    const startNs = rowStartNs(columns, row);
    // Of several verifiers the last gave the verdict.
    if (kind === 'verify')
      verifyNs = verifyNs === Number.POSITIVE_INFINITY ? startNs : Math.max(verifyNs, startNs);
    else if (kind === 'adapter_run') runEndNs = Math.max(runEndNs, startNs + (columns.duration[row] || 0));
  }
  const beforeNs = verifyNs - BEFORE_NS;
  const endNs = runEndNs > 0 ? Math.min(runEndNs, beforeNs) : beforeNs;
  return Math.max(0, Math.min(endNs, lengthNs));
}
