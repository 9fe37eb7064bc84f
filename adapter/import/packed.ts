// Undoes how a file is packed, told by its first bytes: gzip, zstd, and the zstd of the Collector's file exporter, which
// puts a length before each batch. What is cut is read as far as it goes, and said. Does not look at names.
import zlib from 'node:zlib';
import { ImportError } from './import-error.ts';

export interface Unpacked {
  readonly bytes: Buffer;
  /** What went wrong with the packing, in a few words. */
  readonly remarks: readonly string[];
}

/** A file is packed once, or twice by mistake. */
const MAX_LAYERS = 3;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const LENGTH_BYTES = 4;

/** @throws ImportError where it is damaged, or holds more than `maxBytes` */
export function unpacked(file: string, packed: Buffer, maxBytes: number): Unpacked {
  const remarks: string[] = [];
  let bytes = packed;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const inner = unpackOnce(file, bytes, maxBytes, remarks);
    if (inner === null) break;
    bytes = inner;
  }
  return { bytes, remarks };
}

function unpackOnce(file: string, bytes: Buffer, maxBytes: number, remarks: string[]): Buffer | null {
  if (bytes.subarray(0, 2).equals(GZIP)) return inflate(file, 'gzip', bytes, maxBytes, remarks);
  if (bytes.subarray(0, 4).equals(ZSTD)) return inflate(file, 'zstd', bytes, maxBytes, remarks);
  const batches = batchesOf(bytes);
  if (batches === null) return null;
  let left = maxBytes;
  const lines = batches.map((batch) => {
    const plain = inflate(file, 'zstd', batch, left, remarks);
    left -= plain.length;
    return plain;
  });
  return Buffer.from(lines.map((line) => line.toString('utf8').replace(/\n$/, '')).join('\n'));
}

/** The batches of a file of lengths and zstd frames; null where it is none. */
function batchesOf(bytes: Buffer): Buffer[] | null {
  const batches: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH_BYTES;
    if (start + ZSTD.length > bytes.length || !bytes.subarray(start, start + ZSTD.length).equals(ZSTD)) break;
    const length = bytes.readUInt32BE(at);
    batches.push(bytes.subarray(start, Math.min(start + length, bytes.length)));
    at = start + length;
  }
  return batches.length === 0 ? null : batches;
}

function inflate(
  file: string,
  coding: 'gzip' | 'zstd',
  bytes: Buffer,
  maxBytes: number,
  remarks: string[],
): Buffer {
  if (coding === 'zstd' && typeof zlib.zstdDecompressSync !== 'function')
    throw new ImportError(
      'unreadable',
      file,
      'is packed with zstd, which this Node cannot undo: unpack it first',
    );
  const limit = { maxOutputLength: Math.max(1, maxBytes) };
  try {
    return coding === 'gzip' ? zlib.gunzipSync(bytes, limit) : zlib.zstdDecompressSync(bytes, limit);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new ImportError('unreadable', file, `holds more than ${maxBytes} bytes once it is unpacked`);
    const whole = readable(coding, bytes, limit);
    if (whole === null || whole.length === 0)
      throw new ImportError('unreadable', file, `is packed with ${coding}, and damaged`, error);
    remarks.push(`its ${coding} packing is cut`);
    return whole;
  }
}

/** What there is of a packing that ends early; null where it is damaged otherwise. */
function readable(coding: 'gzip' | 'zstd', bytes: Buffer, limit: { maxOutputLength: number }): Buffer | null {
  try {
    if (coding === 'gzip')
      return zlib.gunzipSync(bytes, { ...limit, finishFlush: zlib.constants.Z_SYNC_FLUSH });
    return zlib.zstdDecompressSync(bytes, { ...limit, finishFlush: zlib.constants.ZSTD_e_flush });
  } catch {
    return null;
  }
}
