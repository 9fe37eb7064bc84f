// A cell's terminal as asciicast v3 text: the recording that was put, else the terminal log records. The
// header says, under `playhead`, where event time 0 lies on the cell's clock and how well that is known;
// and, for records, what to ask with for those that come later alone. Does not alter what was recorded.
import { DEFAULT_SIZE, formatAsciicast, parseSize, type TerminalEvent } from '../../../shared/terminal.ts';
import type { CellState } from '../../cell/cell-state.ts';
import { recordingClock, type TerminalClock } from '../../cell/recording.ts';
import type { StoredTerminalEvent } from '../../cell/records.ts';
import { shownTerminal } from '../../cell/shown-terminal.ts';
import { endsWithinCharacter } from '../../cell/split-characters.ts';
import type { StoreReads } from '../../cell/stores.ts';
import { RequestError } from '../../errors.ts';
import { gradeOf } from '../track-json.ts';
import { cursorText, fits, readCursor, type TerminalCursor } from './terminal-cursor.ts';

/**
 * @param after `playhead.next` of an earlier answer: the events since then, where what came since follows
 *   them; else, and where it is absent, all
 * @throws RequestError 404 `no_terminal`, 400 `bad_query`
 */
export async function terminalText(cell: CellState, store: StoreReads, after?: string): Promise<string> {
  const cursor = after === undefined ? null : readCursor(after);
  const header = cell.hasRecording ? await store.recordings.header(cell) : undefined;
  if (header) {
    const clock = recordingClock(header, cell);
    return `${headerLine(header, header.timestamp, clock)}\n${await store.recordings.lines(cell)}`;
  }
  const since = cursor && (await recordsSince(cell, store, cursor));
  if (cursor && since) return growingText(cell, store, since, cursor);
  const records = await store.tracks.terminal.read(cell);
  if (records.length === 0)
    throw new RequestError(404, 'no_terminal', `no terminal was recorded for ${cell.id}`);
  return growingText(cell, store, records, null);
}

/** @param known how far the reader has read; null where these records are all */
async function growingText(
  cell: CellState,
  store: StoreReads,
  came: readonly StoredTerminalEvent[],
  known: TerminalCursor | null,
): Promise<string> {
  const records = shownTerminal(came);
  const zeroNs = known?.zeroNs ?? records[0]?.timeNs ?? 0n;
  const next: TerminalCursor = {
    ...(await store.tracks.terminal.extent(cell)),
    zeroNs,
    lastNs: records.at(-1)?.timeNs ?? known?.lastNs ?? zeroNs,
    hasPty: known?.hasPty || records.some(isPty),
    hasSize: known?.hasSize || records.some(isResize),
    isCut: endsWithinCharacter(came),
  };
  const clock = { startNs: zeroNs, timing: gradeOf(cell.terminal.timing), note: null };
  const timestamp = Number(zeroNs / 1_000_000_000n);
  const place = { ...(known && { continues: true as const }), next: cursorText(next) };
  return `${headerLine(firstSize(records), timestamp, clock, place)}\n${eventLines(records, zeroNs)}`;
}

/** What came after a cursor in order of time; null where it does not simply follow what was sent before. */
async function recordsSince(
  cell: CellState,
  store: StoreReads,
  cursor: TerminalCursor,
): Promise<readonly StoredTerminalEvent[] | null> {
  if (!fits(cursor, await store.tracks.terminal.extent(cell, cursor.last))) return null;
  const came = await store.tracks.terminal.read(cell, cursor.last);
  // The first pseudo-terminal hides what pipes brought; the first size is the size from the start.
  if ((!cursor.hasPty && came.some(isPty)) || (!cursor.hasSize && came.some(isResize))) return null;
  const records = cursor.hasPty ? came.filter((record) => isPty(record) || isResize(record)) : came;
  if (cursor.isCut && records.length > 0) return null;
  return records.some(({ timeNs }) => timeNs < cursor.lastNs) ? null : records;
}

function isPty({ stream }: StoredTerminalEvent): boolean {
  return stream === 'pty';
}

function isResize({ code }: StoredTerminalEvent): boolean {
  return code === 'r';
}

function headerLine(
  { cols, rows }: { readonly cols: number; readonly rows: number },
  timestamp: number | null,
  clock: TerminalClock,
  more: { readonly continues?: true; readonly next?: string } = {},
): string {
  return JSON.stringify({
    version: 3,
    term: { cols, rows },
    ...(timestamp !== null && { timestamp }),
    playhead: { startNs: String(clock.startNs), timing: clock.timing, note: clock.note, ...more },
  });
}

function firstSize(records: readonly StoredTerminalEvent[]): { cols: number; rows: number } {
  const resize = records.find(isResize);
  return (resize && parseSize(resize.data)) ?? DEFAULT_SIZE;
}

/** A terminal's driver would have made carriage return and line feed of a pipe's bare line feeds. */
function eventLines(records: readonly StoredTerminalEvent[], zeroNs: bigint): string {
  const events = records.map(
    ({ timeNs, code, data, stream }): TerminalEvent => ({
      us: Number((timeNs - zeroNs) / 1000n),
      code,
      data: code === 'o' && stream !== 'pty' ? data.replace(/\r?\n/g, '\r\n') : data,
    }),
  );
  const text = formatAsciicast({ ...DEFAULT_SIZE, timestamp: null, events });
  return text.slice(text.indexOf('\n') + 1);
}
