// A cell's terminal as asciicast v3 text: the recording that was put, else the terminal log records.
// The header says, under `playhead`, where event time 0 lies on the cell's clock and how well that is known.
import { formatAsciicast, parseSize, type TerminalEvent } from '../../shared/terminal.ts';
import { RequestError } from '../errors.ts';
import type { CellState } from '../store/cell-state.ts';
import { recordingClock, type TerminalClock } from '../store/recording-clock.ts';
import type { Store } from '../store/store.ts';
import { type StoredTerminalEvent, shownTerminal } from '../store/tracks.ts';
import { gradeOf } from './track-json.ts';

/** What a terminal is where no record says its size. */
const DEFAULT_SIZE = { cols: 80, rows: 24 };

/** @throws RequestError 404 `no_terminal` */
export function terminalText(cell: CellState, store: Store): string {
  const header = cell.hasRecording ? store.recordings.header(cell) : undefined;
  if (header) {
    const clock = recordingClock(header, cell);
    return `${headerLine(header.cols, header.rows, header.timestamp, clock)}\n${store.recordings.lines(cell)}`;
  }
  const records = shownTerminal(store.tracks.terminal.read(cell));
  const first = records[0];
  if (!first) throw new RequestError(404, 'no_terminal', `no terminal was recorded for ${cell.id}`);
  const { cols, rows } = firstSize(records);
  const clock = { startNs: first.timeNs, timing: gradeOf(cell.terminal.timing), note: null };
  const text = formatAsciicast({ cols, rows, timestamp: null, events: eventsOf(records, first.timeNs) });
  const timestamp = Number(first.timeNs / 1_000_000_000n);
  return `${headerLine(cols, rows, timestamp, clock)}\n${text.slice(text.indexOf('\n') + 1)}`;
}

function headerLine(cols: number, rows: number, timestamp: number | null, clock: TerminalClock): string {
  return JSON.stringify({
    version: 3,
    term: { cols, rows },
    ...(timestamp !== null && { timestamp }),
    playhead: { startNs: String(clock.startNs), timing: clock.timing, note: clock.note },
  });
}

function firstSize(records: readonly StoredTerminalEvent[]): { cols: number; rows: number } {
  const resize = records.find(({ code }) => code === 'r');
  return (resize && parseSize(resize.data)) ?? DEFAULT_SIZE;
}

/** A terminal's driver would have made carriage return and line feed of a pipe's bare line feeds. */
function eventsOf(records: readonly StoredTerminalEvent[], zeroNs: bigint): TerminalEvent[] {
  return records.map(({ timeNs, code, data, stream }) => ({
    us: Number((timeNs - zeroNs) / 1000n),
    code,
    data: code === 'o' && stream !== 'pty' ? data.replace(/\r?\n/g, '\r\n') : data,
  }));
}
