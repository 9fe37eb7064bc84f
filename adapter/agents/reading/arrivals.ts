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
  let command: readonly string[] | null = null;
  let spawnNs: bigint | null = null;
  let exitNs: bigint | null = null;
  let exitCode: number | null = null;
  let signal: string | null = null;
  for (const raw of linesOf(text)) {
    // The rows of lines are by far the most; they need not be parsed to be passed by.
    if (!/"stream"\s*:\s*"(?:spawn|exit)"/.test(raw)) continue;
    const row = parseObject(raw);
    const stream = textAt(row, 'stream');
    const atNs = timeOfMs(numberAt(row, 'epoch_ms'));
    if (row === null || atNs === null) continue;
    if (stream === 'spawn') {
      spawnNs = atNs;
      command = readCommand(textAt(row, 'line'));
    } else if (stream === 'exit') {
      exitNs = atNs;
      exitCode = numberAt(row, 'code');
      signal = textAt(row, 'signal');
    }
  }
  const others = new LineAccount();
  const lines = {
    *[Symbol.iterator](): Generator<StreamLine> {
      others.clear();
      for (const raw of wholeLinesOf(text)) {
        const row = parseObject(raw);
        const stream = textAt(row, 'stream');
        const atNs = timeOfMs(numberAt(row, 'epoch_ms'));
        if (row !== null && atNs !== null && (stream === 'stdout' || stream === 'stderr'))
          yield { atNs, stream, text: textAt(row, 'line') ?? '' };
        else {
          others.begin();
          if (raw.trim() === '') others.leaveOut(leftOutReasons.blank);
          else if (atNs === null || (stream !== 'spawn' && stream !== 'exit'))
            others.leaveOut(leftOutReasons.noRow);
        }
      }
    },
  };
  return { command, spawnNs, exitNs, exitCode, signal, lines, others };
}

/** Reads bare standard output: the lines' order is all that is known of their time. */
export function readBareOutput(text: string): AgentStream {
  const others = new LineAccount();
  const lines = {
    *[Symbol.iterator](): Generator<StreamLine> {
      others.clear();
      for (const line of wholeLinesOf(text)) {
        if (line.trim() !== '') {
          yield { atNs: null, stream: 'stdout', text: line.replace(/\r$/, '') };
          continue;
        }
        others.begin();
        others.leaveOut(leftOutReasons.blank);
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
