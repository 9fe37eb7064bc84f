// Where one is in the matrix: the square that Tab reaches, the one under the pointer, the one whose cells are
// listed. One set of listeners for all squares; arrows, Home, End and Page keys move, Enter
// opens; the heads are above the first row. Does not draw.
import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { focusIsByTab } from '../parts/use-keys.ts';

export interface GridAnchor {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
}
export interface GridSpot {
  readonly row: number;
  readonly column: number;
  readonly anchor: GridAnchor;
}

interface Options {
  readonly rows: number;
  readonly columns: number;
  readonly box: RefObject<HTMLElement | null>;
  /** Opens a failed run of a square. */
  readonly play: (row: number, column: number) => void;
  /** Scrolls so that a square is in sight. */
  readonly show: (row: number, column: number) => void;
}

const PAGE_ROWS = 10;

export function useMatrixNavigation(options: Options) {
  const { box } = options;
  const { focused, moveTo } = useFocusedSquare(options);
  const pointed = useSignal<GridSpot | null>(null);
  const opened = useSignal<GridSpot | null>(null);
  const overlays = { pointed, opened };
  return {
    focused,
    pointed,
    opened,
    /** Ends the list; the focus goes back to its square. */
    close: (refocus = false) => {
      const spot = opened.peek();
      opened.value = null;
      if (spot && refocus) squareAt(box.current, spot.row, spot.column)?.focus();
    },
    handlers: { ...pointerHandlers(focused, overlays), onKeyDown: keyHandler(options, moveTo, overlays) },
  };
}

/** What is open over the matrix: the tooltip of a square, and the list of its cells. */
interface Overlays {
  readonly pointed: Signal<GridSpot | null>;
  readonly opened: Signal<GridSpot | null>;
}
type MoveTo = (row: number, column: number) => void;

/** The square that Tab reaches. It stays within the matrix, and gets the focus when it is drawn. */
function useFocusedSquare({ rows, columns, box, show }: Options) {
  const focused = useSignal({ row: 0, column: 0 });
  /** Set while the focus has to follow to a square that may not be drawn yet. */
  const wanted = useRef(false);
  const { row, column } = focused.value;
  if (row >= rows || column >= columns)
    focused.value = {
      row: Math.min(row, Math.max(0, rows - 1)),
      column: Math.min(column, Math.max(0, columns - 1)),
    };

  useLayoutEffect(() => {
    if (!wanted.current) return;
    const square = squareAt(box.current, focused.peek().row, focused.peek().column);
    if (!square) return;
    wanted.current = false;
    square.focus({ preventScroll: true });
  });

  const moveTo: MoveTo = (toRow, toColumn) => {
    const next = {
      row: Math.min(rows - 1, Math.max(0, toRow)),
      column: Math.min(columns - 1, Math.max(0, toColumn)),
    };
    show(next.row, next.column);
    wanted.current = true;
    focused.value = next;
    squareAt(box.current, next.row, next.column)?.focus({ preventScroll: true });
  };
  return { focused, moveTo };
}

function keyHandler({ columns, box, play }: Options, moveTo: MoveTo, { pointed, opened }: Overlays) {
  /** The heads are above the first row, and sort. */
  const onHeadKey = (event: KeyboardEvent, column: number) => {
    const step = steps[event.key];
    if (!step || event.key.startsWith('Page')) return;
    if (step[0] > 0) moveTo(0, column);
    else headAt(box.current, column + step[1])?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (event: KeyboardEvent) => {
    const head = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-head]') : null;
    if (head) {
      onHeadKey(event, Number(head.dataset.head));
      return;
    }
    const at = spotOf(event.target);
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (event.key === 'Home') moveTo(at.row, 0);
    else if (event.key === 'End') moveTo(at.row, columns - 1);
    else if (event.key === 'p') play(at.row, at.column);
    else if (event.key === 'ArrowUp' && at.row === 0) headAt(box.current, at.column)?.focus();
    else if (step) moveTo(at.row + step[0], at.column + step[1]);
    else if (event.key === 'Escape' && opened.value) opened.value = null;
    else if (event.key === 'Escape' && pointed.value) pointed.value = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function pointerHandlers(focused: Signal<{ row: number; column: number }>, { pointed, opened }: Overlays) {
  const point = (event: Event) => {
    pointed.value = opened.peek() ? null : spotOf(event.target);
  };
  const unpoint = () => {
    pointed.value = null;
  };
  return {
    onPointerOver: point,
    onPointerLeave: unpoint,
    onFocusOut: unpoint,
    onScroll: () => {
      if (!focusIsByTab()) unpoint();
      opened.value = null;
    },
    onFocusIn: (event: FocusEvent) => {
      const spot = spotOf(event.target);
      if (!spot) return;
      focused.value = { row: spot.row, column: spot.column };
      if (event.target instanceof Element && event.target.matches(':focus-visible')) point(event);
    },
    onClick: (event: MouseEvent) => {
      const spot = spotOf(event.target);
      const button = event.target instanceof Element && event.target.closest('button.square');
      if (!spot || !button) return;
      pointed.value = null;
      opened.value = spot;
    },
  };
}

const steps: Partial<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-PAGE_ROWS, 0],
  PageDown: [PAGE_ROWS, 0],
};

function spotOf(target: EventTarget | null): GridSpot | null {
  const square = target instanceof Element ? target.closest<HTMLElement>('[data-row][data-column]') : null;
  if (!square) return null;
  const { left, top, bottom, width } = square.getBoundingClientRect();
  return {
    row: Number(square.dataset.row),
    column: Number(square.dataset.column),
    anchor: { left, top, bottom, width },
  };
}

function headAt(box: HTMLElement | null, column: number): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-head="${column}"]`) ?? null;
}

function squareAt(box: HTMLElement | null, row: number, column: number): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`) ?? null;
}
