// Reads what a process printed into an `AgentStream`: from an arrivals file, which stamps every line
// as it came ({t, epoch_ms, stream, line}; first row the spawn, last row the exit), or from the bare
// output, which stamps nothing. Interprets no line.
import { nsFromMs } from '../../shared/time.ts';
import { numberAt, parseObject, textAt } from './json-value.ts';
import type { AgentStream, Json, StreamLine } from './step.ts';

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
  const lines: StreamLine[] = [];
  for (const raw of text.split('\n')) {
    const row = parseObject(raw);
    const epochMs = numberAt(row, 'epoch_ms');
    const stream = textAt(row, 'stream');
    if (row === null || epochMs === null) continue;
    const atNs = nsFromMs(epochMs);
    if (stream === 'spawn') {
      spawnNs = atNs;
      command = readCommand(textAt(row, 'line'));
    } else if (stream === 'exit') {
      exitNs = atNs;
      exitCode = numberAt(row, 'code');
      signal = textAt(row, 'signal');
    } else if (stream === 'stdout' || stream === 'stderr')
      lines.push({ atNs, stream, text: textAt(row, 'line') ?? '' });
  }
  return { command, spawnNs, exitNs, exitCode, signal, lines };
}

/** Reads bare standard output: the lines' order is all that is known of their time. */
export function readBareOutput(text: string): AgentStream {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): StreamLine => ({ atNs: null, stream: 'stdout', text: line.replace(/\r$/, '') }));
  return { command: null, spawnNs: null, exitNs: null, exitCode: null, signal: null, lines };
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
