// Search inside a run: spans, terminal, transcript and changes, literal and case-insensitive. It works
// in slices, as a generator, so that whoever drives it can give way to a frame in between; results are
// plain positions and pieces of text. It refuses to schedule, to fetch and to mark up.
import type { TraceColumns } from '../../shared/trace-columns.ts';
import type { FileChangeJson, SpanJson } from '../../shared/wire.ts';
import type { Film } from './film.ts';
import type { TranscriptEntry } from './transcript.ts';

export type SearchTrack = 'spans' | 'terminal' | 'transcript' | 'changes';

export interface SearchHit {
  readonly track: SearchTrack;
  /** Where to seek: nanoseconds from the clock's zero, held within the run. */
  readonly tNs: number;
  /** traceId + spanId, as `rowKeyOf`; null where no span is meant. */
  readonly rowKey: string | null;
  /** What held it: "name", an attribute's key, "status message", "result", "src/lib.rs", "line 12". */
  readonly where: string;
  /** One line around the first match; line breaks are blanks. Hostile text as it is: show it as text. */
  readonly excerpt: string;
  /** Matches within the excerpt: [from, to) in UTF-16 units, in order. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Matches in the whole text, at least 1. */
  readonly count: number;
  /** Column row, frame, transcript index or change index. */
  readonly index: number;
}

export interface SearchSources {
  /** Names of all spans. */
  readonly columns: TraceColumns | null;
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

/**
 * Searches in slices of about a millisecond or two. An empty query finds nothing.
 * A terminal hit is the first frame at which a matching line becomes visible; a line that goes on
 * matching in the same place while it grows or scrolls is one hit. Text wrapped over two rows and lines
 * that passed within one frame are not found.
 */
export declare function searchRun(
  sources: SearchSources,
  query: string,
): Generator<SearchProgress, SearchResult, void>;

/** The hits so far with new ones, in the order of `SearchResult.hits`. */
export declare function mergeHits(hits: readonly SearchHit[], found: readonly SearchHit[]): SearchHit[];
