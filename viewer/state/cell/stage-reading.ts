// What the stage of a wide page shows of a run without a terminal, or whose terminal is a stream of JSON: the transcript,
// which then needs no tab beside it; or the stream as it came, or the spans, where a reader asks for that. Does not draw.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { CellDetail } from '../../../shared/wire.ts';
import { isJsonStream } from '../../model/terminal/json-stream.ts';
import type { TranscriptKind } from '../../model/transcript/entry.ts';
import { narrow } from '../page/media.ts';
import type { CellReadings } from './cell-readings.ts';
import type { CellTracks } from './cell-tracks.ts';

/** What a reader chose for the stage: the run as it was seen, or the files as it changed them. */
export type StageReading = 'run' | 'changes';

type StagedRun = Pick<CellTracks, 'terminal'> &
  Pick<CellReadings, 'transcript'> & {
    readonly detail: ReadonlySignal<CellDetail | null>;
  };

/** A reader asked for the stream itself. */
export const rawWanted = signal(false);

export function hasJsonStream({ terminal }: StagedRun): boolean {
  const film = terminal.film.value;
  return film !== null && isJsonStream(film);
}

export function stageReads(run: StagedRun): boolean {
  return !narrow.value && !rawWanted.value && (hasJsonStream(run) || readsInstead(run));
}

/** Of a run that passed without a terminal, what was said and done is what there is to see. */
export function readsInstead({ detail, transcript }: StagedRun): boolean {
  const cell = detail.value;
  if (!cell || cell.hasTerminal || cell.outcome !== 'passed') return false;
  return transcript.value.some(({ kind }) => spoken.has(kind));
}

const spoken: ReadonlySet<TranscriptKind> = new Set(['prompt', 'message', 'reasoning', 'tool']);
