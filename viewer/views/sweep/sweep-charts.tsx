// A sweep in charts: which key passes most, what that costs, what several attempts come to, and how times and tokens lie
// among what passed and what failed. A mark opens its runs; a drag, or the space bar, filters all charts.
import { useEffect, useMemo } from 'preact/hooks';
import { standingOf } from '../../../shared/judge/attempts.ts';
import { formatUsd } from '../../../shared/money.ts';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomes } from '../../../shared/outcome-words.ts';
import { glanceLength } from '../../model/cells/latest-runs.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatTokens, plural } from '../../model/display/format.ts';
import {
  attemptsOf,
  type ChartAxis,
  chartAxes,
  type Distributions,
  distributionsOf,
  formerRates,
  pairKey,
  paretoPoints,
  rateRows,
} from '../../model/sweep/chart-rows.ts';
import { linearScale, logScale } from '../../model/sweep/chart-scale.ts';
import type { CellIndex } from '../../model/sweep/matrix-index.ts';
import { comparisonHref } from '../../state/sweep/comparison-session.ts';
import { type SweepView, sweepViewHref } from '../../state/sweep/sweep-address.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { ChartCard } from './chart-card.tsx';
import { DistributionChart } from './distribution-chart.tsx';
import { axisWords } from './matrix-heads.tsx';
import { ParetoChart } from './pareto-chart.tsx';
import { RowChart } from './row-chart.tsx';
import './sweep-charts.css';

const ROW_PX = 36;
const MOST_FLAKY = 5;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const failing: readonly Outcome[] = outcomes.filter(
  (outcome) => standingOf(outcome) === 'attempt' && outcome !== 'passed',
);

export function SweepCharts({ session, index }: { session: SweepSession; index: CellIndex }) {
  const cells = session.fitting.value ?? new Uint32Array();
  const axis = session.chartAxis.value;
  useEffect(() => void session.askFormer(), []);
  const judged = session.former.value;
  const former = useMemo(() => (judged ? formerRates(judged, axis) : null), [judged, axis]);
  const rates = useMemo(() => rateRows(index, cells, axis), [index, cells, axis]);
  const points = useMemo(() => paretoPoints(index, cells), [index, cells]);
  const attempts = useMemo(() => attemptsOf(index, cells, axis), [index, cells, axis]);
  const walls = useMemo(() => distributionsOf(index, cells, axis, 'duration'), [index, cells, axis]);
  const tokens = useMemo(() => distributionsOf(index, cells, axis, 'tokens'), [index, cells, axis]);
  const { view } = session;
  const listOf = (change: Partial<SweepView>) =>
    sweepViewHref(session.sweep, { ...view.value, ...change, shown: 'list', panel: null });
  const hrefOf = (key: string, wanted: readonly Outcome[] = []) =>
    listOf({
      only: { ...view.value.only, [axis]: new Set([key]) },
      ...(wanted.length > 0 && { outcomes: new Set(wanted) }),
    });
  const choose = (keys: readonly string[]) =>
    session.show({ only: { ...view.value.only, [axis]: new Set(keys) } }, true);
  const common = { noKey: `no ${axisWords[axis].toLowerCase()}`, onChoose: choose };
  const name = `${session.sweep}-${axis}`;
  return (
    <div class="sweep-charts">
      <AxisSwitch session={session} axis={axis} />
      <div class="chart-grid">
        <ChartCard
          title="Pass rate, %"
          note={`by ${axisWords[axis].toLowerCase()}, with 95 % intervals`}
          name={`${name}-rates`}
          legend={
            judged && (
              <>
                <i class="chart-key dot" /> now <i class="chart-key ring" />{' '}
                <a class="link" href={comparisonHref(session.sweep, judged.sweep)} data-page>
                  {shownLine(judged.sweep, 40)}
                </a>
              </>
            )
          }
          table={{
            columns: [axis, 'attempts', 'passed', 'pass rate', 'low', 'high', 'former pass rate'],
            rows: rates.map(({ key, n, passed, rate, interval }) => [
              key,
              n,
              passed,
              rate,
              interval?.low ?? null,
              interval?.high ?? null,
              former?.get(key) ?? null,
            ]),
          }}
          draw={(widthPx) => (
            <RowChart
              {...common}
              rows={rates}
              widthPx={widthPx}
              rowPx={ROW_PX}
              valuePx={52}
              scale={(from, to) =>
                linearScale(
                  Math.max(
                    0,
                    Math.min(1, ...rates.map(({ rate, interval }) => interval?.low ?? rate)) - 0.03,
                  ),
                  Math.min(
                    1,
                    Math.max(0, ...rates.map(({ rate, interval }) => interval?.high ?? rate)) + 0.03,
                  ),
                  from,
                  to,
                )
              }
              tickText={(tick) => String(Math.round(100 * tick))}
              href={({ key }) => hrefOf(key)}
              label={({ rate, n, passed, interval }) =>
                `${percent(rate)} (${passed} of ${n}), 95 % between ${percent(interval?.low ?? 0)} and ${percent(interval?.high ?? 1)}`
              }
              behind={(scale, height) => {
                const n = rates.reduce((sum, row) => sum + row.n, 0);
                const mean = rates.reduce((sum, row) => sum + row.passed, 0) / n;
                return n > 0 && <path class="chart-mean" d={`M${scale.at(mean)} 0V${height}`} />;
              }}
              draw={({ key, rate, interval }, scale, middle) => {
                const before = former?.get(key);
                return (
                  <>
                    {interval && (
                      <path
                        class="chart-whisker"
                        d={`M${scale.at(interval.low)} ${middle}H${scale.at(interval.high)}M${scale.at(interval.low)} ${middle - 4}v8M${scale.at(interval.high)} ${middle - 4}v8`}
                      />
                    )}
                    <circle class="chart-dot" cx={scale.at(rate)} cy={middle} r={5} />
                    {before !== undefined && (
                      <circle class="chart-former" cx={scale.at(before)} cy={middle} r={4} />
                    )}
                    <text class="chart-value" x={widthPx - 4} y={middle + 4}>
                      {Math.round(100 * rate)} %
                    </text>
                  </>
                );
              }}
            />
          )}
        />
        <ParetoChart
          points={points}
          name={`${session.sweep}-pareto`}
          href={(point) => listOf({ pairs: new Set([pairKey(point)]) })}
          onChoose={(chosen) => session.show({ pairs: new Set(chosen.map(pairKey)) }, true)}
        />
        <ChartCard
          title={attempts.k > 1 ? `${attempts.k} attempts, %` : 'Several attempts'}
          note="of a task by one agent and model"
          name={`${name}-attempts`}
          legend={
            <>
              <i class="chart-key ring" /> all <i class="chart-key dot" /> one <i class="chart-key bar" /> any
            </>
          }
          table={{
            columns: [axis, 'tasks', `pass^${attempts.k}`, 'pass@1', `pass@${attempts.k}`],
            rows: attempts.rows.map(({ key, units, all, one, any }) => [key, units, all, one, any]),
          }}
          foot={
            <Flaky
              flaky={attempts.flaky}
              href={(task) => listOf({ only: { ...view.value.only, task: new Set([task]) } })}
            />
          }
          draw={(widthPx) =>
            attempts.k < 2 ? (
              <p class="chart-nothing">Tasks were attempted once.</p>
            ) : (
              <RowChart
                {...common}
                rows={attempts.rows}
                widthPx={widthPx}
                rowPx={30}
                valuePx={8}
                scale={(from, to) => linearScale(0, 1, from, to)}
                tickText={(tick) => String(Math.round(100 * tick))}
                href={({ key }) => hrefOf(key)}
                label={({ all, one, any }) =>
                  `${percent(all)} of tasks pass each time, ${percent(one)} once, ${percent(any)} at least once in ${attempts.k}`
                }
                draw={({ all, one, any }, scale, middle) => (
                  <>
                    <rect
                      class="chart-band"
                      x={scale.at(all)}
                      y={middle - 4}
                      width={scale.at(any) - scale.at(all)}
                      height={8}
                    />
                    <circle class="chart-former" cx={scale.at(all)} cy={middle} r={4} />
                    <circle class="chart-dot" cx={scale.at(one)} cy={middle} r={4.5} />
                    <rect class="chart-end" x={scale.at(any) - 1.5} y={middle - 7} width={3} height={14} />
                  </>
                )}
              />
            )
          }
        />
        <Lying
          {...{ session, common, hrefOf, distributions: walls }}
          title="Wall time"
          name={`${name}-wall-time`}
          text={(value) => glanceLength(value)}
        />
        <Lying
          {...{ session, common, hrefOf, distributions: tokens }}
          title="Tokens"
          name={`${name}-tokens`}
          text={(value) => formatTokens(Math.round(value))}
        />
        <Costs {...{ index, cells, axis, rates, name }} />
      </div>
    </div>
  );
}

function AxisSwitch({ session, axis }: { session: SweepSession; axis: ChartAxis }) {
  const { pairs } = session.view.value;
  return (
    <div class="chart-controls">
      <fieldset class="segments">
        <legend class="sr-only">By</legend>
        {chartAxes.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === axis}
            onClick={() => session.show({ chartAxis: one }, true)}
          >
            {axisWords[one]}
          </button>
        ))}
      </fieldset>
      {pairs.size > 0 && (
        <button type="button" class="button" onClick={() => session.show({ pairs: new Set() }, true)}>
          {plural(pairs.size, 'configuration')} only
          <span aria-hidden="true"> ×</span>
          <span class="sr-only">: show all</span>
        </button>
      )}
      <p>Drag in a chart to filter all of them. Every mark opens its runs.</p>
    </div>
  );
}

interface LyingProps {
  readonly common: { readonly noKey: string; readonly onChoose: (keys: readonly string[]) => void };
  readonly hrefOf: (key: string, wanted?: readonly Outcome[]) => string;
  readonly distributions: Distributions | null;
  readonly title: string;
  readonly name: string;
  readonly text: (value: number) => string;
}

function Lying({ common, hrefOf, distributions, title, name, text }: LyingProps) {
  return (
    <DistributionChart
      {...{ ...common, distributions, title, name, text }}
      href={(key, which) => hrefOf(key, which === 'passed' ? ['passed'] : failing)}
      scale={(from, to) => logScale(distributions?.low ?? 1, distributions?.high ?? 10, from, to)}
    />
  );
}

function Flaky({
  flaky,
  href,
}: {
  flaky: readonly { readonly task: string; readonly flaky: number; readonly units: number }[];
  href: (task: string) => string;
}) {
  if (flaky.length === 0) return <p>No task passed at times and failed at others.</p>;
  return (
    <>
      <h3>Flaky: {plural(flaky.length, 'task')}</h3>
      <ol>
        {flaky.slice(0, MOST_FLAKY).map(({ task, flaky: count, units }) => (
          <li key={task}>
            <a href={href(task)} data-page>
              {shownLine(task) || 'no task'}
            </a>
            <span class="num">
              {count} of {plural(units, 'pair')}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

interface CostsProps {
  readonly index: CellIndex;
  readonly cells: Uint32Array;
  readonly axis: ChartAxis;
  readonly rates: readonly { readonly key: string; readonly passed: number }[];
  readonly name: string;
}

/** What runs and passes cost, a row a key; sums of what is known. */
function Costs({ index, cells, axis, rates, name }: CostsProps) {
  const rows = useMemo(() => {
    const sums = new Map<string, { usd: number; known: number }>();
    const [costs, ordinals, keys] = [index.values('cost'), index.ordinals(axis), index.keys(axis)];
    for (const at of cells) {
      const usd = costs[at] ?? Number.NaN;
      if (Number.isNaN(usd)) continue;
      const key = keys[ordinals[at] ?? -1] ?? '';
      const sum = sums.get(key) ?? { usd: 0, known: 0 };
      sum.usd += usd;
      sum.known++;
      sums.set(key, sum);
    }
    return rates.map(({ key, passed }) => {
      const sum = sums.get(key);
      return {
        key,
        run: sum ? sum.usd / sum.known : null,
        pass: sum && passed > 0 ? sum.usd / passed : null,
        usd: sum?.usd ?? null,
      };
    });
  }, [index, cells, axis, rates]);
  const usd = (value: number | null) => (value === null ? 'not recorded' : formatUsd(value));
  const table = {
    columns: [axis, 'cost a run, $', 'cost a pass, $', 'sum, $'],
    rows: rows.map((row) => [row.key, row.run, row.pass, row.usd]),
  };
  const dearest = Math.max(0, ...rows.map(({ run }) => run ?? 0));
  return (
    <ChartCard
      title="Cost a run"
      note="mean of runs whose cost is known, and by pass"
      name={`${name}-costs`}
      table={table}
      draw={() => (
        <ol class="cost-rows">
          {rows.map(({ key, run, pass, usd: sum }) => (
            <li key={key}>
              <span>{shownLine(key.slice(key.lastIndexOf('/') + 1)) || 'none'}</span>
              <span class="cost-bar">
                <i style={{ width: `${dearest > 0 ? (100 * (run ?? 0)) / dearest : 0}%` }} />
              </span>
              <span class="num">{usd(run)}</span>
              <span class="num">{pass === null ? 'no pass' : `${usd(pass)} a pass`}</span>
              <span class="num">{usd(sum)}</span>
            </li>
          ))}
        </ol>
      )}
    />
  );
}
