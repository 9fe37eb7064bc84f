// Imports OTLP in JSON with one request a line, as the Collector's file exporter writes it. Neighbouring lines of one
// signal are sent together, byte for byte; a line that cannot be sent is left out and the others are not. Sends no
// metrics: no track shows them.
import { parseObject } from '../agents/reading/json-value.ts';
import { LineAccount, type LineKinds, leftOutReasons } from '../agents/reading/line-account.ts';
import { CollectorError, postOtlp } from '../sdk/collector-client.ts';
import type { Content, Loaded, OpenCell, Source, TrackFormat } from './format.ts';
import { adhocWords, nameCells, type OtlpOutline, outlineOtlp, REFUSED } from './otlp-json.ts';

const METRICS = 'metrics, which no track shows';
const BROKEN = 'cut or broken';
const EMPTY = 'without records';

const otlpRequests: LineKinds = {
  unit: 'line',
  read: ['resourceSpans', 'resourceLogs'],
  leftOut: {
    resourceMetrics: METRICS,
    'a request without records': EMPTY,
    'a request that is refused': REFUSED,
  },
};

const signals = ['resourceSpans', 'resourceLogs', 'resourceMetrics'] as const;

export const otlpLines: TrackFormat = {
  name: 'otlp-lines',
  words: 'OTLP in JSON, a request a line',
  phase: 'spans',
  kinds: otlpRequests,
  recognises({ head, whole, text }: Content) {
    if (head === null || !signals.some((name) => Array.isArray(head[name])) || whole !== null) return false;
    return /"resource(?:Spans|Logs)"/.test(text) ? true : 'holds OTLP metrics, which no track shows';
  },
  import: importLines,
};

/** Characters of one request: a collector takes 20 MiB. */
const MAX_REQUEST_CHARS = 4 * 1024 * 1024;

/** A line that holds records. */
interface RequestLine {
  readonly text: string;
  readonly outline: OtlpOutline;
  /** What stands between the brackets of its one list; null where it holds more. */
  readonly list: string | null;
}

interface Sums {
  spans: number;
  logs: number;
  rejected: number;
  readonly reasons: Set<string>;
}

async function importLines(cell: OpenCell, { text, file }: Source): Promise<Loaded> {
  const account = new LineAccount();
  const lines = readLines(text, account);
  const cellIds = new Set(lines.flatMap(({ outline }) => [...outline.cellIds]));
  nameCells(cell, file, cellIds);
  const own = cellIds.has(null) ? cell.ownId : null;
  const sums: Sums = { spans: 0, logs: 0, rejected: 0, reasons: new Set() };
  let refused = 0;
  for (const batch of batchesOf(lines)) refused += await postBatch(cell, batch, own, sums);
  // Whatever the collector refused was begun as read.
  account.finish();
  if (refused > 0) account.takeBack(refused, REFUSED);
  const what = [
    sums.spans > 0 ? `${sums.spans} spans` : '',
    sums.logs > 0 ? `${sums.logs} log records` : '',
    lines.length === 0 ? 'no records' : '',
  ];
  const told = what.filter((part) => part !== '').join(', ');
  const why = [...sums.reasons].slice(0, 3).join('; ');
  const rejected =
    sums.rejected + refused === 0 ? '' : `, some of them rejected${why === '' ? '' : `: ${why}`}`;
  return {
    detail: `${told}${adhocWords(cellIds.has(null) && own === null)}${rejected}`,
    lines: account.tally(),
  };
}

function readLines(text: string, account: LineAccount): RequestLine[] {
  const found: RequestLine[] = [];
  for (const line of account.linesOf(text)) {
    const body = parseObject(line);
    const signal = signals.find((name) => Array.isArray(body?.[name]));
    const outline = outlineOtlp(body);
    if (body === null) account.leaveOut(BROKEN);
    else if (signal === undefined) account.leaveOut(leftOutReasons.unknown);
    else if (signal === 'resourceMetrics') account.leaveOut(METRICS);
    else if (outline === null || outline.records === 0) account.leaveOut(EMPTY);
    else {
      const list =
        Object.keys(body).length === 1 ? line.slice(line.indexOf('[') + 1, line.lastIndexOf(']')) : null;
      found.push({ text: line, outline, list });
    }
  }
  return found;
}

/** Lines that can be sent as one request, in their order. */
function* batchesOf(lines: readonly RequestLine[]): Generator<readonly RequestLine[]> {
  let batch: RequestLine[] = [];
  let chars = 0;
  for (const line of lines) {
    const [first] = batch;
    const fits = first?.outline.signal === line.outline.signal && first.list !== null && line.list !== null;
    if (batch.length > 0 && (!fits || chars + line.text.length > MAX_REQUEST_CHARS)) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(line);
    chars += line.text.length;
  }
  if (batch.length > 0) yield batch;
}

/** @returns how many of its lines were refused. @throws CollectorError where nobody answers */
async function postBatch(
  cell: OpenCell,
  batch: readonly RequestLine[],
  own: string | null,
  sums: Sums,
): Promise<number> {
  const [first] = batch;
  if (first === undefined) return 0;
  const { signal } = first.outline;
  const name = signal === 'traces' ? 'resourceSpans' : 'resourceLogs';
  const body = batch.length === 1 ? first.text : `{"${name}":[${batch.map(({ list }) => list).join(',')}]}`;
  try {
    const partial = await postOtlp(cell.client, signal, body, own);
    if (partial !== null) {
      sums.rejected += partial.rejected;
      if (partial.message !== '') sums.reasons.add(partial.message);
    }
  } catch (error) {
    if (!(error instanceof CollectorError) || error.code !== 'collector_refused') throw error;
    if (batch.length === 1) {
      sums.reasons.add(error.message);
      return 1;
    }
    let refused = 0;
    for (const line of batch) refused += await postBatch(cell, [line], own, sums);
    return refused;
  }
  for (const { outline } of batch) {
    if (signal === 'traces') sums.spans += outline.records;
    else sums.logs += outline.records;
    if (outline.startNs !== null) cell.widen(outline.startNs, outline.endNs ?? outline.startNs);
  }
  return 0;
}
