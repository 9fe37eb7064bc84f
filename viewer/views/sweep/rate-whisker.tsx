// A rate with its interval on a scale that all of a margin share: a dot, a whisker, and the mean of all as a dashed line.
import type { Interval } from '../../../shared/judge/intervals.ts';

const WIDTH = 60;
const HEIGHT = 14;
const END = 3;

export interface WhiskerScale {
  readonly low: number;
  readonly high: number;
  readonly mean: number | null;
}

export function RateWhisker({
  rate,
  interval,
  scale,
}: {
  rate: number;
  interval: Interval | null;
  scale: WhiskerScale;
}) {
  const reach = Math.max(0.01, scale.high - scale.low);
  const x = (value: number) => 3 + (WIDTH - 6) * Math.min(1, Math.max(0, (value - scale.low) / reach));
  const middle = HEIGHT / 2;
  const ends = interval && ([x(interval.low), x(interval.high)] as const);
  return (
    <svg class="rate-whisker" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {scale.mean !== null && <path class="mean" d={`M${x(scale.mean)} 0V${HEIGHT}`} />}
      {ends && (
        <path
          d={`M${ends[0]} ${middle}H${ends[1]}M${ends[0]} ${middle - END}v${2 * END}M${ends[1]} ${middle - END}v${2 * END}`}
        />
      )}
      <circle cx={x(rate)} cy={middle} r={3} />
    </svg>
  );
}
