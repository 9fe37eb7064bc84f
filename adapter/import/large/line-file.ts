// The lines of a file of any size, a piece of it at a time, so that no more of it is in memory. Interprets no line.
import type { Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { MAX_EVENT_CHARS } from '../../agents/reading/json-value.ts';

const PIECE_BYTES = 1 << 20;
/** What is longer is no event to any reader; so much of it is handed on that each sees that. */
const MAX_LINE_BYTES = MAX_EVENT_CHARS + 1024;
const LINE_END = 10;

export interface Piece {
  readonly lines: readonly string[];
  /** Of the file, read so far. */
  readonly bytes: number;
}

/** The first bytes of a file up to the end of a line, and the file's size. */
export async function headOf(file: string, bytes = PIECE_BYTES): Promise<{ head: Buffer; size: number }> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    const end = buffer.lastIndexOf(LINE_END, bytesRead - 1);
    return { head: buffer.subarray(0, end < 0 ? bytesRead : end + 1), size };
  } finally {
    await handle.close();
  }
}

/**
 * @param hash is told every byte
 * @param maxLineBytes what is longer is handed on in part
 */
export async function* linesOfFile(
  file: string,
  hash?: Hash,
  maxLineBytes = MAX_LINE_BYTES,
): AsyncGenerator<Piece> {
  const handle = await open(file);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let begun: Buffer[] = [];
  let begunBytes = 0;
  let bytes = 0;
  const take = (part: Buffer): void => {
    // A copy: the piece is read into again.
    if (begunBytes < maxLineBytes) begun.push(Buffer.from(part));
    begunBytes += part.length;
  };
  const whole = (part: Buffer): string => {
    if (begunBytes === 0) return part.toString('utf8');
    take(part);
    const line = Buffer.concat(begun).toString('utf8');
    begun = [];
    begunBytes = 0;
    return line;
  };
  try {
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, bytes);
      if (bytesRead === 0) break;
      const read = piece.subarray(0, bytesRead);
      hash?.update(read);
      // The mark of the byte order belongs to no line.
      let from = bytes === 0 && read.subarray(0, 3).equals(Buffer.from('\uFEFF')) ? 3 : 0;
      bytes += bytesRead;
      const lines: string[] = [];
      for (let end = read.indexOf(LINE_END, from); end >= 0; end = read.indexOf(LINE_END, from)) {
        lines.push(whole(read.subarray(from, end)));
        from = end + 1;
      }
      if (from < bytesRead) take(read.subarray(from));
      yield { lines, bytes };
    }
    if (begunBytes > 0) yield { lines: [whole(Buffer.alloc(0))], bytes };
  } finally {
    await handle.close();
  }
}
