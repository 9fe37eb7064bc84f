// Terminal recordings that were put to a cell: one a cell, the last one put. Events lie as the text of
// asciicast v3 event lines, so that reading one is a copy.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { CellState } from '../../cell/cell-state.ts';
import type { RecordingHeader } from '../../cell/recording.ts';
import type { Sql } from '../database/database.ts';

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
