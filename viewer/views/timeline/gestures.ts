// The hand on the timeline. Tracks: press and drag scrub, a click chooses what lies under it. Ruler: the
// drag surface of model/timeline/selection - a window that loops, its edges, its inside, the playhead's flag.
// Wheel or two fingers zoom where they are. Everything ends in a seek, a window or a new scale.
import type { Signal } from '@preact/signals';
import { CLICK_SLACK_PX, dragStep, EDGE_REACH_PX, gripAt } from '../../model/timeline/selection.ts';
import { isFitted, nsAt, panBy, pxAt, type TimeScale, zoomAt } from '../../model/timeline/time-scale.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import { RULER_PX } from './draw-ruler.ts';
import { type Aim, aimAt, markerNear } from './hit-test.ts';
import type { TipTarget } from './tooltip.tsx';

const MOUSE_SLACK_PX = 3;
const TOUCH_SLACK_PX = 10;
const TOUCH_EDGE_PX = 16;
const ZOOM_PER_WHEEL_PX = 0.0022;
/** A pinch turns the wheel by small steps. */
const PINCH_FACTOR = 2;
const MIDDLE_BUTTON = 1;

const markWords = { error: 'Error: ', change: '', score: 'Scores came: ', marker: '' } as const;

interface Hand {
  readonly id: number;
  x: number;
  y: number;
}

interface Hold {
  readonly kind: 'scrub' | 'surface' | 'pan';
  readonly startX: number;
  readonly startY: number;
  /** Where the playhead was. */
  readonly beforeNs: number;
  moved: boolean;
}

export interface GesturePlace {
  readonly session: CellSession;
  readonly dock: Dock;
  /** Ruler and tracks. */
  readonly plot: HTMLElement;
  readonly tip: Signal<TipTarget | null>;
}

/** Gives the plot its hand. @returns what takes it away again */
export function attachGestures({ session, dock, plot, tip }: GesturePlace): () => void {
  const hands = new Map<number, Hand>();
  let hold: Hold | null = null;
  const { playback } = session;
  const { timeline } = dock;

  const place = (event: MouseEvent) => {
    const { left, top } = plot.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  /** The ruler stays on top while the tracks scroll below it. */
  const onRuler = (event: MouseEvent) => {
    const scroller = plot.parentElement?.getBoundingClientRect();
    return event.clientY - (scroller?.top ?? 0) < RULER_PX;
  };
  /** All of the flag takes hold of the playhead, not its line alone. */
  const playheadPx = (event: MouseEvent, x: number) => {
    const flag = plot.querySelector('.playhead-flag')?.getBoundingClientRect();
    const onFlag = flag && event.clientX >= flag.left && event.clientX <= flag.right;
    return onFlag ? x : pxAt(timeline.scale.peek(), playback.positionNs.peek());
  };
  const reachOf = (event: PointerEvent) => (event.pointerType === 'touch' ? TOUCH_EDGE_PX : EDGE_REACH_PX);
  const step = (event: Parameters<typeof dragStep>[1]) => {
    const { state, seekNs } = dragStep(timeline.drag.peek(), event, timeline.scale.peek());
    timeline.setDrag(state);
    if (seekNs !== null) playback.seek(event.type === 'up' ? nearMarker(seekNs) : seekNs);
  };
  /** A click on the ruler that all but meets a named moment means that moment. */
  const nearMarker = (tNs: number) => markerNear(dock, pxAt(timeline.scale.peek(), tNs))?.tNs ?? tNs;
  const release = (event: PointerEvent, held: Hold) => {
    if (held.kind === 'surface') {
      step({ type: 'up', px: place(event).x, timeMs: event.timeStamp });
      return;
    }
    if (held.kind !== 'scrub' || held.moved) return;
    const slack = event.pointerType === 'touch' ? TOUCH_SLACK_PX : MOUSE_SLACK_PX;
    const { row, tNs, mark } = aimAt(session, dock, place(event), slack);
    if (row >= 0) playback.selectAt(row, tNs);
    else if (mark) playback.seek(tNs);
  };

  // Not passive: ctrl and wheel would zoom the whole page.
  const onWheel = (event: WheelEvent) => {
    const next = wheeled(timeline.scale.peek(), event, place(event).x, onRuler(event) || !scrolls(plot));
    if (!next) return;
    event.preventDefault();
    timeline.scale.value = next;
    tip.value = null;
  };

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 && event.button !== MIDDLE_BUTTON) return;
    const { x, y } = place(event);
    hands.set(event.pointerId, { id: event.pointerId, x, y });
    plot.setPointerCapture(event.pointerId);
    tip.value = null;
    if (hands.size > 1) {
      // The second finger makes it a pinch: what the first one began was not meant.
      if (hold?.kind === 'surface') step({ type: 'cancel' });
      else if (hold?.kind === 'scrub') playback.seek(hold.beforeNs);
      hold = null;
      return;
    }
    const surface = onRuler(event) || event.shiftKey;
    const kind = event.button === MIDDLE_BUTTON ? 'pan' : surface ? 'surface' : 'scrub';
    hold = { kind, startX: x, startY: y, beforeNs: playback.positionNs.peek(), moved: false };
    if (kind === 'pan') event.preventDefault();
    else if (kind === 'scrub') playback.seek(nsAt(timeline.scale.peek(), x));
    else if (onRuler(event))
      step({ type: 'down', px: x, playheadPx: playheadPx(event, x), reachPx: reachOf(event) });
    else step({ type: 'down', px: x });
  };
  const onPointerMove = (event: PointerEvent) => {
    const { x, y } = place(event);
    const hand = hands.get(event.pointerId);
    if (!hand) {
      const grip = onRuler(event)
        ? gripAt(timeline.drag.peek(), timeline.scale.peek(), x, playheadPx(event, x))
        : '';
      plot.dataset.grip = grip;
      if (event.pointerType !== 'touch') {
        const topY = plot.closest('.tracks')?.getBoundingClientRect().top ?? 0;
        const aim = onRuler(event) ? aimAtRuler(dock, x) : aimAt(session, dock, { x, y }, MOUSE_SLACK_PX);
        tip.value = { ...tipFor(dock, aim, x, event), topY };
      }
      return;
    }
    const scale = timeline.scale.peek();
    const held = hold;
    if (hands.size === 2) timeline.scale.value = pinch(scale, hands, hand, x);
    else if (held) {
      held.moved ||= Math.hypot(x - held.startX, y - held.startY) > CLICK_SLACK_PX;
      if (held.kind === 'pan') timeline.scale.value = panBy(scale, hand.x - x);
      else if (held.kind === 'surface') step({ type: 'move', px: x });
      else if (held.moved) playback.seek(nsAt(scale, x));
    }
    hand.x = x;
    hand.y = y;
  };
  const onPointerUp = (event: PointerEvent) => {
    const held = hold;
    hold = null;
    if (hands.delete(event.pointerId) && held) release(event, held);
  };
  const onPointerCancel = (event: PointerEvent) => {
    hands.delete(event.pointerId);
    if (hold?.kind === 'surface') step({ type: 'cancel' });
    hold = null;
  };
  const onPointerLeave = () => {
    tip.value = null;
  };

  const leave = new AbortController();
  const { signal } = leave;
  plot.addEventListener('wheel', onWheel, { passive: false, signal });
  plot.addEventListener('pointerdown', onPointerDown, { signal });
  plot.addEventListener('pointermove', onPointerMove, { signal });
  plot.addEventListener('pointerup', onPointerUp, { signal });
  plot.addEventListener('pointercancel', onPointerCancel, { signal });
  plot.addEventListener('pointerleave', onPointerLeave, { signal });
  return () => leave.abort();
}

/** Whether the tracks are higher than their place, so that a plain wheel must scroll them. */
function scrolls(plot: HTMLElement): boolean {
  const scroller = plot.parentElement;
  return scroller !== null && scroller.scrollHeight > scroller.clientHeight + 1;
}

/** Where a turn of the wheel leads; null where it is none of the timeline's. */
function wheeled(scale: TimeScale, event: WheelEvent, px: number, plainZooms: boolean): TimeScale | null {
  const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
  if (event.ctrlKey || event.metaKey)
    return zoomAt(scale, px, Math.exp(-event.deltaY * ZOOM_PER_WHEEL_PX * PINCH_FACTOR));
  if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
    return isFitted(scale) ? null : panBy(scale, sideways);
  return plainZooms ? zoomAt(scale, px, Math.exp(-event.deltaY * ZOOM_PER_WHEEL_PX)) : null;
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

/** On the ruler a named moment is met, and no bar. */
function aimAtRuler(dock: Dock, x: number): Aim {
  const marker = markerNear(dock, x);
  const tNs = marker?.tNs ?? nsAt(dock.timeline.scale.peek(), x);
  return { tNs, row: -1, mark: marker && { tNs, row: -1, label: marker.label, kind: 'marker' } };
}

function tipFor(
  dock: Dock,
  { tNs, row, mark }: Aim,
  x: number,
  event: PointerEvent,
): Omit<TipTarget, 'topY'> {
  const { widthPx } = dock.timeline.scale.peek();
  return {
    tNs,
    row,
    mark: mark && `${markWords[mark.kind]}${mark.label}`,
    x: Math.max(0, Math.min(widthPx, x)),
    clientX: event.clientX,
    clientY: event.clientY,
  };
}
