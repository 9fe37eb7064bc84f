// A track of a cell as the page lists it: how many records, how well their times are known, and how many
// have no known time at all. Does not read records: the projector counts them.
import { type TimingGrade, timingGrades } from '../../shared/span.ts';
import type { TrackJson } from '../../shared/wire.ts';
import type { Tally } from '../cell/cell-state.ts';

/** @param ordinal into `timingGrades`; -1 where no record has a known time */
export function gradeOf(ordinal: number): TimingGrade {
  return timingGrades[ordinal] ?? 'none';
}

type Times = Pick<Tally, 'count' | 'timing' | 'untimed'>;

export function otlpTrack(name: TrackJson['name'], times: Times): TrackJson {
  const { count, timing } = times;
  const source = count > 0 ? 'otlp' : null;
  return { name, count, timing: gradeOf(timing), source, note: timingNote(name, times) };
}

const nouns: Readonly<Record<TrackJson['name'], string>> = {
  spans: 'span',
  terminal: 'event',
  model_calls: 'model call',
  changes: 'change',
  logs: 'log',
};

/** How many records have no known time, or null where all have one. */
function timingNote(name: TrackJson['name'], { count, untimed }: Times): string | null {
  if (untimed === 0) return null;
  const records = `${nouns[name]}${count === 1 ? '' : 's'}`;
  return `${untimed} of ${count} ${records} ${untimed === 1 ? 'has' : 'have'} no known time`;
}
