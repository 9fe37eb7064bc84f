// What a reader of one test runner's output is, and what it finds. Does not read anything itself.
import type { Printed } from './printed.ts';

export interface TestFailure {
  /** As its runner names it: "tests::empty", "test_x.py::test_y", "TestX/sub", "suite › name"; null where nothing ran. */
  readonly name: string | null;
  /** "src/lib.rs:12". */
  readonly place: string | null;
  /** The one line that says most. */
  readonly message: string | null;
}

/** How many tests passed and failed; those that were skipped are neither. */
export interface TestTally {
  readonly passed: number;
  readonly failed: number;
}

export interface Findings {
  /** In the order in which the runner names them. */
  readonly tests: readonly TestFailure[];
  /** Null where the output does not say how many passed. */
  readonly tally: TestTally | null;
}

export interface FailureReader {
  readonly runner: string;
  /** The ways of printing that it reads, for the documents. */
  readonly forms: string;
  /** Whether it was made from what the runner printed, or from its documentation. */
  readonly from: 'output' | 'documentation';
  /**
   * What it says counts where no other reader named a failed test: "wrapper" runs other runners and repeats what
   * they say, "fallback" is no runner at all.
   */
  readonly rank?: 'wrapper' | 'fallback';
  /** Cheap: every output is shown to every reader. */
  recognises(printed: Printed): boolean;
  /** Never throws, and takes time that grows as the output does. */
  read(printed: Printed): Findings;
}
