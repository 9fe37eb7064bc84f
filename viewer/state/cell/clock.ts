// What a run needs of the clock that it is shown on. On its own page that is the page's playback; beside
// another run it is a view of the clock that both share. Does not say how time passes.
import type { ReadonlySignal } from '@preact/signals';

export interface Clock {
  /** The moment of the run, nanoseconds from its zero. */
  readonly positionNs: ReadonlySignal<number>;
  /** The run's length, as far as it is known. */
  readonly lengthNs: ReadonlySignal<number>;
  readonly playing: ReadonlySignal<boolean>;
  /** Whether the run's end is reached; never while its length is 0. */
  readonly ended: ReadonlySignal<boolean>;
  /** Raised by every seek, so that lists follow even where the playhead did not move. */
  readonly seeks: ReadonlySignal<number>;
  /** The run is known to be this long; shorter than known is ignored. */
  extend(lengthNs: number): void;
  seek(tNs: number): void;
  pause(): void;
}
