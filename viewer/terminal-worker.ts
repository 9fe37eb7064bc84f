// The worker that turns a recording into a film, off the main thread. It takes one message, the
// asciicast text, and answers with progress, films and one end. It never fetches and keeps nothing.
// @xterm/headless is loaded here alone: the page's own bundle has no emulator in it.
import { AsciicastError, parseAsciicast, type TerminalNotes } from '../shared/terminal.ts';
import { type Film, filmTransfers } from './model/film.ts';
import { buildFilm } from './model/film-builder.ts';
import { type Named, recordedMarkers } from './model/markers.ts';
import { xtermEmulator, xtermOptions } from './model/xterm-emulator.ts';

export interface FilmRequest {
  /** asciicast v2 or v3. */
  readonly asciicast: string;
  /** Where the recording's zero lies on the cell's clock, nanoseconds. */
  readonly offsetNs: number;
}

export interface RecordingFacts {
  readonly cols: number;
  readonly rows: number;
  readonly events: number;
  /** Recorded markers, nanoseconds from the cell's clock zero. */
  readonly markers: readonly Named[];
  /** What was repaired or left out while reading, in words. */
  readonly notes: readonly string[];
}

export type FilmMessage =
  /** Sent once, as soon as the text is read. */
  | { readonly type: 'recording'; readonly facts: RecordingFacts }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  /** A film of the events so far; `complete` marks the last message. */
  | { readonly type: 'film'; readonly film: Film; readonly complete: boolean }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

/** A first film early, then at doubling distances: each is a copy of all before it. */
const FIRST_FILM_AFTER_MS = 250;
/** A recording that costs more than this is an attack or a mistake; the film then ends early and says so. */
const MAX_BUILD_MS = 120_000;

async function answer(request: FilmRequest): Promise<void> {
  const recording = parseAsciicast(request.asciicast);
  const { cols, rows, events, notes } = recording;
  const markers = recordedMarkers(events, request.offsetNs);
  post({ type: 'recording', facts: { cols, rows, events: events.length, markers, notes: noteWords(notes) } });
  const Terminal = await loadXterm();
  const terminal = new Terminal({ ...xtermOptions, cols, rows });
  const startedMs = performance.now();
  let nextFilmMs = FIRST_FILM_AFTER_MS;
  const film = await buildFilm(recording, xtermEmulator(terminal), {
    offsetNs: request.offsetNs,
    onProgress(done, total, snapshot) {
      const spentMs = performance.now() - startedMs;
      post({ type: 'progress', done, total });
      if (spentMs > nextFilmMs && done < total) {
        postFilm(snapshot(), false);
        nextFilmMs = spentMs * 2;
      }
      return spentMs > MAX_BUILD_MS ? 'stop' : undefined;
    },
  });
  postFilm(film, true);
}

/** xterm 6.0 looks for requestIdleCallback in `window` while it loads, and a worker has none. */
async function loadXterm() {
  (globalThis as { window?: unknown }).window ??= globalThis;
  const { Terminal } = await import('@xterm/headless/lib-headless/xterm-headless.mjs');
  return Terminal;
}

function noteWords(notes: TerminalNotes): string[] {
  const words: string[] = [];
  if (notes.truncated) words.push('the last line was cut: the recorder was stopped');
  if (notes.timeRepaired > 0) words.push(`${notes.timeRepaired} times ran backwards and were held`);
  if (notes.inputDropped > 0) words.push(`${notes.inputDropped} input events left out`);
  if (notes.unknownDropped > 0) words.push(`${notes.unknownDropped} events of unknown kinds left out`);
  return words;
}

function postFilm(film: Film, complete: boolean): void {
  self.postMessage({ type: 'film', film, complete } satisfies FilmMessage, {
    transfer: filmTransfers(film),
  });
}

function post(message: FilmMessage): void {
  self.postMessage(message);
}

self.addEventListener('message', (event: MessageEvent<FilmRequest>) => {
  answer(event.data).catch((error: unknown) => {
    const code = error instanceof AsciicastError ? error.code : 'film_failed';
    post({ type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  });
});
