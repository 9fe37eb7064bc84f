// A line between two panes that is dragged, or moved by arrow keys, and put back by a double click. It says how large
// the pane is that it resizes; what that means for a page's layout is the page's style.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { heldSize, keyedSize, type PaneBounds } from '../../model/display/pane-size.ts';
import type { PaneSize } from '../../state/page/pane-sizes.ts';
import { useSize } from './use-size.ts';
import './splitter.css';

interface SplitterProps {
  /** "Width of the transcript". */
  readonly label: string;
  /** The line is upright where it changes a width. */
  readonly upright: boolean;
  readonly size: PaneSize;
  /** The pane that it resizes, right of it or below: as large as it is drawn. */
  readonly pane: (splitter: HTMLElement) => Element | null;
  readonly bounds: () => PaneBounds;
}

export function Splitter({ label, upright, size, pane, bounds }: SplitterProps) {
  const line = useRef<HTMLDivElement>(null);
  const drawnPx = useSignal(0);
  const paneOf = () => (line.current ? (pane(line.current) as HTMLElement | null) : null);
  const measure = (element: Element) =>
    Math.round(upright ? element.getBoundingClientRect().width : element.getBoundingClientRect().height);
  useSize(paneOf, (element) => {
    drawnPx.value = measure(element);
  });
  const { minPx, maxPx } = bounds();
  const move = (event: PointerEvent) => {
    const box = paneOf()?.getBoundingClientRect();
    // The pane ends where it ended: its other edge follows the pointer.
    if (box && line.current?.hasPointerCapture(event.pointerId))
      size.set(heldSize(upright ? box.right - event.clientX : box.bottom - event.clientY, bounds()));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no <hr>
    <div
      ref={line}
      class={upright ? 'splitter upright' : 'splitter'}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={upright ? 'vertical' : 'horizontal'}
      aria-valuemin={minPx}
      aria-valuemax={Math.max(maxPx, drawnPx.value)}
      aria-valuenow={drawnPx.value}
      aria-valuetext={`${drawnPx.value} pixels`}
      title={`${label}: drag, or arrow keys; double click puts it back`}
      onPointerDown={(event) => {
        if (event.button === 0) event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onDblClick={() => size.set(null)}
      onKeyDown={(event) => {
        const arrows = upright ? (['ArrowLeft', 'ArrowRight'] as const) : (['ArrowUp', 'ArrowDown'] as const);
        const next = keyedSize(event.key, size.sizePx.peek() ?? drawnPx.peek(), bounds(), arrows);
        if (next === null) return;
        // Else the arrows are the page's.
        event.preventDefault();
        size.set(next);
      }}
    >
      <i />
    </div>
  );
}
