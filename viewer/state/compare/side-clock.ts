// The clock of one run beside another: a view of the clock that both share. Where it is follows from the
// shared clock, and a seek in the run is a seek of both. It keeps nothing but the run's own length.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '../cell/clock.ts';

export interface SharedClock {
  readonly playing: ReadonlySignal<boolean>;
  readonly seeks: ReadonlySignal<number>;
  pause(): void;
}

export class SideClock implements Clock {
  readonly #shared: SharedClock;
  readonly #lengthNs = signal(0);

  readonly lengthNs: ReadonlySignal<number> = this.#lengthNs;
  readonly positionNs: ReadonlySignal<number>;
  readonly ended = computed(() => this.lengthNs.value > 0 && this.positionNs.value >= this.lengthNs.value);
  readonly playing: ReadonlySignal<boolean>;
  readonly seeks: ReadonlySignal<number>;
  readonly seek: (tNs: number) => void;

  /**
   * @param momentNs where the shared clock says that the run is; reads signals
   * @param seek moves the shared clock to where the run is at a moment of its own
   */
  constructor(shared: SharedClock, momentNs: () => number, seek: (tNs: number) => void) {
    this.#shared = shared;
    this.playing = shared.playing;
    this.seeks = shared.seeks;
    this.seek = seek;
    this.positionNs = computed(() => {
      const [tNs, lengthNs] = [momentNs(), this.#lengthNs.value];
      // Moments are whole nanoseconds. The way to the shared axis and back must not end just before one.
      return tNs >= lengthNs ? lengthNs : Math.min(lengthNs, Math.round(tNs));
    });
  }

  extend(lengthNs: number): void {
    this.#lengthNs.value = Math.max(this.#lengthNs.peek(), lengthNs);
  }

  pause(): void {
    this.#shared.pause();
  }
}
