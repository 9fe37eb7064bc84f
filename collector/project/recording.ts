// A terminal recording that was put to a cell: from the file's text and the address it came by to what
// the store keeps. Where its zero lies on the cell's clock is decided when it is read: the run's start
// may become known later.

import { formatAsciicast, noteSentences, parseAsciicast, type TerminalEvent } from '../../shared/terminal.ts';
import { nsFromMs } from '../../shared/time.ts';
import { emptyTally, type Tally } from '../cell/cell-state.ts';
import { type RecordingHeader, type RecordingParams, recordingDigest } from '../cell/recording.ts';

export interface ReadRecording {
  readonly header: RecordingHeader;
  /** asciicast v3 event lines. */
  readonly lines: string;
  readonly digest: Uint8Array;
  readonly events: readonly TerminalEvent[];
}

/** @throws AsciicastError, which the route has already answered with 400: the log holds none */
export function readRecording(body: Uint8Array, params: RecordingParams): ReadRecording {
  const text = new TextDecoder().decode(body);
  const recording = parseAsciicast(text);
  const formatted = formatAsciicast(recording);
  const header: RecordingHeader = {
    cols: recording.cols,
    rows: recording.rows,
    timestamp: recording.timestamp,
    format: `asciicast v${JSON.parse(text.split('\n', 1)[0] ?? '').version}`,
    events: recording.events.length,
    lengthUs: recording.events.at(-1)?.us ?? 0,
    startNs: params.startNs === null ? null : BigInt(params.startNs),
    timing: params.timing,
    note: joinNotes([params.note, ...noteSentences(recording.notes)]),
  };
  return {
    header,
    lines: formatted.slice(formatted.indexOf('\n') + 1),
    digest: recordingDigest(body, params),
    events: recording.events,
  };
}

function joinNotes(notes: readonly (string | null)[]): string | null {
  const said = notes.filter((note) => note !== null && note !== '');
  return said.length > 0 ? said.join('; ') : null;
}

/** When a recording ran by its own word; empty where it says nothing. */
export function recordingTally({ startNs, timestamp, lengthUs, events }: RecordingHeader): Tally {
  const start = startNs ?? (timestamp === null ? null : nsFromMs(timestamp * 1000));
  if (start === null) return emptyTally();
  return { count: events, startNs: start, endNs: start + BigInt(lengthUs) * 1000n, timing: 0, untimed: 0 };
}
