// A run told by who did what when: its actors, turns, chapters, cost, and the moments that one wants to see. All of it
// follows from spans, model calls and the transcript; it is made again whenever those move. Keeps nothing.
import { kindAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import type { ModelCallJson } from '../../../shared/wire.ts';
import { rowEndNs, rowKeyAt, rowStartNs, type TraceTree } from '../trace/trace-tree.ts';
import type { TranscriptEntry } from '../transcript/entry.ts';
import { type Actors, actorsOf } from './actors.ts';
import { type Chapter, chaptersOf } from './chapters.ts';
import { type Compaction, type CostSteps, compactionsOf, costSteps } from './context.ts';
import type { SpanAt } from './frames.ts';
import { workingKeys } from './moments.ts';
import { type Turns, turnsOf } from './turns.ts';

export interface Story {
  readonly actors: Actors;
  readonly turns: Turns;
  readonly chapters: readonly Chapter[];
  readonly compactions: readonly Compaction[];
  readonly cost: CostSteps;
  /** Indices of the actors that have a turn, in order of appearance; the main agent's first. */
  readonly speaking: readonly number[];
}

export interface StorySources {
  readonly columns: TraceColumns;
  readonly tree: TraceTree;
  readonly spanAt: SpanAt;
  readonly calls: readonly ModelCallJson[];
  readonly entries: readonly TranscriptEntry[];
  readonly rowOf: (key: string) => number;
}

export function tellStory({ columns, tree, spanAt, calls, entries, rowOf }: StorySources): Story {
  const actors = actorsOf(columns, tree, spanAt);
  const turns = turnsOf(columns, tree, actors, calls, rowOf);
  const working = workingKeys(entries);
  const works = ({ tools }: { readonly tools: readonly number[] }) =>
    tools.some((row) => working.has(rowKeyAt(columns, row)));
  const verifiers: { startNs: number; endNs: number }[] = [];
  for (let row = 0; row < columns.count; row++)
    if (kindAt(columns, row) === 'verify')
      verifiers.push({ startNs: rowStartNs(columns, row), endNs: rowEndNs(columns, row) });
  return {
    actors,
    turns,
    chapters: chaptersOf({ lengthNs: columns.lengthNs, turns: turns.list, works, verifiers }),
    compactions: compactionsOf(turns.list),
    cost: costSteps(turns.list),
    speaking: actors.list.map(({ index }) => index).filter((index) => turns.ofActor[index]?.length),
  };
}
