// Dragging on the timeline: windows made, resized and moved.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLICK_SLACK_PX,
  DOUBLE_CLICK_MS,
  type DragEvent,
  type DragState,
  dragStep,
  gripAt,
  noSelection,
  windowRect,
} from '../../../../viewer/model/timeline/selection.ts';
import { createScale, showWindow } from '../../../../viewer/model/timeline/time-scale.ts';

const SECOND = 1e9;
// 100 px a second.
const scale = createScale(10 * SECOND, 1000);
const down = (px: number): DragEvent => ({ type: 'down', px });
const move = (px: number): DragEvent => ({ type: 'move', px });
const up = (px: number, timeMs = 0): DragEvent => ({ type: 'up', px, timeMs });
const cancel: DragEvent = { type: 'cancel' };

function acted(state: DragState, ...events: DragEvent[]) {
  const seeks: number[] = [];
  let at = state;
  for (const event of events) {
    const step = dragStep(at, event, scale);
    at = step.state;
    if (step.seekNs !== null) seeks.push(step.seekNs / SECOND);
  }
  const window = at.window && [at.window.fromNs / SECOND, at.window.toNs / SECOND];
  return { state: at, window, seeks };
}
const chosen = acted(noSelection, down(200), move(400), up(400)).state;

const px = fc.integer({ min: -300, max: 1300 });
const anyEvent: fc.Arbitrary<DragEvent> = fc.oneof(
  px.map(down),
  px.map(move),
  fc.tuple(px, fc.integer({ min: 0, max: 5000 })).map(([at, timeMs]) => up(at, timeMs)),
  fc.constant(cancel),
  fc.tuple(px, px).map(
    ([a, b]): DragEvent => ({
      type: 'set',
      window: { fromNs: a * 1e7, toNs: b * 1e7 },
    }),
  ),
);

describe('the drag surface', () => {
  it('drags out a window, in either direction', () => {
    expect(acted(noSelection, down(200), move(300), up(450))).toMatchObject({ window: [2, 4.5], seeks: [] });
    expect(acted(noSelection, down(450), move(300), up(200)).window).toEqual([2, 4.5]);
  });

  it('resizes at an edge, and turns over where one edge passes the other', () => {
    expect(acted(chosen, down(398), move(500), up(600)).window).toEqual([2, 6]);
    expect(acted(chosen, down(201), move(300), up(350)).window).toEqual([3.5, 4]);
    expect(acted(chosen, down(201), move(300), up(700)).window).toEqual([4, 7]);
  });

  it('moves from inside, its width kept, stopping at the ends', () => {
    expect(acted(chosen, down(300), move(400), up(410)).window).toEqual([3.1, 5.1]);
    expect(acted(chosen, down(300), move(-900), up(-900)).window).toEqual([0, 2]);
    expect(acted(chosen, down(300), move(1900), up(1900)).window).toEqual([8, 10]);
  });

  it('starts a new window from outside the old one', () => {
    expect(acted(chosen, down(600), move(700), up(800)).window).toEqual([6, 8]);
  });

  it('seeks on a click and leaves the window alone, even where the hand trembles', () => {
    expect(acted(chosen, down(300), move(300 + CLICK_SLACK_PX), up(302))).toMatchObject({
      window: [2, 4],
      seeks: [3.02],
    });
  });

  it('clears the window on a double-click: a second click soon, and near', () => {
    const twice = (gapMs: number, atPx: number) =>
      acted(chosen, down(700), up(700, 1000), down(atPx), up(atPx, 1000 + gapMs)).window;
    expect(twice(DOUBLE_CLICK_MS, 702)).toBeNull();
    expect(twice(DOUBLE_CLICK_MS + 1, 700)).toEqual([2, 4]);
    expect(twice(100, 760)).toEqual([2, 4]);
  });

  it('does not take a drag after a click for a double-click', () => {
    const events = [down(700), up(700, 0), down(700), move(800), up(800, 50), down(800), up(800, 100)];
    expect(acted(noSelection, ...events).window).toEqual([7, 8]);
  });

  it('scrubs by the playhead’s handle without touching the window', () => {
    const taken: DragEvent = { type: 'down', px: 302, playheadPx: 300 };
    expect(acted(chosen, taken, move(350), move(500), up(600))).toMatchObject({
      window: [2, 4],
      seeks: [3.5, 5, 6],
    });
  });

  it('puts the window back on a cancel', () => {
    expect(acted(chosen, down(300), move(900), cancel).state).toMatchObject({
      window: chosen.window,
      hold: null,
    });
    expect(acted(noSelection, down(300), move(900), cancel).window).toBeNull();
  });

  it('says what a press would take hold of', () => {
    expect(gripAt(chosen, scale, 195)).toBe('from');
    expect(gripAt(chosen, scale, 404)).toBe('to');
    expect(gripAt(chosen, scale, 300)).toBe('inside');
    expect(gripAt(chosen, scale, 500)).toBe('empty');
    expect(gripAt(chosen, scale, 401, 399)).toBe('playhead');
    expect(gripAt(noSelection, scale, 300)).toBe('empty');
  });

  it('leaves the middle of a narrow window to move it by', () => {
    const narrow = acted(noSelection, down(200), move(209), up(209)).state;
    expect(gripAt(narrow, scale, 204)).toBe('inside');
    expect(gripAt(narrow, scale, 196)).toBe('from');
  });

  it('keeps the window within the run, whatever the hand does', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), (events) => {
        const { window } = acted(noSelection, ...events).state;
        if (window === null) return;
        expect(window.fromNs).toBeGreaterThanOrEqual(0);
        expect(window.toNs).toBeLessThanOrEqual(scale.lengthNs);
        expect(window.fromNs).toBeLessThan(window.toNs);
      }),
    );
  });

  it('never changes the window by a click, and never seeks by a drag', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 10 }), px, px, (events, from, to) => {
        const before = acted(noSelection, ...events, cancel).state;
        const click = acted({ ...before, lastClick: null }, down(from), up(from));
        expect(click.state.window).toEqual(before.window);
        expect(click.seeks).toHaveLength(1);
        if (Math.abs(to - from) > CLICK_SLACK_PX)
          expect(acted(before, down(from), move(to), up(to)).seeks).toEqual([]);
      }),
    );
  });

  it('holds the moment, not the pixel: a scroll during the drag keeps the press where it was', () => {
    const pressed = dragStep(noSelection, down(200), scale).state;
    const scrolled = showWindow(scale, 5 * SECOND, 10 * SECOND);
    const { state } = dragStep(pressed, move(600), scrolled);
    expect(state.window).toEqual({ fromNs: 2 * SECOND, toNs: 8 * SECOND });
  });
});

describe('the window in pixels', () => {
  it('is clipped to the surface, and nothing where it is out of sight', () => {
    const late = showWindow(scale, 3 * SECOND, 8 * SECOND);
    expect(windowRect(chosen.window, late)).toEqual({ x: -1, width: 201 });
    expect(windowRect(chosen.window, showWindow(scale, 5 * SECOND, 8 * SECOND))).toBeNull();
    expect(windowRect(null, scale)).toBeNull();
  });
});
