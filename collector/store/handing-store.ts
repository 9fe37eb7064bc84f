// The store of the projector's thread: it reads by itself and leaves writing to another thread. Changes are
// packed and gathered over any number of entries, and handed over at once.
import type { Change } from '../cell/changes.ts';
import type { ProjectionReads, ProjectorStore } from '../cell/stores.ts';
import { type ChangesChannel, handOver } from './changes/changes-channel.ts';
import { type PackedChange, packChange } from './changes/packed-change.ts';
import { ReadingStore } from './parts.ts';
import { SqliteProjectionReads } from './projection-reads.ts';

/** What the thread is given. */
export interface HandingParams {
  /** A database that a `Store` has open. */
  readonly path: string;
  /** To the thread that writes. */
  readonly channel: ChangesChannel;
}

export class HandingStore implements ProjectorStore {
  readonly #parts: ReadingStore;
  readonly #channel: ChangesChannel;
  #packed: PackedChange[] = [];
  #run = 0;
  readonly flushed: ProjectionReads;

  constructor({ path, channel }: HandingParams) {
    this.#parts = new ReadingStore(path);
    this.#channel = channel;
    this.flushed = new SqliteProjectionReads(this.#parts);
  }

  beginRun(run: number): void {
    this.#run = run;
    this.discard();
  }

  write(changes: Iterable<Change>): void {
    const before = this.#packed.length;
    try {
      for (const change of changes) for (const packed of packChange(change)) this.#packed.push(packed);
    } catch (error) {
      this.#packed.length = before;
      throw error;
    }
  }

  flush(): ProjectionReads {
    const changes = this.#packed;
    if (changes.length > 0) {
      this.#packed = [];
      handOver(this.#channel, { run: this.#run, changes });
    }
    return this.flushed;
  }

  discard(): void {
    this.#packed = [];
  }

  close(): void {
    this.#channel.port.close();
    this.#parts.close();
  }
}
