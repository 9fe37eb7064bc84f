// Starts the terminal worker and hands over what it says. The page's policy allows scripts through the
// one Trusted Types policy `playhead`, so the worker's URL passes through it, and it lets no other pass.
import type { FilmMessage, FilmRequest } from '../terminal-worker.ts';

export interface FilmJob {
  /** Ends the worker; no message comes after. */
  stop(): void;
}

/**
 * Builds a film in a worker of its own.
 * @param onMessage progress, films (each replaces the one before), and "failed" in place of a throw
 */
export function startFilm(request: FilmRequest, onMessage: (message: FilmMessage) => void): FilmJob {
  throw new Error(`not written yet ${request.offsetNs} ${onMessage.length}`);
}
