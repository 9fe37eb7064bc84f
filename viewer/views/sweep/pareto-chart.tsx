// Pass rate against cost: a dot for each agent with its model, and a line along those that nothing cheaper beats. A drag
// around dots filters to them.
import { useSignal } from '@preact/signals';
import { formatUsd } from '../../../shared/money.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import { type ParetoPoint, pairKey } from '../../model/sweep/chart-rows.ts';
import { freeLabels, linearScale, logScale } from '../../model/sweep/chart-scale.ts';
import { ChartCard, ChartMark } from './chart-card.tsx';

const HEIGHT_PX = 300;
const LEFT_PX = 34;
const BOTTOM_PX = 26;
const LETTER_PX = 6.6;
const LABEL_PX = 14;
const LEAST_DRAG_PX = 6;

interface ParetoProps {
  readonly points: readonly ParetoPoint[];
  readonly name: string;
  readonly href: (point: ParetoPoint) => string;
  readonly onChoose: (points: readonly ParetoPoint[]) => void;
}

export function ParetoChart({ points, name, href, onChoose }: ParetoProps) {
  return (
    <ChartCard
      title="Pass rate against cost"
      note="median of a run, by powers; on the line nothing cheaper passes more"
      name={`${name}-pareto`}
      table={{
        columns: ['configuration', 'median cost, $', 'pass rate', 'attempts', 'on the line'],
        rows: points.map((point) => [
          `${point.agent} × ${point.model}`,
          point.usd,
          point.rate,
          point.n,
          point.isFrontier ? 'yes' : 'no',
        ]),
      }}
      draw={(widthPx) => <Plot {...{ points, href, onChoose, widthPx }} />}
    />
  );
}

function Plot({ points, href, onChoose, widthPx }: Omit<ParetoProps, 'name'> & { widthPx: number }) {
  const box = useSignal<{ x: number; y: number; toX: number; toY: number } | null>(null);
  const wasDrag = useSignal(false);
  if (points.length === 0) return <p class="chart-nothing">The cost of no run is known.</p>;
  const usd = points.map((point) => point.usd);
  const rates = points.map((point) => point.rate);
  const x = logScale(Math.min(...usd) / 1.3, Math.max(...usd) * 1.3, LEFT_PX, widthPx - 10);
  const [low, high] = [Math.min(...rates) - 0.05, Math.max(...rates) + 0.05];
  const y = linearScale(Math.max(0, low), Math.min(1, high), HEIGHT_PX, 12);
  const frontier = points.filter((point) => point.isFrontier);
  const labelled = freeLabels(
    [...frontier]
      .reverse()
      .map((point) => ({ x: x.at(point.usd), y: y.at(point.rate), width: LETTER_PX * text(point).length })),
    LABEL_PX,
  ).map((at) => [...frontier].reverse()[at] as ParetoPoint);
  const shown = box.value;
  const inBox = (point: ParetoPoint) =>
    shown !== null &&
    x.at(point.usd) >= Math.min(shown.x, shown.toX) &&
    x.at(point.usd) <= Math.max(shown.x, shown.toX) &&
    y.at(point.rate) >= Math.min(shown.y, shown.toY) &&
    y.at(point.rate) <= Math.max(shown.y, shown.toY);
  const place = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  return (
    <div
      class="chart-drawing"
      style={{ height: `${HEIGHT_PX + BOTTOM_PX}px` }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        const from = place(event);
        wasDrag.value = false;
        box.value = { ...from, toX: from.x, toY: from.y };
      }}
      onPointerMove={(event) => {
        if (!box.value || event.buttons === 0) return;
        const to = place(event);
        box.value = { ...box.value, toX: to.x, toY: to.y };
        if (Math.abs(to.x - box.value.x) + Math.abs(to.y - box.value.y) > LEAST_DRAG_PX) wasDrag.value = true;
      }}
      onPointerUp={() => {
        const chosen = points.filter(inBox);
        if (wasDrag.peek() && chosen.length > 0) onChoose(chosen);
        box.value = null;
      }}
      onPointerLeave={() => {
        box.value = null;
      }}
      onClickCapture={(event) => {
        if (!wasDrag.peek()) return;
        event.preventDefault();
        event.stopPropagation();
        wasDrag.value = false;
      }}
    >
      <svg viewBox={`0 0 ${widthPx} ${HEIGHT_PX + BOTTOM_PX}`} aria-hidden="true">
        {y.ticks.map((tick) => (
          <g key={tick}>
            <path class="chart-line" d={`M${LEFT_PX} ${y.at(tick)}H${widthPx}`} />
            <text class="chart-tick end" x={LEFT_PX - 8} y={y.at(tick) + 4}>
              {Math.round(100 * tick)}
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <g key={tick}>
            <path class="chart-line" d={`M${x.at(tick)} 0V${HEIGHT_PX}`} />
            <text class="chart-tick" x={x.at(tick)} y={HEIGHT_PX + 18}>
              {formatUsd(tick)}
            </text>
          </g>
        ))}
        <path class="chart-frontier" d={stepsOf(frontier, x.at, y.at, widthPx)} />
        {points.map((point) => (
          <circle
            key={pairKey(point)}
            class={point.isFrontier ? 'chart-dot' : 'chart-dot pale'}
            cx={x.at(point.usd)}
            cy={y.at(point.rate)}
            r={point.isFrontier ? 5 : 3.6}
          />
        ))}
        {labelled.map((point) => (
          <text
            key={pairKey(point)}
            class={`chart-label${x.at(point.usd) > widthPx / 2 ? ' end' : ''}`}
            x={x.at(point.usd) + (x.at(point.usd) > widthPx / 2 ? -8 : 8)}
            y={y.at(point.rate) - 8}
          >
            {text(point)}
          </text>
        ))}
        {shown && wasDrag.value && (
          <rect
            class="chart-brush"
            x={Math.min(shown.x, shown.toX)}
            y={Math.min(shown.y, shown.toY)}
            width={Math.abs(shown.toX - shown.x)}
            height={Math.abs(shown.toY - shown.y)}
          />
        )}
      </svg>
      {points.map((point, at) => (
        <ChartMark
          key={pairKey(point)}
          href={href(point)}
          label={`${shownLine(point.agent)} × ${shownLine(point.model)}: ${(100 * point.rate).toFixed(1)} % of ${point.n} passed, ${formatUsd(point.usd)} at the median`}
          left={x.at(point.usd) - 8}
          top={y.at(point.rate) - 8}
          width={16}
          height={16}
          isFirst={at === 0}
          onChoose={() => onChoose([point])}
        />
      ))}
    </div>
  );
}

function text({ agent, model }: ParetoPoint): string {
  return `${middleCut(agent, 16)} × ${middleCut(model.slice(model.lastIndexOf('/') + 1), 20)}`;
}

/** Right to the next better one, then up to it; at last to the edge. */
function stepsOf(
  frontier: readonly ParetoPoint[],
  x: (usd: number) => number,
  y: (rate: number) => number,
  widthPx: number,
): string {
  const [first, ...more] = frontier;
  if (!first) return '';
  return `M${x(first.usd)} ${y(first.rate)}${more.map((point) => `H${x(point.usd)}V${y(point.rate)}`).join('')}H${widthPx - 10}`;
}
