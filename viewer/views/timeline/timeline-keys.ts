// The keys that move the playhead and the timeline. Each does what the help sheet says of it; which of them
// jump to an error or open a page is the page's affair.
import { dragStep } from '../../model/timeline/selection.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';

const STEP_NS = 100e6;
const PAGE_SHARE = 0.1;
const ZOOM_STEP = 1.6;

type Part = { readonly session: CellSession; readonly dock: Dock };

const table = new Map<string, (part: Part) => void>([
  [' ', ({ dock }) => dock.playback.toggle()],
  ['ArrowRight', ({ session }) => session.playback.stepSpan(1)],
  ['ArrowLeft', ({ session }) => session.playback.stepSpan(-1)],
  ['.', ({ dock }) => dock.playback.stepBy(STEP_NS)],
  [',', ({ dock }) => dock.playback.stepBy(-STEP_NS)],
  ['Home', ({ dock }) => dock.playback.seek(0)],
  ['End', ({ dock }) => dock.playback.seek(dock.playback.lengthNs.peek())],
  ['[', (part) => toMarker(part, -1)],
  [']', (part) => toMarker(part, 1)],
  ['<', ({ dock }) => dock.playback.stepSpeed(-1)],
  ['>', ({ dock }) => dock.playback.stepSpeed(1)],
  ['S', ({ dock }) => dock.playback.stepSpeed(-1)],
  ['s', ({ dock }) => dock.playback.stepSpeed(1)],
  ['+', ({ dock }) => dock.timeline.zoomBy(ZOOM_STEP)],
  ['=', ({ dock }) => dock.timeline.zoomBy(ZOOM_STEP)],
  ['-', ({ dock }) => dock.timeline.zoomBy(1 / ZOOM_STEP)],
  ['f', ({ dock }) => dock.timeline.fit()],
  ['i', (part) => setEdge(part, 'from')],
  ['o', (part) => setEdge(part, 'to')],
  ['c', toggleCompressed],
  ['C', toggleSmart],
  ['u', ({ dock }) => dock.timeline.toggleTrack('other')],
]);

/** Keys of the slider alone, where it has the focus: elsewhere they scroll. */
const sliderTable = new Map<string, (part: Part) => void>([
  ['ArrowUp', ({ dock }) => dock.playback.stepBy(STEP_NS)],
  ['ArrowDown', ({ dock }) => dock.playback.stepBy(-STEP_NS)],
  ['PageUp', (part) => stepShare(part, PAGE_SHARE)],
  ['PageDown', (part) => stepShare(part, -PAGE_SHARE)],
]);

/** @returns whether the key was one of the dock's */
export function runDockKey(event: KeyboardEvent, part: Part): boolean {
  const { key } = event;
  const frame = frameDirection(event);
  if (frame !== 0) return toFrame(part, frame);
  if (/^[0-9]$/.test(key)) {
    part.dock.playback.seek((Number(key) / 10) * part.dock.playback.lengthNs.peek());
    return true;
  }
  if (key === 'Escape') return letGo(part);
  const onSlider = event.target instanceof Element && event.target.getAttribute('role') === 'slider';
  const action = table.get(key) ?? (onSlider ? sliderTable.get(key) : undefined);
  action?.(part);
  return action !== undefined;
}

/**
 * Shift with the comma's or the full stop's key, whatever it prints: on many keyboards it prints `<` and
 * `>`, which are speeds where they have a key of their own; `s` and `S` are speeds everywhere.
 */
function frameDirection({ code, shiftKey }: KeyboardEvent): 1 | -1 | 0 {
  if (!shiftKey) return 0;
  if (code === 'Period') return 1;
  return code === 'Comma' ? -1 : 0;
}

/** Pauses on the terminal's next or previous screen. What steps films is here as soon as one is shown. */
function toFrame({ session, dock }: Part, direction: 1 | -1): boolean {
  const film = session.terminal.film.peek();
  if (film)
    void import('../../model/terminal/film.ts').then(({ stepFrame }) => {
      const { playback } = dock;
      const nowNs = playback.positionNs.peek();
      const toNs = stepFrame(film, nowNs, direction);
      if (toNs !== null) playback.stepBy(Math.max(0, toNs) - nowNs);
    });
  return true;
}

function toMarker({ dock }: Part, direction: 1 | -1): void {
  dock.playback.toMarker(direction, dock.overview.markersNs.peek());
}

/** An edge of the window at the playhead; the other stays, or is the run's own end. */
function setEdge({ dock }: Part, edge: 'from' | 'to'): void {
  const nowNs = dock.playback.positionNs.peek();
  const lengthNs = dock.playback.lengthNs.peek();
  const window = dock.timeline.drag.peek().window;
  const [from, to] = [window?.fromNs ?? 0, window?.toNs ?? lengthNs];
  if (edge === 'from') dock.timeline.setWindow({ fromNs: nowNs, toNs: nowNs < to ? to : lengthNs });
  else dock.timeline.setWindow({ fromNs: nowNs > from ? from : 0, toNs: nowNs });
}

/** Escape lets go of the window under the hand, else takes the window away. */
function letGo({ dock }: Part): boolean {
  const drag = dock.timeline.drag.peek();
  if (drag.hold) {
    dock.timeline.setDrag(dragStep(drag, { type: 'cancel' }, dock.timeline.scale.peek()).state);
    return true;
  }
  if (drag.window === null) return false;
  dock.timeline.setWindow(null);
  return true;
}

function toggleCompressed({ dock }: Part): void {
  if (dock.overview.idle.peek()) dock.compressed.value = !dock.compressed.peek();
}

function toggleSmart({ dock }: Part): void {
  if (dock.overview.smart.peek()) dock.smart.value = !dock.smart.peek();
}

function stepShare({ dock }: Part, share: number): void {
  dock.playback.stepBy(share * dock.playback.lengthNs.peek());
}
