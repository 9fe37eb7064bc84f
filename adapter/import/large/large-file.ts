// Files that are too large for memory, each kind read a piece at a time by a file of its own. Adding a kind is one line here.
// Says nothing of files that are small, or of another kind.
import type { ImportEntry, ImportOptions } from '../format.ts';
import { otlpLines } from '../otlp-lines.ts';
import { spool as spoolFormat } from '../spool-import.ts';
import { importLargeRequests, openLargeRequests } from './large-requests.ts';
import { importLargeSpool, openLargeSpool } from './large-spool.ts';
import { importLargeStream, LARGE_BYTES, openLargeStream } from './large-stream.ts';

/** Null where the file is not large, or is to be read at once. Expected failures become the entry. */
export async function importLargeFile(
  file: string,
  options: ImportOptions,
  largeBytes = options.largeBytes ?? LARGE_BYTES,
): Promise<ImportEntry | null> {
  const stream = await openLargeStream(file, largeBytes);
  if (stream !== null) return importLargeStream(stream, options);
  const requests = await openLargeRequests(file, largeBytes);
  if (requests !== null) return importLargeRequests(requests, options);
  const spool = await openLargeSpool(file, largeBytes);
  return spool === null ? null : importLargeSpool(spool, options);
}

/** What such a file holds, for people; null where it is read at once. */
export async function largeFileWords(file: string): Promise<string | null> {
  const stream = await openLargeStream(file);
  if (stream !== null) return stream.format.words;
  if ((await openLargeRequests(file)) !== null) return otlpLines.words;
  return (await openLargeSpool(file, LARGE_BYTES)) === null ? null : spoolFormat.words;
}
