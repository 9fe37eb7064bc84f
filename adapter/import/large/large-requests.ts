// Imports a file of OTLP requests, one a line, that is too large for memory: once through it for the cells that it names and
// how many records it holds, once more to send it. An import that is interrupted goes on where it was, as long as the file
// is of one cell: a collector that is sent the same again adds nothing. Joins nothing with other files.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { LineAccount, leftOutReasons } from '../../agents/reading/line-account.ts';
import { failedEntry, importErrorOf } from '../failed-entry.ts';
import type { ImportEntry, ImportOptions } from '../format.ts';
import { recogniseFormat } from '../formats.ts';
import { ImportError } from '../import-error.ts';
import { otlpLogs, otlpTraces } from '../otlp-json.ts';
import {
  Batches,
  loadedOf,
  noSums,
  otlpLines,
  postBatch,
  type RequestLine,
  readRequestLine,
} from '../otlp-lines.ts';
import { textOf } from '../text-file.ts';
import { checkKept } from '../watch/kept-choice.ts';
import { LARGE_BYTES } from './large-stream.ts';
import { headOf, linesOfFile } from './line-file.ts';
import { Resume } from './resume.ts';

/** A collector takes 20 MiB. */
const MAX_LINE_BYTES = 20 * 2 ** 20;
/** Characters: what is put together is in memory several times until it is sent. */
const MAX_REQUEST_CHARS = 2 ** 20;
const PROGRESS_MS = 100;

interface LargeRequests {
  readonly file: string;
  readonly size: number;
}

/** A large file of OTLP requests, one a line; null for every other file, and where there is none. */
export async function openLargeRequests(
  file: string,
  largeBytes = LARGE_BYTES,
): Promise<LargeRequests | null> {
  const stats = await stat(file).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size < largeBytes) return null;
  let { head } = await headOf(file);
  // Packed files and UTF-16 hold such bytes.
  if (head.includes(0) || head.readUInt16BE(0) === 0x1f8b) return null;
  if (!head.includes(10) && head[0] === 0x7b) head = (await headOf(file, MAX_LINE_BYTES)).head;
  const format = recogniseFormat(textOf(head));
  // What is one document as far as was looked goes on behind that.
  const isFirstOfMany = (format === otlpTraces || format === otlpLogs) && head.length < stats.size;
  return format === otlpLines || isFirstOfMany ? { file, size: stats.size } : null;
}

interface Facts {
  readonly cellIds: ReadonlySet<string | null>;
  readonly records: number;
  readonly digest: string;
}

/** Expected failures become an entry; only bugs throw. */
export async function importLargeRequests(
  source: LargeRequests,
  options: ImportOptions,
): Promise<ImportEntry> {
  const { file } = source;
  const entry = { file, format: otlpLines.name };
  let cellId: string | null = options.cellId ?? null;
  try {
    checkKept(file, options, 'nothing');
    const facts = await readFacts(source, options);
    const named = [...facts.cellIds].filter((id) => id !== null);
    const other = cellId === null ? undefined : named.find((id) => id !== cellId);
    if (other !== undefined)
      throw new ImportError('bad_content', file, `names the cell ${other}, not ${cellId}`);
    const [only, second] = named;
    cellId ??= second === undefined ? (only ?? null) : null;
    const loaded = await send(source, options, facts, cellId);
    const several = cellId === null && named.length > 1 ? { cells: named } : {};
    return { ...entry, ...several, outcome: 'loaded', cellId, ...loaded, error: null };
  } catch (error) {
    return { ...failedEntry(importErrorOf(file, error)), ...entry, cellId };
  }
}

async function readFacts(source: LargeRequests, options: ImportOptions): Promise<Facts> {
  const hash = createHash('sha256');
  const cellIds = new Set<string | null>();
  let records = 0;
  const account = new LineAccount();
  for await (const { outline } of requestsOf(source, options, { phase: 'reading', account, hash })) {
    for (const id of outline.cellIds) cellIds.add(id);
    records += outline.records;
  }
  return { cellIds, records, digest: hash.digest('hex') };
}

/** The lines that hold records. @throws ImportError where it is interrupted while it reads */
async function* requestsOf(
  { file, size }: LargeRequests,
  { onProgress, signal }: ImportOptions,
  {
    phase,
    account,
    hash,
  }: {
    readonly phase: 'reading' | 'sending';
    readonly account: LineAccount;
    readonly hash?: ReturnType<typeof createHash>;
  },
): AsyncGenerator<RequestLine> {
  let toldMs = 0;
  for await (const { lines, bytes } of linesOfFile(file, hash, MAX_LINE_BYTES)) {
    for (const line of lines) {
      if (phase === 'reading' && signal?.aborted)
        throw new ImportError('interrupted', file, 'interrupted before anything was loaded');
      account.begin();
      if (line.trim() === '') account.leaveOut(leftOutReasons.blank);
      const read = line.trim() === '' ? null : readRequestLine(line, account);
      if (read !== null) yield read;
    }
    if (performance.now() - toldMs < PROGRESS_MS && bytes < size) continue;
    toldMs = performance.now();
    onProgress?.({ file, phase, bytes, totalBytes: size });
  }
}

async function send(
  source: LargeRequests,
  options: ImportOptions,
  { cellIds, records, digest }: Facts,
  cellId: string | null,
): Promise<Pick<ImportEntry, 'detail' | 'lines'>> {
  const { signal } = options;
  const account = new LineAccount();
  const unnamed = cellIds.has(null);
  const own = unnamed ? (options.cellId ?? null) : null;
  // Of several cells nobody could say whether the collector still has what was sent.
  const isOfOne = cellId !== null && (!unnamed || own !== null);
  const resume = isOfOne ? await Resume.open(options, { cellId, digest }) : null;
  const { spans = 0, logs = 0, lines: begun = 0 } = resume?.acknowledged ?? {};
  const sums = { ...noSums(), spans, logs };
  const batches = new Batches(MAX_REQUEST_CHARS);
  let seen = 0;
  let sent = begun;
  const post = async (batch: readonly RequestLine[]): Promise<void> => {
    await postBatch(options, batch, own, sums, () => undefined);
    sent += batch.length;
    if (sums.rejected + sums.refused === 0) resume?.note({ spans: sums.spans, logs: sums.logs, lines: sent });
  };
  for await (const line of requestsOf(source, options, { phase: 'sending', account })) {
    if (signal?.aborted) {
      const loaded = `${sums.spans + sums.logs} of ${records} records${cellId === null ? '' : ` of ${cellId}`} are loaded`;
      throw new ImportError(
        'interrupted',
        source.file,
        `interrupted: ${loaded}; import it again to go on from there`,
      );
    }
    if (++seen <= begun) continue;
    const batch = batches.add(line);
    if (batch !== null) await post(batch);
  }
  await post(batches.rest());
  resume?.done();
  return loadedOf(sums, account, unnamed && own === null);
}
