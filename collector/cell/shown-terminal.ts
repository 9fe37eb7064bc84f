// Which of a cell's terminal records a screen would have shown. Does not play them.
import { compareNs } from '../../shared/time.ts';
import type { StoredTerminalEvent } from './records.ts';
import { joinCharacters } from './split-characters.ts';

/**
 * The records that a screen would have shown, in order of time: those of the pseudo-terminal where there was
 * one, else of the program's pipes. Sizes are kept, and characters are whole.
 */
export function shownTerminal(records: readonly StoredTerminalEvent[]): StoredTerminalEvent[] {
  const hasPty = records.some(({ stream }) => stream === 'pty');
  const shown = records.filter(({ code, stream }) => code === 'r' || !hasPty || stream === 'pty');
  return joinCharacters(shown.sort((a, b) => compareNs(a.timeNs, b.timeNs)));
}
