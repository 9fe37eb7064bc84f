// Imports a terminal recording: checks that it can be read, says where its zero lies, and puts it to
// the cell as the file it is. Where it lies comes from the caller, else from the file's own time stamp,
// else from the run it belongs to; a recording with none of these is left for the collector to place.
import type { TimingGrade } from '../../shared/span.ts';
import type { TerminalNotes } from '../../shared/terminal.ts';
import { AsciicastError, MAX_RECORDING_BYTES, noteSentences, parseAsciicast } from '../../shared/terminal.ts';
import { nsFromMs } from '../../shared/time.ts';
import { type LineTally, leftOutReasons, tallyOfLines } from '../agents/reading/line-account.ts';
import { putTerminal } from '../sdk/collector-client.ts';
import type { Content, Loaded, OpenCell, PlacedSource, TrackFormat } from './format.ts';
import { ImportError } from './import-error.ts';

/** Why lines of a recording are left out. */
const castReasons = {
  input: 'what was typed',
  unknown: leftOutReasons.unknown,
  broken: 'no event',
  blank: 'blank, or a comment',
  others: 'of another recording in the same file',
} as const;

export const asciicast: TrackFormat = {
  name: 'asciicast',
  words: 'an asciicast',
  phase: 'terminal',
  kinds: {
    unit: 'line',
    read: ['header', 'o', 'r', 'm', 'x'],
    leftOut: {
      i: castReasons.input,
      'a line that is no event': castReasons.broken,
      'a comment': castReasons.blank,
      'a second recording': castReasons.others,
    },
  },
  recognises({ head }: Content) {
    if (head === null) return false;
    if (head.version === 1 && 'stdout' in head)
      return 'is an asciicast of version 1; versions 2 and 3 are read';
    return (
      (head.version === 2 && ['width', 'height', 'env'].some((key) => key in head)) ||
      (head.version === 3 && ['term', 'env'].some((key) => key in head))
    );
  },
  import: importTerminal,
};

async function importTerminal(cell: OpenCell, source: PlacedSource): Promise<Loaded> {
  const cellId = cell.needCell(source);
  const bytes = Buffer.byteLength(source.text);
  if (bytes > MAX_RECORDING_BYTES) {
    const limit = `the ${MAX_RECORDING_BYTES / 2 ** 20} MiB that a collector takes of a terminal`;
    throw new ImportError(
      'bad_content',
      source.file,
      `is larger than ${limit} (${bytes} bytes); nothing of it was sent`,
    );
  }
  const checked = checkAsciicast(
    source.text,
    source.file,
    cell.startNs,
    source.startOffsetMs ?? null,
    source.timing ?? null,
  );
  await putTerminal(cell.client, cellId, source.text, {
    startNs: checked.start.startNs ?? undefined,
    timing: checked.start.timing,
    note: source.note ?? undefined,
  });
  return {
    detail: `${checked.events} terminal events${checked.notes === null ? '' : `; ${checked.notes}`}`,
    lines: checked.lines,
  };
}

interface TerminalStart {
  readonly startNs: bigint | null;
  readonly timing: TimingGrade;
}

interface CheckedTerminal {
  readonly events: number;
  readonly start: TerminalStart;
  /** What had to be left out or mended, in words, or null. */
  readonly notes: string | null;
  readonly lines: LineTally;
}

/**
 * Reads the recording and places it.
 * @param offsetMs from the run's start to the recording's zero, or null
 * @throws ImportError when the file cannot be read as asciicast v2 or v3.
 */
function checkAsciicast(
  text: string,
  file: string,
  runStartNs: bigint | null,
  offsetMs: number | null,
  timing: TimingGrade | null,
): CheckedTerminal {
  let recording: ReturnType<typeof parseAsciicast>;
  try {
    recording = parseAsciicast(text);
  } catch (error) {
    if (error instanceof AsciicastError) throw new ImportError('bad_content', file, error.message, error);
    throw error;
  }
  const notes = noteSentences(recording.notes);
  return {
    events: recording.events.length,
    start: placeTerminal(recording.timestamp, runStartNs, offsetMs, timing),
    notes: notes.length === 0 ? null : notes.join(', '),
    lines: tallyOf(text, recording.events.length, recording.notes),
  };
}

/** Every line is the header, an event, or left out for one of these reasons. */
function tallyOf(text: string, events: number, notes: TerminalNotes): LineTally {
  const { inputDropped, unknownDropped, linesSkipped, truncated, othersLeftOut } = notes;
  return tallyOfLines(
    text,
    {
      read: events + 1,
      leftOut: [
        [castReasons.input, inputDropped],
        [castReasons.unknown, unknownDropped],
        [castReasons.broken, linesSkipped + (truncated ? 1 : 0)],
      ],
    },
    othersLeftOut ? castReasons.others : castReasons.blank,
  );
}

function placeTerminal(
  timestampS: number | null,
  runStartNs: bigint | null,
  offsetMs: number | null,
  timing: TimingGrade | null,
): TerminalStart {
  if (offsetMs !== null && runStartNs !== null)
    return { startNs: runStartNs + nsFromMs(offsetMs), timing: timing ?? 'derived' };
  // The recorder stamped each event as it came; its zero is known to the second.
  if (timestampS !== null) return { startNs: nsFromMs(timestampS * 1000), timing: timing ?? 'arrival' };
  return { startNs: runStartNs, timing: timing ?? 'derived' };
}
