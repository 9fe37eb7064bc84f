// Loads what `playhead run` had to keep because the collector was away: each request as it would have been
// sent then. Whatever did arrive then is known again by its ids and its digest, so nothing is doubled.
import { tallyOfLines } from '../agents/reading/line-account.ts';
import { postAgentBytes, postOtlp, putScores } from '../sdk/collector-client.ts';
import { isSpool, readSpool } from '../sdk/spool.ts';
import { importErrorOf } from './failed-entry.ts';
import type { ImportEntry, ImportOptions, OwnFormat, Source } from './format.ts';
import { ImportError } from './import-error.ts';
import { readScoreFile } from './score-file.ts';

const BROKEN = 'cut or broken';

export const spool: OwnFormat = {
  name: 'spool',
  words: 'what a collector did not take',
  phase: 'own',
  kinds: { unit: 'line', read: ['header', 'request'], leftOut: { 'a line that is cut': BROKEN } },
  notInManifest: 'is a spool, which names its own cell',
  recognises: ({ firstLine }) => isSpool(firstLine),
  import: async (source, { options }) => [await importSpool(source, options)],
};

/** Sends a spool file's requests in their order. Expected failures become the entry's error. */
async function importSpool(source: Source, { cellId, ...client }: ImportOptions): Promise<ImportEntry> {
  const { file } = source;
  const format = source.format.name;
  const failed = (error: ImportError): ImportEntry => ({
    file,
    format,
    outcome: 'failed',
    cellId: null,
    detail: error.message,
    lines: null,
    error,
  });
  const read = readSpool(source.text);
  if (read === null) return failed(new ImportError('bad_content', file, 'holds no spool'));
  if (cellId !== undefined && cellId !== read.cellId)
    return failed(new ImportError('bad_content', file, `belongs to the cell ${read.cellId}, not ${cellId}`));
  let rejected = 0;
  try {
    for (const entry of read.entries) {
      const { signal, body } = entry;
      if (signal === 'scores') await putScores(client, read.cellId, readScoreFile(body, file));
      else if (signal === 'relayed') {
        const bytes = Buffer.from(body, 'base64');
        rejected +=
          (await postAgentBytes(client, entry.path, bytes, entry.contentType, entry.runSpanId))?.rejected ??
          0;
      } else rejected += (await postOtlp(client, signal, body, null))?.rejected ?? 0;
    }
  } catch (error) {
    return failed(importErrorOf(file, error));
  }
  const detail = [
    `${read.entries.length} requests`,
    rejected > 0 ? `${rejected} records rejected` : '',
    read.badLines > 0 ? `${read.badLines} lines that were cut, or for another cell` : '',
  ];
  return {
    file,
    format,
    outcome: 'loaded',
    cellId: read.cellId,
    detail: detail.filter((part) => part !== '').join(', '),
    lines: tallyOfLines(source.text, { read: read.entries.length + 1, leftOut: [[BROKEN, read.badLines]] }),
    error: null,
  };
}
