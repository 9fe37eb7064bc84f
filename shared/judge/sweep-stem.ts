// The stem of a sweep's name: what sweeps that are run again and again have in common. One of a stem can be tagged as
// the baseline that others of it are judged against. Knows no sweep.

/** A date, a time, a number of a run behind the name: `-20261128`, `.2026-11-28T12:30`, `_42`, `#7`. */
const TAIL = /[-._:+@]v?\d[\dTZ:._-]*Z?$/;

/** The id without dates, times and numbers behind it; the id itself where nothing else is left. */
export function sweepStem(sweep: string): string {
  for (let stem = sweep; ; ) {
    const shorter = stem.replace(TAIL, '');
    if (shorter === '') return sweep;
    if (shorter === stem) return stem;
    stem = shorter;
  }
}
