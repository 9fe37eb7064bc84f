// The pass rate of sweeps of one stem, oldest first, with its band; the two that are compared are marked.
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { linearScale } from '../../model/sweep/chart-scale.ts';

const WIDTH = 380;
const HEIGHT = 150;
const LEFT = 30;

type Trend = NonNullable<JudgementJson['trend']>;

export function ComparisonTrend({
  trend,
  sweep,
  baseline,
}: {
  trend: Trend;
  sweep: string;
  baseline: string;
}) {
  const known = trend.flatMap(({ sweep: name, passRate }) => (passRate ? [{ name, ...passRate }] : []));
  return (
    <section class="comparison-card" aria-label="Trend">
      <header>
        <h2>Trend</h2>
        <p>pass rate of {known.length} sweeps, %</p>
      </header>
      {known.length < 2 ? (
        <p class="comparison-foot">There are no other sweeps of this name.</p>
      ) : (
        <Line points={known} {...{ sweep, baseline }} />
      )}
      <ol class="sr-only">
        {known.map(({ name, value, low, high }) => (
          <li key={name}>
            {shownLine(name)}: {(100 * value).toFixed(1)} %, {(100 * low).toFixed(1)} to{' '}
            {(100 * high).toFixed(1)}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface Point {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function Line({ points, sweep, baseline }: { points: readonly Point[]; sweep: string; baseline: string }) {
  const y = linearScale(
    Math.min(...points.map(({ low }) => low)),
    Math.max(...points.map(({ high }) => high)),
    HEIGHT - 8,
    8,
  );
  const x = (at: number) => LEFT + 8 + (at / (points.length - 1)) * (WIDTH - LEFT - 20);
  const along = (key: 'low' | 'high' | 'value') => points.map((point, at) => `${x(at)} ${y.at(point[key])}`);
  return (
    <svg class="trend-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {y.ticks.map((tick) => (
        <g key={tick}>
          <path class="chart-line" d={`M${LEFT} ${y.at(tick)}H${WIDTH}`} />
          <text class="chart-tick end" x={LEFT - 6} y={y.at(tick) + 4}>
            {Number((100 * tick).toFixed(1))}
          </text>
        </g>
      ))}
      <path class="trend-band" d={`M${along('high').join('L')}L${along('low').reverse().join('L')}Z`} />
      <path class="trend-path" d={`M${along('value').join('L')}`} />
      {points.map(({ name, value }, at) => (
        <circle
          key={name}
          class={name === sweep ? 'trend-now' : name === baseline ? 'trend-baseline' : ''}
          cx={x(at)}
          cy={y.at(value)}
          r={name === sweep || name === baseline ? 5 : 2.5}
        >
          <title>
            {shownLine(name)} {(100 * value).toFixed(1)} %
          </title>
        </circle>
      ))}
    </svg>
  );
}
