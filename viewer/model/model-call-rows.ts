// The table of model calls: numbers as text, the unknown as words. It refuses to add up or to guess:
// totals are the cell's, made by the collector.
import type { TimingGrade } from '../../shared/span.ts';
import type { ModelCallJson } from '../../shared/wire.ts';

export interface ModelCallRow {
  readonly rowKey: string;
  /** 1-based, in order of start. */
  readonly number: number;
  readonly startNs: number;
  readonly endNs: number | null;
  /** Waiting until the first chunk, or null where unknown. */
  readonly firstChunkNs: number | null;
  readonly timing: TimingGrade;
  /** Cells as text; null is "not recorded" and is to be shown as that word. */
  readonly start: string;
  readonly model: string | null;
  /** First 12 hex digits. */
  readonly requestHash: string | null;
  readonly prompt: string | null;
  readonly cached: string | null;
  readonly completion: string | null;
  readonly reasoning: string | null;
  readonly latency: string | null;
  readonly firstChunk: string | null;
  readonly cost: string | null;
  readonly finish: string | null;
  readonly error: string | null;
}

export function modelCallRows(calls: readonly ModelCallJson[], clockStartNs: string): ModelCallRow[] {
  throw new Error(`not written yet ${calls.length} ${clockStartNs}`);
}
