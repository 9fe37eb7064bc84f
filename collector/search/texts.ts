// What texts a record holds, and under which names: the projector makes n-gram filters of them and a search
// matches them, so that nothing is found by the one and missed by the other. Reads no store.
import type { ScoreRecord, ScoreValue } from '../../shared/score.ts';
import type { StoredChange, StoredLog } from '../cell/records.ts';
import type { AnyValue, Attribute, ResourceRecord, ScopeRecord, SpanRecord } from '../record.ts';
import { valueJson } from '../record-json.ts';

/**
 * Is shown one text. @returns true to be shown no more
 * @param field what holds it
 * @param kind `id` where no other record is likely to hold the same
 */
export type Visit = (field: string, text: string, kind?: 'id') => boolean;

/** Name first, then what went wrong, then attributes, events, links and ids. */
export function visitSpan(span: SpanRecord, visit: Visit): boolean {
  if (visit('name', span.name)) return true;
  if (span.statusMessage !== '' && visit('status message', span.statusMessage)) return true;
  if (visitAttributes(span.attributes, visit)) return true;
  for (const event of span.events) {
    if (visit('event', event.name)) return true;
    if (visitAttributes(event.attributes, visit)) return true;
  }
  for (const link of span.links) if (visitAttributes(link.attributes, visit)) return true;
  return visit('span id', span.spanId, 'id') || visit('trace id', span.traceId);
}

/** What all spans of one sender have in common. */
export function visitSender(resource: ResourceRecord, scope: ScopeRecord, visit: Visit): boolean {
  if (scope.name !== '' && visit('scope', scope.name)) return true;
  return visitAttributes(resource.attributes, visit) || visitAttributes(scope.attributes, visit);
}

export function visitLog(log: StoredLog, visit: Visit): boolean {
  if (visitValue('body', log.body, visit)) return true;
  if (log.eventName !== null && visit('event', log.eventName)) return true;
  if (visitAttributes(log.attributes, visit)) return true;
  return visit('service', log.service);
}

/** The path and the diff are both held by the file: its path is their name. */
export function visitChange(change: StoredChange, visit: Visit): boolean {
  if (visit(change.path, change.path)) return true;
  return change.diff !== null && visit(change.path, change.diff);
}

export function visitScore({ axis, values, scorer }: ScoreRecord, visit: Visit): boolean {
  if (visit(axis, axis)) return true;
  for (const [key, value] of Object.entries(values)) {
    const field = `${axis} ${key}`;
    if (visit(field, key) || visitScoreValue(field, value, visit)) return true;
  }
  return scorer !== undefined && visit(`${axis} scorer`, scorer);
}

function visitScoreValue(field: string, value: ScoreValue, visit: Visit): boolean {
  if (typeof value === 'string') return visit(field, value);
  return visitJson(field, value, visit);
}

function visitAttributes(attributes: readonly Attribute[], visit: Visit): boolean {
  for (const [key, value] of attributes) if (visitValue(key, value, visit) || visit(key, key)) return true;
  return false;
}

function visitValue(field: string, value: AnyValue, visit: Visit): boolean {
  if (typeof value === 'string') return visit(field, value);
  if (typeof value === 'object' && value !== null) return visitJson(field, valueJson(value), visit);
  if (value === null) return false;
  return visit(field, Object.is(value, -0) ? '-0' : String(value));
}

/** What is shown of lists and objects is their JSON; `readingsOf` reads the strings in it. Bytes are no text. */
function visitJson(field: string, value: unknown, visit: Visit): boolean {
  if (isBytes(value)) return false;
  const text = JSON.stringify(value, (_, part) => (isBytes(part) ? null : part));
  return text !== undefined && visit(field, text);
}

/** `valueJson` of bytes. */
function isBytes(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === '$bytes';
}
