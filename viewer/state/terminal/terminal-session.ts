// The terminal track: fetched as asciicast, turned into a film by the worker, answered as "which screen at
// t?". The worker is loaded when there is a terminal; while the run goes on it stays, and only what is new is
// fetched and played. One fetch at a time: growth meanwhile is fetched with the next.
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { fetchTerminal } from '../../api.ts';
import type { Film } from '../../model/terminal/film.ts';
import { nsOfMs, offsetNs } from '../../model/trace/offset.ts';
import type { FilmMessage, FilmRequest, RecordingFacts } from '../../terminal-worker.ts';
import { asError } from '../page/loadable.ts';
import { createSight, type TerminalSight } from './terminal-sight.ts';
import { startTerminalWorker } from './terminal-worker-start.ts';

export interface TerminalOf {
  readonly cellId: string;
  /** The cell's clock zero; null where the cell has no span: the recording's own then. */
  readonly clockStartNs: string | null;
}

export interface TerminalSession {
  readonly film: ReadonlySignal<Film | null>;
  readonly facts: ReadonlySignal<RecordingFacts | null>;
  readonly error: ReadonlySignal<Error | null>;
  /** Done and in all, while the film is made. */
  readonly progress: ReadonlySignal<{ readonly done: number; readonly total: number } | null>;
  /** Up to when its screens are known, nanoseconds from the cell's clock zero; Infinity once all of it was read. */
  readonly readNs: ReadonlySignal<number>;
  readonly sight: TerminalSight;
  /** Fetches it, or what came since: told the last event's moment, nanoseconds from the clock's zero. */
  load(of: TerminalOf, onEnd: (endNs: number) => void): void;
  close(): void;
}

/** What a recording's header says beside its size. */
interface Placed {
  /** Where its zero lies, Unix nanoseconds; null where it says nothing. */
  readonly startNs: string | null;
  readonly continues: boolean;
  /** What to ask with for what comes later; null where nothing will. */
  readonly next: string | null;
}

/** @param mayGrow whether more is expected: the worker then waits for it */
export function createTerminal(stop: AbortSignal, mayGrow: () => boolean): TerminalSession {
  const film = signal<Film | null>(null);
  const facts = signal<RecordingFacts | null>(null);
  const error = signal<Error | null>(null);
  const progress = signal<{ done: number; total: number } | null>(null);
  const readNs = signal(-1);
  let worker: Worker | null = null;
  /** What the worker has played, and on which clock. */
  let known: { readonly clockStartNs: string | null; readonly next: string } | null = null;
  let wanted: { readonly of: TerminalOf; readonly onEnd: (endNs: number) => void } | null = null;
  let isBusy = false;
  const endWorker = () => {
    worker?.terminate();
    worker = null;
    known = null;
  };

  const loadWanted = async () => {
    isBusy = true;
    while (wanted && !stop.aborted) {
      const { of, onEnd } = wanted;
      wanted = null;
      try {
        await loadOnce(of, onEnd);
        error.value = null;
      } catch (cause) {
        endWorker();
        if (!stop.aborted) error.value = asError(cause);
      }
      progress.value = null;
      if (!mayGrow()) endWorker();
    }
    isBusy = false;
  };

  const loadOnce = async ({ cellId, clockStartNs }: TerminalOf, onEnd: (endNs: number) => void) => {
    const after = known?.clockStartNs === clockStartNs ? known.next : null;
    const asciicast = await fetchTerminal(cellId, after, stop);
    const placed = readPlace(asciicast);
    const goesOn = after !== null && placed.continues;
    if (!goesOn) endWorker();
    worker ??= startTerminalWorker();
    known = placed.next === null ? null : { clockStartNs, next: placed.next };
    await play(
      worker,
      { asciicast, offsetNs: goesOn ? null : offsetOf(placed, clockStartNs) },
      (made, isAll) => {
        batch(() => {
          film.value = made;
          // What goes on was whole before.
          if (isAll || !goesOn) readNs.value = isAll ? Infinity : (made.frameNs.at(-1) ?? 0);
        });
        // A marker may stand after the last output.
        onEnd(Math.max(made.eventNs.at(-1) ?? 0, facts.peek()?.markers.at(-1)?.tNs ?? 0));
      },
    );
  };

  /** Resolves with the last film of the answer. */
  const play = (player: Worker, request: FilmRequest, onFilm: (made: Film, isAll: boolean) => void) =>
    new Promise<void>((resolve, reject) => {
      stop.addEventListener('abort', () => resolve(), { once: true });
      player.onerror = (event) => reject(new Error(event.message || 'The terminal could not be replayed.'));
      player.onmessage = ({ data }: MessageEvent<FilmMessage>) => {
        if (data.type === 'recording') facts.value = data.facts;
        else if (data.type === 'progress') progress.value = data;
        else if (data.type === 'failed') reject(new Error(data.message));
        else {
          onFilm(data.film, data.complete);
          if (data.complete) resolve();
        }
      };
      player.postMessage(request);
    });

  return {
    film,
    facts,
    error,
    progress,
    readNs,
    sight: createSight(),
    load(of, onEnd) {
      wanted = { of, onEnd };
      if (!isBusy) void loadWanted();
    },
    close: endWorker,
  };
}

/**
 * Where the recording's zero lies on the cell's clock: the collector says so in the header, to the
 * nanosecond; a plain asciicast header says it in seconds.
 */
function readPlace(asciicast: string): Placed {
  const end = asciicast.indexOf('\n');
  const header: unknown = JSON.parse(end < 0 ? asciicast : asciicast.slice(0, end));
  const said = (typeof header === 'object' ? header : null) as {
    playhead?: { startNs?: unknown; continues?: unknown; next?: unknown } | null;
    timestamp?: unknown;
  } | null;
  const { startNs, continues, next } = said?.playhead ?? {};
  const stamp = typeof said?.timestamp === 'number' ? nsOfMs(said.timestamp * 1000) : null;
  return {
    startNs: typeof startNs === 'string' ? startNs : stamp,
    continues: continues === true,
    next: typeof next === 'string' ? next : null,
  };
}

function offsetOf({ startNs }: Placed, clockStartNs: string | null): number {
  return startNs === null || clockStartNs === null ? 0 : offsetNs(startNs, clockStartNs);
}
