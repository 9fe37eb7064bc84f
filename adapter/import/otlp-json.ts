// Imports OTLP bodies in JSON that somebody else encoded. They are posted as they are, byte for byte;
// this file only looks which cell they name and when their first span begins. An attribute key is data:
// it is compared, never used to index.
import { resourceKey } from '../../shared/conventions.ts';
import type { JsonObject } from '../agents/reading/json-value.ts';
import { listAt, objectAt, parseObject, textAt } from '../agents/reading/json-value.ts';
import type { LineKinds } from '../agents/reading/line-account.ts';
import type { Json } from '../agents/step.ts';
import { postOtlp } from '../sdk/collector-client.ts';
import type { Loaded, OpenCell, Source, TrackFormat } from './format.ts';
import { ImportError } from './import-error.ts';

/** Why a record of a request is not kept. */
export const REFUSED = 'refused by the collector, which says why';

const otlpEntries: LineKinds = { unit: 'entry', read: ['span', 'log record'], leftOut: { refused: REFUSED } };

export const otlpTraces: TrackFormat = {
  name: 'otlp-traces',
  words: 'OTLP traces in JSON',
  phase: 'spans',
  recognises({ whole }) {
    if (Array.isArray(whole?.resourceSpans)) return true;
    return Array.isArray(whole?.resourceMetrics) ? 'holds OTLP metrics, which no track shows' : false;
  },
  kinds: otlpEntries,
  import: importOtlp,
};

export const otlpLogs: TrackFormat = {
  name: 'otlp-logs',
  words: 'OTLP logs in JSON',
  phase: 'spans',
  recognises: ({ whole }) => Array.isArray(whole?.resourceLogs),
  kinds: otlpEntries,
  import: importOtlp,
};

async function importOtlp(cell: OpenCell, { text, file }: Source): Promise<Loaded> {
  const outline = outlineOtlp(parseObject(text));
  if (outline === null) throw new ImportError('bad_content', file, 'holds no OTLP traces or logs in JSON');
  const own = cell.ownId;
  nameCells(cell, file, outline.cellIds);
  const unnamed = outline.cellIds.has(null);
  const partial = await postOtlp(cell.client, outline.signal, text, unnamed ? own : null);
  if (outline.startNs !== null) cell.widen(outline.startNs, outline.endNs ?? outline.startNs);
  const { records, signal } = outline;
  const rejected = Math.min(records, partial?.rejected ?? 0);
  const what = `${records} ${signal === 'traces' ? 'spans' : 'log records'}${adhocWords(unnamed && own === null)}`;
  const reason = partial === null || partial.message === '' ? '' : `: ${partial.message}`;
  return {
    detail: partial === null ? what : `${what}, ${partial.rejected} of them rejected${reason}`,
    lines: {
      unit: 'entry',
      total: records,
      read: records - rejected,
      repeated: 0,
      leftOut: new Map(rejected > 0 ? [[REFUSED, rejected]] : []),
    },
  };
}

/** Notes the cells that a file names. @throws ImportError where one is another than that of all files */
export function nameCells(cell: OpenCell, file: string, cellIds: Iterable<string | null>): void {
  const own = cell.ownId;
  for (const id of cellIds) {
    if (id === null) continue;
    cell.name(id);
    if (own !== null && id !== own)
      throw new ImportError('bad_content', file, `names the cell ${id}, not ${own}`);
  }
}

export function adhocWords(isAdhoc: boolean): string {
  return isAdhoc ? '; those that name no cell make one a trace, --cell puts them in one' : '';
}

export interface OtlpOutline {
  readonly signal: 'traces' | 'logs';
  readonly records: number;
  /** The cells that its resources name; null stands for a resource that names none. */
  readonly cellIds: ReadonlySet<string | null>;
  /** Unix nanoseconds; null where the body holds no span with a start. */
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
}

/** What a request holds; null where it is neither OTLP traces nor logs. */
export function outlineOtlp(body: JsonObject | null): OtlpOutline | null {
  const signal = Array.isArray(body?.resourceSpans) ? 'traces' : 'logs';
  const groups = listAt(body, signal === 'traces' ? 'resourceSpans' : 'resourceLogs');
  if (body === null || groups.length === 0) return null;
  const cellIds = new Set<string | null>();
  let records = 0;
  let startNs: bigint | null = null;
  let endNs: bigint | null = null;
  for (const group of groups) {
    cellIds.add(cellIdOf(objectAt(group, 'resource')));
    for (const scope of listAt(group, signal === 'traces' ? 'scopeSpans' : 'scopeLogs')) {
      for (const record of listAt(scope, signal === 'traces' ? 'spans' : 'logRecords')) {
        records++;
        const start = nanoseconds(record, 'startTimeUnixNano');
        const end = nanoseconds(record, 'endTimeUnixNano');
        if (start !== null && (startNs === null || start < startNs)) startNs = start;
        if (end !== null && (endNs === null || end > endNs)) endNs = end;
      }
    }
  }
  return { signal, records, cellIds, startNs, endNs };
}

function cellIdOf(resource: JsonObject | null): string | null {
  const attribute = listAt(resource, 'attributes').find((item) => textAt(item, 'key') === resourceKey.cellId);
  return textAt(objectAt(attribute, 'value'), 'stringValue');
}

function nanoseconds(record: Json, key: string): bigint | null {
  const text = textAt(record, key);
  return text !== null && /^[1-9]\d{0,19}$/.test(text) ? BigInt(text) : null;
}
