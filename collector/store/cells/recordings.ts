// Terminal recordings that were put to a cell: one a cell, the last one put. Events lie as the text of
// asciicast v3 event lines, so that reading one is a copy.
import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { TimingGrade } from '../../../shared/span.ts';
import type { CellState } from '../../cell/cell-state.ts';
import type { Sql } from '../database/database.ts';

export interface RecordingHeader {
  readonly cols: number;
  readonly rows: number;
  /** Seconds since the epoch as the file said, or null. */
  readonly timestamp: number | null;
  /** "asciicast v2" or "asciicast v3". */
  readonly format: string;
  readonly events: number;
  /** Microseconds from the first to the last event's time. */
  readonly lengthUs: number;
  /** Where its zero lies, as whoever put it said; null where that is to be found out. */
  readonly startNs: bigint | null;
  readonly timing: TimingGrade | null;
  readonly note: string | null;
}

/** What the address of a put recording said; `params` of its log entry. */
export interface RecordingParams {
  readonly startNs: string | null;
  readonly timing: TimingGrade | null;
  readonly note: string | null;
  /** Lines that are no events are passed over. */
  readonly lenient?: true;
}

/** Equal for the same recording put in the same way. */
export function recordingDigest(body: Uint8Array, params: RecordingParams): Buffer {
  const said = JSON.stringify([
    params.startNs,
    params.timing,
    params.note,
    ...(params.lenient ? ['lenient'] : []),
  ]);
  return createHash('sha256').update(said).update('\n').update(body).digest();
}

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export class RecordingStore {
  readonly #put;
  readonly #header;
  readonly #events;
  readonly #digest;

  constructor(db: Sql) {
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO recordings (cell, seq, digest, header, events) VALUES (?, ?, ?, ?, ?)',
    );
    this.#header = db.prepare('SELECT header FROM recordings WHERE cell = ?').pluck();
    this.#events = db.prepare('SELECT events FROM recordings WHERE cell = ?').pluck();
    this.#digest = db.prepare('SELECT digest FROM recordings WHERE cell = ?').pluck();
  }

  /** @param lines asciicast v3 event lines, without a header */
  put(cell: CellState, seq: number, digest: Uint8Array, header: RecordingHeader, lines: string): void {
    const text = JSON.stringify({
      ...header,
      startNs: header.startNs === null ? null : String(header.startNs),
    });
    this.#put.run(cell.no, seq, digest, text, zstdCompressSync(lines, ZSTD));
  }

  /** The sha256 of the body and address that the recording came by. */
  digest(cell: CellState): Uint8Array | undefined {
    return this.#digest.get(cell.no) as Buffer | undefined;
  }

  header(cell: CellState): RecordingHeader | undefined {
    const text = this.#header.get(cell.no) as string | undefined;
    if (text === undefined) return undefined;
    const header = JSON.parse(text);
    return { ...header, startNs: header.startNs === null ? null : BigInt(header.startNs) };
  }

  lines(cell: CellState): string {
    return zstdDecompressSync(this.#events.get(cell.no) as Buffer).toString();
  }
}
