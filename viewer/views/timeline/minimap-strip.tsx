// The whole run in a strip above the ruler: how much happened when, where it failed, and which part the
// tracks show. Dragging over it looks there; dragging the part in sight, or its edges, moves it.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Minimap } from '../../model/timeline/minimap.ts';
import { minimapBars, minimapView } from '../../model/timeline/minimap.ts';
import { type DragState, dragStep, gripAt, noSelection } from '../../model/timeline/selection.ts';
import {
  createScale,
  fit as fitScale,
  isFitted,
  pxAt,
  showWindow,
  type TimeScale,
  zoomAt,
} from '../../model/timeline/time-scale.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Dock } from '../../state/timeline/dock-address.ts';
import { colour, type Palette } from '../parts/canvas.ts';
import { PlayheadLine, TimeCanvas, useWidthPx } from '../parts/time-canvas.tsx';
import { useSyncEffect } from '../parts/use-sync-effect.ts';

export const MINIMAP_PX = 20;
const BAND_PX = 4;
const BIN_PX = 3;
const ZOOM_PER_WHEEL_PX = 0.0022;

export function MinimapStrip({ session, dock }: { session: CellSession; dock: Dock }) {
  const strip = useRef<HTMLDivElement>(null);
  const widthPx = useWidthPx(strip);
  const { positionNs, lengthNs } = session.playback;
  const handlers = useMinimapGestures(session, dock, strip);
  return (
    <div class="minimap" ref={strip} aria-hidden="true" {...handlers}>
      <TimeCanvas
        widthPx={() => widthPx.value}
        heightPx={() => MINIMAP_PX}
        draw={(context, colours) => {
          const minimap = dock.overview.minimap.value;
          if (minimap) drawMinimap(context, minimap, widthPx.value, colours);
        }}
      />
      <View dock={dock} width={widthPx} />
      <PlayheadLine
        class="minimap-now"
        xPx={() => pxAt(createScale(lengthNs.value, widthPx.value), positionNs.value)}
        widthPx={() => widthPx.value}
      />
    </div>
  );
}

/** What the tracks show: the rest is veiled. Nothing while they show all. */
function View({ dock, width }: { dock: Dock; width: { readonly value: number } }) {
  const veilBefore = useRef<HTMLDivElement>(null);
  const veilAfter = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useSyncEffect(() => {
    const scale = dock.timeline.scale.value;
    const all = width.value;
    const view = minimapView(scale, all);
    const hidden = isFitted(scale);
    for (const element of [veilBefore.current, veilAfter.current, frame.current])
      if (element) element.hidden = hidden;
    if (hidden || !veilBefore.current || !veilAfter.current || !frame.current) return;
    veilBefore.current.style.width = `${view.x}px`;
    veilAfter.current.style.left = `${view.x + view.width}px`;
    frame.current.style.transform = `translateX(${view.x}px)`;
    frame.current.style.width = `${view.width}px`;
  });
  return (
    <>
      <div class="minimap-veil" ref={veilBefore} hidden />
      <div class="minimap-veil after" ref={veilAfter} hidden />
      <div class="minimap-view" ref={frame} hidden />
    </>
  );
}

/** The part in sight is the window of a drag surface of its own: see model/timeline/selection. */
function useMinimapGestures(
  session: CellSession,
  dock: Dock,
  strip: preact.RefObject<HTMLDivElement | null>,
) {
  const { timeline } = dock;
  const drag = useRef<DragState>(noSelection);
  const whole = (): TimeScale =>
    createScale(session.playback.lengthNs.peek(), strip.current?.clientWidth ?? 1);
  const place = (event: MouseEvent) => event.clientX - (strip.current?.getBoundingClientRect().left ?? 0);
  /** The surface as it stands: the view is its window unless it shows all. */
  const current = (): DragState => {
    const scale = timeline.scale.peek();
    return { ...drag.current, window: isFitted(scale) ? null : { fromNs: scale.fromNs, toNs: scale.toNs } };
  };
  useLayoutEffect(() => {
    const element = strip.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const scale = timeline.scale.peek();
      const lengthNs = session.playback.lengthNs.peek();
      const px = pxAt(scale, (place(event) / Math.max(1, element.clientWidth)) * lengthNs);
      timeline.scale.value = zoomAt(scale, px, Math.exp(-event.deltaY * ZOOM_PER_WHEEL_PX));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [timeline]);
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      strip.current?.setPointerCapture(event.pointerId);
      drag.current = dragStep(current(), { type: 'down', px: place(event) }, whole()).state;
    },
    onPointerMove(event: PointerEvent) {
      const px = place(event);
      if (!drag.current.hold) {
        if (strip.current) strip.current.dataset.grip = gripAt(current(), whole(), px);
        return;
      }
      const { state } = dragStep(drag.current, { type: 'move', px }, whole());
      drag.current = state;
      if (state.hold?.moved && state.window)
        timeline.scale.value = showWindow(timeline.scale.peek(), state.window.fromNs, state.window.toNs);
    },
    onPointerUp(event: PointerEvent) {
      if (!drag.current.hold) return;
      const { moved } = drag.current.hold;
      const up = { type: 'up', px: place(event), timeMs: event.timeStamp } as const;
      const { state, seekNs } = dragStep(drag.current, up, whole());
      drag.current = state;
      if (seekNs !== null) session.playback.seek(seekNs);
      else if (!moved) timeline.scale.value = fitScale(timeline.scale.peek());
    },
    onPointerCancel() {
      drag.current = noSelection;
    },
  };
}

function drawMinimap(
  context: CanvasRenderingContext2D,
  minimap: Minimap,
  width: number,
  colours: Palette,
): void {
  const base = MINIMAP_PX - 2 - BAND_PX;
  for (const { x, width: barWidth, share, model, tool, error } of minimapBars(minimap, width, BIN_PX)) {
    if (share > 0) {
      const high = Math.max(2, Math.round((base - 2) * Math.sqrt(share)));
      context.fillStyle = colour(colours, 'line-strong');
      context.fillRect(x, base - high, Math.max(1, barWidth - 1), high);
    }
    const busy = Math.max(model, tool);
    if (busy > 0) {
      context.globalAlpha = 0.25 + 0.75 * busy;
      context.fillStyle = colour(colours, model >= tool ? 'call' : 'tool');
      context.fillRect(x, base + 1, barWidth, BAND_PX);
      context.globalAlpha = 1;
    }
    if (error) drawError(context, x + barWidth / 2, error, colours);
  }
}

/** As on the tracks: a dot, and a ring where the agent went on. */
function drawError(
  context: CanvasRenderingContext2D,
  x: number,
  error: 'failed' | 'recovered',
  colours: Palette,
): void {
  context.beginPath();
  context.arc(x, 3, 2, 0, 2 * Math.PI);
  if (error === 'failed') {
    context.fillStyle = colour(colours, 'error');
    context.fill();
    return;
  }
  context.strokeStyle = colour(colours, 'warn-ink');
  context.lineWidth = 1.2;
  context.stroke();
}
