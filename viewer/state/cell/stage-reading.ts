// What the stage of a wide page shows of a run whose terminal is a stream of JSON: the transcript, which then needs no
// tab beside it, or the stream as it came where a reader asks for that. Does not draw.
import { signal } from '@preact/signals';
import { isJsonStream } from '../../model/terminal/json-stream.ts';
import { narrow } from '../page/media.ts';
import type { CellTracks } from './cell-tracks.ts';

/** What a reader chose for the stage: the run as it was seen, or the files as it changed them. */
export type StageReading = 'run' | 'changes';

type StagedRun = Pick<CellTracks, 'terminal'>;

/** A reader asked for the stream itself. */
export const rawWanted = signal(false);

export function hasJsonStream({ terminal }: StagedRun): boolean {
  const film = terminal.film.value;
  return film !== null && isJsonStream(film);
}

export function stageReads(run: StagedRun): boolean {
  return !narrow.value && !rawWanted.value && hasJsonStream(run);
}
