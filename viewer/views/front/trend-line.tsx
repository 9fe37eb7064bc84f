// The pass rates of sweeps of one stem as a line of at most twelve points, the sweep itself the last and largest.

import { rateText, trendPoints } from '../../model/cells/sweep-card-words.ts';
import type { Trend } from '../../state/cells/front-session.ts';

const WIDTH = 132;
const HEIGHT = 26;
const EDGE = 5;

export function TrendLine({ trend }: { trend: Trend | undefined }) {
  if (!trend) return <span class="trend" />;
  const points = trendPoints(trend, WIDTH, HEIGHT);
  const last = points.at(-1);
  if (!last) return <span class="trend first">first of its name</span>;
  const words = trend.map((one) => `${one.sweep} ${rateText(one) ?? 'no attempt'}`).join(', ');
  return (
    <svg
      class="trend"
      viewBox={`${-EDGE} ${-EDGE} ${WIDTH + 2 * EDGE} ${HEIGHT + 2 * EDGE}`}
      role="img"
      aria-label={`Pass rates: ${words}`}
    >
      <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {points.slice(0, -1).map(({ sweep, x, y }) => (
        <circle key={sweep} cx={x} cy={y} r={1.8} />
      ))}
      <circle class="now" cx={last.x} cy={last.y} r={3.6} />
    </svg>
  );
}
