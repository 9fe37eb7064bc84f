// Messages of model calls that came as log records beside the span, as some instrumentations send them: put among the
// span's events, where others send the same. Does not read what they say.

import { namesOf } from '../../shared/dialects/dialects.ts';
import { compareNs } from '../../shared/time.ts';
import type { ModelCallJson, SpanJson } from '../../shared/wire.ts';
import type { CellState } from '../cell/cell-state.ts';
import { isMessageLog } from '../cell/message-logs.ts';
import type { StoredLog } from '../cell/records.ts';
import type { StoreReads } from '../cell/stores.ts';
import { KeyValueList } from '../record.ts';
import { attributesJson } from '../record-json.ts';

type EventJson = SpanJson['events'][number];
/** By trace and span. */
export type SaidInLogs = ReadonlyMap<string, readonly EventJson[]>;

const finishNames = namesOf(({ messages }) => messages?.events?.finish);
const nothing: SaidInLogs = new Map();

/** What the cell's log records say of its spans. */
export async function saidInLogs(cell: CellState, store: StoreReads): Promise<SaidInLogs> {
  if (cell.messageLogs === undefined) return nothing;
  const said = new Map<string, EventJson[]>();
  const logs = await store.tracks.logs.read(cell);
  for (const log of logs.sort((a, b) => compareNs(a.timeNs, b.timeNs))) {
    if (!isMessageLog(log)) continue;
    const key = `${log.traceId}:${log.spanId}`;
    const events = said.get(key) ?? [];
    events.push(eventOf(log));
    said.set(key, events);
  }
  return said;
}

/** The fields of the body stand where a span's event has them. */
function eventOf({ timeNs, eventName, body, attributes }: StoredLog): EventJson {
  const fields = body instanceof KeyValueList ? body.pairs : [];
  return {
    timeNs: String(timeNs),
    name: eventName ?? '',
    attributes: attributesJson([...fields, ...attributes]).attributes,
  };
}

export function withSaid(span: SpanJson, said: SaidInLogs): SpanJson {
  const events = said.get(`${span.traceId}:${span.spanId}`);
  return events === undefined ? span : { ...span, events: [...span.events, ...events] };
}

/** A call that does not say itself how it ended: a streamed one may have ended after its span. */
export function withFinish(call: ModelCallJson, said: SaidInLogs): ModelCallJson {
  if (call.finishReason !== null) return call;
  const events = said.get(`${call.traceId}:${call.spanId}`) ?? [];
  const words = events.flatMap(({ attributes }) => finishNames.map((name) => attributes[name]));
  const word = words.find((one) => typeof one === 'string' && one !== '');
  return typeof word === 'string' ? { ...call, finishReason: word } : call;
}
