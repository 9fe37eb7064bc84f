// The dock's part of the URL: speed, compression, the window that loops, the stretch in sight and the tracks
// opened. Read once when the clock is known, written as they change. What a URL says wrongly is passed over.
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { speeds } from '../../model/timeline/playback.ts';
import type { TimeWindow } from '../../model/timeline/selection.ts';
import { isFitted, showWindow, withLength } from '../../model/timeline/time-scale.ts';
import type { CellSession } from '../cell/cell-session.ts';
import type { PlaybackSession } from '../cell/playback-session.ts';
import type { Replay } from '../cell/replay.ts';
import { keepInUrl, keepValue, queryValue } from '../page/route.ts';
import { createOverview, type RunOverview } from './run-overview.ts';
import { createTimeline, type Timeline } from './timeline.ts';

export interface Dock {
  readonly playback: PlaybackSession;
  readonly timeline: Timeline;
  readonly overview: RunOverview;
  /** Whether idle stretches are wanted short; they are where `overview.idle` has a map. */
  readonly compressed: Signal<boolean>;
  /** Whether smart speed is wanted; it is in force where `overview.smart` has a map. Any other speed ends it. */
  readonly smart: Signal<boolean>;
}

const SMART = 'smart';

export function createDock({ session, playback }: Replay, compact: ReadonlySignal<boolean>): Dock {
  return {
    playback,
    timeline: createTimeline(session, playback, compact),
    overview: createOverview(session),
    compressed: signal(queryValue('idle') === 'short'),
    smart: signal(queryValue('speed') === SMART),
  };
}

/** Puts the dock where the URL says and keeps the URL true until disposed. */
export function followDock(session: CellSession, dock: Dock): () => void {
  const { timeline, overview, compressed, smart, playback } = dock;
  let isRead = false;
  const stops = [
    timeline.follow(),
    overview.follow(),
    effect(() => {
      const isSmart = smart.value && overview.smart.value !== null;
      if (isSmart) playback.setSpeed(1);
      playback.compress(isSmart ? overview.smart.value : compressed.value ? overview.idle.value : null);
    }),
    effect(() => {
      if (playback.state.value.speed !== 1) smart.value = false;
    }),
    effect(() => {
      if (isRead || session.phase.value.phase !== 'ready' || playback.lengthNs.value <= 0) return;
      isRead = true;
      readInto(dock);
    }),
    keepInUrl(() => {
      const { speed } = playback.state.value;
      const window = timeline.drag.value.window;
      const scale = timeline.scale.value;
      const opened = [...timeline.opened.value].sort().join(',');
      if (session.phase.value.phase !== 'ready' || !isRead) return;
      keepValue('speed', smart.value ? SMART : speed === 1 ? null : String(speed));
      keepValue('idle', compressed.value ? 'short' : null);
      keepValue('loop', window ? windowText(window) : null);
      keepValue('view', isFitted(scale) ? null : windowText(scale));
      keepValue('open', opened || null);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function readInto({ playback, timeline }: Dock): void {
  const speed = Number(queryValue('speed') ?? 1);
  if (speeds.some((one) => one === speed)) playback.setSpeed(speed);
  // Effects run in no order: the scale may not have heard of the length yet.
  timeline.scale.value = withLength(timeline.scale.peek(), playback.lengthNs.peek());
  const view = readWindow('view');
  if (view) timeline.scale.value = showWindow(timeline.scale.peek(), view.fromNs, view.toNs);
  const loop = readWindow('loop');
  if (loop) timeline.setWindow(loop);
  for (const id of (queryValue('open') ?? '').split(',')) if (id !== '') timeline.toggleTrack(id);
}

/** "1200-2300.5": milliseconds from the clock's zero. */
function readWindow(name: string): TimeWindow | null {
  const match = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(queryValue(name) ?? '');
  const [fromMs, toMs] = [Number(match?.[1]), Number(match?.[2])];
  return fromMs < toMs ? { fromNs: fromMs * 1e6, toNs: toMs * 1e6 } : null;
}

function windowText({ fromNs, toNs }: TimeWindow): string {
  return `${milliseconds(fromNs)}-${milliseconds(toNs)}`;
}

/** To the microsecond, as deep as people link. */
function milliseconds(ns: number): string {
  return String(Math.round(ns / 1000) / 1000);
}
