// The dock's tracks: which span lies in which track and row of bars, and what of it is worth drawing at a given
// zoom: about one rectangle a pixel a row, however many spans there are. Does not know colours and the canvas.
import type { SpanKind } from '../../../shared/span.ts';
import { spanKinds } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { ModelCallJson } from '../../../shared/wire.ts';
import { failedRows } from '../trace/noise.ts';
import { recoveredRows } from '../trace/recovered.ts';
import { lastAtOrBefore } from '../trace/sorted.ts';
import { rowEndNs, rowKeyOf, rowStartNs } from '../trace/trace-tree.ts';
import type { TimeScale } from './time-scale.ts';
import { nsAt, pxAt } from './time-scale.ts';

export type SpanTrackId = 'run' | 'model' | 'tool' | 'step' | 'other' | 'verify';

/** A lane of one actor: its model calls over its tools. */
export type ActorTrackId = `actor:${number}`;

/** Spans (or runs of overlapping spans) that do not overlap, in order of start. */
export interface BarRow {
  readonly count: number;
  /** The span, or the first of a block of overlapping ones. */
  readonly rows: Uint32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** Spans before item i in this row of bars; count + 1 entries. */
  readonly spansBefore: Uint32Array;
  /** Spans with an error before item i; count + 1 entries. */
  readonly errorsBefore: Uint32Array;
  /** Of them, those after which the agent went on. */
  readonly recoveredBefore: Uint32Array;
}

export interface SpanTrack {
  readonly id: SpanTrackId | ActorTrackId;
  /** "Run", "Model calls", "Tools", "Steps", "Other", "Verifier"; of a lane the actor's name. */
  readonly label: string;
  /** Spans in the track; 0 means that none was recorded. */
  readonly count: number;
  /** One a degree of overlap, at most MAX_BAR_ROWS; the last then holds blocks of what did not fit. */
  readonly barRows: readonly BarRow[];
}

/** More of them nobody can read, and a chain of 100,000 nested spans would make as many. */
export const MAX_BAR_ROWS = 24;

/** The narrowest rectangle: a span of no length is still seen. */
export const MIN_RECT_PX = 2;

const trackOfKind: Record<SpanKind, SpanTrackId> = {
  task_setup: 'run',
  adapter_run: 'run',
  container: 'run',
  cleanup: 'run',
  model_call: 'model',
  tool_call: 'tool',
  agent_step: 'step',
  verify: 'verify',
  other: 'other',
};

const trackTable: readonly { id: SpanTrackId; label: string; always: boolean }[] = [
  { id: 'run', label: 'Run', always: true },
  { id: 'model', label: 'Model calls', always: true },
  { id: 'tool', label: 'Tools', always: true },
  { id: 'step', label: 'Steps', always: false },
  { id: 'other', label: 'Other', always: false },
  { id: 'verify', label: 'Verifier', always: true },
];

/** The actor whose lane a track is, by its index; null for the track of a kind. */
export function actorOfTrack(id: string): number | null {
  return id.startsWith('actor:') ? Number(id.slice('actor:'.length)) : null;
}

/** Whether the track is that of a kind. */
export function isKindTrack(id: SpanTrack['id']): id is SpanTrackId {
  return actorOfTrack(id) === null;
}

/** The track in which spans of a kind lie. */
export function spanTrackOf(kind: SpanKind): SpanTrackId {
  return trackOfKind[kind];
}

/**
 * The tracks in the order of the page: Run, Model calls, Tools, Steps, Other, Verifier. Run, Model
 * calls, Tools and Verifier are always there, the others only when they hold a span.
 */
export function buildSpanTracks(columns: TraceColumns): SpanTrack[] {
  const rowsOf = new Map<SpanTrackId, number[]>();
  for (let row = 0; row < columns.count; row++) {
    const id = trackOfKind[spanKinds[columns.kind[row] ?? -1] ?? 'other'];
    const rows = rowsOf.get(id);
    if (rows) rows.push(row);
    else rowsOf.set(id, [row]);
  }
  const tracks: SpanTrack[] = [];
  for (const { id, label, always } of trackTable) {
    const rows = rowsOf.get(id) ?? [];
    if (always || rows.length > 0) tracks.push(new PackedTrack(id, label, columns, rows));
  }
  return tracks;
}

/** Packed when first drawn: a folded track of 100,000 spans never is. */
class PackedTrack implements SpanTrack {
  readonly id: SpanTrackId;
  readonly label: string;
  readonly count: number;
  readonly #columns: TraceColumns;
  readonly #rows: number[];
  #barRows: readonly BarRow[] | null = null;

  constructor(id: SpanTrackId, label: string, columns: TraceColumns, rows: number[]) {
    this.id = id;
    this.label = label;
    this.count = rows.length;
    this.#columns = columns;
    this.#rows = rows;
  }

  get barRows(): readonly BarRow[] {
    this.#barRows ??= packBarRows(this.#columns, this.#rows);
    return this.#barRows;
  }
}

/** A row of bars while it is packed. */
interface OpenRow {
  readonly rows: number[];
  readonly startNs: number[];
  readonly endNs: number[];
  readonly spans: number[];
  readonly errors: number[];
  readonly recovered: number[];
}

/**
 * The spans of these rows in rows of bars without overlap. First fit in order of start uses no more than spans overlap;
 * enclosing spans come first. Sorts the rows given.
 * @param maxRows what fits none joins the last block of the last one
 */
export function packBarRows(columns: TraceColumns, rows: number[], maxRows = MAX_BAR_ROWS): BarRow[] {
  const start = (row: number) => rowStartNs(columns, row);
  const end = (row: number) => rowEndNs(columns, row);
  // Of spans that start together the run stands above its container, whichever was told first.
  const rank = (row: number) => columns.kind[row] ?? 0;
  rows.sort((a, b) => start(a) - start(b) || rank(a) - rank(b) || end(b) - end(a) || a - b);
  const [failed, recovered] = [failedRows(columns), recoveredRows(columns)];
  const barRows: OpenRow[] = [];
  for (const row of rows) {
    const item = {
      row,
      startNs: start(row),
      endNs: end(row),
      isError: failed[row] ?? 0,
      isRecovered: recovered[row] ?? 0,
    };
    const free = barRows.find((barRow) => (barRow.endNs.at(-1) ?? 0) <= item.startNs);
    if (free) addItem(free, item);
    else if (barRows.length < maxRows) {
      const barRow: OpenRow = { rows: [], startNs: [], endNs: [], spans: [], errors: [], recovered: [] };
      addItem(barRow, item);
      barRows.push(barRow);
    } else widenLast(barRows[maxRows - 1], item);
  }
  return barRows.map(closeRow);
}

interface Item {
  readonly row: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly isError: number;
  readonly isRecovered: number;
}

function addItem(barRow: OpenRow, { row, startNs, endNs, isError, isRecovered }: Item): void {
  barRow.rows.push(row);
  barRow.startNs.push(startNs);
  barRow.endNs.push(endNs);
  barRow.spans.push(1);
  barRow.errors.push(isError);
  barRow.recovered.push(isRecovered);
}

/** What fits no row of bars joins the last block of the last one, which it overlaps. */
function widenLast(barRow: OpenRow | undefined, { endNs, isError, isRecovered }: Item): void {
  if (!barRow) return;
  const last = barRow.rows.length - 1;
  barRow.endNs[last] = Math.max(barRow.endNs[last] ?? 0, endNs);
  barRow.spans[last] = (barRow.spans[last] ?? 0) + 1;
  barRow.errors[last] = (barRow.errors[last] ?? 0) + isError;
  barRow.recovered[last] = (barRow.recovered[last] ?? 0) + isRecovered;
}

function closeRow(barRow: OpenRow): BarRow {
  return {
    count: barRow.rows.length,
    rows: Uint32Array.from(barRow.rows),
    startNs: Float64Array.from(barRow.startNs),
    endNs: Float64Array.from(barRow.endNs),
    spansBefore: sumsBefore(barRow.spans),
    errorsBefore: sumsBefore(barRow.errors),
    recoveredBefore: sumsBefore(barRow.recovered),
  };
}

function sumsBefore(values: readonly number[]): Uint32Array {
  const sums = new Uint32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0);
  return sums;
}

export interface BarRect {
  /** The span drawn, or the first of those folded into this rectangle. */
  readonly row: number;
  readonly barRow: number;
  /** Pixels within the scale's width, clipped to [-1, widthPx + 1] before it is made MIN_RECT_PX wide. */
  readonly x: number;
  readonly width: number;
  /** How much of it, from the left, was waiting for the first chunk; 0 where unknown: draw it all solid. */
  readonly waitingPx: number;
  /** Spans in this rectangle; above 1 it is a fold of many and has no label. */
  readonly count: number;
  /** Of them, with an error. */
  readonly errors: number;
  /** Of them, those after which the agent went on. */
  readonly recovered: number;
}

/**
 * What to draw of a track at this zoom: at most about one rectangle every MIN_RECT_PX a row of bars.
 * @param firstChunkNs row to moment of the first chunk (see `firstChunks`), for model calls
 */
export function visibleRects(
  track: SpanTrack,
  scale: TimeScale,
  firstChunkNs?: ReadonlyMap<number, number>,
): BarRect[] {
  const rects: BarRect[] = [];
  for (const [index, barRow] of track.barRows.entries()) {
    let at = firstVisible(barRow, scale);
    while (at < barRow.count && (barRow.startNs[at] ?? 0) <= scale.toNs) {
      const next = foldEnd(barRow, at, scale);
      rects.push(rectOf(barRow, at, next, index, scale, firstChunkNs));
      at = next;
    }
  }
  return rects;
}

/** The first item that ends at or after the window's start. Ends ascend because items do not overlap. */
function firstVisible(barRow: BarRow, scale: TimeScale): number {
  const before = lastAtOrBefore(barRow.endNs, scale.fromNs);
  // Items that end exactly there, of no length perhaps, are in sight: walk back over them.
  let at = before + 1;
  while (at > 0 && barRow.endNs[at - 1] === scale.fromNs) at--;
  return at;
}

/** One past the last item folded with `at`: all in sight that end within MIN_RECT_PX of its start. */
function foldEnd(barRow: BarRow, at: number, scale: TimeScale): number {
  const foldNs = ((scale.toNs - scale.fromNs) / scale.widthPx) * MIN_RECT_PX;
  const untilNs = Math.max(barRow.startNs[at] ?? 0, scale.fromNs) + foldNs;
  const folds = (item: number) =>
    item < barRow.count && (barRow.endNs[item] ?? 0) < untilNs && (barRow.startNs[item] ?? 0) <= scale.toNs;
  if (!folds(at)) return at + 1;
  // Galloping keeps the cost at the number of rectangles, not of spans.
  let step = 1;
  while (folds(at + step)) step *= 2;
  let low = at + (step >> 1);
  let high = at + step;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (folds(middle)) low = middle;
    else high = middle;
  }
  return low + 1;
}

function rectOf(
  barRow: BarRow,
  from: number,
  to: number,
  index: number,
  scale: TimeScale,
  firstChunkNs: ReadonlyMap<number, number> | undefined,
): BarRect {
  const row = barRow.rows[from] ?? 0;
  const x = clip(pxAt(scale, barRow.startNs[from] ?? 0), scale);
  const width = Math.max(MIN_RECT_PX, clip(pxAt(scale, barRow.endNs[to - 1] ?? 0), scale) - x);
  const within = (before: Uint32Array) => (before[to] ?? 0) - (before[from] ?? 0);
  const count = within(barRow.spansBefore);
  const chunkNs = count === 1 ? firstChunkNs?.get(row) : undefined;
  const waitingPx = chunkNs === undefined ? 0 : Math.min(width, Math.max(0, pxAt(scale, chunkNs) - x));
  const [errors, recovered] = [within(barRow.errorsBefore), within(barRow.recoveredBefore)];
  return { row, barRow: index, x, width, waitingPx, count, errors, recovered };
}

function clip(px: number, scale: TimeScale): number {
  return Math.min(Math.max(-1, px), scale.widthPx + 1);
}

/** The row drawn under a point of the track, or -1. `slackPx` widens narrow spans for the pointer. */
export function rowAtPoint(
  track: SpanTrack,
  scale: TimeScale,
  px: number,
  index: number,
  slackPx = 3,
): number {
  const barRow = track.barRows[index];
  if (!barRow || barRow.count === 0) return -1;
  const at = lastAtOrBefore(barRow.startNs, nsAt(scale, px));
  let best = -1;
  let bestPx = slackPx;
  for (const item of [at, at + 1]) {
    if (item < 0 || item >= barRow.count) continue;
    const fromPx = pxAt(scale, barRow.startNs[item] ?? 0);
    const toPx = Math.max(fromPx + MIN_RECT_PX, pxAt(scale, barRow.endNs[item] ?? 0));
    const awayPx = px < fromPx ? fromPx - px : Math.max(0, px - toPx);
    if (awayPx < bestPx || (awayPx === 0 && best < 0)) {
      best = barRow.rows[item] ?? -1;
      bestPx = awayPx;
    }
  }
  return best;
}

/** Row to the moment its first chunk came, for the model calls that know it. `rows` from `indexRows`. */
export function firstChunks(
  calls: readonly ModelCallJson[],
  columns: TraceColumns,
  rows: ReadonlyMap<string, number>,
): Map<number, number> {
  const chunks = new Map<number, number>();
  for (const call of calls) {
    const row = rows.get(rowKeyOf(call));
    if (row === undefined || call.timeToFirstChunkMs === null) continue;
    const tNs = rowStartNs(columns, row) + call.timeToFirstChunkMs * 1e6;
    if (tNs <= rowEndNs(columns, row)) chunks.set(row, tNs);
  }
  return chunks;
}
