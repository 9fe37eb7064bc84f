// Where a put recording lies on the cell's clock. Decided when it is read: a recording may be put before the
// first span arrives. Reads no table.
import type { TimingGrade } from '../../../shared/span.ts';
import { nsFromMs } from '../../../shared/time.ts';
import { type CellState, clockOf } from '../../cell/cell-state.ts';
import type { RecordingHeader } from './recordings.ts';

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
