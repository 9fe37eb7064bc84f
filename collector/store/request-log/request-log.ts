// The request log: every accepted request, as it came, in the order of its acknowledgement, each entry
// chained to the one before by hash. Append-only; it is the truth that all else is derived from.
import { createHash } from 'node:crypto';

import type { Head, LogEntry, LogSignal, Loss, StoredCoding, StoredLogEntry } from '../../cell/log-entry.ts';
import { UnavailableError } from '../../errors.ts';
import type { Encoding } from '../../record.ts';
import type { Sql } from '../database/database.ts';

/** sha256 over the previous hash, every field and the body. */
function chainHash(previous: Uint8Array, seq: number, receivedNs: bigint, entry: LogEntry): Buffer {
  const fields = [
    seq,
    String(receivedNs),
    entry.signal,
    entry.cellId,
    entry.encoding,
    entry.coding,
    entry.accepted,
    entry.rejected,
    entry.rawBytes,
    entry.params,
  ];
  return createHash('sha256').update(previous).update(JSON.stringify(fields)).update(entry.body).digest();
}

const FIELDS =
  'seq, received_ns, signal, cell_id, encoding, coding, accepted, rejected, raw_bytes, params, hash, body';

interface Row {
  seq: bigint;
  received_ns: bigint;
  signal: LogSignal;
  cell_id: string | null;
  encoding: Encoding | 'text';
  coding: StoredCoding;
  accepted: bigint;
  rejected: bigint;
  raw_bytes: bigint;
  params: string | null;
  hash: Buffer;
  body: Buffer;
}

export class RequestLog {
  readonly #insert;
  readonly #after;
  readonly #last;
  readonly #hashOf;
  readonly #losses;
  readonly #gaps;
  readonly #addLoss;
  readonly #cursor;
  readonly #asides;
  readonly #sawRequest;

  constructor(db: Sql) {
    const values = FIELDS.replace(/\w+/g, '?');
    this.#insert = db.prepare(`INSERT INTO log (${FIELDS}) VALUES (${values})`);
    this.#after = db.prepare(`SELECT ${FIELDS} FROM log WHERE seq > ? ORDER BY seq LIMIT 1`).safeIntegers();
    this.#last = db.prepare('SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1');
    this.#hashOf = db.prepare('SELECT hash FROM log WHERE seq = ?').pluck();
    const gaps = 'SELECT first_seq AS firstSeq, last_seq AS lastSeq, hash FROM losses';
    this.#losses = db.prepare(`${gaps} WHERE pruned = 0 ORDER BY first_seq`);
    this.#gaps = db.prepare(`${gaps} ORDER BY first_seq`);
    this.#addLoss = db.prepare('INSERT INTO losses (first_seq, last_seq, hash) VALUES (?, ?, ?)');
    this.#cursor = db.prepare("SELECT value FROM meta WHERE key = 'projected_seq'").pluck();
    this.#asides = db.prepare('SELECT seq, reason FROM unprojected ORDER BY seq');
    this.#sawRequest = db.prepare('SELECT 1 FROM log_requests WHERE digest = ?').pluck();
  }

  /** The last entry's number and hash, or those of a loss behind it; 0 and 32 zero bytes at first. */
  head(): Head {
    const row = this.#last.get() as { seq: number; hash: Buffer } | undefined;
    const gap = this.#allGaps().at(-1);
    if (gap && gap.lastSeq > (row?.seq ?? 0)) return { seq: gap.lastSeq, hash: gap.hash };
    return row ?? { seq: 0, hash: new Uint8Array(32) };
  }

  /** Whether the entry of a number is there with this hash. */
  has(head: Head): boolean {
    const hash = this.#hashOf.get(head.seq) as Buffer | undefined;
    return hash?.equals(head.hash) ?? false;
  }

  /** Whether the entry of this number is known to be gone, and no other hash is known for it. */
  isInGap({ seq, hash }: Head): boolean {
    const gap = this.#allGaps().find(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq);
    return gap !== undefined && (gap.lastSeq > seq || Buffer.compare(gap.hash, hash) === 0);
  }

  /** What was lost and noticed, oldest first. */
  losses(): Loss[] {
    return this.#losses.all() as Loss[];
  }

  /** Entries that are not there: lost, or taken out on purpose. */
  #allGaps(): Loss[] {
    return this.#gaps.all() as Loss[];
  }

  /** Notes that all entries behind the last one up to `until` are gone; the log goes on behind them. */
  addLoss(until: Head): void {
    this.#addLoss.run(this.head().seq + 1, until.seq, until.hash);
  }

  /** Appends one entry behind `head`, inside the caller's transaction. */
  append(head: Head, receivedNs: bigint, entry: LogEntry): Head {
    const seq = head.seq + 1;
    const hash = chainHash(head.hash, seq, receivedNs, entry);
    this.#insert.run(
      seq,
      receivedNs,
      entry.signal,
      entry.cellId,
      entry.encoding,
      entry.coding,
      entry.accepted,
      entry.rejected,
      entry.rawBytes,
      entry.params,
      hash,
      entry.body,
    );
    return { seq, hash };
  }

  /** The first entry after `seq`, or undefined at the end. */
  after(seq: number): StoredLogEntry | undefined {
    const row = this.#after.get(seq) as Row | undefined;
    return row && entryOf(row);
  }

  /** @throws UnavailableError where it is gone */
  entry(seq: number): StoredLogEntry {
    const entry = this.after(seq - 1);
    if (entry?.seq !== seq) throw new UnavailableError('damaged', `log entry ${seq} is gone`);
    return entry;
  }

  /** The first entry whose hash does not follow from the one before, or null: the chain holds. */
  firstBroken(): number | null {
    for (const { entry, follows } of this.chain()) if (!follows) return entry.seq;
    return null;
  }

  /**
   * Every entry in order, and whether it follows from the one before. Over a gap that is known the chain goes
   * on from the hash of its last entry; behind a broken link it goes on from what is there.
   */
  *chain(): Generator<{ entry: StoredLogEntry; follows: boolean }> {
    const gaps = new Map(this.#allGaps().map((gap) => [gap.firstSeq, gap]));
    let at: Head = { seq: 0, hash: new Uint8Array(32) };
    for (let entry = this.after(0); entry; entry = this.after(at.seq)) {
      for (let gap = gaps.get(at.seq + 1); gap; gap = gaps.get(at.seq + 1))
        at = { seq: gap.lastSeq, hash: gap.hash };
      const hash = chainHash(at.hash, entry.seq, entry.receivedNs, entry);
      yield { entry, follows: entry.seq === at.seq + 1 && hash.equals(entry.hash) };
      at = entry;
    }
  }

  /** The last entry whose meaning is in the projections. */
  projectedSeq(): number {
    return Number(this.#cursor.get());
  }

  setAsideEntries(): { seq: number; reason: string }[] {
    return this.#asides.all() as { seq: number; reason: string }[];
  }

  /** Whether the same request was projected before. */
  sawRequest(digest: Uint8Array): boolean {
    return this.#sawRequest.get(digest) !== undefined;
  }
}

function entryOf(row: Row): StoredLogEntry {
  return {
    seq: Number(row.seq),
    receivedNs: row.received_ns,
    signal: row.signal,
    cellId: row.cell_id,
    encoding: row.encoding,
    coding: row.coding,
    accepted: Number(row.accepted),
    rejected: Number(row.rejected),
    rawBytes: Number(row.raw_bytes),
    params: row.params,
    hash: row.hash,
    body: row.body,
  };
}
