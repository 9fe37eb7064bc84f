// What a cell opens on where its address names no moment: the end of a run that is over, with a button to play it, or,
// where it failed, the last picture before the verifier with the reasons laid over it. It is shown until the playhead
// moves. Does not know what is drawn.
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { hasReasons } from '../../model/cells/outcome-tone.ts';
import type { Film } from '../../model/terminal/film.ts';
import { agentEndNs } from '../../model/why/agent-end.ts';
import type { CellSession } from './cell-session.ts';

/** What is played of a run that failed, up to the picture that it opens on. */
export const LAST_NS = 30e9;

export type PosterKind = 'why' | 'end';

export interface Poster {
  /** What the cell opens on; null while that is not known, and for a run under way. */
  readonly offered: ReadonlySignal<PosterKind | null>;
  /** What lies over the stage now. */
  readonly shown: ReadonlySignal<PosterKind | null>;
  /** Moves the playhead there and shows it. */
  show(kind: PosterKind): void;
  dismiss(): void;
  /** Takes it away when the playhead moves, until disposed. */
  follow(): () => void;
}

export function createPoster(session: CellSession): Poster {
  const shown = signal<PosterKind | null>(null);
  /** Where the playhead was put. */
  let placedNs = 0;
  // Fetched with the first film: most of it is code that reads films.
  let lastPictureNs: ((film: Film, atNs: number) => number) | null = null;
  const momentOf = (kind: PosterKind): number => {
    const { playback, trace, terminal } = session;
    const lengthNs = playback.lengthNs.peek();
    const columns = trace.peek()?.columns;
    if (kind === 'end' || !columns || columns.count === 0) return lengthNs;
    const atNs = agentEndNs(columns, lengthNs);
    // A film comes piece by piece: before its moment is read it shows nothing of it.
    const film = terminal.readNs.peek() >= atNs ? terminal.film.peek() : null;
    return film && lastPictureNs ? lastPictureNs(film, atNs) : atNs;
  };
  const show = (kind: PosterKind): void => {
    session.playback.seek(momentOf(kind));
    placedNs = session.playback.positionNs.peek();
    shown.value = kind;
  };
  const keep = (): void => {
    const kind = shown.peek();
    if (kind && momentOf(kind) !== placedNs) show(kind);
  };
  return {
    offered: computed(() => {
      if (session.phase.value.phase !== 'ready' || session.live.state.value !== 'still') return null;
      const outcome = session.detail.value?.outcome;
      if (outcome === undefined) return null;
      return hasReasons(outcome) ? 'why' : outcome === 'passed' ? 'end' : null;
    }),
    shown,
    show,
    dismiss() {
      shown.value = null;
    },
    follow() {
      const stops = [
        // The film comes later, and may last longer than the run.
        effect(() => {
          const { film, readNs } = session.terminal;
          if (!film.value || readNs.value <= 0 || session.playback.lengthNs.value <= 0) return;
          if (lastPictureNs) untracked(keep);
          else
            void import('../../model/why/last-picture.ts').then((module) => {
              lastPictureNs = module.lastPictureNs;
              keep();
            });
        }),
        effect(() => {
          const tNs = session.playback.positionNs.value;
          const isPlaying = session.playback.playing.value;
          if (shown.peek() === null || (!isPlaying && tNs === placedNs)) return;
          const isFromHere = shown.peek() === 'why' && tNs === placedNs;
          shown.value = null;
          // From the last picture there is little left to play: what led to it is meant.
          if (isFromHere) untracked(() => session.playback.seek(Math.max(0, tNs - LAST_NS)));
        }),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
