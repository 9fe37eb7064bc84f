// The terminal track: fetched as asciicast, turned into a film by the worker, answered as "which screen
// at t?". The worker is loaded when there is a terminal, and ends with its film.
import { type ReadonlySignal, signal } from '@preact/signals';
import { nsFromMs } from '../../shared/time.ts';
import { fetchTerminal } from '../api.ts';
import { offsetNs } from '../model/clock.ts';
import type { Film } from '../model/film.ts';
import type { FilmMessage, FilmRequest, RecordingFacts } from '../terminal-worker.ts';
import { startTerminalWorker } from './terminal-worker-start.ts';

export interface TerminalSession {
  readonly film: ReadonlySignal<Film | null>;
  readonly facts: ReadonlySignal<RecordingFacts | null>;
  readonly error: ReadonlySignal<Error | null>;
  /** Done and in all, while the film is made. */
  readonly progress: ReadonlySignal<{ readonly done: number; readonly total: number } | null>;
  /**
   * @param clockStartNs the cell's clock zero; null where the cell has no span: the recording's own then
   * @param onEnd told the last event's moment, nanoseconds from the clock's zero
   */
  load(cellId: string, clockStartNs: string | null, onEnd: (endNs: number) => void): Promise<void>;
  close(): void;
}

export function createTerminal(stop: AbortSignal): TerminalSession {
  const film = signal<Film | null>(null);
  const facts = signal<RecordingFacts | null>(null);
  const error = signal<Error | null>(null);
  const progress = signal<{ done: number; total: number } | null>(null);
  let worker: Worker | null = null;
  const endWorker = () => {
    worker?.terminate();
    worker = null;
    progress.value = null;
  };
  const fail = (cause: Error) => {
    error.value = cause;
    endWorker();
  };

  return {
    film,
    facts,
    error,
    progress,
    async load(cellId, clockStartNs, onEnd) {
      try {
        const asciicast = await fetchTerminal(cellId, stop);
        if (stop.aborted) return;
        const request: FilmRequest = { asciicast, offsetNs: recordingOffsetNs(asciicast, clockStartNs) };
        worker = startTerminalWorker();
        worker.onerror = (event) => fail(new Error(event.message || 'The terminal could not be replayed.'));
        worker.onmessage = ({ data }: MessageEvent<FilmMessage>) => {
          if (data.type === 'recording') facts.value = data.facts;
          else if (data.type === 'progress') progress.value = data;
          else if (data.type === 'failed') fail(new Error(data.message));
          else {
            film.value = data.film;
            // A marker may stand after the last output.
            onEnd(Math.max(data.film.eventNs.at(-1) ?? 0, facts.peek()?.markers.at(-1)?.tNs ?? 0));
            if (data.complete) endWorker();
          }
        };
        worker.postMessage(request);
      } catch (cause) {
        if (!stop.aborted) error.value = cause instanceof Error ? cause : new Error(String(cause));
      }
    },
    close: endWorker,
  };
}

/**
 * Where the recording's zero lies on the cell's clock: the collector says so in the header, to the
 * nanosecond; a plain asciicast header says it in seconds.
 */
function recordingOffsetNs(asciicast: string, clockStartNs: string | null): number {
  if (clockStartNs === null) return 0;
  const end = asciicast.indexOf('\n');
  const header: unknown = JSON.parse(end < 0 ? asciicast : asciicast.slice(0, end));
  if (typeof header !== 'object' || header === null) return 0;
  const placed = 'playhead' in header ? (header.playhead as { startNs?: unknown } | null)?.startNs : null;
  if (typeof placed === 'string') return offsetNs(placed, clockStartNs);
  const timestamp = 'timestamp' in header ? header.timestamp : null;
  return typeof timestamp === 'number' ? offsetNs(nsFromMs(timestamp * 1000).toString(), clockStartNs) : 0;
}
