// The frame of a chart: its title, the same numbers as a table, and both as files. The chart is drawn as SVG; what can be
// opened lies over it as links, one Tab stop with arrows, so that keys and pointers reach the same marks.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { csvText } from '../../../shared/export/csv.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { saveFile } from '../../state/sweep/export-file.ts';
import { useSize } from '../parts/use-size.ts';
import { svgText } from './svg-text.ts';

export type Cell = string | number | null;

export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface ChartCardProps {
  readonly title: string;
  readonly note: string;
  /** For file names. */
  readonly name: string;
  readonly table: ChartTable;
  readonly legend?: ComponentChildren;
  readonly foot?: ComponentChildren;
  /** Drawn once the width is known. */
  readonly draw: (widthPx: number) => ComponentChildren;
}

export function ChartCard({ title, note, name, table, legend, foot, draw }: ChartCardProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const asTable = useSignal(false);
  useSize(
    () => box.current,
    ({ clientWidth }) => {
      if (width.peek() !== clientWidth) width.value = clientWidth;
    },
  );
  return (
    <section class="chart-card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="chart-ways">
          <button type="button" aria-pressed={asTable.value} onClick={() => (asTable.value = !asTable.value)}>
            Table
          </button>
          <button
            type="button"
            title="Save the numbers as CSV"
            onClick={() => saveFile(`${name}.csv`, 'text/csv', csvText([table.columns, ...table.rows]))}
          >
            CSV
          </button>
          <button
            type="button"
            title="Save the picture as SVG"
            disabled={asTable.value}
            onClick={() => {
              const svg = box.current?.querySelector('svg');
              if (svg) saveFile(`${name}.svg`, 'image/svg+xml', svgText(svg));
            }}
          >
            SVG
          </button>
        </span>
        <p>{note}</p>
        {legend && <span class="chart-legend">{legend}</span>}
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what the keys move between */}
      <div class="chart-plot" ref={box} onKeyDown={(event) => moveFocus(event, box.current)}>
        {asTable.value ? <Table table={table} /> : width.value > 0 && draw(width.value)}
      </div>
      {foot && <footer>{foot}</footer>}
    </section>
  );
}

/** The arrows go from mark to mark, in their order of value. */
function moveFocus(event: KeyboardEvent, box: HTMLElement | null): void {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const marks = [...(box?.querySelectorAll<HTMLElement>('a.chart-mark') ?? [])];
  const at = marks.indexOf(event.target as HTMLElement);
  if (by === undefined || at < 0) return;
  const next = marks[Math.min(marks.length - 1, Math.max(0, at + by))];
  for (const mark of marks) mark.tabIndex = mark === next ? 0 : -1;
  next?.focus();
  event.preventDefault();
  event.stopPropagation();
}

export interface ChartMarkProps {
  readonly href: string;
  /** What it is and says; the tooltip, too. */
  readonly label: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Whether Tab reaches it: one of a chart. */
  readonly isFirst: boolean;
  /** Takes it into the filter, or out of it: the space bar, as a drag does for many. */
  readonly onChoose: () => void;
}

export function ChartMark({ href, label, left, top, width, height, isFirst, onChoose }: ChartMarkProps) {
  const text = shownLine(label, 300);
  return (
    <a
      class="chart-mark"
      href={href}
      data-page
      title={text}
      tabIndex={isFirst ? 0 : -1}
      draggable={false}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      onKeyDown={(event) => {
        if (event.key !== ' ') return;
        onChoose();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <span class="sr-only">{text}</span>
    </a>
  );
}

function Table({ table: { columns, rows } }: { table: ChartTable }) {
  return (
    <div class="chart-table">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={String(row[0])}>
              {row.map((cell, at) =>
                at === 0 ? (
                  <th key={columns[at]} scope="row">
                    {shownLine(String(cell), 200)}
                  </th>
                ) : (
                  <td key={columns[at]} class="n">
                    {cell === null ? 'not recorded' : typeof cell === 'number' ? rounded(cell) : cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rounded(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}
