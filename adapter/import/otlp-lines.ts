// Imports OTLP in JSON with one request a line, as the Collector's file exporter writes it. Neighbouring lines of one
// signal are sent together, byte for byte; a line that cannot be sent is left out and the others are not. Sends no
// metrics: no track shows them.
import { parseObject } from '../agents/reading/json-value.ts';
import { LineAccount, type LineKinds, leftOutReasons } from '../agents/reading/line-account.ts';
import { type ClientOptions, CollectorError, postOtlp } from '../sdk/collector-client.ts';
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
export interface RequestLine {
  readonly text: string;
  readonly outline: OtlpOutline;
  /** What stands between the brackets of its one list; null where it holds more. */
  readonly list: string | null;
}

/** What became of the lines that were sent. */
export interface Sums {
  spans: number;
  logs: number;
  rejected: number;
  readonly reasons: Set<string>;
  /** Lines that the collector refused whole. */
  refused: number;
}

export function noSums(): Sums {
  return { spans: 0, logs: 0, rejected: 0, reasons: new Set(), refused: 0 };
}

async function importLines(cell: OpenCell, { text, file }: Source): Promise<Loaded> {
  const account = new LineAccount();
  const lines = readLines(text, account);
  const cellIds = new Set(lines.flatMap(({ outline }) => [...outline.cellIds]));
  nameCells(cell, file, cellIds);
  const own = cellIds.has(null) ? cell.ownId : null;
  const sums = noSums();
  const widen = ({ startNs, endNs }: OtlpOutline): void => {
    if (startNs !== null) cell.widen(startNs, endNs ?? startNs);
  };
  const batches = new Batches();
  for (const line of lines) {
    const batch = batches.add(line);
    if (batch !== null) await postBatch(cell.client, batch, own, sums, widen);
  }
  await postBatch(cell.client, batches.rest(), own, sums, widen);
  return loadedOf(sums, account, cellIds.has(null) && own === null);
}

/** What a file comes to once its lines are sent. @param isAdhoc whether some name no cell, and none is given */
export function loadedOf(sums: Sums, account: LineAccount, isAdhoc: boolean): Loaded {
  const { spans, logs, refused } = sums;
  // Whatever the collector refused was begun as read.
  account.finish();
  if (refused > 0) account.takeBack(refused, REFUSED);
  const what = [
    spans > 0 ? `${spans} spans` : '',
    logs > 0 ? `${logs} log records` : '',
    spans + logs + refused === 0 ? 'no records' : '',
  ];
  const told = what.filter((part) => part !== '').join(', ');
  const why = [...sums.reasons].slice(0, 3).join('; ');
  const rejected =
    sums.rejected + refused === 0 ? '' : `, some of them rejected${why === '' ? '' : `: ${why}`}`;
  return { detail: `${told}${adhocWords(isAdhoc)}${rejected}`, lines: account.tally() };
}

function readLines(text: string, account: LineAccount): RequestLine[] {
  const found: RequestLine[] = [];
  for (const line of account.linesOf(text)) {
    const read = readRequestLine(line, account);
    if (read !== null) found.push(read);
  }
  return found;
}

/** A line that was begun; null where it holds no records, which the account is told. */
export function readRequestLine(line: string, account: LineAccount): RequestLine | null {
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
    return { text: line, outline, list };
  }
  return null;
}

/** Puts lines together that can be sent as one request, in their order. */
export class Batches {
  readonly #maxChars: number;
  #batch: RequestLine[] = [];
  #chars = 0;

  constructor(maxChars = MAX_REQUEST_CHARS) {
    this.#maxChars = maxChars;
  }

  /** @returns the lines before this one, where it does not go with them */
  add(line: RequestLine): readonly RequestLine[] | null {
    const [first] = this.#batch;
    const fits = first?.outline.signal === line.outline.signal && first.list !== null && line.list !== null;
    const isFull = this.#chars + line.text.length > this.#maxChars;
    const before = this.#batch.length > 0 && (!fits || isFull) ? this.rest() : null;
    this.#batch.push(line);
    this.#chars += line.text.length;
    return before;
  }

  rest(): readonly RequestLine[] {
    const batch = this.#batch;
    this.#batch = [];
    this.#chars = 0;
    return batch;
  }
}

/**
 * @param own the cell of records that name none
 * @param onTaken told of each line that was taken
 * @throws CollectorError where nobody answers
 */
export async function postBatch(
  client: ClientOptions,
  batch: readonly RequestLine[],
  own: string | null,
  sums: Sums,
  onTaken: (outline: OtlpOutline) => void,
): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  const { signal } = first.outline;
  const name = signal === 'traces' ? 'resourceSpans' : 'resourceLogs';
  const body = batch.length === 1 ? first.text : `{"${name}":[${batch.map(({ list }) => list).join(',')}]}`;
  try {
    const partial = await postOtlp(client, signal, body, own);
    if (partial !== null) {
      sums.rejected += partial.rejected;
      if (partial.message !== '') sums.reasons.add(partial.message);
    }
  } catch (error) {
    if (!(error instanceof CollectorError) || error.code !== 'collector_refused') throw error;
    if (batch.length === 1) {
      sums.reasons.add(error.message);
      sums.refused++;
      return;
    }
    for (const line of batch) await postBatch(client, [line], own, sums, onTaken);
    return;
  }
  for (const { outline } of batch) {
    if (signal === 'traces') sums.spans += outline.records;
    else sums.logs += outline.records;
    onTaken(outline);
  }
}
