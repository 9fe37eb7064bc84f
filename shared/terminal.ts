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
  /** Lines that were no events and were passed over because whoever put the recording said so. */
  linesSkipped: number;
}

export const terminalLimits = {
  maxCols: 1000,
  maxRows: 500,
  maxEvents: 2_000_000,
  maxEventChars: 1_048_576,
} as const;
const MAX_SECONDS = 24 * 3600;

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
 * Reads asciicast v2 or v3.
 * @param lenient passes over lines that are no events, and counts them
 * @throws AsciicastError naming the line. A cut last line is no error but a note.
 */
export function parseAsciicast(text: string, lenient = false): TerminalRecording {
  const lines = text.split('\n');
  const header = readHeader(lines[0] ?? '');
  const notes: TerminalNotes = {
    truncated: false,
    timeRepaired: 0,
    inputDropped: 0,
    unknownDropped: 0,
    linesSkipped: 0,
  };
  const events: TerminalEvent[] = [];
  let lastUs = 0;
  let clockUs = 0;
  for (let index = 1; index < lines.length; index++) {
    const line = (lines[index] ?? '').trimEnd();
    if (line === '' || (header.version === 3 && line.startsWith('#'))) continue;
    const row = parseRow(line);
    if (!row) {
      if (index === lines.length - 1) {
        notes.truncated = true;
        break;
      }
      if (lenient) {
        notes.linesSkipped++;
        continue;
      }
      throw new AsciicastError(index + 1, 'is not [time, code, data]');
    }
    const [seconds, code, data] = row;
    if (seconds > MAX_SECONDS) throw new AsciicastError(index + 1, 'is more than 24 h away', 'impossible');
    if (data.length > terminalLimits.maxEventChars)
      throw new AsciicastError(index + 1, 'is over 1 MiB', 'too_large');
    // Sums of v3 intervals are kept in integers: adding floats drifts.
    const us = Math.round(seconds * 1e6);
    clockUs = header.version === 3 ? clockUs + Math.max(0, us) : us;
    if (us < 0 || clockUs < lastUs || !Number.isFinite(us)) {
      notes.timeRepaired++;
      clockUs = lastUs;
    }
    lastUs = clockUs;
    if (code === 'i') notes.inputDropped++;
    else if (code === 'o' || code === 'r' || code === 'm' || code === 'x')
      events.push({ us: clockUs, code, data });
    else notes.unknownDropped++;
    if (events.length > terminalLimits.maxEvents)
      throw new AsciicastError(index + 1, 'exceeds 2,000,000 events', 'too_large');
  }
  return {
    cols: header.cols,
    rows: header.rows,
    timestamp: header.timestamp,
    command: header.command,
    events,
    notes,
  };
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
  const term = (version === 3 ? header.term : header) as Record<string, unknown> | null | undefined;
  const cols = version === 3 ? term?.cols : term?.width;
  const rows = version === 3 ? term?.rows : term?.height;
  if (!isSize(cols, terminalLimits.maxCols) || !isSize(rows, terminalLimits.maxRows))
    throw new AsciicastError(1, 'gives no size within 1..1000 x 1..500');
  const timestamp = typeof header.timestamp === 'number' && header.timestamp >= 0 ? header.timestamp : null;
  const command = typeof header.command === 'string' ? header.command : null;
  return { version, cols, rows, timestamp, command };
}

function isSize(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
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
