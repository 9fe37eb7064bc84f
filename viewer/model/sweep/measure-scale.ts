// A measure as people read it: its label, its numbers short enough for a square and long enough for a
// sentence, and the scale of one hue that colours it. The scale rests on all cells of a sweep, so that a
// filter changes no colour.
import { formatUsd } from '../../../shared/money.ts';
import { formatDuration } from '../../../shared/time.ts';
import { formatRatio, formatTokens } from '../display/format.ts';
import type { CellIndex, MatrixMeasure } from './matrix-index.ts';

/** The scale has so many steps; each has a colour and an ink of its own. */
export const SCALE_STEPS = 7;

export type MeasureUnit = 'share' | 'ms' | 'tokens' | 'usd' | 'number';

export interface MeasureScale {
  readonly unit: MeasureUnit;
  readonly low: number;
  readonly high: number;
  /** Equal steps of its logarithm: lengths of time and counts of tokens span powers of ten. */
  readonly logarithmic: boolean;
}

/** Of a number between 0 and 1. */
export const wholeScale: MeasureScale = { unit: 'number', low: 0, high: 1, logarithmic: false };

const labels = new Map<MatrixMeasure, string>([
  ['outcome', 'Pass rate'],
  ['pass', 'Verdict'],
  ['composite', 'Composite'],
  ['duration', 'Wall time'],
  ['tokens', 'Tokens'],
  ['cost', 'Cost'],
  ['tokens_in', 'Tokens in'],
  ['tokens_out', 'Tokens out'],
  ['latency', 'Latency'],
  ['blast_radius', 'Blast radius'],
  ['refusal', 'Refusal'],
  ['integrity', 'Integrity'],
]);

/** A known measure's name for people; any other as it is called in the records. */
export function measureLabel(measure: MatrixMeasure): string {
  return labels.get(measure) ?? measure;
}

function unitOf(measure: MatrixMeasure): MeasureUnit {
  if (measure === 'outcome' || measure === 'pass') return 'share';
  if (measure === 'duration' || measure === 'latency' || measure.endsWith('_ms')) return 'ms';
  if (measure.startsWith('tokens')) return 'tokens';
  if (measure === 'cost') return 'usd';
  return 'number';
}

/** Null where no cell knows the measure. */
export function scaleOf(index: CellIndex, measure: MatrixMeasure): MeasureScale | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of index.values(measure)) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return null;
  const unit = unitOf(measure);
  if (unit === 'share') return { unit, low: 0, high: 1, logarithmic: false };
  // Shares of one keep their own stretch, in tenths: composites all lie in the upper half.
  if (unit !== 'usd' && low >= 0 && high <= 1)
    return {
      unit,
      low: Math.floor(low * 10) / 10,
      high: Math.max(0.1, Math.ceil(high * 10) / 10),
      logarithmic: false,
    };
  const logarithmic = unit !== 'number' && low > 0 && high / low > 20;
  return { unit, low: logarithmic ? low : Math.min(0, low), high, logarithmic };
}

/** 0 … SCALE_STEPS − 1. */
export function stepOf(scale: MeasureScale, value: number): number {
  const at = (number: number) => (scale.logarithmic ? Math.log(Math.max(number, scale.low)) : number);
  const reach = at(scale.high) - at(scale.low);
  const share = reach === 0 ? 1 : (at(value) - at(scale.low)) / reach;
  return Math.min(SCALE_STEPS - 1, Math.max(0, Math.floor(share * SCALE_STEPS)));
}

/** For a square: "80%", "0.56", "13 s", "1.2k". */
export function shortValue(unit: MeasureUnit, value: number): string {
  if (unit === 'share') return `${Math.round(value * 100)}%`;
  if (unit === 'ms') return shortDuration(value);
  if (unit === 'usd') return formatUsd(value);
  const size = Math.abs(value);
  if (size >= 999_950_000) return `${trimmed(value / 1e9)}G`;
  if (size >= 999_950) return `${trimmed(value / 1e6)}M`;
  if (size >= 999.5) return `${trimmed(value / 1000)}k`;
  if (unit === 'tokens') return String(Math.round(value));
  return size >= 99.95 || Number.isInteger(value)
    ? String(Math.round(value))
    : value.toFixed(size >= 10 ? 1 : 2);
}

/** For a sentence: "80 %", "0.560", "13.17 s", "1,204". */
export function longValue(unit: MeasureUnit, value: number): string {
  if (unit === 'share') return formatPercent(value);
  if (unit === 'ms') return formatDuration(value);
  if (unit === 'usd') return formatUsd(value);
  if (unit === 'tokens') return formatTokens(Math.round(value));
  return formatRatio(value, Math.abs(value) >= 100 ? 0 : 3);
}

/** "80 %"; what is nearly all or nearly nothing is not rounded to it. */
export function formatPercent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole === 100 && share < 1) return '> 99 %';
  if (whole === 0 && share > 0) return '< 1 %';
  return `${whole} %`;
}

function shortDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)}s`;
  if (ms < 3_570_000) return `${trimmed(ms / 60_000)}m`;
  return `${trimmed(ms / 3_600_000)}h`;
}

function trimmed(value: number): string {
  return Math.abs(value) >= 9.95 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
}
