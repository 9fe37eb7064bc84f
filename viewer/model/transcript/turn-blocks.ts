// The transcript as blocks: a turn with its entries, a stretch of a subagent folded to one card, and what belongs to no
// turn by itself. Blocks stand in order of their first entry; entries of one turn stay together, whoever spoke between
// them. Does not draw, and knows no playhead.
import { MAIN } from '../actors/actors.ts';
import type { Story } from '../actors/story.ts';
import type { Turn } from '../actors/turns.ts';
import type { TranscriptEntry } from './entry.ts';

export interface TurnBlock {
  readonly kind: 'turn';
  readonly id: string;
  readonly turn: Turn;
  readonly entries: readonly TranscriptEntry[];
  /** Another actor spoke before it. */
  readonly isChange: boolean;
}

export interface LooseBlock {
  readonly kind: 'loose';
  readonly id: string;
  readonly entries: readonly [TranscriptEntry];
}

/** What one call sent a subagent for. */
export interface CardBlock {
  readonly kind: 'card';
  readonly id: string;
  readonly actor: number;
  readonly turns: readonly Turn[];
  readonly entries: readonly TranscriptEntry[];
  /** The actor was sent before. */
  readonly isResumed: boolean;
}

export type Block = TurnBlock | LooseBlock | CardBlock;

export interface Arranged {
  readonly blocks: readonly Block[];
  /** The block of each entry, by the entry's place; -1 for one that is filtered out. */
  readonly blockOf: Int32Array;
}

export interface Arrangement {
  /** Actors whose turns alone are shown; empty for all. */
  readonly chosen: ReadonlySet<number>;
  /** Cards that are shown turn by turn, by id; null for all. */
  readonly opened: ReadonlySet<string> | null;
}

/** @param rowOf the row of a span by its key, -1 where it is not here */
export function arrange(
  entries: readonly TranscriptEntry[],
  story: Story | null,
  rowOf: (key: string) => number,
  { chosen, opened }: Arrangement,
): Arranged {
  const drafts = new Map<string, Draft>();
  const blockOf = new Int32Array(entries.length).fill(-1);
  for (const [at, entry] of entries.entries()) {
    const draft = story === null ? null : draftOf(entry, story, rowOf, opened);
    if (draft?.turn && chosen.size > 0 && !chosen.has(draft.turn.actor)) continue;
    const id = draft?.id ?? entry.id;
    let known = drafts.get(id);
    if (!known) {
      known = { ...(draft ?? { id, turn: null, stretch: -1 }), index: drafts.size, entries: [], turns: [] };
      drafts.set(id, known);
    }
    // Two instrumentations tell of one answer.
    if (known.turn && isRetold(known.entries, entry)) {
      blockOf[at] = known.index;
      continue;
    }
    known.entries.push(entry);
    if (draft?.turn && known.turns.at(-1) !== draft.turn && !known.turns.includes(draft.turn))
      known.turns.push(draft.turn);
    blockOf[at] = known.index;
  }
  let last = -1;
  const blocks = [...drafts.values()].map((draft): Block => {
    const before = last;
    last = draft.turn?.actor ?? last;
    return closeDraft(draft, before);
  });
  return { blocks, blockOf };
}

interface Place {
  readonly id: string;
  readonly turn: Turn | null;
  /** Which stretch of a folded subagent; -1 for no card. */
  readonly stretch: number;
}

interface Draft extends Place {
  readonly index: number;
  readonly entries: TranscriptEntry[];
  readonly turns: Turn[];
}

/** The block of an entry. What the agent was asked stands before its answer, in none. */
function draftOf(
  entry: TranscriptEntry,
  story: Story,
  rowOf: (key: string) => number,
  opened: ReadonlySet<string> | null,
): Place | null {
  if (entry.rowKey === null || entry.kind === 'prompt') return null;
  const turn = story.turns.list[story.turns.ofRow[rowOf(entry.rowKey)] ?? -1];
  if (!turn) return null;
  if (turn.actor !== MAIN) {
    const stretch = stretchOf(story, turn);
    const id = cardId(turn.actor, stretch);
    if (opened !== null && !opened.has(id)) return { id, turn, stretch };
  }
  return { id: `turn-${turn.number}`, turn, stretch: -1 };
}

/** Which of the calls that sent a subagent a turn came after. */
function stretchOf({ actors }: Story, { actor, row }: Turn): number {
  const sentBy = actors.list[actor]?.sentBy ?? [];
  return Math.max(
    0,
    sentBy.findLastIndex((sender) => sender < row),
  );
}

/** The card that a subagent's turn folds into. */
export function cardIdOf(story: Story, turn: Turn): string {
  return cardId(turn.actor, stretchOf(story, turn));
}

function cardId(actor: number, stretch: number): string {
  return `card-${actor}-${stretch}`;
}

function isRetold(entries: readonly TranscriptEntry[], entry: TranscriptEntry): boolean {
  if (entry.kind !== 'message' && entry.kind !== 'reasoning') return false;
  return entries.some(
    (one) => one.rowKey !== entry.rowKey && one.kind === entry.kind && one.text === entry.text,
  );
}

function closeDraft({ id, turn, stretch, entries, turns }: Draft, before: number): Block {
  if (turn === null) return { kind: 'loose', id, entries: [entries[0] as TranscriptEntry] };
  if (stretch >= 0) return { kind: 'card', id, actor: turn.actor, turns, entries, isResumed: stretch > 0 };
  return { kind: 'turn', id, turn, entries, isChange: turn.actor !== before };
}
