// What one span means: its kind, how well its times are known, what is odd about them, and the facts
// about its cell that it carries. Nothing is repaired: times stay as sent.
import { resourceKey, sheetScope, spanKey } from '../../shared/conventions.ts';
import { namesOf } from '../../shared/dialects/dialects.ts';
import { settingsText } from '../../shared/judge/settings.ts';
import { spanFlag, spanKinds, timingGrades } from '../../shared/span.ts';
import { toldUsd } from '../cell/bill.ts';
import {
  addTally,
  addTiming,
  type CellState,
  emptyTally,
  type Fact,
  isAdhoc,
  outranking,
  type Tally,
} from '../cell/cell-state.ts';
import type { ChunkSpan } from '../cell/records.ts';
import type { AnyValue, ResourceRecord, ScopeRecord, SpanRecord } from '../record.ts';
import {
  type AttributeMap,
  booleanAt,
  firstTextAt,
  integerAt,
  mapOf,
  numberAt,
  textAt,
} from './attributes.ts';
import { kindOf } from './kind.ts';
import { labelProblemOf } from './label.ts';

const DAY_NS = 86_400_000_000_000n;
/** 2000-01-01: nothing that Playhead records ran before. */
const OLDEST_NS = 946_684_800_000_000_000n;
const MEASURED = timingGrades.indexOf('measured');

/**
 * Reads a span.
 * @param receivedNs when its request was received: clocks are judged by it
 * @param place where it stands among the accepted spans of the request
 */
export function readSpan(
  record: SpanRecord,
  resource: ResourceRecord,
  scope: ScopeRecord,
  attributes: AttributeMap,
  receivedNs: bigint,
  place: number,
): ChunkSpan {
  return {
    record,
    resource,
    scope,
    kind: spanKinds.indexOf(kindOf(record.name, attributes)),
    timing: timingOf(attributes.get(spanKey.timing)),
    flags: record.flags | timeFlags(record, receivedNs + DAY_NS),
    place,
  };
}

/** Ordinal of a timing grade; what does not say one was stamped by its own SDK. */
export function timingOf(value: AnyValue | undefined): number {
  const ordinal = (timingGrades as readonly unknown[]).indexOf(value);
  return ordinal < 0 ? MEASURED : ordinal;
}

function timeFlags({ startNs, endNs }: SpanRecord, newestNs: bigint): number {
  let flags = 0;
  if (startNs === 0n) flags |= spanFlag.noStart;
  else if (startNs < OLDEST_NS || startNs > newestNs) flags |= spanFlag.clockSuspect;
  if (endNs === 0n) flags |= spanFlag.unfinished;
  else if (endNs < OLDEST_NS || endNs > newestNs) flags |= spanFlag.clockSuspect;
  if (endNs !== 0n && endNs < startNs) flags |= spanFlag.negativeDuration;
  return flags;
}

/** Counts a span into its cell, and widens the cell's clock by it unless its own clock is suspect. */
export function countSpan(cell: CellState, { record, scope, flags, timing }: ChunkSpan): void {
  cell.spans.count++;
  addTiming(cell.spans, timing);
  if (record.statusCode === 2) cell.errors++;
  if (scope.name === sheetScope) cell.sheetSpans = (cell.sheetSpans ?? 0) + 1;
  if ((flags & spanFlag.noStart) !== 0) return;
  const clock: Tally = (flags & spanFlag.clockSuspect) !== 0 ? cell.suspect : cell.spans;
  let { endNs } = record;
  if (endNs < record.startNs) endNs = record.startNs;
  if (clock.startNs === null || record.startNs < clock.startNs) clock.startNs = record.startNs;
  if (clock.endNs === null || endNs > clock.endNs) clock.endNs = endNs;
}

/** Takes a later copy of a span that was counted before it ended. @param wasFailed the earlier one was an error */
export function recountSpan(cell: CellState, span: ChunkSpan, wasFailed: boolean): void {
  const { count, untimed } = cell.spans;
  const { errors, sheetSpans } = cell;
  countSpan(cell, span);
  cell.spans.count = count;
  cell.spans.untimed = untimed;
  cell.errors = errors + (span.record.statusCode === 2 && !wasFailed ? 1 : 0);
  if (sheetSpans !== undefined) cell.sheetSpans = sheetSpans;
}

/** Counts other records into a track. */
export function countRecord(tally: Tally, timeNs: bigint, timing: number): void {
  const one: Tally = { ...emptyTally(), count: 1, startNs: timeNs, endNs: timeNs };
  addTiming(one, timing);
  addTally(tally, one);
}

/** The later of two moments, of which the first may not be known. */
export function laterOf(known: bigint | undefined, found: bigint): bigint {
  return known === undefined || found > known ? found : known;
}

const endKeys = {
  exitCode: namesOf(({ ends }) => ends?.exitCode),
  timedOut: namesOf(({ ends }) => ends?.timedOut),
  image: namesOf(({ ends }) => ends?.image),
  imageDigest: namesOf(({ ends }) => ends?.imageDigest),
};
const modelKeys = namesOf(({ calls }) => calls?.model);
const MAX_MODEL_CHARS = 128;
const costKeys = namesOf(({ calls }) => calls?.tokens?.costUsd);

const exitRank = new Map([
  ['adapter_run', 0],
  ['container', 1],
]);
/** Where an image's name stands: a resource that names the cell, any other, the container's span. */
const imageRank = { label: 0, resource: 1, span: 2 } as const;

/** How the run ended and in what image, where the span is one that tells. */
export function readRunFacts(cell: CellState, span: ChunkSpan, attributes: AttributeMap): void {
  const kind = spanKinds[span.kind] ?? 'other';
  if (kind === 'model_call' && cell.parts.model === null) {
    const model = textAt(attributes, ...modelKeys)?.slice(0, MAX_MODEL_CHARS) ?? null;
    cell.callModel = outranking(cell.callModel ?? null, fact(model, 0, span.record.startNs));
  }
  const rank = exitRank.get(kind);
  if (rank === undefined) return;
  if (kind === 'adapter_run' && span.record.endNs > 0n)
    cell.runEndNs = laterOf(cell.runEndNs, span.record.endNs);
  // What an agent prints of its version is known when its run is over.
  if (kind === 'adapter_run') cell.agentVersion ??= textAt(attributes, resourceKey.agentVersion);
  const { startNs } = span.record;
  const exitCode = integerAt(attributes, ...endKeys.exitCode);
  const timedOut = booleanAt(attributes, ...endKeys.timedOut);
  cell.exitCode = outranking(cell.exitCode, fact(exitCode, rank, startNs));
  cell.timedOut = outranking(cell.timedOut, fact(timedOut, rank, startNs));
  const cost = toldUsd(numberAt(attributes, ...costKeys));
  cell.runCost = outranking(cell.runCost, fact(cost, rank, startNs));
  if (kind !== 'container') return;
  const image = textAt(attributes, ...endKeys.image);
  const digest = digestIn(firstTextAt(attributes, ...endKeys.imageDigest));
  cell.image = outranking(cell.image, fact(image, imageRank.span, startNs));
  cell.imageDigest = outranking(cell.imageDigest, fact(digest, imageRank.span, startNs));
}

const MAX_TITLE_CHARS = 300;

/** What a resource says of its cell. @param names whether it names the cell */
export function readResourceFacts(cell: CellState, resource: ResourceRecord, names: boolean): void {
  const attributes = mapOf(resource.attributes);
  const rank = names ? imageRank.label : imageRank.resource;
  const digest = digestIn(firstTextAt(attributes, resourceKey.imageDigests));
  if (!names && isAdhoc(cell.id) && cell.labelProblem === undefined) {
    const problem = labelProblemOf(resource);
    if (problem !== null) cell.labelProblem = problem;
  }
  cell.agentVersion ??= textAt(attributes, resourceKey.agentVersion);
  const settings = settingsText(textAt(attributes, resourceKey.settings));
  if (settings !== null) cell.settings ??= settings;
  const title = textAt(attributes, resourceKey.taskTitle);
  if (title !== null) cell.taskTitle ??= title.slice(0, MAX_TITLE_CHARS);
  cell.modelBuildId ??= textAt(attributes, resourceKey.modelBuildId);
  cell.image = outranking(cell.image, fact(textAt(attributes, resourceKey.imageName), rank));
  cell.imageDigest = outranking(cell.imageDigest, fact(digest, rank));
}

function fact<T>(value: T | null, rank: number, startNs?: bigint): Fact<T> | null {
  return value === null ? null : { value, rank, ...(startNs !== undefined && { startNs }) };
}

/** "sha256:<hex>" once, whatever stood before it: "image@sha256:…", "sha256:sha256:…". */
function digestIn(text: string | null): string | null {
  const hex = text === null ? null : /(?:^|[@:])sha256:([0-9a-f]{64})$/i.exec(text)?.[1];
  return hex ? `sha256:${hex.toLowerCase()}` : null;
}
