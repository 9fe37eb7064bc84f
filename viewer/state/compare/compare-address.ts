// The compare page's part of the URL beyond the cells: the clock, the place on it, the tab. Read once,
// written as they change; what a URL says wrongly is passed over.
import type { CompareClock } from '../../model/compare/alignment.ts';
import { keepValue, queryValue } from '../page/route.ts';

export const compareTabs = [
  'overview',
  'changes',
  'terminals',
  'transcripts',
  'steps',
  'scores',
  'differences',
] as const;
export type CompareTab = (typeof compareTabs)[number];

export interface ComparePlace {
  readonly clock: CompareClock | null;
  /** Nanoseconds by time, steps by step; null where the URL names no place. */
  readonly axis: number | null;
}

/** `clock=time&t=3310` in milliseconds, `clock=step&step=3.5`. The one that has a value names the clock. */
export function readPlace(): ComparePlace {
  const [t, step] = [numberOf('t'), numberOf('step')];
  const asked = queryValue('clock');
  const clock =
    asked === 'time' || asked === 'step' ? asked : t !== null ? 'time' : step !== null ? 'step' : null;
  const axis = clock === 'time' ? t && t * 1e6 : clock === 'step' ? step : null;
  return { clock, axis };
}

export function keepPlaceInUrl(clock: CompareClock, axis: number): void {
  keepValue('clock', clock);
  keepValue('t', clock === 'time' ? String(Math.round(axis / 1000) / 1000) : null);
  // Six digits: a result is seen that little after its step's end.
  keepValue('step', clock === 'step' ? String(Math.round(axis * 1e6) / 1e6) : null);
}

export function readTab(): CompareTab | null {
  const asked = queryValue('tab');
  return compareTabs.find((tab) => tab === asked) ?? null;
}

export function keepTab(tab: CompareTab): void {
  keepValue('tab', tab);
}

export function keepSides(a: string, b: string): void {
  keepValue('a', a);
  keepValue('b', b);
}

function numberOf(name: string): number | null {
  const text = queryValue(name);
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
