// The worker that turns a recording into a film, off the main thread. It takes the asciicast text, and later
// what came since, one message after the answer to the last, and answers each with progress, films and one
// end. It never fetches.
// @xterm/headless is loaded here alone: the page's own bundle has no emulator in it.
import {
  AsciicastError,
  parseAsciicast,
  type TerminalNotes,
  type TerminalRecording,
  terminalLimits,
} from '../shared/terminal.ts';
import { type Film, filmTransfers } from './model/terminal/film.ts';
import { FilmBuilder } from './model/terminal/film-builder.ts';
import { xtermEmulator, xtermOptions } from './model/terminal/xterm-emulator.ts';
import { type Named, recordedMarkers } from './model/timeline/markers.ts';

export interface FilmRequest {
  /** asciicast v2 or v3. */
  readonly asciicast: string;
  /** Where the recording's zero lies on the cell's clock, nanoseconds; null where it goes on from the last one. */
  readonly offsetNs: number | null;
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
  /** As soon as the text is read. */
  | { readonly type: 'recording'; readonly facts: RecordingFacts }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  /** A film of the events so far; `complete` marks the last one that answers a message. */
  | { readonly type: 'film'; readonly film: Film; readonly complete: boolean }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

/** A first film early, then at doubling distances: each is a copy of all before it. */
const FIRST_FILM_AFTER_MS = 250;
/** Between two words of how far it is. */
const PROGRESS_EVERY_MS = 50;
/** A recording that costs more than this is an attack or a mistake; the film then ends early and says so. */
const MAX_BUILD_MS = 120_000;

/** The recording under way, and what was said of it. */
interface Played {
  readonly builder: FilmBuilder;
  readonly facts: RecordingFacts;
}
let played: Played | null = null;
let spentMs = 0;

async function answer(request: FilmRequest): Promise<void> {
  const recording = parseAsciicast(request.asciicast);
  played = request.offsetNs === null ? goneOn(played, recording) : await begun(recording, request.offsetNs);
  const { builder, facts } = played;
  post({ type: 'recording', facts });
  const startedMs = performance.now() - spentMs;
  let nextFilmMs = spentMs + FIRST_FILM_AFTER_MS;
  let nextProgressMs = spentMs + PROGRESS_EVERY_MS;
  builder.add(recording.events, (done, total, snapshot) => {
    spentMs = performance.now() - startedMs;
    // What is done at once is not worth a word.
    if (spentMs > nextProgressMs && done < total) {
      post({ type: 'progress', done, total });
      nextProgressMs = spentMs + PROGRESS_EVERY_MS;
    }
    if (spentMs > nextFilmMs && done < total) {
      postFilm(snapshot(), false);
      nextFilmMs = spentMs * 2;
    }
    return spentMs > MAX_BUILD_MS || builder.events > terminalLimits.maxEvents ? 'stop' : undefined;
  });
  postFilm(builder.film(), true);
}

async function begun(recording: TerminalRecording, offsetNs: number): Promise<Played> {
  const { cols, rows, events, notes } = recording;
  const Terminal = await loadXterm();
  const terminal = new Terminal({ ...xtermOptions, cols, rows });
  const markers = recordedMarkers(events, offsetNs);
  return {
    builder: new FilmBuilder(recording, xtermEmulator(terminal), offsetNs),
    facts: { cols, rows, events: events.length, markers, notes: noteWords(notes) },
  };
}

/** @throws Error where nothing was begun, which is the session's mistake */
function goneOn(before: Played | null, { events, notes }: TerminalRecording): Played {
  if (!before) throw new Error('terminal worker: there is no recording to go on with');
  const { builder, facts } = before;
  const more = { events: facts.events + events.length, notes: [...facts.notes, ...noteWords(notes)] };
  return { builder, facts: { ...facts, ...more } };
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
