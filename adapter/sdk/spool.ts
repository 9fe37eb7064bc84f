// A file that takes what the collector could not: each request as it would have been sent, one a line,
// for `playhead import` to send later. Written synchronously, so that what was spooled outlives the
// process; it is made only when there is something to keep, and readable by its owner alone.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { otlpAddressOf } from '../../shared/otlp-address.ts';

const VERSION = 1;
/** A spool is a file that anybody may have written: it reaches no other address of the collector. */
const RELAYED_PATH = /^\/cells\/[^/?#]+\/v1\/(?:traces|logs|metrics)$/;
const signals = ['traces', 'logs', 'scores'] as const;
export type SpoolSignal = (typeof signals)[number];

/** What the recorder itself would have sent. */
export interface RecordedEntry {
  readonly signal: SpoolSignal;
  /** The request's body, byte for byte: a repeated log request is known by its digest. */
  readonly body: string;
}

/** A request of the agent's own telemetry, in whatever encoding it chose. */
export interface RelayedEntry {
  readonly signal: 'relayed';
  /** `/cells/<id>/v1/<signal>` */
  readonly path: string;
  readonly contentType: string;
  /** base64 */
  readonly body: string;
  /** The id of the span of its run, where the agent was told. */
  readonly runSpanId?: string | undefined;
}

export type SpoolEntry = RecordedEntry | RelayedEntry;

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
    this.#write({ signal, body });
  }

  /** @throws the disk's error */
  appendRelayed(path: string, contentType: string, body: Buffer, runSpanId?: string): void {
    this.#write({ signal: 'relayed', path, contentType, body: body.toString('base64'), runSpanId });
  }

  #write(entry: SpoolEntry): void {
    let line = `${JSON.stringify(entry)}\n`;
    if (this.#requests === 0) {
      mkdirSync(dirname(this.path), { recursive: true });
      line = `${JSON.stringify({ playhead_spool: VERSION, cell: this.#cellId })}\n${line}`;
    }
    appendFileSync(this.path, line, { mode: 0o600 });
    this.#requests++;
  }
}

/** The cell of a spool, by its first line; null where that is none, or one of a version that this build does not know. */
export function spoolCell(firstLine: string): string | null {
  const header = parse(firstLine);
  return header?.playhead_spool === VERSION && typeof header.cell === 'string' ? header.cell : null;
}

/** A later line of the spool of that cell; null where it is cut, or for another cell. */
export function readSpoolLine(line: string, cellId: string): SpoolEntry | null {
  const entry = entryOf(line);
  const isOfCell = entry?.signal !== 'relayed' || otlpAddressOf(entry.path)?.cellId === cellId;
  return isOfCell ? entry : null;
}

function entryOf(line: string): SpoolEntry | null {
  const value = parse(line);
  const { path, contentType } = value ?? {};
  if (value?.signal === 'relayed' && typeof path === 'string' && typeof contentType === 'string') {
    const fits = RELAYED_PATH.test(path) && typeof value.body === 'string';
    const runSpanId = typeof value.runSpanId === 'string' ? value.runSpanId : undefined;
    return fits ? { signal: 'relayed', path, contentType, body: value.body as string, runSpanId } : null;
  }
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
