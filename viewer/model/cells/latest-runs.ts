// The runs that the front page shows as pictures, and the words beside them. Pure.
import type { CellSummary } from '../../../shared/wire.ts';

const MOST = 4;

/** The newest runs that are over and can be played, those with a terminal before those without. */
export function latestRuns(newestFirst: readonly CellSummary[]): CellSummary[] {
  const playable = newestFirst.filter((cell) => isReplayable(cell) && cell.outcome !== 'running');
  const seen = playable.filter(({ hasTerminal }) => hasTerminal);
  const chosen = new Set([...seen, ...playable.filter(({ hasTerminal }) => !hasTerminal)].slice(0, MOST));
  return playable.filter((cell) => chosen.has(cell));
}

/** More than a lone span that says when it ran: that much is known of cells whose scores alone were imported. */
export function isReplayable({ spans, hasTerminal }: CellSummary): boolean {
  return spans > 1 || hasTerminal;
}

/** "4.2 s", "1:25", "39:17", "1:02:03": a length that is glanced at. */
export function glanceLength(ms: number): string {
  if (ms < 9950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const pad = (number: number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** How much happened in each of so many equal stretches, 0 to 1: the fullest is 1. @param times ascending or not */
export function activityBars(times: ArrayLike<number>, length: number, bars: number): number[] {
  const counts = new Array<number>(bars).fill(0);
  if (length <= 0) return counts;
  for (let at = 0; at < times.length; at++) {
    const bar = Math.floor(((times[at] ?? 0) / length) * bars);
    const place = Math.min(bars - 1, Math.max(0, bar));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  // Roots: one burst would flatten all else.
  const most = Math.sqrt(Math.max(1, ...counts));
  return counts.map((count) => Math.sqrt(count) / most);
}
