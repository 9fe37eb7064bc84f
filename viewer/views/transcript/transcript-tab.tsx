// The transcript: what each actor said and did, turn by turn. What is still to come stands in pale ink with hollow
// marks; the turn at the playhead carries the vermilion bar and is kept in sight until somebody scrolls by hand.
import { useComputed } from '@preact/signals';
import { useCallback, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { formatCount } from '../../model/display/format.ts';
import { shortMoment } from '../../model/display/short-numbers.ts';
import { entryAt, type TranscriptEntry } from '../../model/transcript/entry.ts';
import { arrange, type Block } from '../../model/transcript/turn-blocks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { printing } from '../../state/page/media.ts';
import { keyAt } from '../../state/trace/cell-trace.ts';
import { storyOf } from '../../state/transcript/story-state.ts';
import { Nothing } from '../parts/notice.tsx';
import { useRovingRows } from '../parts/use-roving-rows.ts';
import { useRowWindow } from '../parts/use-row-window.ts';
import { useThrottled } from '../parts/use-throttled.ts';
import { ActorChips, CHIPS_PX } from './actor-chips.tsx';
import { OutlineRail } from './outline-rail.tsx';
import { TranscriptBlock } from './turn-block.tsx';
import { useFollowing } from './use-following.ts';
import './transcript-tab.css';
import '../parts/skeleton.css';

const NONE: readonly TranscriptEntry[] = [];
const BLOCK_PX = 92;
/** Longer lists cost a scrubbing hand its frames: they follow when it rests, and now and then. */
const CALM_FROM = 120;
/** Below so many turns there is nothing that an outline would find faster. */
const RAIL_FROM_TURNS = 12;

export function TranscriptTab({ session }: { session: CellSession }) {
  const body = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const state = storyOf(session);
  const story = state.story.value;
  const entries = isAwaited(session) ? NONE : session.transcript.value;
  // On paper nothing can be opened, and who is followed is meant to be read.
  const opened = printing.value || state.chosen.value.size > 0 ? null : state.opened.value;
  const chosen = state.chosen.value;
  const { blocks, blockOf } = useMemo(() => {
    const rowOf = (key: string) => session.trace.peek()?.rowOf(key) ?? -1;
    return arrange(entries, story, rowOf, { chosen, opened });
  }, [entries, story, chosen, opened]);
  const moment = useThrottled(() => momentOf(session), entries.length > CALM_FROM);
  const current = useComputed(() => {
    const { tNs, chosenRow } = moment.value;
    return chosenEntry(session, chosenRow) ?? entryAt(session.transcript.value, tNs);
  }).value;
  const tNs = useComputed(() => moment.value.tNs).value;
  const seeks = useComputed(() => moment.value.seeks).value;
  const keyOf = useCallback((row: number) => blocks[row]?.id ?? '', [blocks]);
  const hasChips = story !== null && story.speaking.length > 1;
  const headPx = hasChips ? CHIPS_PX : 0;
  const rows = useRowWindow(list, { count: blocks.length, keyOf, estimatePx: BLOCK_PX, headPx });
  const at = blockAt(blockOf, current);
  const following = useFollowing(body, seeks);
  useLayoutEffect(() => {
    if (following.value) rows.reveal(Math.max(0, at));
  }, [at, seeks, blocks]);
  const roving = useRovingRows(list, {
    count: blocks.length,
    current: at,
    reveal: rows.reveal,
    onEnter: (row) => seekTo(session, blocks[row]),
  });
  if (entries.length === 0) return <NoTranscript session={session} />;
  const now = entries[current] ?? null;
  const isAway = !following.value && at >= 0 && (session.playback.playing.value || !rows.sees(at));
  return (
    <div class={hasChips ? 'transcript-body has-chips' : 'transcript-body'} ref={body}>
      {hasChips && <ActorChips story={story} state={state} />}
      <div class="transcript-columns">
        {story && story.turns.list.length >= RAIL_FROM_TURNS && (
          <OutlineRail session={session} story={story} entries={entries} topPx={headPx} />
        )}
        <ol class="transcript" ref={list} onKeyDown={roving.onKeyDown} onFocusOut={roving.onFocusOut}>
          <li class="room" aria-hidden="true" style={{ height: `${rows.beforePx}px` }} />
          {blocks.slice(rows.from, rows.to).map((block, offset) => {
            const row = rows.from + offset;
            return (
              <TranscriptBlock
                key={block.id}
                block={block}
                session={session}
                story={story}
                row={row}
                count={blocks.length}
                reached={reachedIn(block, tNs)}
                at={row === at && now ? Math.max(0, block.entries.indexOf(now)) : -1}
                hasStop={row === roving.stop}
              />
            );
          })}
          <li class="room" aria-hidden="true" style={{ height: `${rows.afterPx}px` }} />
          <Limit session={session} />
        </ol>
      </div>
      {isAway && (
        <BackToNow
          at={shortMoment(tNs, session.playback.lengthNs.value)}
          onClick={() => {
            following.value = true;
            rows.reveal(at);
          }}
        />
      )}
    </div>
  );
}

/** The block of an entry, or of the nearest before it that is shown. */
function blockAt(blockOf: Int32Array, entry: number): number {
  for (let at = entry; at >= 0; at--) if ((blockOf[at] ?? -1) >= 0) return blockOf[at] ?? -1;
  return -1;
}

/** Entries of one block stand in order of start. */
function reachedIn({ entries }: Block, tNs: number): number {
  let reached = 0;
  while (reached < entries.length && (entries[reached] as TranscriptEntry).startNs <= tNs) reached++;
  return reached;
}

function seekTo(session: CellSession, block: Block | undefined): void {
  if (!block) return;
  const turn = block.kind === 'turn' ? block.turn : block.kind === 'card' ? block.turns[0] : undefined;
  if (turn) session.playback.selectAt(turn.row, turn.startNs);
  else session.playback.seek(block.entries[0]?.startNs ?? 0);
}

/** The one way back to the playhead after reading elsewhere. */
function BackToNow({ at, onClick }: { at: string; onClick: () => void }) {
  return (
    <div class="back-to-now">
      <button type="button" class="button" onClick={onClick}>
        Back to now, {at}
      </button>
    </div>
  );
}

function momentOf({ playback }: CellSession) {
  return {
    tNs: playback.positionNs.value,
    chosenRow: playback.chosenRow.value,
    seeks: playback.seeks.value,
  };
}

/** The entry of a span chosen by hand: among several that start at once, the one that was meant. */
function chosenEntry(session: CellSession, row: number): number | null {
  const columns = session.trace.value?.columns;
  if (row < 0 || !columns) return null;
  const key = keyAt(columns, row);
  const index = session.transcript.value.findIndex(
    (entry) => entry.rowKey === key && entry.kind !== 'prompt',
  );
  return index < 0 ? null : index;
}
/** Says what was left out of a trace too large to read whole. */
function Limit({ session }: { session: CellSession }) {
  const trace = session.trace.value;
  const shown = session.spans.readable.value.length;
  if (!trace || shown >= trace.columns.count || !session.spans.settled.value) return null;
  return (
    <li class="transcript-limit">
      Made of {formatCount(shown)} of {formatCount(trace.columns.count)} spans: phases, model calls, tools and
      the verifier. All of them stand under Spans.
    </li>
  );
}

/** What turns are made of comes in several answers: what was drawn of the first would be moved about by the others. */
function isAwaited({ modelCalls, changes, detail, trace, traceError, spans }: CellSession): boolean {
  if (modelCalls.value.phase === 'loading' || changes.value.phase === 'loading') return true;
  if (traceError.value ?? spans.error.value) return false;
  const count = trace.value?.columns.count ?? detail.value?.spans ?? 0;
  return count > 0 && !spans.settled.value && spans.readable.value.length === 0;
}

function NoTranscript({ session }: { session: CellSession }) {
  const error = session.spans.error.value ?? session.traceError.value;
  if (error)
    return (
      <Nothing title="The spans could not be loaded">
        <p>{error.message}</p>
      </Nothing>
    );
  if (isAwaited(session)) return <Waiting />;
  return (
    <Nothing title="Nothing to read yet">
      <p>No span of this cell says what the agent did.</p>
    </Nothing>
  );
}

function Waiting() {
  return (
    <ol class="transcript" aria-busy="true" aria-label="Loading">
      {[180, 240, 140, 220].map((width) => (
        <li key={width} class="entry">
          <span class="skeleton" style={{ width: '40px' }} />
          <span class="skeleton" style={{ width: '8px' }} />
          <span class="skeleton" style={{ width: `${width}px` }} />
        </li>
      ))}
    </ol>
  );
}
