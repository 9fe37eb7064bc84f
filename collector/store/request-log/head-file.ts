// The head file beside the database: the number and hash of the last acknowledged log entry. SQLite drops
// the end of a damaged or missing write-ahead log without notice; this file knows that there was more.
// It is written after COMMIT, so it can be behind the log but never ahead of what was on disk.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fdatasync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Head } from '../../cell/log-entry.ts';

/** Synced this often while entries come: one that is a second behind accuses nobody falsely. */
const SYNC_EVERY_MS = 1000;

export function headPath(dbPath: string): string {
  return `${dbPath}-head`;
}

/** What the head file says: `absent` where there is none, `damaged` where its own checksum fails. */
export function readHead(dbPath: string): Head | 'absent' | 'damaged' {
  const path = headPath(dbPath);
  if (!existsSync(path)) return 'absent';
  const match = /^playhead-head (\d{16}) ([0-9a-f]{64}) ([0-9a-f]{16})\n$/.exec(readFileSync(path, 'latin1'));
  const [, seq = '', hash = '', sum = ''] = match ?? [];
  if (!match || checksum(seq, hash) !== sum) return 'damaged';
  return { seq: Number(seq), hash: Buffer.from(hash, 'hex') };
}

/** 114 bytes at offset 0: within one sector, so that a power cut leaves the old line or the new one. */
function lineOf({ seq, hash }: Head): string {
  const number = String(seq).padStart(16, '0');
  const hex = Buffer.from(hash).toString('hex');
  return `playhead-head ${number} ${hex} ${checksum(number, hex)}\n`;
}

function checksum(seq: string, hash: string): string {
  return createHash('sha256').update(`${seq} ${hash}`).digest('hex').slice(0, 16);
}

export class HeadFile {
  readonly #fd: number;
  #syncedMs = 0;
  #syncing = false;
  #closing = false;

  /** Opens or creates the file and writes where the log stands. */
  constructor(dbPath: string, head: Head) {
    this.#fd = openSync(headPath(dbPath), existsSync(headPath(dbPath)) ? 'r+' : 'w+');
    this.write(head);
  }

  /** Notes the last acknowledged entry: 5 µs, and a sync now and then off the event loop. */
  write(head: Head): void {
    try {
      writeSync(this.#fd, lineOf(head), 0, 'latin1');
    } catch {
      // A disk that fails here leaves an older line, which is true as well. The log's own writes decide
      // what is acknowledged.
      return;
    }
    const nowMs = performance.now();
    if (this.#syncing || nowMs - this.#syncedMs < SYNC_EVERY_MS) return;
    this.#syncedMs = nowMs;
    this.#syncing = true;
    fdatasync(this.#fd, () => {
      this.#syncing = false;
      if (this.#closing) closeSync(this.#fd);
    });
  }

  close(): void {
    this.#closing = true;
    // The pool thread still holds the descriptor: it is closed when that returns.
    if (this.#syncing) return;
    try {
      fdatasyncSync(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
  }
}
