// Which span lies open over the column that is read. It stays open while time moves on, and goes along when another
// span is chosen. Does not draw, nor choose a span but by the neighbours it steps to.
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { neighbourOfKind } from '../../model/trace/span-neighbours.ts';
import type { RunPlayback } from '../cell/run-playback.ts';
import { type CellTrace, keyAt } from './cell-trace.ts';

export class OpenSpan {
  readonly #playback: RunPlayback;
  readonly #trace: ReadonlySignal<CellTrace | null>;
  /** Rows move while a run lives; keys do not. */
  readonly #key = signal<string | null>(null);
  #passes = false;

  /** Row of the span that lies open, -1 for none. */
  readonly row: ReadonlySignal<number>;

  constructor(playback: RunPlayback, trace: ReadonlySignal<CellTrace | null>) {
    this.#playback = playback;
    this.#trace = trace;
    this.row = computed(() => {
      const key = this.#key.value;
      return key === null ? -1 : (trace.value?.rowOf(key) ?? -1);
    });
  }

  open(row: number): void {
    const columns = this.#trace.peek()?.columns;
    if (columns && row >= 0 && row < columns.count) this.#key.value = keyAt(columns, row);
  }

  /**
   * As an address has it. The key may be of a span that is not here.
   * @param choosesToo whether the address chooses a span as well: that does not take the place of the one that lies open
   */
  openFromAddress(key: string, choosesToo: boolean): void {
    this.#key.value = key;
    this.#passes = choosesToo;
  }

  close(): void {
    this.#key.value = null;
  }

  /** The previous or next span of the same kind, chosen and open; nothing where there is none. */
  step(direction: 1 | -1): void {
    const next = this.neighbour(direction);
    if (next < 0) return;
    this.#playback.select(next);
    this.open(next);
  }

  /** Its row, -1 where there is none. */
  neighbour(direction: 1 | -1): number {
    const trace = this.#trace.value;
    const row = this.row.value;
    return trace && row >= 0
      ? neighbourOfKind(trace.columns, row, direction, this.#playback.folded.value)
      : -1;
  }

  /** Keeps what lies open true to what is chosen, until disposed. */
  follow(): () => void {
    return effect(() => {
      const chosen = this.#playback.chosenRow.value;
      if (chosen < 0) return;
      const passes = this.#passes;
      this.#passes = false;
      if (!passes && this.#key.peek() !== null) untracked(() => this.open(chosen));
    });
  }
}
