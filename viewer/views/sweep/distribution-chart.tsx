// How a measure lies among attempts that passed (a solid line) and those that did not (a dashed one), a row a key.
import {
  DENSITY_STEPS,
  type Distribution,
  type DistributionRow,
  type Distributions,
} from '../../model/sweep/chart-rows.ts';
import type { ChartScale } from '../../model/sweep/chart-scale.ts';
import { ChartCard, ChartMark } from './chart-card.tsx';
import { RowChart } from './row-chart.tsx';

const ROW_PX = 36;
const RISE_PX = 28;

interface DistributionProps {
  readonly title: string;
  readonly name: string;
  readonly distributions: Distributions | null;
  readonly text: (value: number) => string;
  readonly scale: (from: number, to: number) => ChartScale;
  readonly href: (key: string, which: 'passed' | 'failed') => string;
  readonly onChoose: (keys: readonly string[]) => void;
  readonly noKey: string;
}

export function DistributionChart(props: DistributionProps) {
  const { title, name, distributions, text, href, noKey } = props;
  const rows = distributions?.rows ?? [];
  const half = (count: number, which: string, median: number | null) =>
    `${count} ${which}${median === null ? '' : `, ${text(median)} at the median`}`;
  return (
    <ChartCard
      title={title}
      note="of attempts, by powers"
      name={name}
      legend={
        <>
          <i class="chart-key passed" /> passed <i class="chart-key failed" /> failed
        </>
      }
      table={{
        columns: ['key', 'passed', 'median of passed', 'failed', 'median of failed'],
        rows: rows.map(({ key, passed, failed }) => [
          key,
          passed.count,
          passed.median,
          failed.count,
          failed.median,
        ]),
      }}
      draw={(widthPx) =>
        distributions === null ? (
          <p class="chart-nothing">{title} of no attempt is known.</p>
        ) : (
          <div class="with-passed">
            <RowChart<DistributionRow>
              {...props}
              rows={rows}
              widthPx={widthPx}
              rowPx={ROW_PX}
              valuePx={8}
              tickText={text}
              href={({ key }) => href(key, 'failed')}
              label={({ failed }) => half(failed.count, 'failed', failed.median)}
              draw={({ passed, failed }, scale, middle) => (
                <>
                  <path class="density failed" d={outline(failed, distributions, scale, middle)} />
                  <path class="density passed" d={outline(passed, distributions, scale, middle)} />
                </>
              )}
            />
            {rows.map(({ key, passed }, at) => (
              <ChartMark
                key={key}
                href={href(key, 'passed')}
                label={`${key || noKey}: ${half(passed.count, 'passed', passed.median)}`}
                left={0}
                top={at * ROW_PX}
                width={widthPx}
                height={ROW_PX / 2}
                isFirst={false}
                onChoose={() => props.onChoose([key])}
              />
            ))}
          </div>
        )
      }
    />
  );
}

function outline(
  { count, heights }: Distribution,
  { low, high }: Distributions,
  scale: ChartScale,
  middle: number,
): string {
  if (count === 0) return '';
  const base = middle + ROW_PX / 2 - 4;
  const x = (step: number) => scale.at(low * (high / low) ** ((step + 0.5) / DENSITY_STEPS));
  const points = heights.map(
    (height, step) => `${x(step).toFixed(1)} ${(base - RISE_PX * height).toFixed(1)}`,
  );
  return `M${x(0)} ${base}L${points.join('L')}L${x(DENSITY_STEPS - 1)} ${base}Z`;
}
