// Loads what `playhead run` had to keep because the collector was away: each request as it would have been
// sent then. Whatever did arrive then is known again by its ids and its digest, so nothing is doubled.
import type { ClientOptions } from '../sdk/collector-client.ts';
import { CollectorError, postBytes, postOtlp, putScores } from '../sdk/collector-client.ts';
import { readSpool } from '../sdk/spool.ts';
import type { ImportEntry } from './cell-import.ts';
import { ImportError } from './import-error.ts';
import { readScoreFile } from './score-file.ts';
import type { Source } from './source.ts';

/** Sends a spool file's requests in their order. Expected failures become the entry's error. */
export async function importSpool(
  source: Source,
  { cellId, ...client }: ClientOptions & { readonly cellId?: string | undefined },
): Promise<ImportEntry> {
  const { file, format } = source;
  const failed = (error: ImportError): ImportEntry => ({
    file,
    format,
    outcome: 'failed',
    cellId: null,
    detail: error.message,
    error,
  });
  const spool = readSpool(source.text);
  if (spool === null) return failed(new ImportError('bad_content', file, 'holds no spool'));
  if (cellId !== undefined && cellId !== spool.cellId)
    return failed(new ImportError('bad_content', file, `belongs to the cell ${spool.cellId}, not ${cellId}`));
  let rejected = 0;
  try {
    for (const entry of spool.entries) {
      const { signal, body } = entry;
      if (signal === 'scores') await putScores(client, spool.cellId, readScoreFile(body, file));
      else if (signal === 'relayed')
        await postBytes(client, entry.path, Buffer.from(body, 'base64'), entry.contentType);
      else rejected += (await postOtlp(client, signal, body, null))?.rejected ?? 0;
    }
  } catch (error) {
    if (error instanceof ImportError) return failed(error);
    if (!(error instanceof CollectorError)) throw error;
    return failed(new ImportError(error.code, file, error.message, error));
  }
  const detail = [
    `${spool.entries.length} requests`,
    rejected > 0 ? `${rejected} records rejected` : '',
    spool.badLines > 0 ? `${spool.badLines} lines that were cut` : '',
  ];
  return {
    file,
    format,
    outcome: 'loaded',
    cellId: spool.cellId,
    detail: detail.filter((part) => part !== '').join(', '),
    error: null,
  };
}
