// One traces request into spans of cells: assigned, counted, the ones that came before left out, the
// rest told to the store. Works in memory; what is to be written is asked for when that is done.
import { logEvent } from '../../shared/conventions.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import { spanFlag } from '../../shared/span.ts';
import type { CellState } from '../cell/cell-state.ts';
import type { Change } from '../cell/changes.ts';
import type { ChunkSpan, RecordParams, Sender, Telling } from '../cell/records.ts';
import { contentDigest, keyOf, MAX_CONFLICTS, SAID_BY_AGENT } from '../cell/span-content.ts';
import type { ProjectionStore } from '../cell/stores.ts';
import { decodeSpans } from '../decode-spans.ts';
import type { Decoded, SpanRecord } from '../record.ts';
import { type AttributeMap, mapOf } from './attributes.ts';
import type { CellDirectory } from './cell-directory.ts';
import type { RecordCounts } from './entry-counts.ts';
import { noteEvidence } from './evidence.ts';
import { Assignment } from './identity.ts';
import { labelOf } from './label.ts';
import { scoreOf } from './log-facts.ts';
import { refusedRecords } from './refused/sender-rights.ts';
import type { ScoreBoard } from './score-board.ts';
import type { SearchIndexing } from './search-indexing.ts';
import { countSpan, readResourceFacts, readRunFacts, readSpan, recountSpan } from './span-facts.ts';
import { type SpanMemories, tellUsage } from './telling/span-memories.ts';
import { tellingOf } from './telling/telling.ts';

interface CellSpans {
  /** New ones, and those that outrank the one that is known. */
  readonly fresh: ChunkSpan[];
  /** What they tell of usage. */
  readonly tellings: Map<ChunkSpan, Telling>;
  /** What evaluation events inside the spans say. */
  readonly scores: ScoreRecord[];
  /** Spans whose id is known. */
  readonly again: ChunkSpan[];
  /** Copies of spans that the one that is known outranks. */
  stale: number;
}

/** What is to be written for one cell. */
interface CellPlan {
  readonly spans: CellSpans;
  readonly conflicts: readonly ChunkSpan[];
  readonly filter: Uint8Array;
}

export class TraceProjection {
  readonly #store: ProjectionStore;
  readonly #directory: CellDirectory;
  readonly #memories: SpanMemories;
  readonly #indexing: SearchIndexing;
  readonly #scores: ScoreBoard;
  readonly #plan = new Map<CellState, CellPlan>();
  /** The entry's own records are others. */
  #isTold = false;
  readonly recordCounts: RecordCounts = { accepted: 0, duplicate: 0, conflicting: 0 };
  /** Traces whose spans were rejected. */
  #overgrown: ReadonlySet<string> = new Set();
  /** Spans that were rejected because of who sent them. */
  #refused: ReadonlyMap<object, unknown> = new Map();
  /** What version, model and image a run has is its harness's to say. */
  #isAgents = false;
  /** Deleted cells that records were for. */
  readonly #deleted = new Set<CellState>();

  constructor(
    store: ProjectionStore,
    directory: CellDirectory,
    memories: SpanMemories,
    indexing: SearchIndexing,
    scores: ScoreBoard,
  ) {
    this.#indexing = indexing;
    this.#scores = scores;
    this.#store = store;
    this.#directory = directory;
    this.#memories = memories;
  }

  /** Works the request out in memory. */
  prepare(
    decoded: Decoded<SpanRecord>,
    endpoint: string | null,
    receivedNs: bigint,
    { overgrown, sender }: RecordParams = {},
  ): void {
    this.#overgrown = new Set(overgrown);
    this.#refused = refusedRecords(decoded, sender);
    this.#isAgents = sender?.cell !== undefined;
    const cells = this.#assign(decoded, endpoint, sender);
    this.#memories.follow(this.#directory.merges());
    this.#planSpans(decoded, cells, receivedNs);
  }

  /** The same for spans that log records tell of. @param cells of the records, null for one that was rejected */
  prepareTold(
    decoded: Decoded<SpanRecord>,
    cells: readonly (CellState | null)[],
    receivedNs: bigint,
    { sender }: RecordParams = {},
  ): void {
    this.#isTold = true;
    this.#isAgents = sender?.cell !== undefined;
    this.#planSpans(decoded, cells, receivedNs);
  }

  #planSpans(decoded: Decoded<SpanRecord>, cells: readonly (CellState | null)[], receivedNs: bigint): void {
    const groups = this.#read(decoded, cells, receivedNs);
    for (const [cell, spans] of groups) {
      const others = spans.again.length > 0 ? this.#conflictsOf(cell, spans) : [];
      const conflicts = others.filter(isFinished);
      // A later state of a span that has not ended takes the place of the earlier one.
      for (const span of others) if (!isFinished(span)) this.#replace(cell, spans, span);
      this.#indexing.addSpans(spans.fresh);
      this.#indexing.addSpans(conflicts);
      const filter = this.#indexing.finishSpans();
      if (spans.fresh.length > 0) {
        tellUsage(cell, this.#memories.of(cell));
      }
      this.#plan.set(cell, { spans, conflicts, filter });
      this.recordCounts.accepted += spans.fresh.length;
      this.recordCounts.duplicate += spans.again.length + spans.stale;
      this.recordCounts.conflicting += conflicts.length;
    }
  }

  /** What is to be written of entry `seq`, when its cells have their numbers. */
  *changes(seq: number): Generator<Change> {
    for (const cell of this.#deleted) yield { kind: 'deletedRecords', cell, seq };
    for (const [cell, { spans, conflicts, filter: bits }] of this.#plan) {
      const { fresh, tellings, scores } = spans;
      if (fresh.length > 0) yield { kind: 'spansAdded', cell, seq, spans: fresh, tellings };
      if (fresh.length === 0 && conflicts.length === 0 && !this.#isTold)
        yield { kind: 'repeatedRecords', cell, seq };
      if (conflicts.length > 0) yield { kind: 'conflictsAdded', cell, seq, spans: conflicts };
      if (fresh.length > 0 || conflicts.length > 0)
        yield { kind: 'ngramFilter', cell, unit: 'span', seq, bits, replaces: false };
      if (scores.length > 0) yield* this.#scores.put(cell, seq, scores, 'log');
    }
  }

  /** The cell of each span, in their order; null where it was rejected. */
  #assign(
    decoded: Decoded<SpanRecord>,
    endpoint: string | null,
    sender: Sender | undefined,
  ): (CellState | null)[] {
    const assignment = new Assignment(this.#directory, endpoint, sender);
    for (const { resource, records } of decoded.batches)
      for (const record of records) if (!this.#isRejected(record)) assignment.note(resource, record);
    const cells: (CellState | null)[] = [];
    for (const { resource, records } of decoded.batches)
      for (const record of records)
        cells.push(this.#isRejected(record) ? null : assignment.cellOf(resource, record));
    return cells.map((cell) => cell && this.#directory.resolve(cell));
  }

  #isRejected(record: SpanRecord): boolean {
    return this.#overgrown.has(record.traceId) || this.#refused.has(record);
  }

  #read(
    decoded: Decoded<SpanRecord>,
    cells: readonly (CellState | null)[],
    receivedNs: bigint,
  ): Map<CellState, CellSpans> {
    const groups = new Map<CellState, CellSpans>();
    let at = 0;
    for (const { resource, scope, records } of decoded.batches) {
      const named = labelOf(resource) !== null;
      const told = new Set<CellState>();
      for (const record of records) {
        const cell = cells[at++];
        if (!cell) continue;
        if (cell.deletedNs !== undefined) {
          this.#deleted.add(cell);
          continue;
        }
        const group = this.#groupOf(groups, cell);
        if (!told.has(cell) && !this.#isAgents) readResourceFacts(cell, resource, named);
        told.add(cell);
        const attributes = mapOf(record.attributes);
        const span = this.#signed(readSpan(record, resource, scope, attributes, receivedNs, at - 1));
        this.#add(cell, group, span, attributes);
      }
    }
    return groups;
  }

  #signed(span: ChunkSpan): ChunkSpan {
    return this.#isAgents ? { ...span, flags: span.flags | SAID_BY_AGENT } : span;
  }

  #add(cell: CellState, group: CellSpans, span: ChunkSpan, attributes: AttributeMap): void {
    const memory = this.#memories.of(cell);
    const telling = tellingOf(span, attributes);
    const wasFailed = span.record.statusCode === 2 && memory.hasFailed(span);
    const arrival = memory.add(span, telling);
    if (arrival === 'again') group.again.push(span);
    else if (arrival === 'stale') group.stale++;
    else {
      group.fresh.push(span);
      if (telling) group.tellings.set(span, telling);
      if (arrival === 'new') countSpan(cell, span);
      else recountSpan(cell, span, wasFailed);
      this.#learn(cell, group, span, attributes);
    }
  }

  /** Puts a later state of a span that has not ended into the place of the one that is known. */
  #replace(cell: CellState, group: CellSpans, span: ChunkSpan): void {
    const attributes = mapOf(span.record.attributes);
    const telling = tellingOf(span, attributes);
    group.fresh.push(span);
    if (telling) group.tellings.set(span, telling);
    recountSpan(cell, span, this.#memories.of(cell).hasFailed(span));
    this.#memories.of(cell).put(span, telling);
    this.#learn(cell, group, span, attributes);
  }

  /** What a span says of its cell. */
  #learn(cell: CellState, group: CellSpans, span: ChunkSpan, attributes: AttributeMap): void {
    readRunFacts(cell, span, attributes);
    noteEvidence(cell.evidence, span, attributes);
    for (const event of span.record.events) {
      if (event.name !== logEvent.evaluation) continue;
      const score = scoreOf(event.name, mapOf(event.attributes));
      if (score) group.scores.push(score.record);
    }
  }

  #groupOf(groups: Map<CellState, CellSpans>, cell: CellState): CellSpans {
    let group = groups.get(cell);
    if (!group) {
      group = { fresh: [], tellings: new Map(), scores: [], again: [], stale: 0 };
      groups.set(cell, group);
      this.#directory.touch(cell);
    }
    return group;
  }

  /**
   * Of spans whose id is known, those that say something else than all before them: the first durable
   * one stays, later ones are kept beside it. The same span sent again, after a lost answer, is nothing.
   */
  #conflictsOf(cell: CellState, { fresh, again }: CellSpans): ChunkSpan[] {
    const stored = this.#store.flush();
    const ids = again.map(({ record }) => record);
    const keys = new Set(ids.map(keyOf));
    const homes = [
      cell,
      ...this.#directory.merges().flatMap(([from, into]) => (into === cell ? [from] : [])),
    ];
    const known = new Map<string, bigint[]>();
    const note = (key: string, ...digests: bigint[]) =>
      known.set(key, [...(known.get(key) ?? []), ...digests]);
    for (const home of homes.filter(({ no }) => no !== 0))
      for (const [key, digests] of stored.spanDigests(home, ids, decodeSpans)) note(key, ...digests);
    for (const { record } of fresh) if (keys.has(keyOf(record))) note(keyOf(record), contentDigest(record));
    const conflicts: ChunkSpan[] = [];
    for (const span of again) {
      const contents = known.get(keyOf(span.record)) ?? [];
      const content = contentDigest(span.record);
      // Of a span of long ago nothing is known any more.
      if (contents.length === 0 || contents.includes(content) || contents.length > MAX_CONFLICTS) continue;
      note(keyOf(span.record), content);
      conflicts.push(span);
    }
    return conflicts;
  }
}

function isFinished({ flags }: ChunkSpan): boolean {
  return (flags & spanFlag.unfinished) === 0;
}
