// One traces request into spans of cells: assigned, counted, the ones that came before left out, the
// rest packed into chunks. Works in memory; `write` is the short part that needs the transaction.
import { spanKinds } from '../../shared/span.ts';
import type { CellState } from '../cell/cell-state.ts';
import type { CallFacts, ChunkSpan } from '../cell/records.ts';
import { contentOf, keyOf, MAX_CONFLICTS } from '../cell/span-content.ts';
import { decodeTraces } from '../otlp/traces.ts';
import type { Decoded, SpanRecord } from '../record.ts';
import { type EncodedChunk, MAX_CHUNK_SPANS } from '../store/spans/spans.ts';
import type { ProjectionStore } from '../store/store.ts';
import { mapOf } from './attributes.ts';
import type { CellDirectory } from './cell-directory.ts';
import type { Fate } from './entry-counts.ts';
import { noteEvidence } from './evidence.ts';
import { Assignment, labelOf } from './identity.ts';
import type { Signing } from './search-indexing.ts';
import { countSpan, readResourceFacts, readRunFacts, readSpan } from './span-facts.ts';
import type { SpanMemories } from './span-memories.ts';
import { callFactsOf } from './usage.ts';

const MODEL_CALL = spanKinds.indexOf('model_call');

interface CellSpans {
  readonly fresh: ChunkSpan[];
  readonly calls: Map<ChunkSpan, CallFacts>;
  /** Spans whose id is known. */
  readonly again: ChunkSpan[];
}

/** What is to be written for one cell. */
interface CellChunks {
  readonly chunks: readonly EncodedChunk[];
  readonly conflicts: readonly ChunkSpan[];
  readonly signature: Uint8Array;
}

export class TraceProjection {
  readonly #store: ProjectionStore;
  readonly #directory: CellDirectory;
  readonly #memories: SpanMemories;
  readonly #signing: Signing;
  readonly #plan = new Map<CellState, CellChunks>();
  readonly fate: Fate = { accepted: 0, duplicate: 0, conflicting: 0 };
  /** Traces whose spans were rejected. */
  #overgrown: ReadonlySet<string> = new Set();
  /** Deleted cells that records were for. */
  readonly #deleted = new Set<CellState>();

  constructor(store: ProjectionStore, directory: CellDirectory, memories: SpanMemories, signing: Signing) {
    this.#signing = signing;
    this.#store = store;
    this.#directory = directory;
    this.#memories = memories;
  }

  /** Works the request out in memory. */
  prepare(
    decoded: Decoded<SpanRecord>,
    endpoint: string | null,
    receivedNs: bigint,
    overgrown: ReadonlySet<string> = new Set(),
  ): void {
    this.#overgrown = overgrown;
    const cells = this.#assign(decoded, endpoint);
    this.#memories.follow(this.#directory.merges());
    const groups = this.#read(decoded, cells, receivedNs);
    for (const [cell, spans] of groups) {
      const conflicts = spans.again.length > 0 ? this.#conflictsOf(cell, spans) : [];
      const chunks: EncodedChunk[] = [];
      for (let at = 0; at < spans.fresh.length; at += MAX_CHUNK_SPANS) {
        const chunk = spans.fresh.slice(at, at + MAX_CHUNK_SPANS);
        chunks.push(this.#encode(chunk, spans.calls));
        this.#signing.addSpans(chunk);
      }
      this.#signing.addSpans(conflicts);
      const signature = this.#signing.finishSpans();
      if (chunks.length > 0) {
        const memory = this.#memories.of(cell);
        cell.modelCalls = memory.leafCalls();
        cell.usage = memory.usage();
      }
      this.#plan.set(cell, { chunks, conflicts, signature });
      this.fate.accepted += spans.fresh.length;
      this.fate.duplicate += spans.again.length;
      this.fate.conflicting += conflicts.length;
    }
  }

  /** Writes what was prepared; inside the entry's transaction, after the cells have their rows. */
  write(seq: number): void {
    for (const cell of this.#deleted) this.#store.cells.noteDeleted(seq, cell);
    for (const [cell, { chunks, conflicts, signature }] of this.#plan) {
      for (const chunk of chunks) this.#store.spans.append(cell, seq, chunk);
      if (conflicts.length > 0) this.#store.spans.appendConflicts(cell, seq, conflicts);
      if (chunks.length > 0 || conflicts.length > 0) this.#store.signatures.add(cell, 'span', seq, signature);
    }
  }

  #assign(decoded: Decoded<SpanRecord>, endpoint: string | null): CellState[] {
    const assignment = new Assignment(this.#directory, endpoint);
    for (const { resource, records } of decoded.batches)
      for (const record of records) assignment.note(resource, record);
    const cells: CellState[] = [];
    for (const { resource, records } of decoded.batches)
      for (const record of records) cells.push(assignment.cellOf(resource, record));
    return cells.map((cell) => this.#directory.resolve(cell));
  }

  #read(
    decoded: Decoded<SpanRecord>,
    cells: readonly CellState[],
    receivedNs: bigint,
  ): Map<CellState, CellSpans> {
    const groups = new Map<CellState, CellSpans>();
    let at = 0;
    for (const { resource, scope, records } of decoded.batches) {
      const named = labelOf(resource) !== null;
      const told = new Set<CellState>();
      for (const record of records) {
        const cell = cells[at++] as CellState;
        if (this.#overgrown.has(record.traceId)) continue;
        if (cell.deletedNs !== undefined) {
          this.#deleted.add(cell);
          continue;
        }
        const group = this.#groupOf(groups, cell);
        if (!told.has(cell)) readResourceFacts(cell, resource, named);
        told.add(cell);
        const attributes = mapOf(record.attributes);
        const span = readSpan(record, resource, scope, attributes, receivedNs, at - 1);
        const { traceId, spanId, parentSpanId } = record;
        if (this.#memories.of(cell).add(traceId, spanId, parentSpanId, span.kind)) {
          group.fresh.push(span);
          countSpan(cell, span);
          readRunFacts(cell, span, attributes);
          noteEvidence(cell.evidence, span, attributes);
          if (span.kind === MODEL_CALL) {
            const facts = callFactsOf(record, attributes);
            group.calls.set(span, facts);
            this.#memories.of(cell).noteUsage(facts);
          }
        } else group.again.push(span);
      }
    }
    return groups;
  }

  #groupOf(groups: Map<CellState, CellSpans>, cell: CellState): CellSpans {
    let group = groups.get(cell);
    if (!group) {
      group = { fresh: [], calls: new Map(), again: [] };
      groups.set(cell, group);
      this.#directory.touch(cell);
    }
    return group;
  }

  #encode(spans: readonly ChunkSpan[], facts: ReadonlyMap<ChunkSpan, CallFacts>): EncodedChunk {
    const calls = new Map<number, CallFacts>();
    spans.forEach((span, row) => {
      const said = facts.get(span);
      if (said) calls.set(row, said);
    });
    return this.#store.spans.encode(spans, calls);
  }

  /**
   * Of spans whose id is known, those that say something else than all before them: the first durable
   * one stays, later ones are kept beside it. The same span sent again, after a lost answer, is nothing.
   */
  #conflictsOf(cell: CellState, { fresh, again }: CellSpans): ChunkSpan[] {
    this.#store.flush();
    const ids = again.map(({ record }) => record);
    const keys = new Set(ids.map(keyOf));
    const homes = [
      cell,
      ...this.#directory.merges().flatMap(([from, into]) => (into === cell ? [from] : [])),
    ];
    const known = new Map<string, string[]>();
    const note = (key: string, content: string) => known.set(key, [...(known.get(key) ?? []), content]);
    for (const home of homes.filter(({ no }) => no !== 0)) {
      for (const [key, content] of this.#store.spans.findContents(home, ids, decodeTraces))
        note(key, content);
      for (const { record } of this.#store.spans.conflicts(home, decodeTraces))
        note(keyOf(record), contentOf(record));
    }
    for (const { record } of fresh) if (keys.has(keyOf(record))) note(keyOf(record), contentOf(record));
    const conflicts: ChunkSpan[] = [];
    for (const span of again) {
      const contents = known.get(keyOf(span.record)) ?? [];
      const content = contentOf(span.record);
      if (contents.includes(content) || contents.length > MAX_CONFLICTS) continue;
      note(keyOf(span.record), content);
      conflicts.push(span);
    }
    return conflicts;
  }
}
