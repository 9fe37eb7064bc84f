// The keys of the compare page: those of a cell's replay where they mean the same, and the page's own: the
// differences that matter, the sides, the clock.
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { helpOpen } from '../../state/page/help.ts';

const STEP_NS = 100e6;
const PAGE_SHARE = 0.1;

const table = new Map<string, (compare: CompareSession) => void>([
  [' ', ({ playback }) => playback.toggle()],
  ['ArrowRight', (compare) => compare.stepTo(1)],
  ['ArrowLeft', (compare) => compare.stepTo(-1)],
  ['.', ({ playback }) => playback.stepBy(STEP_NS)],
  [',', ({ playback }) => playback.stepBy(-STEP_NS)],
  ['Home', ({ playback }) => playback.seek(0)],
  ['End', ({ playback }) => playback.seek(playback.lengthNs.peek())],
  ['<', ({ playback }) => playback.stepSpeed(-1)],
  ['>', ({ playback }) => playback.stepSpeed(1)],
  ['S', ({ playback }) => playback.stepSpeed(-1)],
  ['s', ({ playback }) => playback.stepSpeed(1)],
  ['d', (compare) => compare.toDivergence()],
  ['D', (compare) => compare.toDivergence(-1)],
  ['x', (compare) => compare.swap()],
  ['t', (compare) => compare.setClock(compare.clock.peek() === 'time' ? 'step' : 'time')],
  [
    '?',
    () => {
      helpOpen.value = true;
    },
  ],
]);

/** Keys of the slider alone, where it has the focus: elsewhere they scroll. */
const sliderTable = new Map<string, (compare: CompareSession) => void>([
  ['ArrowUp', ({ playback }) => playback.stepBy(STEP_NS)],
  ['ArrowDown', ({ playback }) => playback.stepBy(-STEP_NS)],
  ['PageUp', ({ playback }) => playback.stepBy(PAGE_SHARE * playback.lengthNs.peek())],
  ['PageDown', ({ playback }) => playback.stepBy(-PAGE_SHARE * playback.lengthNs.peek())],
]);

/** @returns whether the key was one of the page's */
export function runCompareKey({ key, target }: KeyboardEvent, compare: CompareSession): boolean {
  if (/^[0-9]$/.test(key)) {
    compare.playback.seek((Number(key) / 10) * compare.playback.lengthNs.peek());
    return true;
  }
  const onSlider = target instanceof Element && target.getAttribute('role') === 'slider';
  const action = table.get(key) ?? (onSlider ? sliderTable.get(key) : undefined);
  action?.(compare);
  return action !== undefined;
}
