// Where a run is on the clock that it was handed, and which of its spans is meant at that moment. Does not
// know whether the clock is its own.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { passedRows } from '../../model/trace/noise.ts';
import { activeRow, rowStartNs, stepRow } from '../../model/trace/trace-tree.ts';
import { type CellTrace, keyAt } from '../trace/cell-trace.ts';
import type { Clock } from './clock.ts';

/** A span that a reader chose: it is the active one for as long as the playhead rests where it was chosen. */
interface Selection {
  readonly row: number;
  /** Whose row it is: rows move when a run under way grows, spans do not. */
  readonly columns: TraceColumns;
  readonly tNs: number;
}

export class RunPlayback {
  readonly #clock: Clock;
  readonly #trace: ReadonlySignal<CellTrace | null>;
  readonly #selection = signal<Selection | null>(null);

  /** Plumbing is shown and stepped over like all else: the switch of the span table. */
  readonly allSpans = signal(false);
  /** By row, above 0 for what is stepped over now, which is no act of the agent; null where nothing is. */
  readonly folded: ReadonlySignal<Uint8Array | null>;

  readonly positionNs: ReadonlySignal<number>;
  readonly lengthNs: ReadonlySignal<number>;
  readonly playing: ReadonlySignal<boolean>;
  readonly ended: ReadonlySignal<boolean>;
  readonly seeks: ReadonlySignal<number>;
  /** The row that a reader chose for this very moment, -1 where time alone decides. */
  readonly chosenRow: ReadonlySignal<number>;
  /** Row of the active span, -1 for none. */
  readonly row: ReadonlySignal<number>;

  constructor(clock: Clock, trace: ReadonlySignal<CellTrace | null>) {
    this.#clock = clock;
    this.#trace = trace;
    const passed = computed(() => trace.value && passedRows(trace.value.columns));
    this.folded = computed(() => (this.allSpans.value ? null : passed.value));
    this.positionNs = clock.positionNs;
    this.lengthNs = clock.lengthNs;
    this.playing = clock.playing;
    this.ended = clock.ended;
    this.seeks = clock.seeks;
    this.chosenRow = computed(() => this.#rowOfSelection());
    this.row = computed(() => {
      if (this.chosenRow.value >= 0) return this.chosenRow.value;
      return trace.value ? activeRow(trace.value.tree, clock.positionNs.value) : -1;
    });
  }

  seek(tNs: number): void {
    this.#clock.seek(tNs);
  }

  /** Seeks to the span's start and makes it the active one. */
  select(row: number): void {
    const trace = this.#trace.peek();
    if (trace) this.selectAt(row, rowStartNs(trace.columns, row));
  }

  /** Makes it the active span at a moment that need not be its start. */
  selectAt(row: number, tNs: number): void {
    batch(() => {
      this.#clock.seek(tNs);
      const columns = this.#trace.peek()?.columns;
      this.#selection.value = columns ? { row, columns, tNs: this.#clock.positionNs.peek() } : null;
    });
  }

  /** Pauses and goes to the next or previous span, past folded plumbing; the keys ← and →. */
  stepSpan(direction: 1 | -1): void {
    const trace = this.#trace.peek();
    if (!trace) return;
    const passed = this.folded.peek();
    let step = stepRow(trace.columns, this.row.peek(), this.positionNs.peek(), direction);
    while (step && (passed?.[step.row] ?? 0) > 0)
      step = stepRow(trace.columns, step.row, step.tNs, direction);
    batch(() => {
      this.#clock.pause();
      if (step) this.selectAt(step.row, step.tNs);
    });
  }

  #rowOfSelection(): number {
    const chosen = this.#selection.value;
    const trace = this.#trace.value;
    if (!chosen || !trace || chosen.tNs !== this.positionNs.value) return -1;
    return chosen.columns === trace.columns ? chosen.row : trace.rowOf(keyAt(chosen.columns, chosen.row));
  }
}
