// What a collector must know after any sequence of requests, deletions, puts and agents' words, in a page: cells,
// whose a trace is, what was deleted. The reference that schedules are judged by; it knows no log and no file.
import type { SpanRecord } from '../../../collector/record.ts';

/** How a request says whose its spans are. */
export type Way = 'label' | 'address' | 'trace' | 'agent';

export interface Batch {
  readonly way: Way;
  /** Of all ways but `trace`. */
  readonly cell: string;
  readonly traceId: string;
  readonly spans: readonly SpanRecord[];
}

interface ModelCell {
  readonly spans: Set<string>;
  readonly scores: Map<string, number>;
  isDeleted: boolean;
}

export class Model {
  readonly #cells = new Map<string, ModelCell>();
  /** The id of the cell that a trace belongs to. */
  readonly #owners = new Map<string, string>();
  /** Ad-hoc cells that joined another. */
  readonly #joined = new Map<string, string>();
  /** Spans that nobody may ever see again. */
  readonly gone = new Set<string>();

  /** What becomes of a request that was acknowledged; the same once more changes nothing. */
  take({ way, cell: named, traceId, spans }: Batch): void {
    const owner = this.#owners.get(traceId);
    const id = way === 'trace' ? (owner ?? adhocOf(traceId)) : named;
    const cell = this.#cell(this.#joined.get(id) ?? id);
    // What names a deleted cell is refused before its trace is looked at.
    if (cell.isDeleted) {
      for (const { spanId } of spans) if (!this.#isShown(spanId)) this.gone.add(spanId);
      return;
    }
    if (owner === undefined) this.#owners.set(traceId, id);
    else if (way !== 'trace' && way !== 'agent' && owner === adhocOf(traceId) && !this.#cell(owner).isDeleted)
      this.#join(owner, id);
    for (const { spanId } of spans) if (!this.gone.has(spanId)) cell.spans.add(spanId);
  }

  put(id: string, axis: string, value: number): void {
    this.#cell(id).scores.set(axis, value);
  }

  delete(id: string): void {
    const cell = this.#cell(this.#joined.get(id) ?? id);
    for (const spanId of cell.spans) this.gone.add(spanId);
    cell.spans.clear();
    cell.scores.clear();
    cell.isDeleted = true;
  }

  isDeleted(id: string): boolean {
    return this.#cells.get(this.#joined.get(id) ?? id)?.isDeleted ?? false;
  }

  ownerOf(traceId: string): string | undefined {
    return this.#owners.get(traceId);
  }

  /** The ids of cells that are listed. */
  listed(): string[] {
    return [...this.#cells]
      .filter(([id, cell]) => !cell.isDeleted && !this.#joined.has(id))
      .map(([id]) => id);
  }

  /** Every id that was ever heard of, with what its address answers: null where the cell was deleted. */
  *answers(): Generator<[id: string, cell: Pick<ModelCell, 'spans' | 'scores'> | null]> {
    for (const id of new Set([...this.#cells.keys(), ...this.#joined.keys()])) {
      const cell = this.#cell(this.#joined.get(id) ?? id);
      yield [id, cell.isDeleted ? null : cell];
    }
  }

  #cell(id: string): ModelCell {
    let cell = this.#cells.get(id);
    if (!cell) {
      cell = { spans: new Set(), scores: new Map(), isDeleted: false };
      this.#cells.set(id, cell);
    }
    return cell;
  }

  #join(from: string, into: string): void {
    for (const [traceId, owner] of this.#owners) if (owner === from) this.#owners.set(traceId, into);
    for (const spanId of this.#cell(from).spans) this.#cell(into).spans.add(spanId);
    this.#cells.delete(from);
    this.#joined.set(from, into);
  }

  #isShown(spanId: string): boolean {
    return [...this.#cells.values()].some(({ spans }) => spans.has(spanId));
  }
}

export function adhocOf(traceId: string): string {
  return `adhoc/test-agent/${traceId}`;
}
