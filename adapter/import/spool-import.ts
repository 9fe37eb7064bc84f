// Loads what `playhead run` had to keep because the collector was away: each request as it would have been
// sent then. Whatever did arrive then is known again by its ids and its digest, so nothing is doubled.
import { LineAccount, leftOutReasons } from '../agents/reading/line-account.ts';
import type { ClientOptions } from '../sdk/collector-client.ts';
import { postAgentBytes, postOtlp, putScores } from '../sdk/collector-client.ts';
import { readSpoolLine, type SpoolEntry, spoolCell } from '../sdk/spool.ts';
import { failedEntry, importErrorOf } from './failed-entry.ts';
import type { ImportEntry, ImportOptions, OwnFormat } from './format.ts';
import { ImportError } from './import-error.ts';
import { readScoreFile } from './score-file.ts';
import { checkKept } from './watch/kept-choice.ts';

const BROKEN = 'cut or broken';

export const spool: OwnFormat = {
  name: 'spool',
  words: 'what a collector did not take',
  phase: 'own',
  kinds: { unit: 'line', read: ['header', 'request'], leftOut: { 'a line that is cut': BROKEN } },
  notInManifest: 'is a spool, which names its own cell',
  recognises: ({ firstLine }) => spoolCell(firstLine) !== null,
  import: async ({ file, text }, { options }) => [
    await sendSpool(file, text.replace(/\n$/, '').split('\n'), options),
  ],
};

/**
 * Sends a spool's requests in their order. Expected failures become the entry's error.
 * @param lines of the file, the header first
 */
export async function sendSpool(
  file: string,
  lines: Iterable<string> | AsyncIterable<string>,
  { cellId, ...client }: ImportOptions,
): Promise<ImportEntry> {
  const account = new LineAccount();
  let own: string | null = null;
  let sent = 0;
  let rejected = 0;
  let broken = 0;
  try {
    checkKept(file, client, 'nothing');
    for await (const line of lines) {
      account.begin();
      if (own === null) own = cellOfSpool(line, file, cellId);
      else if (line === '') account.leaveOut(leftOutReasons.blank);
      else {
        const entry = readSpoolLine(line, own);
        if (entry === null) {
          account.leaveOut(BROKEN);
          broken++;
          continue;
        }
        rejected += await send(entry, own, client, file);
        sent++;
      }
    }
  } catch (error) {
    return { ...failedEntry(importErrorOf(file, error)), format: spool.name };
  }
  const detail = [
    `${sent} requests`,
    rejected > 0 ? `${rejected} records rejected` : '',
    broken > 0 ? `${broken} lines that were cut, or for another cell` : '',
  ];
  return {
    file,
    format: spool.name,
    outcome: 'loaded',
    cellId: own,
    detail: detail.filter((part) => part !== '').join(', '),
    lines: account.tally(),
    error: null,
  };
}

/** @throws ImportError where it is no spool, or not the wanted cell's */
function cellOfSpool(firstLine: string, file: string, wanted: string | undefined): string {
  const cellId = spoolCell(firstLine);
  if (cellId === null) throw new ImportError('bad_content', file, 'holds no spool');
  if (wanted !== undefined && wanted !== cellId)
    throw new ImportError('bad_content', file, `belongs to the cell ${cellId}, not ${wanted}`);
  return cellId;
}

/** @returns how many of its records the collector rejected. @throws CollectorError */
async function send(entry: SpoolEntry, cellId: string, client: ClientOptions, file: string): Promise<number> {
  const { signal, body } = entry;
  if (signal === 'scores') {
    await putScores(client, cellId, readScoreFile(body, file));
    return 0;
  }
  if (signal !== 'relayed') return (await postOtlp(client, signal, body, null))?.rejected ?? 0;
  const bytes = Buffer.from(body, 'base64');
  const answer = await postAgentBytes(client, entry.path, bytes, entry.contentType, entry.runSpanId);
  return answer?.rejected ?? 0;
}
