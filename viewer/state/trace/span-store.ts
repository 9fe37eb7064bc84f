// The spans' attributes, fetched in pages: all of a small trace at once, of a large one what people
// read at once and the rest as it comes into sight. Kept by span id, since rows move while a run lives.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { SpanKind } from '../../../shared/span.ts';
import { kindAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import type { SpanJson } from '../../../shared/wire.ts';
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
  const byKey = new Map<string, SpanJson>();
  const readable = signal<readonly SpanJson[]>([]);
  const epoch = signal(0);
  const error = signal<Error | null>(null);
  const settled = signal(false);
  const asked = new Set<number>();
  const wanted = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firstSpans: readonly SpanJson[] = [];
  let cell: { id: string; count: number; whole: boolean } | null = null;

  const keep = (spans: readonly SpanJson[]) => {
    for (const span of spans) byKey.set(rowKeyOf(span), span);
    epoch.value++;
  };
  const guard = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (cause) {
      if (!stop.aborted) error.value = asError(cause);
    }
  };

  // A hand that scrubs passes thousands of spans: only where it rests is fetched.
  const fetchWanted = () => {
    timer = undefined;
    const pages = [...wanted].slice(-MAX_WANTED).filter((page) => !asked.has(page));
    wanted.clear();
    for (const page of pages) {
      asked.add(page);
      const id = cell?.id ?? '';
      void guard(async () => {
        const range = { offset: page * NEAR_SPANS, limit: NEAR_SPANS, kinds: null };
        keep((await fetchSpans(id, range, stop)).spans);
      });
    }
  };
  stop.addEventListener('abort', () => clearTimeout(timer));

  return {
    readable,
    epoch,
    error,
    settled,
    get: (rowKey) => byKey.get(rowKey) ?? null,
    first: (cellId) =>
      guard(async () => {
        const page = await fetchSpans(cellId, { offset: 0, limit: FIRST_SPANS, kinds: null }, stop);
        firstSpans = page.spans;
        keep(firstSpans);
        if (firstSpans.length >= page.total) readable.value = firstSpans;
      }),
    async load(cellId, columns, kinds, limit) {
      cell = { id: cellId, count: columns.count, whole: kinds === null };
      await guard(async () => {
        let spans = kinds === null ? firstSpans : [];
        while (spans.length < Math.min(limit, columns.count)) {
          const page = await fetchSpans(cellId, { offset: spans.length, limit: PAGE_SPANS, kinds }, stop);
          spans = [...spans, ...page.spans];
          keep(page.spans);
          if (page.spans.length === 0 || spans.length >= page.total) break;
        }
        readable.value = spans;
      });
      settled.value = true;
    },
    async update(columns, kinds, limit) {
      if (!cell) return;
      cell = { id: cell.id, count: columns.count, whole: kinds === null };
      asked.clear(); // Pages are cut by row, and rows moved.
      const { id } = cell;
      await guard(async () => {
        const rows = readRows(columns, kinds, limit);
        for (const [offset, end] of missingRanges(rows, (row) => byKey.has(keyAt(columns, row))))
          for (let from = offset; from < end; from += PAGE_SPANS) {
            const range = { offset: from, limit: Math.min(PAGE_SPANS, end - from), kinds: null };
            keep((await fetchSpans(id, range, stop)).spans);
          }
        readable.value = rows.flatMap((row) => byKey.get(keyAt(columns, row)) ?? []);
      });
    },
    want(row) {
      if (!cell || cell.whole || row < 0) return;
      wanted.add(Math.floor(row / NEAR_SPANS));
      timer ??= setTimeout(fetchWanted, REST_MS);
    },
  };
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
