// Pointer gestures on the timeline. Tracks: press and drag scrub, a click chooses what lies under it. Ruler: the
// drag surface of model/timeline/selection - a window that loops, its edges, its inside, the playhead's flag.
// Wheel or two fingers zoom where they are. Everything ends in a seek, a window or a new scale.
import type { Signal } from '@preact/signals';
import {
  type Hit,
  type HitSurface,
  hitTest,
  hitTestRuler,
  markerNear,
  type Point,
} from '../../model/timeline/hit-test.ts';
import { CLICK_SLACK_PX, dragStep, EDGE_REACH_PX, gripAt } from '../../model/timeline/selection.ts';
import { isFitted, nsAt, panBy, pxAt, type TimeScale, zoomAt } from '../../model/timeline/time-scale.ts';
import { RULER_PX } from '../../model/timeline/tracks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { narrow } from '../../state/page/media.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import type { TipTarget } from './tooltip.tsx';

const MOUSE_SLACK_PX = 3;
const TOUCH_SLACK_PX = 10;
const TOUCH_EDGE_PX = 16;
const ZOOM_PER_WHEEL_PX = 0.0022;
/** A pinch turns the wheel by small steps. */
const PINCH_FACTOR = 2;
const MIDDLE_BUTTON = 1;

const markWords = { error: 'Error: ', change: '', score: 'Scores came: ', marker: '' } as const;

interface Pointer {
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

/** Answers the pointers over the plot. @returns what stops it */
export function attachGestures(place: GesturePlace): () => void {
  const gestures = new PointerGestures(place);
  const leave = new AbortController();
  const { signal } = leave;
  const { plot } = place;
  // Not passive: ctrl and wheel would zoom the whole page.
  plot.addEventListener('wheel', (event) => gestures.onWheel(event), { passive: false, signal });
  plot.addEventListener('pointerdown', (event) => gestures.onDown(event), { signal });
  plot.addEventListener('pointermove', (event) => gestures.onMove(event), { signal });
  plot.addEventListener('pointerup', (event) => gestures.onUp(event), { signal });
  plot.addEventListener('pointercancel', (event) => gestures.onCancel(event), { signal });
  plot.addEventListener('pointerleave', () => gestures.onLeave(), { signal });
  return () => leave.abort();
}

class PointerGestures {
  readonly #place: GesturePlace;
  readonly #pointers = new Map<number, Pointer>();
  #hold: Hold | null = null;

  constructor(place: GesturePlace) {
    this.#place = place;
  }

  onWheel(event: WheelEvent): void {
    const { plot, tip } = this.#place;
    const { x } = pointIn(plot, event);
    const next = wheeled(this.#scale, event, x, onRuler(plot, event) || !scrolls(plot));
    if (!next) return;
    event.preventDefault();
    this.#scale = next;
    tip.value = null;
  }

  onDown(event: PointerEvent): void {
    if (event.button !== 0 && event.button !== MIDDLE_BUTTON) return;
    const { plot, tip, session } = this.#place;
    const { x, y } = pointIn(plot, event);
    this.#pointers.set(event.pointerId, { id: event.pointerId, x, y });
    plot.setPointerCapture(event.pointerId);
    tip.value = null;
    if (this.#pointers.size > 1) {
      // The second finger makes it a pinch: what the first one began was not meant.
      if (this.#hold?.kind === 'surface') this.#step({ type: 'cancel' });
      else if (this.#hold?.kind === 'scrub') session.playback.seek(this.#hold.beforeNs);
      this.#hold = null;
      return;
    }
    const isOnRuler = onRuler(plot, event);
    const isSurface = isOnRuler || event.shiftKey;
    const kind = event.button === MIDDLE_BUTTON ? 'pan' : isSurface ? 'surface' : 'scrub';
    const beforeNs = session.playback.positionNs.peek();
    this.#hold = { kind, startX: x, startY: y, beforeNs, moved: false };
    if (kind === 'pan') event.preventDefault();
    else if (kind === 'scrub') session.playback.seek(nsAt(this.#scale, x));
    else if (isOnRuler)
      this.#step({ type: 'down', px: x, playheadPx: this.#playheadPx(event, x), reachPx: reachOf(event) });
    else this.#step({ type: 'down', px: x });
  }

  onMove(event: PointerEvent): void {
    const { plot, session } = this.#place;
    const { x, y } = pointIn(plot, event);
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) {
      this.#hover(event, x, y);
      return;
    }
    const held = this.#hold;
    if (this.#pointers.size === 2) this.#scale = pinch(this.#scale, this.#pointers, pointer, x);
    else if (held) {
      held.moved ||= Math.hypot(x - held.startX, y - held.startY) > CLICK_SLACK_PX;
      if (held.kind === 'pan') this.#scale = panBy(this.#scale, pointer.x - x);
      else if (held.kind === 'surface') this.#step({ type: 'move', px: x });
      else if (held.moved) session.playback.seek(nsAt(this.#scale, x));
    }
    pointer.x = x;
    pointer.y = y;
  }

  onUp(event: PointerEvent): void {
    const held = this.#hold;
    this.#hold = null;
    if (this.#pointers.delete(event.pointerId) && held) this.#release(event, held);
  }

  onCancel(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    if (this.#hold?.kind === 'surface') this.#step({ type: 'cancel' });
    this.#hold = null;
  }

  onLeave(): void {
    this.#place.tip.value = null;
  }

  #release(event: PointerEvent, held: Hold): void {
    const { plot, session } = this.#place;
    const point = pointIn(plot, event);
    if (held.kind === 'surface') {
      this.#step({ type: 'up', px: point.x, timeMs: event.timeStamp });
      return;
    }
    if (held.kind !== 'scrub' || held.moved) return;
    const slack = event.pointerType === 'touch' ? TOUCH_SLACK_PX : MOUSE_SLACK_PX;
    const { row, tNs, mark } = hitTest(this.#surface, point, slack);
    if (row >= 0) {
      session.playback.selectAt(row, tNs);
      // On a narrow screen it would hide what the hand moves through.
      if (!narrow.peek()) session.drawer.open(row);
    } else if (mark) session.playback.seek(tNs);
  }

  /** Nothing is held: what a press would take hold of, and what is under the pointer. */
  #hover(event: PointerEvent, x: number, y: number): void {
    const { plot, dock, tip } = this.#place;
    const isOnRuler = onRuler(plot, event);
    const grip = isOnRuler
      ? gripAt(dock.timeline.drag.peek(), this.#scale, x, this.#playheadPx(event, x))
      : '';
    plot.dataset.grip = grip;
    if (event.pointerType === 'touch') return;
    const topY = plot.closest('.tracks')?.getBoundingClientRect().top ?? 0;
    const surface = this.#surface;
    const hit = isOnRuler ? hitTestRuler(surface, x) : hitTest(surface, { x, y }, MOUSE_SLACK_PX);
    tip.value = { ...tipFor(surface.scale.widthPx, hit, x, event), topY };
  }

  /** All of the flag takes hold of the playhead, not its line alone. */
  #playheadPx(event: MouseEvent, x: number): number {
    const { plot, session } = this.#place;
    const flag = plot.querySelector('.playhead-flag')?.getBoundingClientRect();
    const onFlag = flag && event.clientX >= flag.left && event.clientX <= flag.right;
    return onFlag ? x : pxAt(this.#scale, session.playback.positionNs.peek());
  }

  #step(event: Parameters<typeof dragStep>[1]): void {
    const { session, dock } = this.#place;
    const { state, seekNs } = dragStep(dock.timeline.drag.peek(), event, this.#scale);
    dock.timeline.setDrag(state);
    if (seekNs === null) return;
    // A click on the ruler that nearly hits a named moment means that moment.
    const near = event.type === 'up' ? markerNear(this.#surface, pxAt(this.#scale, seekNs)) : null;
    session.playback.seek(near?.tNs ?? seekNs);
  }

  get #scale(): TimeScale {
    return this.#place.dock.timeline.scale.peek();
  }

  set #scale(scale: TimeScale) {
    this.#place.dock.timeline.scale.value = scale;
  }

  get #surface(): HitSurface {
    const { session, dock } = this.#place;
    return {
      scale: this.#scale,
      tracks: dock.timeline.tracks.peek(),
      errors: dock.timeline.errors.peek(),
      changes: session.changeMarks.peek(),
      scores: dock.overview.scores.peek(),
      markers: dock.overview.markers.peek(),
    };
  }
}

function pointIn(plot: HTMLElement, event: MouseEvent): Point {
  const { left, top } = plot.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/** The ruler stays on top while the tracks scroll below it. */
function onRuler(plot: HTMLElement, event: MouseEvent): boolean {
  const scroller = plot.parentElement?.getBoundingClientRect();
  return event.clientY - (scroller?.top ?? 0) < RULER_PX;
}

function reachOf(event: PointerEvent): number {
  return event.pointerType === 'touch' ? TOUCH_EDGE_PX : EDGE_REACH_PX;
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
function pinch(
  scale: TimeScale,
  pointers: ReadonlyMap<number, Pointer>,
  moving: Pointer,
  x: number,
): TimeScale {
  const other = [...pointers.values()].find((pointer) => pointer.id !== moving.id);
  if (!other) return scale;
  const before = Math.max(12, Math.abs(moving.x - other.x));
  const now = Math.max(12, Math.abs(x - other.x));
  const middle = (x + other.x) / 2;
  const zoomed = zoomAt(scale, middle, now / before);
  return panBy(zoomed, (moving.x + other.x) / 2 - middle);
}

function tipFor(
  widthPx: number,
  { tNs, row, mark }: Hit,
  x: number,
  event: PointerEvent,
): Omit<TipTarget, 'topY'> {
  return {
    tNs,
    row,
    mark: mark && `${markWords[mark.kind]}${mark.label}`,
    x: Math.max(0, Math.min(widthPx, x)),
    clientX: event.clientX,
    clientY: event.clientY,
  };
}
