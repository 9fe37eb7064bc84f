// Reads what a process printed into an `AgentStream`: from an arrivals file, which stamps every line
// as it came ({t, epoch_ms, stream, line}; first row the spawn, last row the exit), or from the bare
// output, which stamps nothing. Lines are made while they are walked, so that a file of hundreds of
// megabytes is held once and not three times. Interprets no line.

import type { AgentStream, Json, StreamLine } from '../step.ts';
import { timeOfMs } from './clock.ts';
import { numberAt, parseObject, textAt } from './json-value.ts';
import { LineAccount, leftOutReasons } from './line-account.ts';

/** True where the first line is an arrivals row. */
export function isArrivals(text: string): boolean {
  const row = parseObject(firstLine(text));
  return row !== null && numberAt(row, 'epoch_ms') !== null && textAt(row, 'stream') !== null;
}

/** Reads an arrivals file. A cut last row is left out; the exit row is absent where the recorder was killed. */
export function readArrivals(text: string): AgentStream {
  const frame = new ArrivalFrame();
  for (const raw of linesOf(text)) frame.note(raw);
  const { command, spawnNs, exitNs, exitCode, signal } = frame;
  const others = new LineAccount();
  const lines = {
    *[Symbol.iterator](): Generator<StreamLine> {
      others.clear();
      for (const raw of wholeLinesOf(text)) {
        const line = arrivedLine(raw, others);
        if (line !== null) yield line;
      }
    },
  };
  return { command, spawnNs, exitNs, exitCode, signal, lines, others };
}

/** When the process was started, by which words, and how it ended, from the rows that tell that. */
export class ArrivalFrame {
  command: readonly string[] | null = null;
  spawnNs: bigint | null = null;
  exitNs: bigint | null = null;
  exitCode: number | null = null;
  signal: string | null = null;

  note(raw: string): void {
    // The rows of lines are by far the most; they need not be parsed to be passed by.
    if (!/"stream"\s*:\s*"(?:spawn|exit)"/.test(raw)) return;
    const row = parseObject(raw);
    const stream = textAt(row, 'stream');
    const atNs = timeOfMs(numberAt(row, 'epoch_ms'));
    if (row === null || atNs === null) return;
    if (stream === 'spawn') {
      this.spawnNs = atNs;
      this.command = readCommand(textAt(row, 'line'));
    } else if (stream === 'exit') {
      this.exitNs = atNs;
      this.exitCode = numberAt(row, 'code');
      this.signal = textAt(row, 'signal');
    }
  }
}

/** The line that a row holds; null of every other row, for which `others` then accounts. */
export function arrivedLine(raw: string, others: LineAccount): StreamLine | null {
  const row = parseObject(raw);
  const stream = textAt(row, 'stream');
  const atNs = timeOfMs(numberAt(row, 'epoch_ms'));
  if (row !== null && atNs !== null && (stream === 'stdout' || stream === 'stderr'))
    return { atNs, stream, text: textAt(row, 'line') ?? '' };
  others.begin();
  if (raw.trim() === '') others.leaveOut(leftOutReasons.blank);
  else if (atNs === null || (stream !== 'spawn' && stream !== 'exit')) others.leaveOut(leftOutReasons.noRow);
  return null;
}

/** A line of bare output; null of a blank one, for which `others` then accounts. */
export function bareLine(line: string, others: LineAccount): StreamLine | null {
  if (line.trim() !== '') return { atNs: null, stream: 'stdout', text: line.replace(/\r$/, '') };
  others.begin();
  others.leaveOut(leftOutReasons.blank);
  return null;
}

/** Reads bare standard output: the lines' order is all that is known of their time. */
export function readBareOutput(text: string): AgentStream {
  const others = new LineAccount();
  const lines = {
    *[Symbol.iterator](): Generator<StreamLine> {
      others.clear();
      for (const line of wholeLinesOf(text)) {
        const read = bareLine(line, others);
        if (read !== null) yield read;
      }
    },
  };
  return { command: null, spawnNs: null, exitNs: null, exitCode: null, signal: null, lines, others };
}

/** Without the empty one behind the last line break. */
function* wholeLinesOf(text: string): Generator<string> {
  if (text !== '') yield* linesOf(text.endsWith('\n') ? text.slice(0, -1) : text);
}

export function* linesOf(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from);
    if (end < 0) break;
    yield text.slice(from, end);
    from = end + 1;
  }
  yield text.slice(from);
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

function readCommand(line: string | null): readonly string[] | null {
  if (line === null) return null;
  try {
    const value = JSON.parse(line) as Json;
    return Array.isArray(value) && value.every((part) => typeof part === 'string')
      ? (value as string[])
      : [line];
  } catch {
    return [line];
  }
}
