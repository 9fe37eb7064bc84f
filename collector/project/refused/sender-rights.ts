// What a sender may say that is not trusted with everything: which records of a request are refused, and why.
// Admission asks before it acknowledges, the projector when it reads the entry: one rule for both. Does not
// count or answer.
import { cellIdProblem } from '../../../shared/cell-id.ts';
import { logEvent, logKey, resourceKey, sheetScope, spanKey } from '../../../shared/conventions.ts';
import type { SpanKind } from '../../../shared/span.ts';
import { tellers } from '../../../shared/tellers.ts';
import { mayTouchCell } from '../../access.ts';
import type { Sender } from '../../cell/records.ts';
import type { AnyRecord, Attribute, Batch, Decoded, ScopeRecord } from '../../record.ts';
import { mapOf } from '../attributes.ts';
import { kindOf } from '../kind.ts';
import { labelOf } from '../label.ts';

/**
 * `other_cell`: it names a cell that its sender may not speak for. `verdict`: it judges. `harness`: it is a phase
 * of the run, or tells that the run goes on, which is not the agent's to say.
 */
export const refusals = ['other_cell', 'verdict', 'harness'] as const;
export type Refusal = (typeof refusals)[number];

/** Phases that the harness conducts; what happens inside `adapter_run` is the agent's own. */
const harnessKinds: ReadonlySet<SpanKind> = new Set([
  'task_setup',
  'adapter_run',
  'container',
  'verify',
  'cleanup',
]);

/** What the harness alone says of a run: its limits, and what was left of it. */
const harnessKeys: ReadonlySet<string> = new Set([
  spanKey.timedOut,
  spanKey.timeoutSeconds,
  spanKey.killedProcesses,
]);

/** Whose word outranks the agent's own: the proxy stands outside of it. */
const MEASURED_BY = tellers[0].name;

/** Whatever is called a score, an outcome or a verdict, read here or not: a later build may read it. */
const VERDICT =
  /^(?:bench\.(?:score|scores|scorer|outcome|verdict|verify|verifier|pass|passed|pass_rate|composite|judgement)|gen_ai\.evaluation)(?:\.|$)/;

/** The records of a request that its sender may not send, each with the reason. */
export function refusedRecords(
  { batches }: Decoded<AnyRecord>,
  sender: Sender | undefined,
): ReadonlyMap<object, Refusal> {
  const refused = new Map<object, Refusal>();
  if (sender === undefined) return refused;
  for (const { resource, scope, records } of batches) {
    const label = labelOf(resource);
    const isForeign = label !== null && !mayTouchCell(sender, label);
    for (const record of records) {
      const why = isForeign ? 'other_cell' : refusalOf(record, scope, sender);
      if (why !== null) refused.set(record, why);
    }
  }
  return refused;
}

/** The request without the records that its sender may not send. */
export function allowedRecords<T extends AnyRecord>(
  decoded: Decoded<T>,
  refused: ReadonlyMap<object, Refusal>,
): Decoded<T> {
  if (refused.size === 0) return decoded;
  const batches = decoded.batches.map(
    (batch): Batch<T> => ({
      ...batch,
      records: batch.records.filter((record) => !refused.has(record)),
    }),
  );
  const accepted = batches.reduce((sum, { records }) => sum + records.length, 0);
  return { ...decoded, batches, accepted };
}

function refusalOf(record: AnyRecord, scope: ScopeRecord, sender: Sender): Refusal | null {
  const { attributes, events = [] } = record;
  if (attributes.some((attribute) => namesOther(attribute, sender))) return 'other_cell';
  if (!sender.judges && (isVerdict(record) || events.some(isVerdict))) return 'verdict';
  // Of two spans of one id the first stays: an agent must not take the place of its own run's.
  if (sender.runSpanId !== undefined && record.spanId === sender.runSpanId && record.name !== undefined)
    return 'harness';
  return sender.cell !== undefined && isOfHarness(record, scope) ? 'harness' : null;
}

function namesOther([key, value]: Attribute, sender: Sender): boolean {
  return (
    key === resourceKey.cellId &&
    typeof value === 'string' &&
    cellIdProblem(value) === null &&
    !mayTouchCell(sender, value)
  );
}

/** Of a record or of an event inside one. */
function isVerdict({ attributes, name, eventName, metric }: AnyRecord): boolean {
  if ([name, eventName, metric?.name].some((said) => said !== undefined && VERDICT.test(said))) return true;
  return attributes.some(
    ([key, value]) =>
      VERDICT.test(key) || (key === logKey.eventName && typeof value === 'string' && VERDICT.test(value)),
  );
}

function isOfHarness({ attributes, name, eventName }: AnyRecord, scope: ScopeRecord): boolean {
  if (scope.name === sheetScope || eventName === logEvent.run) return true;
  for (const [key, value] of attributes) {
    if (harnessKeys.has(key) || (key === logKey.eventName && value === logEvent.run)) return true;
    if (key === spanKey.toldBy && value === MEASURED_BY) return true;
  }
  // Of a log record too: spans are made of some.
  return harnessKinds.has(kindOf(name ?? '', mapOf(attributes)));
}
