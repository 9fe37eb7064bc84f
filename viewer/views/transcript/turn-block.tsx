// One block of the transcript: a turn with its head, thread and entries; or a subagent's stretch as a card of two
// lines. The head of the turn in view sticks. Does not know where the playhead is but by what it is handed.
import { formatUsd } from '../../../shared/money.ts';
import type { Story } from '../../model/actors/story.ts';
import type { Turn } from '../../model/actors/turns.ts';
import { plural } from '../../model/display/format.ts';
import { shortCount, shortLength, shortMoment } from '../../model/display/short-numbers.ts';
import type { TranscriptEntry } from '../../model/transcript/entry.ts';
import { type Block, type CardBlock, cardIdOf, type TurnBlock } from '../../model/transcript/turn-blocks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { storyOf } from '../../state/transcript/story-state.ts';
import { actorToken } from '../parts/canvas.ts';
import { memo } from '../parts/memo.ts';
import { SafeText } from '../parts/safe-text.tsx';
import { WithArrows } from '../parts/with-arrows.tsx';
import { ActorName } from './actor-name.tsx';
import { TranscriptRow } from './transcript-row.tsx';
import './turn-block.css';

export interface BlockProps {
  readonly block: Block;
  readonly session: CellSession;
  readonly story: Story | null;
  readonly row: number;
  readonly count: number;
  /** How many of its entries have begun. */
  readonly reached: number;
  /** The entry at the playhead, by its place in the block; -1 where the playhead is elsewhere. */
  readonly at: number;
  /** It has the list's Tab stop. */
  readonly hasStop: boolean;
}

export const TranscriptBlock = memo(function TranscriptBlock(props: BlockProps) {
  const { block, row, count, at, hasStop, story } = props;
  const actor = block.kind === 'card' ? block.actor : block.kind === 'turn' ? block.turn.actor : null;
  const look = [
    'block',
    block.kind,
    ...(actor === null ? [] : [actorToken(actor), actor === 0 ? '' : 'sub']),
    at >= 0 ? 'here' : props.reached === 0 ? 'ahead' : '',
  ];
  return (
    <li
      class={look.filter(Boolean).join(' ')}
      data-row={row}
      tabIndex={hasStop ? 0 : -1}
      aria-setsize={count}
      aria-posinset={row + 1}
    >
      {block.kind === 'card' && story ? (
        <Card {...props} block={block} story={story} />
      ) : (
        <>
          {block.kind === 'turn' && story && <Head {...props} block={block} story={story} />}
          <Entries {...props} />
        </>
      )}
    </li>
  );
});

function Entries({ block, session, reached, at, hasStop }: BlockProps) {
  const turn = block.kind === 'turn' ? block.turn : null;
  return (
    <>
      {block.entries.map((entry, index) => (
        <TranscriptRow
          key={entry.id}
          entry={entry}
          session={session}
          when={index === at ? 'now' : index < reached ? 'past' : 'future'}
          isInTurn={turn !== null}
          hasStop={hasStop}
        />
      ))}
    </>
  );
}

/** "#37", who speaks where that changes, when; how long, what it was asked with and answered, what it cost. */
function Head({ block, session, story, hasStop }: BlockProps & { block: TurnBlock; story: Story }) {
  const { turn, isChange } = block;
  const actor = story.actors.list[turn.actor];
  const { opened } = storyOf(session);
  const lengthNs = session.playback.lengthNs.value;
  const fold = () => {
    const next = new Set(opened.peek());
    next.delete(cardIdOf(story, turn));
    opened.value = next;
  };
  return (
    <header class="turn-head">
      <button
        type="button"
        class="turn-number"
        tabIndex={hasStop ? undefined : -1}
        title={turn.call?.model ?? undefined}
        aria-label={`Go to turn ${turn.number}`}
        onClick={() => session.playback.selectAt(turn.row, turn.startNs)}
      >
        #{turn.number}
      </button>
      {actor && story.speaking.length > 1 && isChange && <ActorName actor={turn.actor} name={actor.name} />}
      <time>{shortMoment(turn.startNs, lengthNs)}</time>
      <span class="turn-meta">
        <WithArrows text={turnWords(turn)} />
      </span>
      {turn.actor !== 0 && (
        <button type="button" class="turn-fold" tabIndex={hasStop ? undefined : -1} onClick={fold}>
          Fold
        </button>
      )}
    </header>
  );
}

/** "14.5 s · 19.0k → 217 · $0.01": what is not told is left out. */
export function turnWords({ call, startNs, answerEndNs }: Turn): string {
  const words = [shortLength((answerEndNs - startNs) / 1e6)];
  const { inputTokens = null, outputTokens = null, costUsd = null, costGrade } = call ?? {};
  if (inputTokens !== null && outputTokens !== null)
    words.push(`${shortCount(inputTokens)} → ${shortCount(outputTokens)}`);
  if (costUsd !== null) words.push(`${costGrade === 'estimated' ? '≈ ' : ''}${formatUsd(costUsd)}`);
  return words.join(' · ');
}

/** Who, how many calls, how long, what it cost; below, what it says now, or said last. */
function Card({
  block,
  session,
  story,
  reached,
  at,
  hasStop,
}: BlockProps & { block: CardBlock; story: Story }) {
  const { opened } = storyOf(session);
  const said = block.entries.filter(({ kind }) => kind === 'message');
  const now =
    at >= 0 ? block.entries.slice(0, reached).findLast(({ kind }) => kind === 'message') : undefined;
  const shown = now ?? said.at(-1);
  return (
    <div class="card-body">
      <p class="card-head">
        <button
          type="button"
          class="card-open"
          aria-expanded="false"
          tabIndex={hasStop ? undefined : -1}
          onClick={() => {
            opened.value = new Set([...opened.peek(), block.id]);
          }}
        >
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path d="M3 2l3.5 3L3 8" />
          </svg>
          <ActorName actor={block.actor} name={story.actors.list[block.actor]?.name ?? ''} />
        </button>
        {block.isResumed && <span class="card-again">resumed</span>}
        <span class="turn-meta">{cardWords(block)}</span>
      </p>
      {shown && (
        <p class="card-said">
          <SafeText text={firstLine(shown)} max={200} />
        </p>
      )}
    </div>
  );
}

function cardWords({ turns }: CardBlock): string {
  const startNs = turns[0]?.startNs ?? 0;
  const endNs = turns.reduce((last, turn) => Math.max(last, turn.endNs), startNs);
  const sum = (of: (turn: Turn) => number | null | undefined) =>
    turns.reduce<number | null>((total, turn) => {
      const value = of(turn) ?? null;
      return value === null ? total : (total ?? 0) + value;
    }, null);
  const tokens = sum(({ call }) =>
    call?.inputTokens == null ? null : call.inputTokens + (call.outputTokens ?? 0),
  );
  const costUsd = sum(({ call }) => call?.costUsd);
  return [
    plural(turns.length, 'call'),
    shortLength((endNs - startNs) / 1e6),
    ...(tokens === null ? [] : [`${shortCount(tokens)} tokens`]),
    ...(costUsd === null ? [] : [formatUsd(costUsd)]),
  ].join(' · ');
}

function firstLine({ text }: TranscriptEntry): string {
  return (text.trim().split('\n')[0] ?? '').replace(/\*\*|`/g, '');
}
