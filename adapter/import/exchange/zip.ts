// A zip archive whose members are read one at a time, as text and up to a size: stored, deflated, or packed with zstd, as
// Inspect writes them. Believes no size that the archive gives. Writes nothing to disk, so that no name leads anywhere.
import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import yauzl from 'yauzl';
import { ImportError } from '../import-error.ts';
import { inMib, unreadable, WHOLE_BYTES } from '../text-file.ts';

/** A log of 10,000 samples in 100 chunks each has a million. */
const MAX_MEMBERS = 1_000_000;
/** Names are kept for as long as the archive is open. */
const MAX_NAMES_BYTES = 64 * 1024 * 1024;

const STORED = 0;
const DEFLATE = 8;
const ZSTD = 93;

export class ZipFile {
  readonly #file: string;
  readonly #zip: yauzl.ZipFile;
  readonly #memberBytes: number;
  readonly #members: ReadonlyMap<string, yauzl.Entry>;
  /** By folder, the names of what lies in it; made when first asked for. */
  #folders: ReadonlyMap<string, readonly string[]> | null = null;

  private constructor(
    file: string,
    zip: yauzl.ZipFile,
    members: ReadonlyMap<string, yauzl.Entry>,
    memberBytes: number,
  ) {
    this.#file = file;
    this.#zip = zip;
    this.#memberBytes = memberBytes;
    this.#members = members;
  }

  /**
   * Reads the archive's list of members; of those with one name the last counts.
   * @param memberBytes a member that is larger is refused when it is asked for
   * @throws ImportError
   */
  static async open(file: string, memberBytes = WHOLE_BYTES): Promise<ZipFile> {
    let zip: yauzl.ZipFile;
    try {
      zip = await yauzl.openPromise(file, { autoClose: false, lazyEntries: true });
    } catch (error) {
      throw failure(file, error);
    }
    const members = new Map<string, yauzl.Entry>();
    let bytes = 0;
    try {
      for await (const entry of zip.eachEntry()) {
        bytes += entry.fileNameLength;
        if (zip.entriesRead > MAX_MEMBERS || bytes > MAX_NAMES_BYTES)
          throw new ImportError('bad_content', file, `is an archive of more than ${MAX_MEMBERS} members`);
        members.set(entry.fileName, entry);
      }
    } catch (error) {
      zip.close();
      throw failure(file, error);
    }
    return new ZipFile(file, zip, members, memberBytes);
  }

  /** The names of all members, in the archive's order. */
  get names(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** The names of the members in a folder, without those below it. @param folder with its slash at the end */
  namesIn(folder: string): readonly string[] {
    this.#folders ??= Map.groupBy(this.#members.keys(), (name) => name.slice(0, name.lastIndexOf('/') + 1));
    return this.#folders.get(folder) ?? [];
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** @throws ImportError where it is missing, damaged, or larger than can be read */
  async text(name: string): Promise<string> {
    const chunks: Buffer[] = [];
    const { body } = await this.member(name);
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  /**
   * A member as its bytes come, and when it was last written.
   * @throws ImportError where it is missing, damaged, or larger than can be read
   */
  async member(name: string): Promise<{ readonly mtimeMs: number; readonly body: AsyncIterable<Buffer> }> {
    const entry = this.#members.get(name);
    if (entry === undefined) throw new ImportError('bad_content', this.#file, `holds no member ${name}`);
    const tooLarge = () =>
      new ImportError(
        'unreadable',
        this.#file,
        `${name} is larger than the ${inMib(this.#memberBytes)} that import reads of a member`,
      );
    if (Math.max(entry.uncompressedSize, entry.compressedSize) > this.#memberBytes) throw tooLarge();
    if (entry.isEncrypted()) throw new ImportError('unreadable', this.#file, `${name} is encrypted`);
    const mtimeMs = entry.getLastModDate().getTime();
    return { mtimeMs, body: this.#bytesOf(name, entry, tooLarge) };
  }

  async *#bytesOf(name: string, entry: yauzl.Entry, tooLarge: () => ImportError): AsyncGenerator<Buffer> {
    try {
      const packed = await this.#zip.openReadStreamPromise(entry, { decodeFileData: false });
      const plain = plainStream(packed, entry.compressionMethod);
      if (plain === null)
        throw new ImportError(
          'unreadable',
          this.#file,
          `${name} is packed by a method (${entry.compressionMethod}) that is not read`,
        );
      let size = 0;
      for await (const chunk of plain as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > this.#memberBytes) throw tooLarge();
        yield chunk;
      }
    } catch (error) {
      throw failure(this.#file, error, name);
    }
  }

  close(): void {
    this.#zip.close();
  }
}

/** Null where the method is not known. */
function plainStream(packed: Readable, method: number): Readable | null {
  if (method === STORED) return packed;
  const unpacker =
    method === DEFLATE
      ? zlib.createInflateRaw()
      : method === ZSTD && typeof zlib.createZstdDecompress === 'function'
        ? zlib.createZstdDecompress()
        : null;
  if (unpacker === null) {
    packed.destroy();
    return null;
  }
  packed.on('error', (error) => unpacker.destroy(error));
  unpacker.on('close', () => packed.destroy());
  return packed.pipe(unpacker);
}

function failure(file: string, error: unknown, member?: string): ImportError {
  if (error instanceof ImportError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && !/^(?:Z_|ERR_|ZSTD_)/.test(code)) return unreadable(file, error);
  const what = member === undefined ? 'is no zip archive that can be read' : `${member} cannot be read`;
  return new ImportError('unreadable', file, `${what}: ${message}`, error);
}
