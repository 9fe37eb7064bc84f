// A run in chapters: stretches of turns with one purpose, found by eight rules and nothing else. They tile the run.
//
// 1. Set-up is what comes before the first turn.
// 2. Subagents: while subagents act, with no more than a moment of the main agent between them.
// 3. Compaction: between the turns of the main agent where its context fell by more than two fifths.
// 4. Explore: turns of the main agent before the first of a stretch that edits or tests.
// 5. Edit and test: from that turn on.
// 6. A stretch is what lies between set-up, subagents, compactions and the verifier.
// 7. Fewer than three turns before the first edit are no chapter of their own.
// 8. Verify is from the verifier's start to its end, and Clean-up what follows it.
//
// What a turn does comes in as facts; nothing is guessed from names.
import { plural } from '../display/format.ts';
import { MAIN } from './actors.ts';
import { type Compaction, compactionsOf } from './context.ts';
import type { Turn } from './turns.ts';

export type ChapterKind =
  | 'set-up'
  | 'explore'
  | 'edit-and-test'
  | 'subagents'
  | 'compaction'
  | 'verify'
  | 'clean-up';

export interface Chapter {
  readonly kind: ChapterKind;
  readonly title: string;
  readonly startNs: number;
  readonly endNs: number;
  /** Subagents that act in it, in order of appearance. */
  readonly actors: readonly number[];
  /** Of a compaction, what it did. */
  readonly compaction: Compaction | null;
}

export interface ChapterSources {
  readonly lengthNs: number;
  readonly turns: readonly Turn[];
  /** Whether a turn changes a file or runs tests. */
  readonly works: (turn: Turn) => boolean;
  readonly verifiers: readonly { readonly startNs: number; readonly endNs: number }[];
}

/** Turns that are too few to be a chapter before the first edit. */
const FEW_TURNS = 3;

interface Piece {
  readonly kind: ChapterKind;
  readonly startNs: number;
  readonly actors: readonly number[];
  readonly compaction?: Compaction;
}

export function chaptersOf(sources: ChapterSources): Chapter[] {
  const { turns, lengthNs } = sources;
  if (turns.length === 0 && sources.verifiers.length === 0) return [];
  const pieces = [...workPieces(sources), ...verifyPieces(sources)].sort((a, b) => a.startNs - b.startNs);
  const first = pieces[0];
  if (first && first.startNs > 0) pieces.unshift({ kind: 'set-up', startNs: 0, actors: [] });
  return joinPieces(pieces, lengthNs);
}

/** A stretch of turns that nothing parts: turns of the main agent, with how it begins. */
interface Stretch {
  readonly turns: Turn[];
  readonly before: Piece | null;
}

function workPieces({ turns, works }: ChapterSources): Piece[] {
  const pieces: Piece[] = [];
  let kind: ChapterKind = 'explore';
  for (const { turns: own, before } of stretchesOf(turns)) {
    if (before) pieces.push(before);
    const first = own[0];
    if (!first) continue;
    const work = own.findIndex(works);
    const isShort = own.length < FEW_TURNS && work < 0;
    if (!isShort) kind = work >= 0 && work < FEW_TURNS ? 'edit-and-test' : 'explore';
    pieces.push({ kind, startNs: first.startNs, actors: [] });
    const working = own[work];
    if (kind === 'edit-and-test' || !working) continue;
    kind = 'edit-and-test';
    pieces.push({ kind, startNs: working.startNs, actors: [] });
  }
  return pieces;
}

/** The main agent's turns, parted by subagents and by compactions. */
function stretchesOf(turns: readonly Turn[]): Stretch[] {
  const compactions = new Map(compactionsOf(turns).map((one) => [one.turn, one]));
  const stretches: Stretch[] = [{ turns: [], before: null }];
  let subagents: { startNs: number; endNs: number; actors: number[] } | null = null;
  let mainEndNs = 0;
  for (const turn of turns) {
    if (turn.actor !== MAIN) {
      if (subagents === null) {
        subagents = { startNs: turn.startNs, endNs: turn.endNs, actors: [turn.actor] };
        const before: Piece = { kind: 'subagents', startNs: turn.startNs, actors: subagents.actors };
        stretches.push({ turns: [], before });
      } else if (!subagents.actors.includes(turn.actor)) subagents.actors.push(turn.actor);
      subagents.endNs = Math.max(subagents.endNs, turn.endNs);
      continue;
    }
    const compaction = compactions.get(turn);
    // What the main agent does while its subagents act is a part of their chapter.
    if (subagents !== null && turn.startNs < subagents.endNs && !compaction) {
      mainEndNs = Math.max(mainEndNs, turn.endNs);
      continue;
    }
    subagents = null;
    if (compaction) {
      const startNs = Math.min(mainEndNs, turn.startNs);
      stretches.push({ turns: [], before: { kind: 'compaction', startNs, actors: [], compaction } });
    }
    stretches.at(-1)?.turns.push(turn);
    mainEndNs = turn.endNs;
  }
  return stretches;
}

function verifyPieces({ verifiers, lengthNs, turns }: ChapterSources): Piece[] {
  const acted = turns.reduce((last, turn) => Math.max(last, turn.startNs), 0);
  const pieces = verifiers.map(({ startNs }): Piece => ({ kind: 'verify', startNs, actors: [] }));
  const endNs = verifiers.reduce((last, one) => Math.max(last, one.endNs), 0);
  const isLast = verifiers.length > 0 && endNs > acted && endNs < lengthNs;
  return isLast ? [...pieces, { kind: 'clean-up', startNs: endNs, actors: [] }] : pieces;
}

/** Pieces in order of start, those of one kind that follow one another as one. */
function joinPieces(pieces: readonly Piece[], lengthNs: number): Chapter[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    if (before?.kind === piece.kind && piece.kind !== 'compaction')
      joined[joined.length - 1] = { ...before, actors: merged(before.actors, piece.actors) };
    else joined.push(piece);
  }
  return joined
    .map((piece, index): Chapter => {
      const endNs = Math.max(piece.startNs, Math.min(joined[index + 1]?.startNs ?? lengthNs, lengthNs));
      const { kind, startNs, actors, compaction = null } = piece;
      return { kind, title: titleOf(piece), startNs, endNs, actors, compaction };
    })
    .filter(({ startNs, endNs }) => endNs > startNs);
}

function merged(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((one, other) => one - other);
}

function titleOf({ kind, actors }: Piece): string {
  switch (kind) {
    case 'set-up':
      return 'Set-up';
    case 'explore':
      return 'Explore';
    case 'edit-and-test':
      return 'Edit and test';
    case 'subagents':
      return plural(actors.length, 'subagent');
    case 'compaction':
      return 'Compaction';
    case 'verify':
      return 'Verify';
    case 'clean-up':
      return 'Clean-up';
  }
}
