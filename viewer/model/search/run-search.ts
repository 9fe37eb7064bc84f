// Search inside a run: spans, terminal, transcript and changes, literal and case-insensitive. It works
// in slices, as a generator, so that whoever drives it can give way to a frame in between; results are
// plain positions and pieces of text. Does not schedule, fetch or mark up.

import { literalPattern, matchOf } from '../../../shared/text-match.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { FileChangeJson, SpanJson } from '../../../shared/wire.ts';
import type { Film } from '../terminal/film.ts';
import { plainText } from '../trace/attributes.ts';
import { offsetNs } from '../trace/offset.ts';
import { isToolOutput, printed } from '../trace/tool-output.ts';
import { rowKeyAt, rowKeyOf, rowStartNs } from '../trace/trace-tree.ts';
import type { TranscriptEntry } from '../transcript/entry.ts';
import { searchFilm } from './film-search.ts';
import type { SearchHit, SearchStep, SearchTrack } from './search-hit.ts';

export interface SearchSources {
  /** Names of all spans. */
  readonly columns: TraceColumns | null;
  /** `indexRows` of the columns; null where it was not made yet. */
  readonly rows: ReadonlyMap<string, number> | null;
  /** Spans with their attributes, as far as they are here. */
  readonly spans: readonly SpanJson[];
  readonly film: Film | null;
  readonly transcript: readonly TranscriptEntry[];
  readonly changes: readonly FileChangeJson[];
}

export interface SearchProgress {
  /** Found since the progress before; not in order. */
  readonly found: readonly SearchHit[];
  /** Share of the work done, 0..1. */
  readonly share: number;
}

export interface SearchResult {
  /** In order of time, then of track (spans, terminal, transcript, changes), then of index. */
  readonly hits: readonly SearchHit[];
  /** More were found than kept. */
  readonly truncated: boolean;
}

/** Hits kept a track. */
export const MAX_HITS = 5000;

/** UTF-16 units looked at between two progress reports: about 1.5 ms of work on the development machine. */
const SLICE_UNITS = 50_000;

/**
 * Searches in slices of about a millisecond or two. An empty query finds nothing.
 * A terminal hit is the first frame at which a matching line becomes visible; a line that goes on
 * matching in the same place while it grows or scrolls is one hit. Text wrapped over two rows and lines
 * that passed within one frame are not found.
 */
export function* searchRun(
  sources: SearchSources,
  query: string,
): Generator<SearchProgress, SearchResult, void> {
  if (query === '') return { hits: [], truncated: false };
  const pattern = literalPattern(query);
  const tracks: readonly [SearchTrack, Iterable<SearchStep>, number][] = [
    ['spans', searchSpans(sources, pattern), sources.columns?.count ?? sources.spans.length],
    ['transcript', searchTranscript(sources.transcript, pattern), sources.transcript.length],
    ['changes', searchChanges(sources, pattern), sources.changes.length],
    ['terminal', sources.film ? searchFilm(sources.film, pattern) : [], sources.film?.frameCount ?? 0],
  ];
  const whole = tracks.reduce((sum, [, , items]) => sum + items, 0) || 1;
  const hits: SearchHit[] = [];
  let truncated = false;
  let doneBefore = 0;
  for (const [, steps, items] of tracks) {
    let found: SearchHit[] = [];
    let kept = 0;
    let units = 0;
    for (const step of steps) {
      units += step.units;
      if (step.hit && kept < MAX_HITS) {
        found.push(step.hit);
        kept++;
      } else if (step.hit) {
        truncated = true;
        break;
      }
      if (units < SLICE_UNITS) continue;
      units = 0;
      yield { found, share: Math.min(1, (doneBefore + step.share * items) / whole) };
      for (const hit of found) hits.push(hit);
      found = [];
    }
    doneBefore += items;
    for (const hit of found) hits.push(hit);
    yield { found, share: Math.min(1, doneBefore / whole) };
  }
  return { hits: hits.sort(byTime), truncated };
}

const trackOrder: Record<SearchTrack, number> = { spans: 0, terminal: 1, transcript: 2, changes: 3 };

function byTime(a: SearchHit, b: SearchHit): number {
  return a.tNs - b.tNs || trackOrder[a.track] - trackOrder[b.track] || a.index - b.index;
}

/** The hits so far with new ones, in the order of `SearchResult.hits`. */
export function mergeHits(hits: readonly SearchHit[], found: readonly SearchHit[]): SearchHit[] {
  if (found.length === 0) return [...hits];
  return [...hits, ...found].sort(byTime);
}

function* searchSpans(sources: SearchSources, pattern: RegExp): Generator<SearchStep> {
  const { columns, spans } = sources;
  if (!columns) return;
  const total = columns.count + spans.length;
  // Names are few; the rows that bear a matching one are found by its number.
  const byName = columns.names.map((name) => matchOf(name, pattern));
  const made = sources.rows === null && spans.length > 0 ? new Map<string, number>() : null;
  const rows = made ?? sources.rows;
  for (let row = 0; row < columns.count; row++) {
    const match = byName[columns.name[row] ?? 0];
    const share = row / total;
    const rowKey = match || made ? rowKeyAt(columns, row) : '';
    made?.set(rowKey, row);
    if (match) {
      const tNs = rowStartNs(columns, row);
      yield { hit: { track: 'spans', tNs, rowKey, where: 'name', index: row, ...match }, units: 128, share };
    } else if (row % 1024 === 0) yield { hit: null, units: made ? 50_000 : 4096, share };
  }
  for (const [index, span] of spans.entries()) {
    const row = rows?.get(rowKeyOf(span)) ?? -1;
    const share = (columns.count + index) / total;
    if (row < 0 || byName[columns.name[row] ?? 0]) yield { hit: null, units: 16, share };
    else yield searchAttributes(span, row, columns, pattern, share);
  }
}

/** At most one hit a span: its name says more than an attribute. */
function searchAttributes(
  span: SpanJson,
  row: number,
  columns: TraceColumns,
  pattern: RegExp,
  share: number,
): SearchStep {
  let units = 64;
  for (const [where, text] of spanTexts(span)) {
    units += text.length;
    const match = matchOf(text, pattern);
    if (!match) continue;
    const tNs = rowStartNs(columns, row);
    return {
      hit: { track: 'spans', tNs, rowKey: rowKeyOf(span), where, index: row, ...match },
      units,
      share,
    };
  }
  return { hit: null, units, share };
}

function* spanTexts(span: SpanJson): Generator<readonly [where: string, text: string]> {
  if (span.statusMessage) yield ['status message', span.statusMessage];
  for (const [key, value] of Object.entries(span.attributes)) {
    yield [key, plainText(isToolOutput(key) ? printed(value) : value)];
    yield [key, key];
  }
  for (const { key, value } of span.repeatedAttributes ?? []) yield [key, plainText(value)];
  for (const event of span.events) {
    yield ['event', event.name];
    for (const [key, value] of Object.entries(event.attributes)) yield [key, plainText(value)];
  }
}

function* searchTranscript(entries: readonly TranscriptEntry[], pattern: RegExp): Generator<SearchStep> {
  for (const [index, entry] of entries.entries()) {
    const share = index / entries.length;
    let units = 64;
    let hit: SearchHit | null = null;
    for (const [where, text] of entryTexts(entry)) {
      units += text.length;
      const match = matchOf(text, pattern);
      if (!match) continue;
      hit = { track: 'transcript', tNs: entry.startNs, rowKey: entry.rowKey, where, index, ...match };
      break;
    }
    yield { hit, units, share };
  }
}

function* entryTexts(entry: TranscriptEntry): Generator<readonly [where: string, text: string]> {
  yield [entry.kind, entry.text];
  if (entry.argument !== null) yield ['argument', entry.argument];
  if (entry.error !== null) yield ['error', entry.error];
  if (entry.result !== null) yield ['result', entry.result];
}

function* searchChanges({ changes, columns }: SearchSources, pattern: RegExp): Generator<SearchStep> {
  for (const [index, change] of changes.entries()) {
    const match =
      matchOf(change.path, pattern) ?? (change.diff === null ? null : matchOf(change.diff, pattern));
    const units = 64 + change.path.length + (change.diff?.length ?? 0);
    const share = index / changes.length;
    if (!match || !columns) {
      yield { hit: null, units, share };
      continue;
    }
    const tNs = Math.min(Math.max(0, offsetNs(change.timeNs, columns.startNs)), columns.lengthNs);
    const rowKey = change.traceId && change.spanId ? change.traceId + change.spanId : null;
    yield { hit: { track: 'changes', tNs, rowKey, where: change.path, index, ...match }, units, share };
  }
}
