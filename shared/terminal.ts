// Terminal recordings as text files: asciicast v2 (absolute seconds) and v3 (intervals), read into
// events with integer microseconds from the recording's start, and written as v3. Output only: input
// events are dropped because they hold what was typed, secrets included.
// Source: docs.asciinema.org/manual/asciicast/v2 and v3.

/** o output, r resize ("COLSxROWS"), m marker (label), x exit (status). */
export type TerminalCode = 'o' | 'r' | 'm' | 'x';

export interface TerminalEvent {
  /** Microseconds from the start of the recording; never decreases. */
  readonly us: number;
  readonly code: TerminalCode;
  readonly data: string;
}

export interface TerminalRecording {
  readonly cols: number;
  readonly rows: number;
  /** Seconds since the epoch as the header says, or null. */
  readonly timestamp: number | null;
  readonly command: string | null;
  readonly events: readonly TerminalEvent[];
  readonly notes: TerminalNotes;
}

export interface TerminalNotes {
  /** The last line was cut in the middle: the recorder was killed. */
  truncated: boolean;
  /** Events whose time was negative or ran backwards and was set to its predecessor's. */
  timeRepaired: number;
  /** Input events left out. */
  inputDropped: number;
  /** Events of unknown codes left out. */
  unknownDropped: number;
  /** Lines that were no events and were passed over. */
  linesSkipped: number;
  /** What the header says of the size: too large and held to the limits, or nothing. */
  size: 'recorded' | 'held' | 'missing';
  /** Another recording follows in the file: it is left out. */
  othersLeftOut: boolean;
}

/** Of a recording that a collector takes: an hour of a full-screen agent is about 30 MB. */
export const MAX_RECORDING_BYTES = 50 * 2 ** 20;

export const terminalLimits = {
  maxCols: 1000,
  maxRows: 500,
  maxEvents: 2_000_000,
  maxEventChars: 1_048_576,
} as const;
/** What a terminal is where nothing says its size. */
export const DEFAULT_SIZE = { cols: 80, rows: 24 } as const;
/** A year: what claims to be later is no time. Nanoseconds since the epoch stay within 64 bits. */
const MAX_US = 366 * 86_400 * 1e6;
const MAX_TIMESTAMP = 9e9;

/** A recording that cannot be read. `line` is 1-based. */
export class AsciicastError extends Error {
  readonly code = 'bad_asciicast';
  readonly line: number;
  /** malformed: no recording; too_large: over a limit; impossible: well-formed, but it cannot be so. */
  readonly reason: 'malformed' | 'too_large' | 'impossible';
  constructor(line: number, message: string, reason: AsciicastError['reason'] = 'malformed') {
    super(`asciicast line ${line}: ${message}`);
    this.line = line;
    this.reason = reason;
  }
}

/**
 * Reads asciicast v2 or v3. What of it can be read is read: a line that is no event is passed over and counted, a
 * size that was not recorded is the first resize's, and of two recordings in one file the first counts.
 * @throws AsciicastError naming the line, where there is no header, no event that can be read, or too much
 */
export function parseAsciicast(text: string): TerminalRecording {
  const lines = text.split('\n');
  const header = readHeader(lines[0] ?? '');
  const notes: TerminalNotes = {
    truncated: false,
    timeRepaired: 0,
    inputDropped: 0,
    unknownDropped: 0,
    linesSkipped: 0,
    size: header.size,
    othersLeftOut: false,
  };
  const events = readEvents(lines, header.version, notes);
  const { timestamp, command } = header;
  return { ...sizeOf(header, events), timestamp, command, events, notes };
}

function readEvents(lines: readonly string[], version: 2 | 3, notes: TerminalNotes): TerminalEvent[] {
  const events: TerminalEvent[] = [];
  let firstSkipped = 0;
  let lastUs = 0;
  for (let index = 1; index < lines.length; index++) {
    const line = (lines[index] ?? '').trimEnd();
    if (line === '' || (version === 3 && line.startsWith('#'))) continue;
    const row = parseRow(line);
    if (row === null && beginsRecording(line)) {
      notes.othersLeftOut = true;
      break;
    }
    if (row === null && index === lines.length - 1) {
      notes.truncated = true;
      break;
    }
    // Sums of v3 intervals are kept in integers: adding floats drifts.
    const us = row === null ? Number.NaN : Math.round(row[0] * 1e6);
    const atUs = version === 3 ? lastUs + Math.max(0, us) : us;
    if (row === null || !(atUs <= MAX_US)) {
      firstSkipped ||= index + 1;
      notes.linesSkipped++;
      continue;
    }
    const [, code, data] = row;
    if (data.length > terminalLimits.maxEventChars)
      throw new AsciicastError(index + 1, 'is over 1 MiB', 'too_large');
    if (us < 0 || atUs < lastUs) notes.timeRepaired++;
    else lastUs = atUs;
    if (code === 'i') notes.inputDropped++;
    else if (code === 'o' || code === 'r' || code === 'm' || code === 'x')
      events.push({ us: lastUs, code, data });
    else notes.unknownDropped++;
    if (events.length > terminalLimits.maxEvents)
      throw new AsciicastError(index + 1, 'exceeds 2,000,000 events', 'too_large');
  }
  if (events.length === 0 && firstSkipped > 0)
    throw new AsciicastError(firstSkipped, 'is not [time, code, data]');
  return events;
}

/** What had to be left out or mended, a sentence each, for whoever sees the recording. */
export function noteSentences(notes: TerminalNotes): string[] {
  const found: string[] = [];
  if (notes.size === 'missing') found.push('its size was not recorded');
  if (notes.size === 'held')
    found.push(`its size was held to ${terminalLimits.maxCols} × ${terminalLimits.maxRows}`);
  if (notes.truncated) found.push('the last line was cut in the middle');
  if (notes.timeRepaired > 0) found.push(`${notes.timeRepaired} events whose time ran backwards were held`);
  if (notes.linesSkipped > 0) found.push(`${notes.linesSkipped} lines that were no events were passed over`);
  if (notes.othersLeftOut) found.push('another recording follows in the file and was left out');
  if (notes.inputDropped > 0) found.push(`${notes.inputDropped} input events were left out`);
  if (notes.unknownDropped > 0) found.push(`${notes.unknownDropped} events of unknown kinds were left out`);
  return found;
}

/** Writes asciicast v3: one header line, then intervals with microsecond digits. */
export function formatAsciicast(
  recording: Pick<TerminalRecording, 'cols' | 'rows' | 'timestamp' | 'events'>,
): string {
  const header: Record<string, unknown> = {
    version: 3,
    term: { cols: recording.cols, rows: recording.rows },
  };
  if (recording.timestamp !== null) header.timestamp = recording.timestamp;
  const lines = [JSON.stringify(header)];
  let previous = 0;
  for (const event of recording.events) {
    lines.push(
      `[${((event.us - previous) / 1e6).toFixed(6)}, "${event.code}", ${JSON.stringify(event.data)}]`,
    );
    previous = event.us;
  }
  return `${lines.join('\n')}\n`;
}

/** "COLSxROWS" of a resize event, held to the limits, or null when it is none. */
export function parseSize(data: string): { cols: number; rows: number } | null {
  const match = /^(\d{1,6})x(\d{1,6})$/.exec(data);
  if (!match) return null;
  const cols = Math.min(Number(match[1]), terminalLimits.maxCols);
  const rows = Math.min(Number(match[2]), terminalLimits.maxRows);
  return cols > 0 && rows > 0 ? { cols, rows } : null;
}

interface Header {
  version: 2 | 3;
  cols: number;
  rows: number;
  size: TerminalNotes['size'];
  timestamp: number | null;
  command: string | null;
}

function readHeader(line: string): Header {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new AsciicastError(1, 'is not a JSON header');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AsciicastError(1, 'is not a JSON object');
  const header = value as Record<string, unknown>;
  const version = header.version;
  if (version !== 2 && version !== 3) throw new AsciicastError(1, 'names a version that is neither 2 nor 3');
  const term = header.term as Record<string, unknown> | null | undefined;
  const cols = sizeIn(version === 3 ? term?.cols : header.width);
  const rows = sizeIn(version === 3 ? term?.rows : header.height);
  const { maxCols, maxRows } = terminalLimits;
  const size = cols === 0 || rows === 0 ? 'missing' : cols > maxCols || rows > maxRows ? 'held' : 'recorded';
  const { timestamp: stamp, command } = header;
  const isStamp = typeof stamp === 'number' && stamp >= 0 && stamp <= MAX_TIMESTAMP;
  return {
    version,
    cols: Math.min(cols, maxCols),
    rows: Math.min(rows, maxRows),
    size,
    timestamp: isStamp ? stamp : null,
    command: typeof command === 'string' ? command : null,
  };
}

/** 0 where it is no size. */
function sizeIn(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : 0;
}

/** The header's size, else the first resize's, else what terminals have where nobody asks. */
function sizeOf(
  { cols, rows, size }: Header,
  events: readonly TerminalEvent[],
): { cols: number; rows: number } {
  if (size !== 'missing') return { cols, rows };
  for (const { code, data } of events) {
    const resized = code === 'r' ? parseSize(data) : null;
    if (resized) return resized;
  }
  return DEFAULT_SIZE;
}

/** Whether a line that is no event is the header of another recording, or ends in one: the line before it was cut. */
function beginsRecording(line: string): boolean {
  const from = line.search(/\{ ?"version"/);
  if (from < 0) return false;
  try {
    readHeader(line.slice(from));
    return true;
  } catch {
    return false;
  }
}

function parseRow(line: string): [number, string, string] | null {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return null;
  }
  if (!Array.isArray(row) || typeof row[0] !== 'number' || typeof row[1] !== 'string') return null;
  return [row[0], row[1], typeof row[2] === 'string' ? row[2] : String(row[2] ?? '')];
}
