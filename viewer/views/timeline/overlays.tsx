// What lies over the tracks and moves with time: the playhead, the window chosen, the outline of the active
// span. Elements moved by transform, so that playing and dragging redraw no canvas.
import { useRef } from 'preact/hooks';
import { formatLength, formatOffset } from '../../model/display/format.ts';
import { barOf } from '../../model/timeline/bar-place.ts';
import { windowRect } from '../../model/timeline/selection.ts';
import { MIN_RECT_PX } from '../../model/timeline/span-tracks.ts';
import { pxAt } from '../../model/timeline/time-scale.ts';
import { RULER_PX } from '../../model/timeline/tracks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Timeline } from '../../state/timeline/timeline.ts';
import { PlayheadLine } from '../parts/time-canvas.tsx';
import { useSyncEffect } from '../parts/use-sync-effect.ts';

/** Below this a window's length has no room to stand in it. */
const WINDOW_LABEL_PX = 56;

/** The outline of the active span's bar. */
export function ActiveBar({ session, timeline }: { session: CellSession; timeline: Timeline }) {
  const outline = useRef<HTMLDivElement>(null);
  useSyncEffect(() => {
    const element = outline.current;
    const scale = timeline.scale.value;
    const place = barOf(
      session.trace.value?.columns ?? null,
      timeline.tracks.value,
      session.playback.row.value,
    );
    if (!element) return;
    const from = place ? Math.max(-4, pxAt(scale, place.startNs)) : 0;
    const to = place ? Math.min(scale.widthPx + 4, pxAt(scale, place.endNs)) : -1;
    element.hidden = !place || to < from;
    if (!place || element.hidden) return;
    element.style.transform = `translate(${from - 1}px, ${RULER_PX + place.y - 1}px)`;
    element.style.width = `${Math.max(MIN_RECT_PX, to - from - 1) + 2}px`;
    element.style.height = `${place.height + 2}px`;
  });
  return <div class="active-bar" ref={outline} hidden aria-hidden="true" />;
}

/** The window chosen on the ruler: a wash over all tracks, with edges to take hold of in the ruler. */
export function WindowBand({ timeline }: { timeline: Timeline }) {
  const band = useRef<HTMLDivElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  useSyncEffect(() => {
    const { window } = timeline.drag.value;
    const rect = windowRect(window, timeline.scale.value);
    if (!band.current || !label.current) return;
    band.current.hidden = rect === null;
    if (!rect || !window) return;
    band.current.style.transform = `translateX(${rect.x}px)`;
    band.current.style.width = `${rect.width}px`;
    label.current.textContent =
      rect.width >= WINDOW_LABEL_PX ? formatLength(window.toNs - window.fromNs) : '';
  });
  return (
    <div class="window-band" ref={band} hidden aria-hidden="true">
      <span class="window-grip" ref={label} />
    </div>
  );
}

export function Playhead({ session, timeline }: { session: CellSession; timeline: Timeline }) {
  const { positionNs } = session.playback;
  return (
    <PlayheadLine
      class="playhead"
      xPx={() => pxAt(timeline.scale.value, positionNs.value)}
      widthPx={() => timeline.scale.value.widthPx}
      flag={() => formatOffset(positionNs.value)}
    />
  );
}
