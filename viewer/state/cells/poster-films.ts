// Films for the small pictures of runs: one terminal after the other, since each takes a worker a while, and the last
// few kept, so that the way back shows them at once.
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { CellSummary } from '../../../shared/wire.ts';
import type { Film } from '../../model/terminal/film.ts';
import { createTerminal } from '../terminal/terminal-session.ts';

const MOST_KEPT = 8;

export interface PosterFilm {
  readonly film: ReadonlySignal<Film | null>;
  readonly close: () => void;
}

/** Of runs that are over, by id and how much was recorded. */
const kept = new Map<string, Film>();
let queue: Promise<void> = Promise.resolve();

export function posterFilm(cell: CellSummary): PosterFilm {
  const key = `${cell.id} ${cell.spans} ${cell.endNs}`;
  const film = signal<Film | null>(kept.get(key) ?? null);
  const stop = new AbortController();
  if (film.value === null && cell.hasTerminal)
    queue = queue.then(async () => {
      if (stop.signal.aborted) return;
      await playOnce(cell, stop.signal, (made) => {
        film.value = made;
      });
      if (film.value === null || stop.signal.aborted) return;
      kept.set(key, film.value);
      for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    });
  return { film, close: () => stop.abort() };
}

/** Resolves when all of it was played, when it could not be, or when it is not wanted any more. */
async function playOnce(cell: CellSummary, stop: AbortSignal, onFilm: (film: Film) => void): Promise<void> {
  const terminal = createTerminal(stop, () => false);
  await new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
    const unlisten = effect(() => {
      const { film, readNs, error } = terminal;
      if (film.value && readNs.value === Infinity) onFilm(film.value);
      if (readNs.value === Infinity || error.value !== null) resolve();
    });
    stop.addEventListener('abort', unlisten, { once: true });
    terminal.load({ cellId: cell.id, clockStartNs: cell.startNs }, () => undefined);
  });
  terminal.close();
}

export interface LivePicture extends PosterFilm {
  /** Fetches what came since. */
  readonly more: (cell: CellSummary) => void;
}

/** The terminal of a run under way: what is new is played as it is asked for. */
export function livePicture(): LivePicture {
  const stop = new AbortController();
  const terminal = createTerminal(stop.signal, () => true);
  return {
    film: terminal.film,
    more: (cell) => terminal.load({ cellId: cell.id, clockStartNs: cell.startNs }, () => undefined),
    close: () => {
      stop.abort();
      terminal.close();
    },
  };
}
