// The hand on the timeline: press and drag seeks, a click chooses the bar under it, the ruler pans when
// zoomed, ctrl and wheel or two fingers zoom where they are. Everything ends in a seek or a new scale.
import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { rowAtPoint } from '../model/lanes.ts';
import { type Mark, visibleMarks } from '../model/marks.ts';
import { isFitted, nsAt, panBy, pxAt, type TimeScale, zoomAt } from '../model/time-scale.ts';
import type { CellSession } from '../state/cell-session.ts';
import type { DockTrack, Timeline } from '../state/timeline.ts';
import { barTop, RULER_PX } from './timeline-canvas.ts';
import type { TipTarget } from './timeline-tip.tsx';

const CLICK_SLACK_PX = 4;
const MARK_REACH_PX = 7;
const TOUCH_SLACK_PX = 10;
const ZOOM_PER_WHEEL_PX = 0.0022;

interface Hand {
  readonly id: number;
  x: number;
  y: number;
}

interface Grip {
  readonly kind: 'seek' | 'pan';
  readonly startX: number;
  readonly startY: number;
  moved: boolean;
}

export function useTimelineGestures(
  session: CellSession,
  timeline: Timeline,
  plot: RefObject<HTMLDivElement | null>,
  tip: Signal<TipTarget | null>,
) {
  const hands = useRef(new Map<number, Hand>());
  const grip = useRef<Grip | null>(null);

  const place = (event: PointerEvent | WheelEvent) => {
    const box = plot.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const onRuler = (event: PointerEvent) => {
    const scroller = plot.current?.parentElement?.getBoundingClientRect();
    return event.clientY - (scroller?.top ?? 0) < RULER_PX;
  };

  useEffect(() => {
    const element = plot.current;
    if (!element) return;
    // Not passive: ctrl and wheel would zoom the whole page.
    const onWheel = (event: WheelEvent) => {
      const scale = timeline.scale.peek();
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey)
        timeline.scale.value = zoomAt(scale, place(event).x, Math.exp(-event.deltaY * ZOOM_PER_WHEEL_PX * 2));
      else if (sideways !== 0 && !isFitted(scale)) timeline.scale.value = panBy(scale, sideways);
      else return;
      event.preventDefault();
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [timeline]);

  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      const { x, y } = place(event);
      hands.current.set(event.pointerId, { id: event.pointerId, x, y });
      plot.current?.setPointerCapture(event.pointerId);
      if (hands.current.size > 1) {
        grip.current = null; // The second finger makes it a pinch.
        return;
      }
      const pan = onRuler(event) && !isFitted(timeline.scale.peek());
      grip.current = { kind: pan ? 'pan' : 'seek', startX: x, startY: y, moved: false };
      if (!pan) session.playback.seek(nsAt(timeline.scale.peek(), x));
    },
    onPointerMove(event: PointerEvent) {
      const { x, y } = place(event);
      const hand = hands.current.get(event.pointerId);
      if (!hand) {
        if (event.pointerType !== 'touch') tip.value = target(session, timeline, { x, y, event });
        return;
      }
      if (hands.current.size === 2)
        timeline.scale.value = pinch(timeline.scale.peek(), hands.current, hand, x);
      const held = grip.current;
      if (held) {
        if (Math.hypot(x - held.startX, y - held.startY) > CLICK_SLACK_PX) held.moved = true;
        if (held.kind === 'pan') timeline.scale.value = panBy(timeline.scale.peek(), hand.x - x);
        else if (held.moved) session.playback.seek(nsAt(timeline.scale.peek(), x));
        tip.value = null;
      }
      hand.x = x;
      hand.y = y;
    },
    onPointerUp(event: PointerEvent) {
      const held = grip.current;
      if (hands.current.delete(event.pointerId) && held?.kind === 'seek' && !held.moved)
        choose(session, timeline, place(event), event.pointerType === 'touch' ? TOUCH_SLACK_PX : 3);
      grip.current = null;
    },
    onPointerCancel(event: PointerEvent) {
      hands.current.delete(event.pointerId);
      grip.current = null;
    },
    onPointerLeave() {
      tip.value = null;
    },
  };
}

/** Two fingers: the moment between them stays between them. */
function pinch(scale: TimeScale, hands: ReadonlyMap<number, Hand>, moving: Hand, x: number): TimeScale {
  const other = [...hands.values()].find((hand) => hand.id !== moving.id);
  if (!other) return scale;
  const before = Math.max(12, Math.abs(moving.x - other.x));
  const now = Math.max(12, Math.abs(x - other.x));
  const middle = (x + other.x) / 2;
  const zoomed = zoomAt(scale, middle, now / before);
  return panBy(zoomed, (moving.x + other.x) / 2 - middle);
}

/** A click: a mark's own moment, else the bar under it as the active span, else the moment alone. */
function choose(
  session: CellSession,
  timeline: Timeline,
  at: { x: number; y: number },
  slackPx: number,
): void {
  const scale = timeline.scale.peek();
  const track = trackAt(timeline, at.y);
  const mark = track && markAt(session, track, scale, at, slackPx);
  const row = !mark && track ? barAt(track, scale, at, slackPx) : -1;
  if (mark && mark.row >= 0) session.playback.selectAt(mark.row, mark.tNs);
  else if (mark) session.playback.seek(mark.tNs);
  else if (row >= 0) session.playback.selectAt(row, nsAt(scale, at.x));
}

function target(
  session: CellSession,
  timeline: Timeline,
  { x, y, event }: { x: number; y: number; event: PointerEvent },
): TipTarget {
  const scale = timeline.scale.peek();
  const track = trackAt(timeline, y);
  const mark = track && markAt(session, track, scale, { x, y }, 3);
  return {
    tNs: mark ? mark.tNs : nsAt(scale, x),
    row: mark ? mark.row : track ? barAt(track, scale, { x, y }, 3) : -1,
    mark: mark ? `${mark.kind === 'error' ? 'Error: ' : ''}${mark.label}` : null,
    x: Math.max(0, Math.min(scale.widthPx, x)),
    clientX: event.clientX,
    clientY: event.clientY,
  };
}

function trackAt(timeline: Timeline, y: number): DockTrack | null {
  const inTracks = y - RULER_PX;
  return (
    timeline.tracks.peek().find((track) => inTracks >= track.y && inTracks < track.y + track.height) ?? null
  );
}

function barAt(track: DockTrack, scale: TimeScale, at: { x: number; y: number }, slackPx: number): number {
  if (!track.lane || track.lane.count === 0) return -1;
  const line = Math.floor((at.y - RULER_PX - track.y - barTop(track)) / track.pitch);
  const subLane = Math.max(0, Math.min(track.lane.subLanes.length - 1, line));
  return rowAtPoint(track.lane, scale, at.x, subLane, slackPx);
}

function markAt(
  session: CellSession,
  track: DockTrack,
  scale: TimeScale,
  at: { x: number; y: number },
  slackPx: number,
): Mark | null {
  const errors = session.trace.peek()?.errors ?? [];
  const nearTop = at.y - RULER_PX - track.y < barTop(track) + 6;
  const marks =
    track.id === 'files'
      ? session.changeMarks.peek()
      : nearTop
        ? errors.filter((mark) => mark.lane === track.id)
        : [];
  const reach = MARK_REACH_PX + slackPx - 3;
  const near = visibleMarks(marks, scale, 1).filter(
    ({ mark }) => Math.abs(pxAt(scale, mark.tNs) - at.x) <= reach,
  );
  return near[0]?.mark ?? null;
}
