// What one log record means: terminal output, a resize, a file change, a score - or a log like any
// other, which is also what a record becomes that bears one of those names and lacks what they need.
import { logEvent, logKey } from '../../shared/conventions.ts';
import type { ScoreRecord, ScoreValue } from '../../shared/score.ts';
import { parseSize } from '../../shared/terminal.ts';
import { readVerdict, withVerdict } from '../../shared/verdict.ts';
import type { StoredChange, StoredLog, StoredTerminalEvent } from '../cell/records.ts';
import { textOfBytes } from '../cell/split-characters.ts';
import type { AnyValue, LogRecord } from '../record.ts';
import { type AttributeMap, mapOf, numberAt, textAt } from './attributes.ts';
import { timingOf } from './span-facts.ts';

export type LogMeaning =
  | { readonly track: 'terminal'; readonly record: StoredTerminalEvent; readonly timing: number }
  | { readonly track: 'changes'; readonly record: StoredChange; readonly timing: number }
  | { readonly track: 'logs'; readonly record: StoredLog; readonly timing: number }
  | ScoreOfEvent;
export interface ScoreOfEvent {
  readonly track: 'scores';
  readonly record: ScoreRecord;
}

const MAX_AXIS_CHARS = 128;
const changes: ReadonlySet<unknown> = new Set(['added', 'modified', 'removed']);

/** @param receivedNs stands in for the time of a record that has none */
export function readLogRecord(log: LogRecord, service: string, receivedNs: bigint): LogMeaning {
  const attributes = mapOf(log.attributes);
  const name = textAt(attributes, logKey.eventName) ?? log.eventName;
  // Rust exporters send time 0 and say when it was observed.
  const timeNs = log.timeNs || log.observedNs || receivedNs;
  return (
    terminalOf(name, log, attributes, timeNs) ??
    changeOf(name, log, attributes, timeNs) ??
    scoreOf(name, attributes) ?? {
      track: 'logs',
      timing: timingOf(attributes.get(logKey.timing)),
      record: {
        timeNs,
        severity: severityOf(log),
        eventName: log.eventName || name || null,
        body: log.body,
        attributes: log.attributes,
        traceId: log.traceId || null,
        spanId: log.spanId || null,
        service,
      },
    }
  );
}

function terminalOf(
  name: string,
  log: LogRecord,
  attributes: AttributeMap,
  timeNs: bigint,
): LogMeaning | null {
  const timing = timingOf(attributes.get(logKey.timing));
  if (name === logEvent.terminalOutput) {
    const data = textOf(log.body);
    if (data === null) return null;
    const stream = textAt(attributes, logKey.terminalStream) ?? 'pty';
    return { track: 'terminal', timing, record: { timeNs, code: 'o', data, stream } };
  }
  if (name !== logEvent.terminalResize) return null;
  const cols = numberAt(attributes, logKey.terminalCols);
  const size = parseSize(`${cols}x${numberAt(attributes, logKey.terminalRows)}`);
  if (!size) return null;
  const data = `${size.cols}x${size.rows}`;
  return { track: 'terminal', timing, record: { timeNs, code: 'r', data, stream: '' } };
}

function textOf(body: AnyValue): string | null {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? textOfBytes(body) : null;
}

function changeOf(name: string, log: LogRecord, attributes: AttributeMap, timeNs: bigint): LogMeaning | null {
  const path = textAt(attributes, logKey.filePath);
  const change = attributes.get(logKey.fileChange);
  if (name !== logEvent.fileChange || path === null || !changes.has(change)) return null;
  const timing = timingOf(attributes.get(logKey.timing));
  return {
    track: 'changes',
    timing,
    record: {
      timeNs,
      path,
      change: change as StoredChange['change'],
      diff: textAt(attributes, logKey.fileDiff),
      traceId: log.traceId || null,
      spanId: log.spanId || null,
      timing,
    },
  };
}

/** A score that is told by an event, of a span or as a log record. */
export function scoreOf(name: string, attributes: AttributeMap): ScoreOfEvent | null {
  const axis = textAt(attributes, logKey.evaluationName);
  if (name !== logEvent.evaluation || axis === null || axis.length > MAX_AXIS_CHARS) return null;
  const label = textAt(attributes, logKey.evaluationLabel);
  // The pass axis calls its number `pass`; every other axis names its number after itself.
  const key = axis === 'pass_rate' ? 'pass' : axis;
  const score = numberAt(attributes, logKey.evaluationScore) ?? verdictAt(attributes, axis);
  if (score === null && label === null) return null;
  const values: { [key: string]: ScoreValue } = Object.create(null);
  if (score !== null) values[key] = score;
  if (label !== null) values.label = label;
  const explanation = textAt(attributes, logKey.evaluationExplanation);
  if (explanation !== null) values.explanation = explanation;
  return { track: 'scores', record: withVerdict({ axis, values, scorer: logEvent.evaluation }) };
}

/** Some exporters send the pass axis as a boolean or a word. */
function verdictAt(attributes: AttributeMap, axis: string): number | null {
  const value = attributes.get(logKey.evaluationScore);
  if (axis !== 'pass_rate' || (typeof value !== 'boolean' && typeof value !== 'string')) return null;
  return readVerdict(value) ?? null;
}

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** The text as sent, else OpenTelemetry's name of the number's range. */
function severityOf({ severityText, severityNumber }: LogRecord): string | null {
  if (severityText !== '') return severityText;
  return severities[Math.floor((severityNumber - 1) / 4)] ?? null;
}
