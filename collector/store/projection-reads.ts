// What the projector reads, from one connection. Says what SQLite cannot read now in words of the store.
import type { CellState } from '../cell/cell-state.ts';
import type { DecodeSpans, SpanLinks } from '../cell/records.ts';
import type { ProjectionReads } from '../cell/stores.ts';
import { asStoreError } from './database/database.ts';
import type { StoreParts } from './parts.ts';

export class SqliteProjectionReads implements ProjectionReads {
  readonly #parts: StoreParts;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  projectedSeq() {
    return reading(() => this.#parts.log.projectedSeq());
  }

  entryAfter(seq: number) {
    return reading(() => this.#parts.log.after(seq));
  }

  sawRequest(digest: Uint8Array) {
    return reading(() => this.#parts.log.sawRequest(digest));
  }

  cellOfId(id: string) {
    return reading(() => this.#parts.cells.findEver(id));
  }

  cell(no: number) {
    return reading(() => this.#parts.cells.get(no));
  }

  ownerOf(key: Uint8Array) {
    return reading(() => this.#parts.cells.owner(key));
  }

  lastCellNo() {
    return reading(() => this.#parts.cells.lastNo());
  }

  spanDigests(cell: CellState, ids: Parameters<ProjectionReads['spanDigests']>[1], decode: DecodeSpans) {
    return reading(() => this.#parts.spans.digests(cell, ids, decode));
  }

  *spanLinks(cell: CellState): Generator<SpanLinks> {
    try {
      yield* this.#parts.spans.links(cell);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  scores(cell: CellState) {
    return reading(() => this.#parts.scores.rows(cell));
  }
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asStoreError(error);
  }
}
