// Sends the rows of a score sheet: each row's run as one span, many rows to a request, then its score
// records. A cell that was recorded is left as it is: a sheet knows less than a trace. Importing the same
// sheet again adds nothing.
import { createHash } from 'node:crypto';
import { parseCellId } from '../../shared/cell-id.ts';
import { sheetScope, spanKey } from '../../shared/conventions.ts';
import { tallyOfLines } from '../agents/reading/line-account.ts';
import { resolveCell } from '../sdk/cell-identity.ts';
import type { ClientOptions } from '../sdk/collector-client.ts';
import { CollectorError, postOtlp, putScores, readCellOutline } from '../sdk/collector-client.ts';
import { importErrorOf } from './failed-entry.ts';
import type { ImportEntry, ImportOptions, OwnFormat, Source } from './format.ts';
import { ImportError } from './import-error.ts';
import { REFUSED } from './otlp-json.ts';
import type { SheetRow } from './score-sheet.ts';
import { isSheetRow, readScoreSheet } from './score-sheet.ts';
import { checkKept } from './watch/kept-choice.ts';

const RECORDED = 'the cell, which was recorded already';
const NO_ROW = 'no row of a sheet';

export const scoreSheet: OwnFormat = {
  name: 'score-sheet',
  words: 'a score sheet',
  phase: 'own',
  kinds: {
    unit: 'line',
    read: ['row'],
    repeated: { 'a row of a recorded cell': RECORDED },
    leftOut: { 'a line that is no row': NO_ROW, 'a row that is refused': REFUSED },
  },
  notInManifest: 'is a score sheet, which names its own cells',
  recognises: ({ head }) => head !== null && isSheetRow(head),
  import: (source, { options }) => importSheet(source, options),
};

/** Runs in one request: some 400 kB. */
const BATCH_ROWS = 500;
/** Requests under way at once. */
const LANES = 8;

/**
 * Imports a sheet: one entry for what was loaded, one for each line that was not. Expected failures become
 * entries.
 */
async function importSheet(source: Source, { cellId, ...client }: ImportOptions): Promise<ImportEntry[]> {
  if (cellId !== undefined)
    return [
      failed(source, new ImportError('bad_content', source.file, 'names its own cells: leave --cell away')),
    ];
  try {
    checkKept(source.file, client, 'nothing');
  } catch (error) {
    return [failed(source, importErrorOf(source.file, error))];
  }
  const { rows, problems } = readScoreSheet(source.text);
  const entries = problems.map((problem) =>
    failed(source, new ImportError('bad_content', source.file, problem)),
  );
  try {
    const recorded = await recordedCells(rows, client);
    const fresh = rows.filter(({ cellId }) => !recorded.has(cellId));
    const refused = await postRuns(fresh, client);
    const put = await putAll(fresh, client, source.file);
    const detail = [
      `${put.cells.length} cells, ${put.scores} score records`,
      recorded.size > 0 ? `${recorded.size} recorded already and left as they are` : '',
      refused > 0 ? `${refused} runs rejected` : '',
    ];
    const loaded = detail.filter((part) => part !== '').join('; ');
    return [
      {
        ...entryOf(source),
        outcome: 'loaded',
        cells: put.cells,
        detail: loaded,
        lines: tallyOfLines(source.text, {
          read: put.cells.length,
          repeated: rows.length - fresh.length,
          leftOut: [
            [NO_ROW, problems.length],
            [REFUSED, put.errors.length],
          ],
        }),
        error: null,
      },
      ...entries,
      ...put.errors.map((error) => failed(source, error)),
    ];
  } catch (error) {
    return [failed(source, importErrorOf(source.file, error)), ...entries];
  }
}

/** A cell that is refused does not stop the others. */
async function putAll(
  rows: readonly SheetRow[],
  client: ClientOptions,
  file: string,
): Promise<{ cells: string[]; scores: number; errors: ImportError[] }> {
  const put = { cells: [] as string[], scores: 0, errors: [] as ImportError[] };
  await inLanes(rows, async ({ cellId, scores }) => {
    try {
      await putScores(client, cellId, scores);
      put.cells.push(cellId);
      put.scores += scores.length;
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error;
      put.errors.push(new ImportError(error.code, file, `${cellId}: ${error.message}`, error));
    }
  });
  return put;
}

/** Those of the rows' cells that hold more than a sheet leaves: one span. */
async function recordedCells(rows: readonly SheetRow[], client: ClientOptions): Promise<Set<string>> {
  const recorded = new Set<string>();
  await inLanes(rows, async ({ cellId }) => {
    const outline = await readCellOutline(client, cellId);
    if (outline !== null && (outline.spans > 1 || outline.hasTerminal)) recorded.add(cellId);
  });
  return recorded;
}

/** @returns how many the collector rejected */
async function postRuns(rows: readonly SheetRow[], client: ClientOptions): Promise<number> {
  const runs = rows.filter(({ run }) => run !== null);
  let refused = 0;
  for (let at = 0; at < runs.length; at += BATCH_ROWS) {
    const body = runsBody(runs.slice(at, at + BATCH_ROWS));
    refused += (await postOtlp(client, 'traces', body, null))?.rejected ?? 0;
  }
  return refused;
}

function entryOf({ file, format }: Source): Pick<ImportEntry, 'file' | 'format' | 'cellId'> {
  return { file, format: format.name, cellId: null };
}

function failed(source: Source, error: ImportError): ImportEntry {
  return { ...entryOf(source), outcome: 'failed', detail: error.message, lines: null, error };
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** The rows' runs as OTLP/JSON: a resource and one span each, its ids made of the cell's alone. */
function runsBody(rows: readonly SheetRow[]): string {
  return JSON.stringify({ resourceSpans: rows.map(runOf) });
}

function runOf({ cellId, run }: SheetRow): object {
  const { attributes } = resolveCell({ cellId });
  const { agent, family, task } = parseCellId(cellId);
  const ids = createHash('sha256').update(`score sheet\n${cellId}`).digest('hex');
  const told: [string, string | number | boolean | string[]][] = [
    [spanKey.kind, 'adapter_run'],
    [spanKey.timing, 'measured'],
  ];
  if (run !== null && run.exitCode !== null) told.push([spanKey.exitCode, run.exitCode]);
  if (run?.timedOut === true) told.push([spanKey.timedOut, true]);
  const span = {
    traceId: ids.slice(0, 32),
    spanId: ids.slice(32, 48),
    name: task === null ? agent : `${agent}:${family}/${task}`,
    kind: 1,
    startTimeUnixNano: String(run?.startNs ?? 0n),
    endTimeUnixNano: String(run?.endNs ?? 0n),
    attributes: told.map(attribute),
    status: run?.banner ? { code: 2, message: run.banner } : {},
  };
  return {
    resource: { attributes: Object.entries(attributes).map(attribute) },
    scopeSpans: [{ scope: { name: sheetScope }, spans: [span] }],
  };
}

function attribute([key, value]: readonly [string, string | number | boolean | string[]]): object {
  if (Array.isArray(value))
    return { key, value: { arrayValue: { values: value.map((item) => ({ stringValue: item })) } } };
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  return { key, value: typeof value === 'number' ? { intValue: String(value) } : { boolValue: value } };
}
