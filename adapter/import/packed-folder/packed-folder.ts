// A folder that was packed: zip, tar, and tar packed with gzip or zstd. Its regular files are put into a folder of their own
// for as long as they are imported. No name leads out of that folder, no link is made, and what is unpacked is bounded,
// whatever sizes the archive tells. What was whole before a damage is kept.
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { ZipFile } from '../exchange/zip.ts';
import { ImportError } from '../import-error.ts';
import { MAX_WHOLE_BYTES, unreadable } from '../text-file.ts';
import { isTar, readTar } from './tar.ts';

const MAX_TOTAL_BYTES = 4 * 2 ** 30;
const MAX_MEMBERS = 200_000;
const MAX_DEPTH = 32;

export interface PackedFolder {
  /** Where its files are now. */
  readonly path: string;
  /** What of it could not be unpacked; null where all was. */
  readonly problem: ImportError | null;
  remove(): Promise<void>;
}

/** Null where the file is no such archive. @throws ImportError where nothing of it can be read */
export async function unpackFolder(file: string): Promise<PackedFolder | null> {
  const kind = await kindOf(file);
  if (kind === null) return null;
  const scratch = await mkdtemp(join(tmpdir(), 'playhead-import-'));
  // Jobs are called by their folder.
  const stem = basename(file).replace(/(?:\.(?:tar|tgz|zip|gz|zst|tzst))+$/i, '') || 'archive';
  const path = join(scratch, stem);
  const remove = (): Promise<void> => rm(scratch, { recursive: true, force: true });
  const target = new Target(file, path);
  try {
    await mkdir(path);
    await (kind === 'zip' ? unpackZip(file, target) : unpackTar(file, kind, target));
    return { path, problem: null, remove };
  } catch (error) {
    const problem =
      error instanceof ImportError
        ? error
        : new ImportError('unreadable', file, `cannot be unpacked: ${(error as Error).message}`, error);
    if (target.count > 0) return { path, problem, remove };
    await remove();
    throw problem;
  }
}

type Coding = 'plain' | 'gzip' | 'zstd';

async function kindOf(file: string): Promise<'zip' | Coding | null> {
  try {
    if (!(await stat(file)).isFile()) return null;
    const head = await headOf(createReadStream(file, { end: 511 }));
    if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return 'zip';
    if (isTar(head)) return 'plain';
    const coding =
      head.readUInt16BE(0) === 0x1f8b ? 'gzip' : head.readUInt32BE(0) === 0x28b52ffd ? 'zstd' : null;
    if (coding === null) return null;
    return isTar(await headOf(plainOf(file, coding))) ? coding : null;
  } catch (error) {
    // Not packed at all, or so damaged that whoever reads it as a file says what is wrong with it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw unreadable(file, error);
    return null;
  }
}

async function headOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= 512) break;
  }
  stream.destroy();
  return Buffer.concat(chunks);
}

function plainOf(file: string, coding: Coding): Readable {
  const packed = createReadStream(file);
  if (coding === 'plain') return packed;
  const unpacker = coding === 'gzip' ? zlib.createGunzip() : zlib.createZstdDecompress();
  packed.on('error', (error) => unpacker.destroy(error));
  unpacker.on('close', () => packed.destroy());
  return packed.pipe(unpacker);
}

async function unpackTar(file: string, coding: Coding, target: Target): Promise<void> {
  for await (const { name, mtimeMs, body } of readTar(file, plainOf(file, coding)))
    await target.put(name, mtimeMs, body);
}

async function unpackZip(file: string, target: Target): Promise<void> {
  const zip = await ZipFile.open(file, MAX_WHOLE_BYTES);
  try {
    for (const name of zip.names) {
      if (name.endsWith('/')) continue;
      const { mtimeMs, body } = await zip.member(name);
      await target.put(name, mtimeMs, body);
    }
  } finally {
    zip.close();
  }
}

/** The folder that is filled. */
class Target {
  readonly #file: string;
  readonly #path: string;
  #bytes = 0;
  count = 0;

  constructor(file: string, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** @throws ImportError where the archive leads elsewhere, or holds more than is read */
  async put(name: string, mtimeMs: number, body: AsyncIterable<Buffer>): Promise<void> {
    const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
    if (
      /^(?:[/\\]|[a-z]:)/i.test(name) ||
      parts.includes('..') ||
      name.includes('\0') ||
      parts.length > MAX_DEPTH
    )
      throw new ImportError(
        'bad_content',
        this.#file,
        `holds a name that leads elsewhere: ${name.slice(0, 200)}`,
      );
    if (parts.length === 0) return;
    if (++this.count > MAX_MEMBERS)
      throw new ImportError('bad_content', this.#file, `holds more than ${MAX_MEMBERS} files`);
    const path = join(this.#path, ...parts);
    await mkdir(dirname(path), { recursive: true });
    // Of those with one name the first is kept.
    const to = await open(path, 'wx', 0o600).catch(() => null);
    if (to === null) return;
    let size = 0;
    try {
      for await (const chunk of body) {
        size += chunk.length;
        this.#bytes += chunk.length;
        if (size > MAX_WHOLE_BYTES || this.#bytes > MAX_TOTAL_BYTES)
          throw new ImportError(
            'unreadable',
            this.#file,
            `holds more than is unpacked of it (${name.slice(0, 200)})`,
          );
        await to.write(chunk);
      }
    } catch (error) {
      await rm(path, { force: true });
      this.count--;
      throw error;
    } finally {
      await to.close();
    }
    await utimes(path, mtimeMs / 1000, mtimeMs / 1000);
  }
}
