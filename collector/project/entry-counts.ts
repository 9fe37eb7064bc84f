// What became of the records of each log entry, as the projector found it: told once the entry is written.

export interface EntryCounts {
  readonly signal: string;
  /** All records of the request. */
  readonly received: number;
  /** Records that are new and can be read. */
  readonly accepted: number;
  /** Records that had come before, whatever they say now; the rest was rejected. */
  readonly duplicate: number;
  /** Duplicates that say something else than the record that stands. */
  readonly conflicting: number;
  /** Rejected only when it was acknowledged already: known by its trace or session alone to be of a deleted cell. */
  readonly dropped: number;
}

/** The same with the entry's number: an entry that is projected again must not be counted again. */
export interface NumberedCounts extends EntryCounts {
  readonly seq: number;
}

/** Counts of one entry while it is projected. */
export interface RecordCounts {
  accepted: number;
  duplicate: number;
  conflicting: number;
}
