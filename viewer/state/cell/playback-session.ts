// The one clock of a cell page: the pure machine of model/timeline/playback, driven by the only
// requestAnimationFrame loop of the viewer, and the span that is meant at this moment.
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { IdleMap } from '../../model/timeline/idle-map.ts';
import {
  type LoopWindow,
  nextSpeed,
  type PlaybackEvent,
  type PlaybackState,
  startPlayback,
  transition,
} from '../../model/timeline/playback.ts';
import { activeRow, rowStartNs, stepRow, type TraceTree } from '../../model/trace/trace-tree.ts';

export interface Trace {
  readonly columns: TraceColumns;
  readonly tree: TraceTree;
}

/** A span chosen by hand: it is the active one for as long as the playhead rests where it was chosen. */
interface Selection {
  readonly row: number;
  readonly tNs: number;
}

export interface PlaybackSession {
  readonly state: ReadonlySignal<PlaybackState>;
  readonly positionNs: ReadonlySignal<number>;
  readonly lengthNs: ReadonlySignal<number>;
  readonly playing: ReadonlySignal<boolean>;
  /** Row of the active span, -1 for none. */
  readonly row: ReadonlySignal<number>;
  /** The row chosen by hand for this very moment, -1 where time alone decides. */
  readonly chosenRow: ReadonlySignal<number>;
  /** Raised by every seek, so that lists follow even where the playhead did not move. */
  readonly seeks: ReadonlySignal<number>;
  /** The trace is here. */
  load(trace: Trace): void;
  /** The clock's length; shorter ones than known are ignored. */
  extend(lengthNs: number): void;
  /** The clock's length, shorter ones too: a clock made of others may shrink as they are read. */
  setLength(lengthNs: number): void;
  toggle(): void;
  setSpeed(speed: number): void;
  /** The next faster (1) or slower (-1) speed on offer; the keys `<` and `>`. */
  stepSpeed(direction: 1 | -1): void;
  /** What plays over and over, or null; does not move the playhead. */
  setLoop(window: LoopWindow | null): void;
  /** With a map, idle stretches play in a moment; null plays them as they were. */
  compress(map: IdleMap | null): void;
  /** To the nearest marker in that direction; the keys `[` and `]`. */
  toMarker(direction: 1 | -1, markersNs: Float64Array): void;
  seek(tNs: number): void;
  /** Moves there as playing does: nobody sought it, and lists stay where a hand put them. */
  moveTo(tNs: number): void;
  /** Seeks to the span's start and makes it the active one. */
  select(row: number): void;
  /** Makes it the active span at a moment that need not be its start. */
  selectAt(row: number, tNs: number): void;
  /** Pauses and moves; the keys `,` and `.`. */
  stepBy(byNs: number): void;
  /** Pauses and goes to the next or previous span; the keys ← and →. */
  stepSpan(direction: 1 | -1): void;
  close(): void;
}

export function createPlayback(): PlaybackSession {
  const state = signal(startPlayback(0));
  const trace: Signal<Trace | null> = signal(null);
  const selection = signal<Selection | null>(null);
  const seeks = signal(0);
  const positionNs = computed(() => state.value.positionNs);
  const playing = computed(() => state.value.mode === 'playing');
  const chosenRow = computed(() => {
    const chosen = selection.value;
    return chosen && chosen.tNs === positionNs.value ? chosen.row : -1;
  });
  const row = computed(() => {
    if (chosenRow.value >= 0) return chosenRow.value;
    return trace.value ? activeRow(trace.value.tree, positionNs.value) : -1;
  });

  let frame = 0;
  let idle: IdleMap | null = null;
  const send = (event: PlaybackEvent) => {
    state.value = transition(state.peek(), event);
    if (state.peek().mode === 'playing') frame ||= requestAnimationFrame(onFrame);
  };
  const onFrame = (nowMs: number) => {
    frame = 0;
    send({ type: 'tick', nowMs, idle });
  };
  const seek = (tNs: number) =>
    batch(() => {
      send({ type: 'seek', tNs });
      seeks.value++;
    });
  const selectAt = (chosenRow: number, tNs: number) =>
    batch(() => {
      seek(tNs);
      selection.value = { row: chosenRow, tNs: state.peek().positionNs };
    });
  const select = (chosenRow: number) => {
    const columns = trace.peek()?.columns;
    if (columns) selectAt(chosenRow, rowStartNs(columns, chosenRow));
  };

  return {
    state,
    positionNs,
    lengthNs: computed(() => state.value.lengthNs),
    playing,
    row,
    chosenRow,
    seeks,
    load(next) {
      trace.value = next;
    },
    extend(lengthNs) {
      if (lengthNs > state.peek().lengthNs) send({ type: 'extend', lengthNs });
    },
    setLength: (lengthNs) => send({ type: 'extend', lengthNs }),
    toggle: () => send({ type: 'toggle' }),
    setSpeed: (speed) => send({ type: 'setSpeed', speed }),
    stepSpeed: (direction) => send({ type: 'setSpeed', speed: nextSpeed(state.peek().speed, direction) }),
    setLoop: (window) => send({ type: 'setLoop', window }),
    compress(map) {
      idle = map;
    },
    toMarker(direction, markersNs) {
      batch(() => {
        send({ type: 'marker', direction, markersNs });
        seeks.value++;
      });
    },
    seek,
    moveTo: (tNs) => send({ type: 'seek', tNs }),
    select,
    selectAt,
    stepBy(byNs) {
      batch(() => {
        send({ type: 'step', byNs });
        seeks.value++;
      });
    },
    stepSpan(direction) {
      const loaded = trace.peek();
      if (!loaded) return;
      const { tree, columns } = loaded;
      const step = stepRow(tree, columns, row.peek(), positionNs.peek(), direction);
      batch(() => {
        send({ type: 'pause' });
        if (step) selectAt(step.row, step.tNs);
      });
    },
    close() {
      cancelAnimationFrame(frame);
      frame = 0;
      state.value = transition(state.peek(), { type: 'pause' });
    },
  };
}
