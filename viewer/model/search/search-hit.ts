// What a search inside a run finds, in one shape for all tracks. Plain data.

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

/** One step of a track's search: perhaps a hit, and what it cost. */
export interface SearchStep {
  readonly hit: SearchHit | null;
  /** UTF-16 units looked at, roughly: what slices are measured by. */
  readonly units: number;
  /** Share of the track that is done, 0..1. */
  readonly share: number;
}
