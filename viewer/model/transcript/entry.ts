// One entry of the transcript, and which entry is on show at a moment. Shapes and search; what becomes an
// entry is model/transcript/transcript's affair.

import type { TestTally } from '../../../shared/failures/reader.ts';
import type { SpanKind, SpanStatus, TimingGrade } from '../../../shared/span.ts';
import type { MediaPart } from '../model-calls/media-part.ts';
import { lastAtOrBefore } from '../trace/sorted.ts';
import type { TranscriptChange } from './transcript-changes.ts';

/**
 * phase: setup, run, container, cleanup, a model call that said nothing, a failed step; prompt: what the
 * agent was asked; message: what it said; reasoning: what it thought; tool: a tool call; change: a file
 * change no tool call owns; verify: the verifier; noise: errors of plumbing that their callers lived with.
 */
export type TranscriptKind =
  | 'phase'
  | 'prompt'
  | 'message'
  | 'reasoning'
  | 'tool'
  | 'change'
  | 'verify'
  | 'noise';

export interface TranscriptEntry {
  /** Unique and stable between builds: row key (or "change") and a number. */
  readonly id: string;
  /** traceId + spanId, as `rowKeyOf`; null for a change whose cause is unknown. */
  readonly rowKey: string | null;
  readonly kind: TranscriptKind;
  readonly spanKind: SpanKind | null;
  /** Nanoseconds from the clock's zero, never before it. A message starts where its stream did, where that is known. */
  readonly startNs: number;
  /** null where the span never ended. */
  readonly endNs: number | null;
  readonly timing: TimingGrade;
  /** What was said; the tool's name; the phase's name; the path. */
  readonly text: string;
  /** A tool's arguments in one readable line (command, path, pattern…), else null. */
  readonly argument: string | null;
  /** Small facts in reading order: "463 ms", "completed, exit code not recorded", "1 test failed", "1,200 → 45 tokens". */
  readonly facts: readonly string[];
  /** What the tool or verifier printed, else null. */
  readonly result: string | null;
  /** Images and documents that were said, asked with or given back. */
  readonly media: readonly MediaPart[];
  /** The process's own exit code; null where none was recorded. */
  readonly exitCode: number | null;
  /** The agent's word on the call ("completed", "error"), which is not the exit code; else null. */
  readonly toolStatus: string | null;
  readonly status: SpanStatus;
  /** Why it failed, where the span says so. */
  readonly error: string | null;
  /** The line of the result that says what failed, from 0; null where it names nothing that failed. */
  readonly failureLine: number | null;
  /** Tests counted in the result, where it is recognised. */
  readonly tally: NamedTally | null;
  readonly changes: readonly TranscriptChange[];
}

/** A tally with the names of the tests that failed. */
interface NamedTally extends TestTally {
  readonly failures: readonly string[];
}

/** Index of the entry on show at `tNs`: the last that started at or before it; -1 before all. O(log n). */
export function entryAt(entries: readonly TranscriptEntry[], tNs: number): number {
  let starts = startsOf.get(entries);
  if (!starts) {
    starts = Float64Array.from(entries, (entry) => entry.startNs);
    startsOf.set(entries, starts);
  }
  return lastAtOrBefore(starts, tNs);
}
const startsOf = new WeakMap<readonly TranscriptEntry[], Float64Array>();
