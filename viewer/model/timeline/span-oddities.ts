// What is odd about a span, as the form that its bar takes, so that a bar never says more than is known.
// Does not draw: views/timeline/draw-oddities does.
import { spanFlag } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';

/** Bits; several may hold for one span. */
export const barForm = {
  /** Started and ended at one moment. */
  instant: 1,
  /** Ended before it started: a tick at its start, pointing back. */
  backwards: 2,
  /** Never ended: drawn to the run's end, which is left open. */
  unfinished: 4,
  /** Its start was never sent. */
  startless: 8,
  /** Its clock is suspect: hatched, at the edge of the run where it was put. */
  suspect: 16,
  /** Its parent never arrived: dots lead in from nowhere. */
  orphan: 32,
  /** Its own ancestor: a ring, where the circle was opened. */
  cycle: 64,
} as const;

/** What is odd about a span, as bits of `barForm`; 0 for nothing. */
export function formOf(columns: TraceColumns, row: number): number {
  const flags = columns.flags[row] ?? 0;
  const duration = columns.duration[row] ?? 0;
  let form = 0;
  if (duration === 0) form |= barForm.instant;
  if (duration < 0 || flags & spanFlag.negativeDuration) form |= barForm.backwards;
  if (flags & spanFlag.unfinished || Number.isNaN(duration)) form |= barForm.unfinished;
  if (flags & spanFlag.noStart) form |= barForm.startless;
  if (flags & spanFlag.clockSuspect) form |= barForm.suspect;
  if (flags & spanFlag.orphan) form |= barForm.orphan;
  if (flags & spanFlag.cycle) form |= barForm.cycle;
  return form;
}

/** What each form means, in the order of the legend. */
export const formWords: readonly (readonly [form: number, words: string])[] = [
  [barForm.instant, 'took no time'],
  [barForm.backwards, 'ended before it started'],
  [barForm.unfinished, 'never ended'],
  [barForm.startless, 'start not sent'],
  [barForm.suspect, 'clock suspect, kept at the edge'],
  [barForm.orphan, 'parent never arrived'],
  [barForm.cycle, 'its own ancestor, circle opened'],
];
