// Two runs of one task side by side: their steps aligned by a longest common subsequence over tool and
// argument, the first place where they part, and one axis on which both can be played. It refuses to
// judge which way was better.
import type { TranscriptEntry } from './transcript.ts';

/** One thing that the agent did. */
export interface RunStep {
  /** Equal keys are the same step: "shell\ncargo test", "edit\nsrc/lib.rs". */
  readonly key: string;
  /** "bash · cargo test". */
  readonly label: string;
  readonly startNs: number;
  /** null where it never ended. */
  readonly endNs: number | null;
  readonly rowKey: string | null;
  /** Index into the transcript. */
  readonly entry: number;
  /** What came of it, comparable: exit code, tool status, tests, changed lines; "" where nothing is known. */
  readonly result: string;
}

/** Tool calls and verifier runs of a transcript, in order. */
export declare function stepsOf(transcript: readonly TranscriptEntry[]): RunStep[];

export interface AlignedPair {
  /** Index into the steps of a, or null where only b took this step. */
  readonly a: number | null;
  readonly b: number | null;
}

export interface Divergence {
  /** Index into `pairs`. */
  readonly pair: number;
  /** step: one did what the other did not; result: the same step came to another result. */
  readonly kind: 'step' | 'result';
  /** Where to seek in each run; the run's end where it has no further step. */
  readonly aNs: number;
  readonly bNs: number;
  /** "a ran cargo test, b edited src/lib.rs". */
  readonly sentence: string;
}

export interface Alignment {
  readonly a: readonly RunStep[];
  readonly b: readonly RunStep[];
  readonly aLengthNs: number;
  readonly bLengthNs: number;
  /** In order of both runs; matched steps share a pair. */
  readonly pairs: readonly AlignedPair[];
  /** Pairs with both sides. */
  readonly matched: number;
  /** Every place where they part, in order; consecutive unmatched pairs are one. */
  readonly divergences: readonly Divergence[];
}

/** @param names what to call the runs in sentences */
export declare function alignRuns(
  a: { readonly steps: readonly RunStep[]; readonly lengthNs: number; readonly name: string },
  b: { readonly steps: readonly RunStep[]; readonly lengthNs: number; readonly name: string },
): Alignment;

/** time: both from their own zero; step: both at the same pair. */
export type CompareClock = 'time' | 'step';

/** The common axis's length: nanoseconds by time, pairs + 1 by step. */
export declare function axisLength(alignment: Alignment, clock: CompareClock): number;

/** Where on the common axis a moment of one run lies; ascending with the moment. */
export declare function axisAt(
  alignment: Alignment,
  clock: CompareClock,
  side: 'a' | 'b',
  tNs: number,
): number;

/** The moment of one run at a place on the common axis; by step a run waits while the other does more. */
export declare function momentAt(
  alignment: Alignment,
  clock: CompareClock,
  side: 'a' | 'b',
  axis: number,
): number;
