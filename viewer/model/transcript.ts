// The run as people read it: what the agent said, which tools it called with what and to what end,
// which files changed, what the verifier found. Read from the spans' attributes alone; what they do not
// say is left out or said to be unknown. It refuses to judge and to fetch.
import type { TestTally } from '../../shared/cell.ts';
import type { SpanKind, SpanStatus, TimingGrade } from '../../shared/span.ts';
import type { FileChangeJson, SpanJson } from '../../shared/wire.ts';

/**
 * phase: setup, run, container, cleanup, a step or another span; message: what the agent said;
 * reasoning: what it thought; tool: a tool call; change: a file change no tool call owns; verify: the verifier.
 */
export type TranscriptKind = 'phase' | 'message' | 'reasoning' | 'tool' | 'change' | 'verify';

export interface TranscriptChange {
  readonly path: string;
  readonly change: FileChangeJson['change'];
  /** Lines, or null where no diff was recorded. */
  readonly added: number | null;
  readonly removed: number | null;
  readonly diff: string | null;
  /** Index into the changes given. */
  readonly index: number;
}

export interface TranscriptEntry {
  /** Unique and stable between builds: row key (or "change") and a number. */
  readonly id: string;
  /** traceId + spanId, as `rowKeyOf`; null for a change whose cause is unknown. */
  readonly rowKey: string | null;
  readonly kind: TranscriptKind;
  readonly spanKind: SpanKind | null;
  /** Nanoseconds from the clock's zero. A message starts where its stream did, where that is known. */
  readonly startNs: number;
  /** null where the span never ended. */
  readonly endNs: number | null;
  readonly timing: TimingGrade;
  /** What was said; the tool's name; the phase's name; the path. */
  readonly text: string;
  /** A tool's arguments in one readable line (command, path, pattern…), else null. */
  readonly argument: string | null;
  /** Small facts in reading order: "463 ms", "completed", "exit code not recorded", "1 test failed", "1,200 → 45 tokens". */
  readonly facts: readonly string[];
  /** What the tool or verifier printed, else null. */
  readonly result: string | null;
  /** The process's own exit code; null where none was recorded. */
  readonly exitCode: number | null;
  /** The agent's word on the call ("completed", "error"), which is not the exit code; else null. */
  readonly toolStatus: string | null;
  readonly status: SpanStatus;
  /** Why it failed, where the span says so. */
  readonly error: string | null;
  /** Tests counted in the result, where it is recognised. */
  readonly tally: TestTally | null;
  readonly changes: readonly TranscriptChange[];
}

/**
 * Entries in order of start. Spans of phases stand too, so a run without messages still reads.
 * @param clockStartNs `TraceColumns.startNs`
 */
export function buildTranscript(
  spans: readonly SpanJson[],
  changes: readonly FileChangeJson[],
  clockStartNs: string,
): TranscriptEntry[] {
  throw new Error(`not written yet ${spans.length} ${changes.length} ${clockStartNs}`);
}

/** Index of the entry on show at `tNs`: the last that started at or before it; -1 before all. O(log n). */
export function entryAt(entries: readonly TranscriptEntry[], tNs: number): number {
  throw new Error(`not written yet ${entries.length} ${tNs}`);
}
/** Lines added and removed by a unified diff. */
export function diffTally(diff: string): { added: number; removed: number } {
  throw new Error(`not written yet ${diff.length}`);
}
