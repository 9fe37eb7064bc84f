// Loads a spool that is too large for memory, a request at a time. One that is interrupted is sent again from the start: the
// collector knows each request by its ids and its digest. Joins nothing with other files.
import { stat } from 'node:fs/promises';
import { spoolCell } from '../../sdk/spool.ts';
import type { ImportEntry, ImportOptions } from '../format.ts';
import { ImportError } from '../import-error.ts';
import { sendSpool } from '../spool-import.ts';
import { textOf } from '../text-file.ts';
import { headOf, linesOfFile } from './line-file.ts';

/** A request of 20 MiB, in base64 or as JSON within JSON. */
const MAX_LINE_BYTES = 64 * 2 ** 20;
const PROGRESS_MS = 100;

interface LargeSpool {
  readonly file: string;
  readonly size: number;
}

/** A large spool; null for every other file, and where there is none. */
export async function openLargeSpool(file: string, largeBytes: number): Promise<LargeSpool | null> {
  const stats = await stat(file).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size < largeBytes) return null;
  const { head } = await headOf(file);
  const [first = ''] = textOf(head).split('\n', 1);
  return spoolCell(first) === null ? null : { file, size: stats.size };
}

/** Expected failures become the entry's error. */
export function importLargeSpool(spool: LargeSpool, options: ImportOptions): Promise<ImportEntry> {
  return sendSpool(spool.file, linesOf(spool, options), options);
}

/** @throws ImportError where it is interrupted */
async function* linesOf(
  { file, size }: LargeSpool,
  { onProgress, signal }: ImportOptions,
): AsyncGenerator<string> {
  let toldMs = 0;
  for await (const { lines, bytes } of linesOfFile(file, undefined, MAX_LINE_BYTES)) {
    for (const line of lines) {
      if (signal?.aborted)
        throw new ImportError(
          'interrupted',
          file,
          'interrupted; import it again to load the rest, nothing is doubled',
        );
      yield line;
    }
    if (performance.now() - toldMs < PROGRESS_MS && bytes < size) continue;
    toldMs = performance.now();
    onProgress?.({ file, phase: 'sending', bytes, totalBytes: size });
  }
}
