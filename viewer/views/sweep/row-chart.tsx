// The common ground of charts with a row a key: names at the left, a scale below, a link over each row, and a drag over
// rows that filters to them. What stands in a row is drawn by whoever asks.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { shownLine } from '../../model/display/display-text.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import type { ChartScale } from '../../model/sweep/chart-scale.ts';
import { ChartMark } from './chart-card.tsx';

const NAME_PX = 128;
const AXIS_PX = 26;
/** A drag of less is a click. */
const LEAST_DRAG_PX = 5;
const CHARS = 19;

export interface RowChartProps<Row extends { readonly key: string }> {
  readonly rows: readonly Row[];
  readonly widthPx: number;
  readonly rowPx: number;
  /** Room right of the scale, for a number. */
  readonly valuePx: number;
  readonly scale: (from: number, to: number) => ChartScale;
  readonly tickText: (value: number) => string;
  readonly draw: (row: Row, scale: ChartScale, middle: number) => ComponentChildren;
  readonly label: (row: Row) => string;
  readonly href: (row: Row) => string;
  readonly onChoose: (keys: readonly string[]) => void;
  readonly noKey: string;
  /** Behind all rows. */
  readonly behind?: (scale: ChartScale, height: number) => ComponentChildren;
}

export function RowChart<Row extends { readonly key: string }>(props: RowChartProps<Row>) {
  const { rows, widthPx, rowPx, valuePx, noKey } = props;
  const scale = props.scale(NAME_PX + 12, widthPx - valuePx - 12);
  const bottom = rows.length * rowPx;
  const drag = useSignal<{ readonly from: number; readonly to: number } | null>(null);
  const rowAt = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const { top } = event.currentTarget.getBoundingClientRect();
    return Math.min(rows.length - 1, Math.max(0, Math.floor((event.clientY - top) / rowPx)));
  };
  const brushed = drag.value;
  const [first, last] = brushed
    ? [Math.min(brushed.from, brushed.to), Math.max(brushed.from, brushed.to)]
    : [0, -1];
  const wasDrag = useSignal(false);
  const startY = useSignal(0);
  return (
    <div
      class="chart-drawing"
      style={{ height: `${bottom + AXIS_PX}px` }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        startY.value = event.clientY;
        wasDrag.value = false;
        drag.value = { from: rowAt(event), to: rowAt(event) };
      }}
      onPointerMove={(event) => {
        if (!drag.value || event.buttons === 0) return;
        if (Math.abs(event.clientY - startY.peek()) > LEAST_DRAG_PX) wasDrag.value = true;
        drag.value = { from: drag.value.from, to: rowAt(event) };
      }}
      onPointerUp={() => {
        if (wasDrag.peek() && drag.peek()) props.onChoose(rows.slice(first, last + 1).map(({ key }) => key));
        drag.value = null;
      }}
      onPointerLeave={() => {
        drag.value = null;
      }}
      onClickCapture={(event) => {
        if (!wasDrag.peek()) return;
        event.preventDefault();
        event.stopPropagation();
        wasDrag.value = false;
      }}
    >
      <svg viewBox={`0 0 ${widthPx} ${bottom + AXIS_PX}`} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <path class="chart-line" d={`M${scale.at(tick)} 0V${bottom}`} />
            <text class="chart-tick" x={scale.at(tick)} y={bottom + 18}>
              {props.tickText(tick)}
            </text>
          </g>
        ))}
        {props.behind?.(scale, bottom)}
        {brushed && wasDrag.value && (
          <rect
            class="chart-brush"
            x={0}
            y={first * rowPx}
            width={widthPx}
            height={(last - first + 1) * rowPx}
          />
        )}
        {rows.map((row, at) => (
          <g key={row.key}>
            <text class="chart-name" x={NAME_PX} y={at * rowPx + rowPx / 2 + 4}>
              {row.key === '' ? noKey : middleCut(row.key.slice(row.key.lastIndexOf('/') + 1), CHARS)}
            </text>
            {props.draw(row, scale, at * rowPx + rowPx / 2)}
          </g>
        ))}
      </svg>
      {rows.map((row, at) => (
        <ChartMark
          key={row.key}
          href={props.href(row)}
          label={`${shownLine(row.key) || noKey}: ${props.label(row)}`}
          left={0}
          top={at * rowPx}
          width={widthPx}
          height={rowPx}
          isFirst={at === 0}
          onChoose={() => props.onChoose([row.key])}
        />
      ))}
    </div>
  );
}
