// A sweep's cells in numbers: what its matrix shows, a cell and as columns. Shapes only.

/** What the matrix shows of a cell beside its id's parts. */
export interface SweepCell {
  /** The id where it does not follow from its parts, else null. */
  readonly oddId: string | null;
  /** Where it stands in the order of runs. */
  readonly sortNs: bigint;
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
  /** Ordinal into `outcomes`. */
  readonly outcome: number;
  /** When a run under way is taken to be dead unless more is heard of it; null where none is. */
  readonly silentNs: bigint | null;
  readonly spans: number;
  readonly pass: number | null;
  readonly composite: number | null;
  /** Nothing ran or nothing changed: the composite must not stand alone. */
  readonly didNothing: boolean;
  readonly measures: Readonly<Record<MeasureName, number | null>>;
  /** JSON of what its cost is made of; null where nothing is. */
  readonly cost: string | null;
  /** JSON of further numbers, [[name, value], …]; null where there are none. */
  readonly others: string | null;
  /** JSON of a failure's signature; null where there is none. */
  readonly failure: string | null;
  /** Contradictions among its records. */
  readonly notes: number;
  readonly version: string | null;
  /** As `settingsText` writes them. */
  readonly settings: string | null;
  /** Who gave the verdict that stands; null where nobody is named, or there is none. */
  readonly verifier: string | null;
}

/** A sweep's cells as columns of equal length, newest first. Words are numbers for `word`. */
export interface SweepColumns {
  readonly count: number;
  readonly agent: readonly number[];
  readonly model: readonly (number | null)[];
  readonly family: readonly (number | null)[];
  /** Of `<family>/<name>`. */
  readonly task: readonly (number | null)[];
  readonly attempt: readonly number[];
  /** The id's word where it does not follow from its parts. */
  readonly oddId: readonly (number | null)[];
  readonly outcome: readonly number[];
  readonly silentMs: readonly (number | null)[];
  readonly startMs: readonly (number | null)[];
  readonly durationMs: readonly (number | null)[];
  readonly spans: readonly number[];
  readonly pass: readonly (number | null)[];
  readonly composite: readonly (number | null)[];
  /** 1 where nothing ran or nothing changed. */
  readonly didNothing: readonly number[];
  readonly cost: readonly (string | null)[];
  readonly others: readonly (string | null)[];
  readonly failure: readonly (number | null)[];
  readonly notes: readonly number[];
  /** In the order of `measureNames`. */
  readonly measures: readonly (readonly (number | null)[])[];
}

/** What judging reads of a sweep's cells, with what stands of their verdicts, as they were at one moment. */
export interface JudgedColumns
  extends Pick<
    SweepColumns,
    'agent' | 'model' | 'task' | 'attempt' | 'oddId' | 'outcome' | 'silentMs' | 'pass' | 'cost'
  > {
  readonly version: readonly (number | null)[];
  readonly settings: readonly (number | null)[];
  readonly latency: readonly (number | null)[];
  readonly tokens: readonly (number | null)[];
  /** Who gave the verdict that stands. */
  readonly verifier: readonly (number | null)[];
  /** When it was received; null without one. */
  readonly verdictMs: readonly (number | null)[];
  /** 1 where it took the place of another. */
  readonly replaced: readonly (0 | 1 | null)[];
  /** What the one before it said; null where that is not known. */
  readonly formerPass: readonly (number | null)[];
}

/** Body of the log entry that tags a sweep. */
export interface SweepTagEntry {
  readonly stem: string;
  /** The stem's baseline from now on; null for none. */
  readonly sweep: string | null;
  /** The one that it was. */
  readonly former: string | null;
}

/** A sweep in a trend. */
export interface SweepPasses {
  readonly sweep: string;
  readonly startNs: bigint | null;
  /** By task: attempts that count and those that passed. */
  readonly tasks: readonly { readonly n: number; readonly c: number }[];
}

/** The columns of `SweepColumns.measures`. */
export const measureNames = [
  'tokens',
  'tokens_in',
  'tokens_out',
  'latency',
  'blast_radius',
  'refusal',
  'integrity',
] as const;
export type MeasureName = (typeof measureNames)[number];

/** Where a page of sweeps ended: the next one starts behind it. */
export interface SweepCursor {
  readonly newestNs: bigint;
  readonly sweep: string;
}

export interface SweepCount {
  readonly outcome: number;
  /** Of a run under way: whether it was not heard of for long. */
  readonly silent: boolean;
  readonly cells: number;
  readonly recorded: number;
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
}
