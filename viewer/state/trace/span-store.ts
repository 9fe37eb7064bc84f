// The spans' attributes, fetched in pages: all of a small trace at once, of a large one what people
// read at once and the rest as it comes into sight. Kept by span id, since rows move while a run lives. Does not
// read what they say.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { SpanKind } from '../../../shared/span.ts';
import { kindAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import type { SpanJson, TraceJson } from '../../../shared/wire.ts';
import { fetchSpans } from '../../api.ts';
import { rowKeyAt as keyAt, rowKeyOf } from '../../model/trace/trace-tree.ts';
import { asError } from '../page/loadable.ts';

export interface SpanStore {
  /** The spans that the transcript is made of, in order of start; whole for a small trace. */
  readonly readable: ReadonlySignal<readonly SpanJson[]>;
  /** Raised whenever spans arrive. */
  readonly epoch: ReadonlySignal<number>;
  readonly error: ReadonlySignal<Error | null>;
  /** Whether `readable` is all that will come. */
  readonly settled: ReadonlySignal<boolean>;
  /** Fetches the first spans, which need nothing of the trace to be known. Never rejects. */
  first(cellId: string): Promise<void>;
  /** Fetches up to `limit` spans, of some kinds or (null) of all. */
  load(
    cellId: string,
    columns: TraceColumns,
    kinds: readonly SpanKind[] | null,
    limit: number,
  ): Promise<void>;
  /** Fetches those that a run under way added since, and those alone. */
  update(columns: TraceColumns, kinds: readonly SpanKind[] | null, limit: number): Promise<void>;
  /** The span with this key, or null while it is not here. */
  get(rowKey: string): SpanJson | null;
  /** Sees to it that the spans around a row arrive. */
  want(row: number): void;
}

const PAGE_SPANS = 500;
// Enough for most cells whole, and little enough not to delay the first paint of a large one.
const FIRST_SPANS = 200;
const NEAR_SPANS = 50;
const REST_MS = 80;
const MAX_WANTED = 8;
/** Known spans between two unknown ones that are cheaper fetched again than asked around. */
const GAP_SPANS = 40;

export function createSpanStore(stop: AbortSignal): SpanStore {
  return new FetchedSpans(stop);
}

class FetchedSpans implements SpanStore {
  readonly readable = signal<readonly SpanJson[]>([]);
  readonly epoch = signal(0);
  readonly error = signal<Error | null>(null);
  readonly settled = signal(false);
  readonly #byKey = new Map<string, SpanJson>();
  /** Pages of rows around those that were looked at. */
  readonly #asked = new Set<number>();
  readonly #wanted = new Set<number>();
  readonly #stop: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstSpans: readonly SpanJson[] = [];
  #cell: { id: string; count: number; whole: boolean } | null = null;

  constructor(stop: AbortSignal) {
    this.#stop = stop;
    stop.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  get(rowKey: string): SpanJson | null {
    return this.#byKey.get(rowKey) ?? null;
  }

  first(cellId: string): Promise<void> {
    return this.#guard(async () => {
      const page = await this.#fetch(cellId, 0, FIRST_SPANS);
      this.#firstSpans = page.spans;
      if (page.spans.length >= page.total) this.readable.value = page.spans;
    });
  }

  async load(
    cellId: string,
    columns: TraceColumns,
    kinds: readonly SpanKind[] | null,
    limit: number,
  ): Promise<void> {
    this.#cell = { id: cellId, count: columns.count, whole: kinds === null };
    await this.#guard(async () => {
      let spans = kinds === null ? this.#firstSpans : [];
      while (spans.length < Math.min(limit, columns.count)) {
        const page = await this.#fetch(cellId, spans.length, PAGE_SPANS, kinds);
        spans = [...spans, ...page.spans];
        if (page.spans.length === 0 || spans.length >= page.total) break;
      }
      this.readable.value = spans;
    });
    this.settled.value = true;
  }

  async update(columns: TraceColumns, kinds: readonly SpanKind[] | null, limit: number): Promise<void> {
    if (!this.#cell) return;
    const { id } = this.#cell;
    this.#cell = { id, count: columns.count, whole: kinds === null };
    this.#asked.clear(); // Pages are cut by row, and rows moved.
    await this.#guard(async () => {
      const rows = readRows(columns, kinds, limit);
      const isKnown = (row: number) => this.#byKey.has(keyAt(columns, row));
      for (const [offset, end] of missingRanges(rows, isKnown))
        for (let from = offset; from < end; from += PAGE_SPANS)
          await this.#fetch(id, from, Math.min(PAGE_SPANS, end - from));
      this.readable.value = rows.flatMap((row) => this.#byKey.get(keyAt(columns, row)) ?? []);
    });
  }

  want(row: number): void {
    if (!this.#cell || this.#cell.whole || row < 0) return;
    this.#wanted.add(Math.floor(row / NEAR_SPANS));
    this.#timer ??= setTimeout(() => this.#fetchWanted(this.#cell?.id ?? ''), REST_MS);
  }

  /** A pointer that scrubs passes thousands of spans: only where it rests is fetched. */
  #fetchWanted(cellId: string): void {
    this.#timer = undefined;
    const pages = [...this.#wanted].slice(-MAX_WANTED).filter((page) => !this.#asked.has(page));
    this.#wanted.clear();
    for (const page of pages) {
      this.#asked.add(page);
      void this.#guard(async () => {
        await this.#fetch(cellId, page * NEAR_SPANS, NEAR_SPANS);
      });
    }
  }

  /** Fetches a page and keeps its spans. */
  async #fetch(
    cellId: string,
    offset: number,
    limit: number,
    kinds: readonly SpanKind[] | null = null,
  ): Promise<TraceJson> {
    const page = await fetchSpans(cellId, { offset, limit, kinds }, this.#stop);
    for (const span of page.spans) this.#byKey.set(rowKeyOf(span), span);
    this.epoch.value++;
    return page;
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (!this.#stop.aborted) this.error.value = asError(cause);
    }
  }
}

/** The first rows of some kinds, or of all. */
function readRows(columns: TraceColumns, kinds: readonly SpanKind[] | null, limit: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < columns.count && rows.length < limit; row++)
    if (kinds === null || kinds.includes(kindAt(columns, row))) rows.push(row);
  return rows;
}

/** Stretches of rows that hold all that is not known yet. */
function missingRanges(rows: readonly number[], isKnown: (row: number) => boolean): [number, number][] {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    if (isKnown(row)) continue;
    const last = ranges.at(-1);
    if (last && row - last[1] < GAP_SPANS) last[1] = row + 1;
    else ranges.push([row, row + 1]);
  }
  return ranges;
}
