// The story of a run as state: who acts in it and its turns, worked out when first looked at and again when what it is
// made of moves; and whom its reader follows. One for each session, shared by transcript and timeline.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Story, tellStory } from '../../model/actors/story.ts';
import type { CellSession } from '../cell/cell-session.ts';
import { loadedList } from '../cell/cell-tracks.ts';
import { keyAt } from '../trace/cell-trace.ts';

export interface StoryState {
  /** Null while the trace is not here. */
  readonly story: ReadonlySignal<Story | null>;
  /** Whose turns alone are shown; empty for everybody's. */
  readonly chosen: Signal<ReadonlySet<number>>;
  /** Whose context the timeline shows: the one that is followed, else the main agent. */
  readonly followed: ReadonlySignal<number>;
  /** Subagents' stretches that are shown turn by turn. */
  readonly opened: Signal<ReadonlySet<string>>;
}

const stories = new WeakMap<CellSession, StoryState>();

export function storyOf(session: CellSession): StoryState {
  const known = stories.get(session);
  if (known) return known;
  const chosen = signal<ReadonlySet<number>>(new Set());
  const made: StoryState = {
    story: computed(() => {
      const trace = session.trace.value;
      if (!trace || trace.columns.count === 0) return null;
      // Spans arrive page by page: what they say of their agents is read when they are all here.
      void session.spans.readable.value;
      return tellStory({
        columns: trace.columns,
        tree: trace.tree,
        spanAt: (row) => session.spans.get(keyAt(trace.columns, row)),
        calls: loadedList(session.modelCalls.value),
        entries: session.transcript.value,
        rowOf: (key) => trace.rowOf(key),
      });
    }),
    chosen,
    followed: computed(() => {
      const [only = 0] = chosen.value;
      return chosen.value.size === 1 ? only : 0;
    }),
    opened: signal<ReadonlySet<string>>(new Set()),
  };
  stories.set(session, made);
  return made;
}
