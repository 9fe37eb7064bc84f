// What a span shows of its cell's outcome: noted as it arrives, in any order. Most spans show nothing; they
// cost one comparison.
import { spanEvent, spanKey } from '../../shared/conventions.ts';
import { namesOf } from '../../shared/dialects/dialects.ts';
import type { Findings } from '../../shared/failures/reader.ts';
import { readFailures } from '../../shared/failures/readers.ts';
import { firstSignature } from '../../shared/failures/signature.ts';
import { type EvidenceSpan, hasFailed } from '../../shared/outcome.ts';
import { spanKinds } from '../../shared/span.ts';
import {
  type Evidence,
  type EvidenceRecord,
  evidenceRoles,
  isLater,
  keepLatest,
} from '../cell/outcome-evidence.ts';
import type { ChunkSpan } from '../cell/records.ts';
import type { SpanRecord } from '../record.ts';
import { type AttributeMap, booleanAt, integerAt, mapOf, numberAt, textAt } from './attributes.ts';

/** A sentence shows 400 characters; rules look for words somewhat further. */
const MAX_MESSAGE_CHARS = 2000;
const MAX_NAME_CHARS = 200;

const runKinds: ReadonlySet<string> = new Set(['adapter_run', 'container']);
/** Where a verifier's output may be: its own key, then those of tools' results. */
const outputKeys = [spanKey.verifyOutput, ...namesOf(({ tools }) => tools?.result)];
const httpStatusKeys = namesOf(({ ends }) => ends?.httpStatus);
const exitCodeKeys = namesOf(({ ends }) => ends?.exitCode);
const statuses = ['unset', 'ok', 'error'] as const;

/** Notes what a span shows that is new to its cell. */
export function noteEvidence(evidence: Evidence, span: ChunkSpan, attributes: AttributeMap): void {
  const { record } = span;
  const kind = spanKinds[span.kind] ?? 'other';
  const isError = record.statusCode === 2;
  noteLast(evidence, record);
  const isRun = runKinds.has(kind);
  if (!isError && !isRun && kind !== 'model_call' && kind !== 'verify') return;
  const found = evidenceRecordOf(record, kind, attributes);
  if (kind === 'model_call') keepLatest(evidence, 'modelCall', found);
  // A call that has not ended may still fail.
  if (
    kind === 'model_call' &&
    record.endNs > 0n &&
    !hasFailed({ ...found, httpStatus: found.httpStatus ?? null })
  )
    keepLatest(evidence, 'goodModelCall', found);
  if (kind === 'verify') keepLatest(evidence, 'verify', found);
  if (isRun) keepLatest(evidence, 'run', found);
  if (found.limit !== undefined) keepLatest(evidence, 'limited', found);
  if (isError && kind !== 'verify') keepLatest(evidence, 'error', found);
  if (isError && (isRun || kind === 'agent_step')) keepLatest(evidence, 'agentError', found);
  if (isError && (isRun || kind === 'task_setup')) keepLatest(evidence, 'harnessError', found);
}

/** The evidence as the rules take them, in order of time. */
export function evidenceSpans(evidence: Evidence): EvidenceSpan[] {
  return evidenceRoles
    .flatMap((role) => evidence[role] ?? [])
    .sort((a, b) => (isLater(a, b) ? 1 : isLater(b, a) ? -1 : 0))
    .map((record) => ({
      key: record.key,
      kind: record.kind,
      name: record.name,
      status: record.status,
      statusMessage: record.message ?? null,
      errorType: record.errorType ?? null,
      httpStatus: record.httpStatus ?? null,
      exitCode: record.exitCode ?? null,
      startNs: record.startNs,
      ...(record.endNs !== undefined && { endNs: record.endNs }),
      ...(record.timedOut !== undefined && { timedOut: record.timedOut }),
      ...(record.limit !== undefined && { limitS: record.limit }),
      output: record.output ?? null,
      tally: record.tally ?? null,
      tests: record.tests,
    }));
}

/** Nearly every span of a run that is sent in order is the last one so far. */
function noteLast(evidence: Evidence, { startNs, traceId, spanId }: SpanRecord): void {
  const known = evidence.last;
  if (known && startNs < known.startNs) return;
  const key = `${traceId}:${spanId}`;
  keepLatest(evidence, 'last', { startNs, key, kind: 'other', name: '', status: 'unset' });
}

function evidenceRecordOf(record: SpanRecord, kind: string, attributes: AttributeMap): EvidenceRecord {
  const { startNs, endNs, traceId, spanId, name, statusCode } = record;
  const thrown = statusCode === 2 ? exceptionOf(record) : null;
  const statusMessage = record.statusMessage || thrown?.message || '';
  const errorType = textAt(attributes, spanKey.errorType) ?? thrown?.type ?? null;
  const timedOut = booleanAt(attributes, spanKey.timedOut);
  const limit = runKinds.has(kind) ? numberAt(attributes, spanKey.timeoutSeconds) : null;
  const httpStatus = integerAt(attributes, ...httpStatusKeys);
  const exitCode = integerAt(attributes, ...exitCodeKeys);
  return {
    startNs,
    ...(endNs > 0n && { endNs }),
    key: `${traceId}:${spanId}`,
    kind,
    name: name.slice(0, MAX_NAME_CHARS),
    status: statuses[statusCode] ?? 'unset',
    ...(statusMessage !== '' && { message: statusMessage.slice(0, MAX_MESSAGE_CHARS) }),
    ...(errorType !== null && { errorType: errorType.slice(0, MAX_NAME_CHARS) }),
    ...(httpStatus !== null && { httpStatus }),
    ...(exitCode !== null && { exitCode }),
    ...(timedOut !== null && { timedOut }),
    ...(limit !== null && { limit }),
    ...(kind === 'verify' && outputFacts(textAt(attributes, ...outputKeys))),
  };
}

/** What OpenTelemetry's SDKs note of an error that was thrown: many leave the status without words. */
function exceptionOf({ events }: SpanRecord): { type: string | null; message: string | null } | null {
  const event = events.findLast(({ name }) => name === spanEvent.exception);
  if (!event) return null;
  const attributes = mapOf(event.attributes);
  return {
    type: textAt(attributes, spanEvent.exceptionType),
    message: textAt(attributes, spanEvent.exceptionMessage),
  };
}

function outputFacts(output: string | null): Pick<EvidenceRecord, 'output' | 'tally' | 'tests' | 'failure'> {
  if (output === null) return {};
  const found = readFailures(output);
  const { tally, tests } = found;
  const [first] = tests;
  const failure = signatureText(found);
  return {
    output: output.slice(0, MAX_NAME_CHARS),
    ...(tally && { tally }),
    ...(first && { tests: { first, count: tests.length } }),
    ...(failure !== null && { failure }),
  };
}

/** The signature of a failure as the sweep's table holds it. */
export function failureText(output: string): string | null {
  return signatureText(readFailures(output));
}

function signatureText(found: Findings): string | null {
  const first = firstSignature(found);
  return first && JSON.stringify([first.test, first.location, first.message]);
}
