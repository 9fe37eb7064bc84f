// What stays in sight above the tracks: the run's chapters, and the context of the actor that is followed with the
// cost so far, both with their values at the playhead. Fetched after the first paint, into room that is kept for it;
// it also gives the tracks their lanes. Does not work anything out: model/actors does.
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatUsd } from '../../../shared/money.ts';
import type { Chapter } from '../../model/actors/chapters.ts';
import { contextAt, contextSteps, costAt } from '../../model/actors/context.ts';
import { laneTracks } from '../../model/actors/lane-tracks.ts';
import { shortCount, shortMoment } from '../../model/display/short-numbers.ts';
import { pxAt } from '../../model/timeline/time-scale.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import { storyOf } from '../../state/transcript/story-state.ts';
import { PlayheadLine, TimeCanvas } from '../parts/time-canvas.tsx';
import { useSyncEffect } from '../parts/use-sync-effect.ts';
import { WithArrows } from '../parts/with-arrows.tsx';
import { drawContext } from './draw-context.ts';
import './story-lanes.css';

export const CONTEXT_PX = 40;
/** A chapter's name needs so much room; a narrower one has it as its title. */
const NAME_PX = 44;

interface LanesProps {
  readonly session: CellSession;
  readonly dock: Dock;
}

export function StoryLanes({ session, dock }: LanesProps) {
  const { story, followed } = storyOf(session);
  const { timeline } = dock;
  useEffect(() => {
    const stop = story.subscribe((told) => {
      const columns = session.trace.peek()?.columns;
      timeline.lanes.value = told && columns ? laneTracks(columns, told) : [];
    });
    return stop;
  }, [story, session, timeline]);
  const steps = useComputed(() => contextSteps(story.value?.turns.ofActor[followed.value] ?? []));
  const told = story.value;
  if (!told || told.turns.list.length === 0) return null;
  const name = told.actors.list[followed.value]?.name ?? 'main';
  const widthPx = () => timeline.scale.value.widthPx;
  return (
    <>
      <span class="lane-label">Chapters</span>
      <Chapters session={session} dock={dock} chapters={told.chapters} />
      <span
        class="lane-label context-label"
        title={`Context of ${name}: tokens of each call, cached in pale`}
      >
        Context <small>of {name}</small>
      </span>
      <div class="context-lane">
        <TimeCanvas
          widthPx={widthPx}
          heightPx={() => CONTEXT_PX}
          draw={(context, colours) => {
            const now = story.value;
            if (!now) return;
            drawContext(context, colours, {
              scale: timeline.scale.value,
              steps: steps.value,
              cost: now.cost,
              compactions: now.compactions.filter(({ turn }) => turn.actor === followed.value),
              heightPx: CONTEXT_PX,
            });
          }}
        />
        <PlayheadLine
          class="minimap-now"
          xPx={() => pxAt(timeline.scale.value, session.playback.positionNs.value)}
          widthPx={widthPx}
        />
        <Values session={session} />
      </div>
    </>
  );
}

/** The band of chapters: a click goes to one, a double click fits it. */
function Chapters({ session, dock, chapters }: LanesProps & { chapters: readonly Chapter[] }) {
  const { timeline } = dock;
  const { story } = storyOf(session);
  const current = useComputed(() => {
    const tNs = session.playback.positionNs.value;
    return story.value?.chapters.findLastIndex(({ startNs }) => startNs <= tNs) ?? -1;
  }).value;
  return (
    <nav class="chapters" aria-label="Chapters">
      {chapters.map((chapter, index) => (
        <ChapterButton
          key={`${chapter.title} ${chapter.startNs} ${chapter.endNs}`}
          chapter={chapter}
          dock={dock}
          isNow={index === current}
          onGo={() => session.playback.seek(chapter.startNs)}
          onFit={() => timeline.setView(chapter.startNs, chapter.endNs)}
        />
      ))}
    </nav>
  );
}

function ChapterButton({
  chapter,
  dock,
  isNow,
  onGo,
  onFit,
}: {
  chapter: Chapter;
  dock: Dock;
  isNow: boolean;
  onGo: () => void;
  onFit: () => void;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const { title, startNs, endNs, kind, compaction } = chapter;
  useSyncEffect(() => {
    const scale = dock.timeline.scale.value;
    if (!button.current) return;
    const [x, end] = [Math.max(0, pxAt(scale, startNs)), Math.min(scale.widthPx, pxAt(scale, endNs))];
    button.current.hidden = end <= 0 || x >= scale.widthPx || end <= x;
    button.current.style.transform = `translateX(${x}px)`;
    button.current.style.width = `${Math.max(2, end - x - 1)}px`;
    button.current.classList.toggle('nameless', end - x < NAME_PX);
  });
  const fell = compaction
    ? `, ${shortCount(compaction.beforeTokens)} → ${shortCount(compaction.afterTokens)} tokens`
    : '';
  return (
    <button
      ref={button}
      type="button"
      class={`chapter ${kind}`}
      aria-current={isNow ? 'true' : undefined}
      aria-label={`${title}, from ${shortMoment(startNs, dock.timeline.scale.peek().lengthNs)}`}
      title={`${title}${fell}`}
      onClick={onGo}
      onDblClick={onFit}
    >
      <span>{title}</span>
    </button>
  );
}

/** "17.9k" in the context and "$1.15" spent, at the playhead. */
function Values({ session }: { session: CellSession }) {
  const { story, followed } = storyOf(session);
  const steps = useComputed(() => contextSteps(story.value?.turns.ofActor[followed.value] ?? []));
  const words = useComputed(() => {
    const tNs = session.playback.positionNs.value;
    const tokens = contextAt(steps.value, tNs);
    const cost = story.value?.cost;
    const usd = cost ? costAt(cost, tNs) : null;
    const parts = [tokens === null ? 'no context yet' : `${shortCount(tokens)} tokens`];
    if (usd !== null) parts.push(`${cost?.isEstimated ? '≈ ' : ''}${formatUsd(usd)} so far`);
    return parts.join(' · ');
  });
  return (
    <p class="context-values">
      <WithArrows text={words.value} />
    </p>
  );
}
