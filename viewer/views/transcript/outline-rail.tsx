// The run's turns as a rail beside the transcript: a tick each, long where it edits or tests, subagents set in and in
// their colours, recovered errors in the colour of warnings, the playhead across it. A click goes to the turn. Only for
// a pointer: the list beside it is the same for all others.
import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { statusAt } from '../../../shared/trace-columns.ts';
import { isWork } from '../../model/actors/moments.ts';
import type { Story } from '../../model/actors/story.ts';
import { type Turn, turnAt } from '../../model/actors/turns.ts';
import { shortMoment } from '../../model/display/short-numbers.ts';
import type { TranscriptEntry } from '../../model/transcript/entry.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { actorToken, colour } from '../parts/canvas.ts';
import { TimeCanvas } from '../parts/time-canvas.tsx';
import { useSize } from '../parts/use-size.ts';
import { useSyncEffect } from '../parts/use-sync-effect.ts';
import './outline-rail.css';

const RAIL_PX = 26;
const PLAIN_PX = 6;
const MARKED_PX = 13;
const SUB_PX = 4;
const LEFT_PX = 4;
const MOST_PITCH_PX = 6;
const MARGIN_PX = 6;

interface Tick {
  readonly colour: string;
  readonly isMarked: boolean;
}

interface RailProps {
  readonly session: CellSession;
  readonly story: Story;
  readonly entries: readonly TranscriptEntry[];
  /** Pixels at the top of the panel that something else keeps. */
  readonly topPx: number;
}

export function OutlineRail({ session, story, entries, topPx }: RailProps) {
  const rail = useRef<HTMLDivElement>(null);
  const now = useRef<HTMLDivElement>(null);
  const heightPx = useSignal(1);
  const turns = story.turns.list;
  const ticks = useMemo(() => ticksOf(session, story, entries), [session, story, entries]);
  useSize(
    () => rail.current?.closest<HTMLElement>('.panel'),
    (panel) => {
      heightPx.value = Math.max(1, panel.clientHeight - topPx);
    },
    [topPx],
  );
  const pitch = () => Math.min(MOST_PITCH_PX, (heightPx.value - 2 * MARGIN_PX) / turns.length);
  useSyncEffect(() => {
    const at = turnAt(turns, session.playback.positionNs.value);
    if (now.current) now.current.style.transform = `translateY(${MARGIN_PX + Math.max(0, at) * pitch()}px)`;
  });
  const turnUnder = (event: MouseEvent): Turn | undefined => {
    const topOf = rail.current?.getBoundingClientRect().top ?? 0;
    const at = Math.floor((event.clientY - topOf - MARGIN_PX) / pitch());
    return turns[Math.min(turns.length - 1, Math.max(0, at))];
  };
  return (
    <div
      class="rail"
      ref={rail}
      aria-hidden="true"
      style={{ top: `${topPx}px`, height: `${heightPx.value}px` }}
      onClick={(event) => {
        const turn = turnUnder(event);
        if (turn) session.playback.selectAt(turn.row, turn.startNs);
      }}
      onMouseMove={(event) => {
        const turn = turnUnder(event);
        const name = turn && story.actors.list[turn.actor]?.name;
        event.currentTarget.title = turn
          ? `#${turn.number} ${name}, ${shortMoment(turn.startNs, session.playback.lengthNs.peek())}`
          : '';
      }}
    >
      <TimeCanvas
        key={`${turns.length}`}
        widthPx={() => RAIL_PX}
        heightPx={() => heightPx.value}
        draw={(context, colours) => {
          const step = pitch();
          for (const [index, tick] of ticks.entries()) {
            const sub = turns[index]?.actor ? SUB_PX : 0;
            context.fillStyle = colour(colours, tick.colour);
            const width = tick.isMarked ? MARKED_PX : PLAIN_PX;
            context.fillRect(
              LEFT_PX + sub,
              MARGIN_PX + index * step,
              width,
              Math.max(1, Math.min(2, step - 1)),
            );
          }
        }}
      />
      <div class="rail-now" ref={now} />
    </div>
  );
}

/** What each turn did that one looks for. */
function ticksOf(session: CellSession, { turns }: Story, entries: readonly TranscriptEntry[]): Tick[] {
  const trace = session.trace.peek();
  const work = new Map<number, TranscriptEntry>();
  for (const entry of entries) {
    if (entry.rowKey === null || !isWork(entry)) continue;
    const turn = turns.ofRow[trace?.rowOf(entry.rowKey) ?? -1] ?? -1;
    if (turn >= 0) work.set(turn, entry);
  }
  return turns.list.map((turn, index): Tick => {
    const done = work.get(index);
    const columns = trace?.columns;
    const isError =
      turn.failed || (columns !== undefined && turn.tools.some((row) => statusAt(columns, row) === 'error'));
    if (done && done.changes.length > 0) return { colour: 'file', isMarked: true };
    if (done) return { colour: (done.tally?.failed ?? 0) > 0 ? 'error' : 'verify', isMarked: true };
    if (isError) return { colour: 'warn-ink', isMarked: false };
    return { colour: turn.actor === 0 ? 'line-strong' : actorToken(turn.actor), isMarked: false };
  });
}
