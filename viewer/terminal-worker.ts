// The worker that turns a recording into a film, off the main thread. It takes one message, the
// asciicast text, and answers with progress, films and one end. It never fetches and keeps nothing.
import type { Film } from './model/film.ts';

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
