// A tar archive as a stream of its regular files: ustar, with the long names of pax and GNU. Believes no size further than
// the bytes that come, follows no link, and makes nothing.
import { ImportError } from '../import-error.ts';

const BLOCK = 512;
/** Of a name that stands in a block of its own. */
const MAX_NAME_BYTES = 64 * 1024;

export interface TarMember {
  readonly name: string;
  readonly mtimeMs: number;
  /** To be read to its end before the next member. */
  readonly body: AsyncIterable<Buffer>;
}

export function isTar(head: Buffer): boolean {
  return head.length >= BLOCK && head.toString('latin1', 257, 262) === 'ustar';
}

/** @throws ImportError where it is cut or damaged; what came before was whole */
export async function* readTar(file: string, source: AsyncIterable<Buffer>): AsyncGenerator<TarMember> {
  const bytes = new Bytes(file, source);
  let longName: string | null = null;
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (header === null || header.every((byte) => byte === 0)) return;
    if (!isTar(header)) throw new ImportError('bad_content', file, 'is a tar archive that is damaged');
    const size = numberIn(header, 124, 12);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x' || type === 'L') {
      if (size > MAX_NAME_BYTES) throw new ImportError('bad_content', file, 'holds a name that is too long');
      const text = (await bytes.take(size))?.toString('utf8') ?? '';
      await bytes.take(padding);
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : (/^\d+ path=(.*)$/m.exec(text)?.[1] ?? longName);
      continue;
    }
    const prefix = textIn(header, 345, 155);
    const name = longName ?? `${prefix === '' ? '' : `${prefix}/`}${textIn(header, 0, 100)}`;
    longName = null;
    const isFile = type === '0' || type === '\0';
    const body = bytes.read(size);
    if (isFile) yield { name, mtimeMs: numberIn(header, 136, 12) * 1000, body };
    for await (const _rest of body);
    await bytes.take(padding);
  }
}

function textIn(header: Buffer, from: number, length: number): string {
  return header.toString('utf8', from, from + length).replace(/\0.*$/s, '');
}

/** Octal; what is larger than that tells, or is no number, is 0: such a file is not read. */
function numberIn(header: Buffer, from: number, length: number): number {
  const value = Number.parseInt(textIn(header, from, length).trim() || '0', 8);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

class Bytes {
  readonly #file: string;
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: string, source: AsyncIterable<Buffer>) {
    this.#file = file;
    this.#source = source[Symbol.asyncIterator]();
  }

  /** So many bytes; null where there are none left. @throws ImportError where it ends in the middle */
  async take(length: number): Promise<Buffer | null> {
    const chunks: Buffer[] = [];
    let taken = 0;
    for await (const chunk of this.read(length, length === BLOCK)) {
      chunks.push(chunk);
      taken += chunk.length;
    }
    return taken === 0 && length > 0 ? null : Buffer.concat(chunks);
  }

  async *read(length: number, mayEnd = false): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) {
          if (mayEnd && left === length) return;
          throw new ImportError('unreadable', this.#file, 'is a tar archive that is cut');
        }
        this.#rest = next.value;
        continue;
      }
      const chunk = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }
}
