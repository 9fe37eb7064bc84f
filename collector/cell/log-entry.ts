// One entry of the log of requests: what it says, its place, and how its body is packed and unpacked. Does not
// read or write any.
import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Encoding } from '../record.ts';

/** A log entry's place: its number, and the hash that chains it to all before. */
export interface Head {
  readonly seq: number;
  readonly hash: Uint8Array;
}

export type LogSignal = 'traces' | 'logs' | 'metrics' | 'scores' | 'terminal' | 'delete' | 'sweep';
/** How a body lies in the log: as it came (identity, gzip), or compressed by us. */
export type StoredCoding = 'identity' | 'gzip' | 'zstd';

export interface LogEntry {
  readonly signal: LogSignal;
  /** The cell that the address named, as sent, or null. */
  readonly cellId: string | null;
  readonly encoding: Encoding | 'text';
  readonly accepted: number;
  readonly rejected: number;
  /** What the address said beyond the cell, as JSON text, or null. */
  readonly params: string | null;
  readonly rawBytes: number;
  readonly coding: StoredCoding;
  readonly body: Uint8Array;
}

/** An entry before it is packed: its body as it came. */
export interface UnpackedEntry extends Omit<LogEntry, 'coding'> {
  readonly coding: 'identity' | 'gzip';
}

export interface StoredLogEntry extends LogEntry {
  readonly seq: number;
  readonly receivedNs: bigint;
  readonly hash: Uint8Array;
}

/** Entries that were acknowledged and are gone, with the hash of the last of them. */
export interface Loss {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly hash: Uint8Array;
}

/** Output of one body nearly always fits in it, and less is asked for where less can come. */
const MAX_PACKED_CHUNK = 131_072;
/** The smallest that zlib takes. */
const MIN_CHUNK = 64;
const PACKING = {
  // Level 1: 8 times faster than 3 on span batches for a tenth more bytes.
  [constants.ZSTD_c_compressionLevel]: 1,
  // 256 kB instead of 512: a fifth less time for a hundredth more bytes, for it fits the second-level cache.
  [constants.ZSTD_c_windowLog]: 18,
};

/**
 * A body as it will lie in the log: as it came where it came compressed, else zstd where that helps. About
 * 1 GB/s: to be called where nobody waits for anything else.
 */
export function packBody(
  body: Uint8Array,
  coding: 'identity' | 'gzip',
): { coding: StoredCoding; body: Uint8Array } {
  if (coding === 'gzip') return { coding, body };
  const chunkSize = Math.max(MIN_CHUNK, Math.min(body.length, MAX_PACKED_CHUNK));
  const packed = zstdCompressSync(body, { params: PACKING, chunkSize });
  return packed.length < body.length ? { coding: 'zstd', body: packed } : { coding, body };
}

/**
 * Gives the memory of a large body that was packed or unpacked here back at once. The garbage collector of a
 * thread that makes little else lets 60 MB of them stand about. Whoever calls it has the only view of it.
 */
export function releaseBytes({ buffer }: Uint8Array): void {
  // Smaller ones may lie in the pool that all of Node's small buffers share.
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= MAX_PACKED_CHUNK) buffer.transfer(0);
}

/** The inflated body of an entry. */
export function unpackBody(entry: LogEntry): Uint8Array {
  // Room for the whole of it at once: a third less time than in pieces of 16 kB.
  const limit = { maxOutputLength: entry.rawBytes + 1, chunkSize: Math.max(entry.rawBytes + 1, MIN_CHUNK) };
  if (entry.coding === 'gzip') return gunzipSync(entry.body, limit);
  if (entry.coding === 'zstd') return zstdDecompressSync(entry.body, limit);
  return entry.body;
}
