// What a cell page makes of a cell's tracks: the transcript, the sentence of the outcome, the marks of changes
// and the moments of first chunks. Each is worked out when first looked at and again when what it reads moves.
// Fetches nothing and knows no playhead.
import { computed, type ReadonlySignal } from '@preact/signals';
import type { CellDetail } from '../../../shared/wire.ts';
import type { OutcomeText } from '../../model/cells/outcome-sentence.ts';
import { firstChunks } from '../../model/timeline/span-tracks.ts';
import { changeMarks, type Mark } from '../../model/timeline/track-marks.ts';
import type { TranscriptEntry } from '../../model/transcript/entry.ts';
import { type CellTrace, rowIndex } from '../trace/cell-trace.ts';
import type { SpanStore } from '../trace/span-store.ts';
import { cellReader } from './cell-reader.ts';
import { type CellTracks, loadedList } from './cell-tracks.ts';

export interface CellReadings {
  readonly transcript: ReadonlySignal<readonly TranscriptEntry[]>;
  readonly outcome: ReadonlySignal<OutcomeText | null>;
  readonly changeMarks: ReadonlySignal<readonly Mark[]>;
  /** Row to the moment its first chunk came. */
  readonly firstChunkNs: ReadonlySignal<ReadonlyMap<number, number>>;
}

export function readCell(
  detail: ReadonlySignal<CellDetail | null>,
  trace: ReadonlySignal<CellTrace | null>,
  spans: SpanStore,
  tracks: Pick<CellTracks, 'modelCalls' | 'changes'>,
): CellReadings {
  const columns = computed(() => trace.value?.columns ?? null);
  const changes = computed(() => loadedList(tracks.changes.value));
  const calls = computed(() => loadedList(tracks.modelCalls.value));
  return {
    transcript: computed(() =>
      columns.value && cellReader.value
        ? cellReader.value.buildTranscript(spans.readable.value, changes.value, columns.value.startNs)
        : [],
    ),
    outcome: computed(() => {
      if (!detail.value || !cellReader.value) return null;
      const start = columns.value && columns.value.count > 0 ? columns.value.startNs : null;
      return cellReader.value.describeOutcome(detail.value, spans.readable.value, changes.value, start);
    }),
    changeMarks: computed(() => {
      const here = columns.value;
      return here && changes.value.length > 0 ? changeMarks(changes.value, here, rowIndex(here)) : [];
    }),
    firstChunkNs: computed<ReadonlyMap<number, number>>(() => {
      const here = columns.value;
      return here && calls.value.length > 0 ? firstChunks(calls.value, here, rowIndex(here)) : new Map();
    }),
  };
}
