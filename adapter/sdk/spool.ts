// A file that takes what the collector could not: each request as it would have been sent, one a line,
// for `playhead import` to send later. Written synchronously, so that what was spooled outlives the
// process; it is made only when there is something to keep, and readable by its owner alone.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const VERSION = 1;
const signals = ['traces', 'logs', 'scores'] as const;
export type SpoolSignal = (typeof signals)[number];

export interface SpoolEntry {
  readonly signal: SpoolSignal;
  /** The request's body, byte for byte: a repeated log request is known by its digest. */
  readonly body: string;
}

export interface SpoolContent {
  readonly cellId: string;
  readonly entries: readonly SpoolEntry[];
  /** Lines that could not be read: the last one where the writer was killed. */
  readonly badLines: number;
}

export class Spool {
  readonly path: string;
  readonly #cellId: string;
  #requests = 0;

  /** Touches no disk before the first `append`. */
  constructor(path: string, cellId: string) {
    this.path = path;
    this.#cellId = cellId;
  }

  /** How many requests it holds. */
  get requests(): number {
    return this.#requests;
  }

  /** @throws the disk's error */
  append(signal: SpoolSignal, body: string): void {
    let line = `${JSON.stringify({ signal, body } satisfies SpoolEntry)}\n`;
    if (this.#requests === 0) {
      mkdirSync(dirname(this.path), { recursive: true });
      line = `${JSON.stringify({ playhead_spool: VERSION, cell: this.#cellId })}\n${line}`;
    }
    appendFileSync(this.path, line, { mode: 0o600 });
    this.#requests++;
  }
}

/** True where a text's first line is a spool's. */
export function isSpool(firstLine: string): boolean {
  return spoolHeader(firstLine) !== null;
}

/** Reads a spool file; null where it is none, or one of a version that this build does not know. */
export function readSpool(text: string): SpoolContent | null {
  const [first = '', ...lines] = text.split('\n');
  const cellId = spoolHeader(first);
  if (cellId === null) return null;
  const entries: SpoolEntry[] = [];
  let badLines = 0;
  for (const line of lines) {
    if (line === '') continue;
    const entry = entryOf(line);
    if (entry === null) badLines++;
    else entries.push(entry);
  }
  return { cellId, entries, badLines };
}

function spoolHeader(line: string): string | null {
  const header = parse(line);
  return header?.playhead_spool === VERSION && typeof header.cell === 'string' ? header.cell : null;
}

function entryOf(line: string): SpoolEntry | null {
  const value = parse(line);
  const signal = signals.find((name) => name === value?.signal);
  return signal !== undefined && typeof value?.body === 'string' ? { signal, body: value.body } : null;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
