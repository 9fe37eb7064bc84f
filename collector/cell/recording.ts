// A terminal recording that was put to a cell: what is kept of it, when two are the same, and where it lies on
// the cell's clock, which is decided when it is read: it may be put before the first span arrives. Does not
// read a store.
import { createHash } from 'node:crypto';
import type { TimingGrade } from '../../shared/span.ts';
import { nsFromMs } from '../../shared/time.ts';
import { type CellState, clockOf } from './cell-state.ts';

export interface RecordingHeader {
  readonly cols: number;
  readonly rows: number;
  /** Seconds since the epoch as the file said, or null. */
  readonly timestamp: number | null;
  /** "asciicast v2" or "asciicast v3". */
  readonly format: string;
  readonly events: number;
  /** Microseconds from the first to the last event's time. */
  readonly lengthUs: number;
  /** Where its zero lies, as whoever put it said; null where that is to be found out. */
  readonly startNs: bigint | null;
  readonly timing: TimingGrade | null;
  readonly note: string | null;
}

/** What the address of a put recording said; `params` of its log entry. */
export interface RecordingParams {
  readonly startNs: string | null;
  readonly timing: TimingGrade | null;
  readonly note: string | null;
  /** Once asked for lines that are no events to be passed over, which is done always. */
  readonly lenient?: true;
}

/** Equal for the same recording put in the same way. */
export function recordingDigest(body: Uint8Array, params: RecordingParams): Buffer {
  const said = JSON.stringify([
    params.startNs,
    params.timing,
    params.note,
    ...(params.lenient ? ['lenient'] : []),
  ]);
  return createHash('sha256').update(said).update('\n').update(body).digest();
}

export interface TerminalClock {
  /** Unix nanoseconds of event time 0. */
  readonly startNs: bigint;
  readonly timing: TimingGrade;
  /** How it was aligned, where a reader must know; null when nothing. */
  readonly note: string | null;
}

/** A recording's header names whole seconds: its zero may lie this much before the run's first span. */
const HEADER_SLACK_NS = 1_000_000_000n;

/** Where a put recording's zero lies. */
export function recordingClock(header: RecordingHeader, cell: CellState): TerminalClock {
  const note = (said: string | null) => [header.note, said].filter(Boolean).join('; ') || null;
  if (header.startNs !== null)
    return { startNs: header.startNs, timing: header.timing ?? 'measured', note: note(null) };
  const run = clockOf(cell);
  const stamp = header.timestamp === null ? null : nsFromMs(header.timestamp * 1000);
  if (!run && stamp === null)
    return { startNs: 0n, timing: 'none', note: note('neither the recording nor the run names a time') };
  if (stamp !== null && (!run || (stamp >= run.startNs - HEADER_SLACK_NS && stamp <= run.endNs)))
    return {
      startNs: stamp,
      timing: header.timing ?? 'measured',
      note: note('placed by the time in its header'),
    };
  const why = stamp === null ? 'the recording names no time' : 'the time in its header lies outside the run';
  return {
    startNs: run?.startNs ?? 0n,
    timing: header.timing ?? 'derived',
    note: note(`${why}: laid at the start of the run`),
  };
}
