// Terminal recordings that were put to a cell: one a cell, the last one put. Events lie as the text of
// asciicast v3 event lines, so that reading one is a copy.
import { zstdDecompressSync } from 'node:zlib';
import type { CellState } from '../../cell/cell-state.ts';
import type { RecordingHeader } from '../../cell/recording.ts';
import type { Sql } from '../database/database.ts';

export class RecordingStore {
  readonly #header;
  readonly #events;
  readonly #digest;

  constructor(db: Sql) {
    this.#header = db.prepare('SELECT header FROM recordings WHERE cell = ?').pluck();
    this.#events = db.prepare('SELECT events FROM recordings WHERE cell = ?').pluck();
    this.#digest = db.prepare('SELECT digest FROM recordings WHERE cell = ?').pluck();
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
