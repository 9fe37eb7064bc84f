// The clock of a page: the pure machine of model/timeline/playback, driven by the only requestAnimationFrame
// loop of the viewer. Does not know what is played.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { IdleMap } from '../../model/timeline/idle-map.ts';
import {
  type LoopWindow,
  nextSpeed,
  type PlaybackEvent,
  type PlaybackState,
  startPlayback,
  transition,
} from '../../model/timeline/playback.ts';
import type { Clock } from './clock.ts';

export class PlaybackSession implements Clock {
  readonly #state = signal(startPlayback(0));
  readonly #seeks = signal(0);
  #frame = 0;
  #idle: IdleMap | null = null;

  readonly state: ReadonlySignal<PlaybackState> = this.#state;
  readonly seeks: ReadonlySignal<number> = this.#seeks;
  readonly positionNs = computed(() => this.#state.value.positionNs);
  readonly lengthNs = computed(() => this.#state.value.lengthNs);
  readonly playing = computed(() => this.#state.value.mode === 'playing');
  readonly ended = computed(() => this.#state.value.mode === 'ended');

  extend(lengthNs: number): void {
    if (lengthNs > this.#state.peek().lengthNs) this.#send({ type: 'extend', lengthNs });
  }

  /** The clock's length, shorter ones too: a clock made of others may shrink as they are read. */
  setLength(lengthNs: number): void {
    this.#send({ type: 'extend', lengthNs });
  }

  toggle(): void {
    this.#send({ type: 'toggle' });
  }

  playFrom(tNs: number): void {
    this.seek(tNs);
    this.#send({ type: 'play' });
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  setSpeed(speed: number): void {
    this.#send({ type: 'setSpeed', speed });
  }

  /** The next faster (1) or slower (-1) speed on offer; the keys `<` and `>`. */
  stepSpeed(direction: 1 | -1): void {
    this.setSpeed(nextSpeed(this.#state.peek().speed, direction));
  }

  /** What plays over and over, or null; does not move the playhead. */
  setLoop(window: LoopWindow | null): void {
    this.#send({ type: 'setLoop', window });
  }

  /** With a map, idle stretches play in a moment; null plays them as they were. */
  compress(map: IdleMap | null): void {
    this.#idle = map;
  }

  seek(tNs: number): void {
    this.#seek({ type: 'seek', tNs });
  }

  /** Moves there as playing does: nobody sought it, and lists stay where their reader scrolled them. */
  moveTo(tNs: number): void {
    this.#send({ type: 'seek', tNs });
  }

  /** Pauses and moves; the keys `,` and `.`. */
  stepBy(byNs: number): void {
    this.#seek({ type: 'step', byNs });
  }

  /** To the nearest marker in that direction; the keys `[` and `]`. */
  toMarker(direction: 1 | -1, markersNs: Float64Array): void {
    this.#seek({ type: 'marker', direction, markersNs });
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#state.value = transition(this.#state.peek(), { type: 'pause' });
  }

  #seek(event: PlaybackEvent): void {
    batch(() => {
      this.#send(event);
      this.#seeks.value++;
    });
  }

  #send(event: PlaybackEvent): void {
    this.#state.value = transition(this.#state.peek(), event);
    if (this.#state.peek().mode === 'playing') this.#frame ||= requestAnimationFrame(this.#onFrame);
  }

  readonly #onFrame = (nowMs: number) => {
    this.#frame = 0;
    this.#send({ type: 'tick', nowMs, idle: this.#idle });
  };
}
