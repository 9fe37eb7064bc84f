// What a span tells of usage, who tells it, and by what it is known to be of the same call as what another tells. Does not
// decide which calls are the same, nor which of it counts: cell/call-ledger.ts does.
import { spanKey } from '../../../shared/conventions.ts';
import { dialects, namesOf } from '../../../shared/dialects/dialects.ts';
import { type SpanKind, spanKinds } from '../../../shared/span.ts';
import { tellerRank } from '../../../shared/tellers.ts';
import type { CallFacts, ChunkSpan, Telling } from '../../cell/records.ts';
import { partsOf } from '../../cell/usage-sum.ts';
import { type AttributeMap, numberAt, textAt } from '../attributes.ts';
import { serviceOf } from '../identity.ts';
import { callFactsOf, usageNames } from '../usage.ts';

const names = {
  responseId: namesOf(({ calls }) => calls?.responseId),
  requestId: namesOf(({ calls }) => calls?.requestId),
  session: namesOf(({ sessions }) => sessions),
  toolName: namesOf(({ tools }) => tools?.name),
  toolCallId: namesOf(({ tools }) => tools?.callId),
};
const SPANS = tellerRank('spans');
const PROXY = tellerRank('proxy');
const LOGS = tellerRank('logs');
/** Scope of what an adapter of ours records. */
const OWN_SCOPE = 'playhead-adapter';
/** An id that is longer is none. */
const MAX_ID_CHARS = 256;

/** Kinds of spans around calls that may tell the calls' sum. */
const sumKinds: ReadonlySet<SpanKind> = new Set(['adapter_run', 'agent_step', 'container', 'tool_call']);
/** What a span tells of usage: a model call always, a span around calls where it does, or is a run's. */
export function tellingOf(span: ChunkSpan, attributes: AttributeMap): Telling | null {
  const kind = spanKinds[span.kind] ?? 'other';
  const isCall = kind === 'model_call';
  if (!isCall && !sumKinds.has(kind)) return null;
  const session = idAt(attributes, names.session);
  if (!isCall) {
    const tells = span.record.attributes.some(([key]) => usageNames.has(key));
    if (!tells && kind === 'tool_call') return toolTelling(span, attributes);
    if (!tells && (kind !== 'adapter_run' || session === null)) return null;
  }
  const facts = callFactsOf(span.record, attributes, span.scope.name);
  if (!isCall && partsOf(facts) === 0 && kind !== 'adapter_run')
    return kind === 'tool_call' ? toolTelling(span, attributes) : null;
  const responseId = idAt(attributes, names.responseId);
  const requestId = idAt(attributes, names.requestId);
  const answerId = idAt(attributes, [spanKey.answerId]);
  return {
    ...facts,
    ...(isCall ? {} : { isSum: kind === 'adapter_run' || kind === 'container' ? 'run' : 'part' }),
    ...(kind === 'tool_call' && { tool: toolOf(span, attributes) }),
    ...tellerOf(span, attributes),
    ...(responseId !== null && { responseId }),
    ...(requestId !== null && { requestId }),
    ...(answerId !== null && { answerId }),
    ...(session !== null && { session }),
    ...(!isCall && sumOf(attributes)),
    ...(attributes.get(spanKey.usageGrade) === 'estimated' && { estimated: true }),
  };
}

function sumOf(attributes: AttributeMap): Pick<Telling, 'ofSession' | 'ofThread'> {
  const of = attributes.get(spanKey.usageOf);
  return {
    ...((of === 'session' || of === 'thread') && { ofSession: true }),
    ...(of === 'thread' && { ofThread: true }),
  };
}

const untold: CallFacts = {
  model: null,
  requestHash: null,
  inputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  timeToFirstChunkMs: null,
  costUsd: null,
  finishReason: null,
  error: null,
};

/** A tool call that tells nothing of usage: others may tell of it too. */
function toolTelling(span: ChunkSpan, attributes: AttributeMap): Telling {
  return { ...untold, isSum: 'part', tool: toolOf(span, attributes), ...tellerOf(span, attributes) };
}

function toolOf({ record }: ChunkSpan, attributes: AttributeMap): NonNullable<Telling['tool']> {
  const callId = idAt(attributes, names.toolCallId);
  const name = textAt(attributes, ...names.toolName) ?? record.name;
  return { name: name.slice(0, MAX_ID_CHARS), ...(callId !== null && { callId }) };
}

function tellerOf(
  { scope, resource }: ChunkSpan,
  attributes: AttributeMap,
): Pick<Telling, 'teller' | 'source' | 'sinceMs'> {
  const said = tellerRank(attributes.get(spanKey.toldBy));
  if (said === LOGS) return { teller: said, source: serviceOf(resource).slice(0, MAX_ID_CHARS) };
  if (said >= 0) return { teller: said, source: said === SPANS ? scope.name : '' };
  // Only a proxy sees the request's body.
  if (attributes.has(spanKey.requestHash)) return { teller: PROXY, source: '' };
  const sinceMs = sinceRequestMs(attributes);
  const source = sourceOf(scope.name, serviceOf(resource)).slice(0, MAX_ID_CHARS);
  // The request's span and that of the stream's end are two tellers of one call.
  return sinceMs === null
    ? { teller: SPANS, source }
    : { teller: SPANS, source: `${source}, end of the stream`, sinceMs };
}

const streamEnds = dialects.flatMap(({ calls }) => calls?.streamEnd ?? []);

/** How long before its end the call began of which this is the end alone; null where it is the whole call. */
function sinceRequestMs(attributes: AttributeMap): number | null {
  for (const { key, value, seconds } of streamEnds) {
    const since = attributes.get(key) === value ? numberAt(attributes, seconds) : null;
    if (since !== null && since >= 0) return since * 1000;
  }
  return null;
}

/** Two programs with one library between them tell of one call twice. */
function sourceOf(scope: string, service: string): string {
  if (scope === '') return service;
  if (scope === OWN_SCOPE || scope === service || service.startsWith('unknown_service')) return scope;
  return `${scope} in ${service}`;
}

function idAt(attributes: AttributeMap, keys: readonly string[]): string | null {
  const id = textAt(attributes, ...keys);
  return id !== null && id.length <= MAX_ID_CHARS ? id : null;
}
