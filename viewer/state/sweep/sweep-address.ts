// The view of a sweep as its address says it, and back: axes, filters, measure, order, weights, what is
// open. Pure text. What it does not know it ignores; what stands as usual is left out.
import { outcomes } from '../../../shared/outcome-words.ts';
import { readWeights, weightsText } from '../../model/scores/tried-weights.ts';
import { type ChartAxis, chartAxes } from '../../model/sweep/chart-rows.ts';
import {
  defaultMatrixView,
  type MatrixAxis,
  type MatrixFilters,
  type MatrixSort,
  type MatrixView,
} from '../../model/sweep/matrix.ts';
import { matrixAxes } from '../../model/sweep/matrix-index.ts';
import { type SweepShape, sweepShapes } from '../../model/sweep/usual-view.ts';
import { readableQuery, sweepHref } from '../page/address.ts';

export interface SweepView extends Omit<MatrixView, 'rows' | 'columns' | 'sort'> {
  /** Null where the address leaves it to the measure. */
  readonly sort: MatrixSort | null;
  /** Null where the address leaves it to the sweep: whichever axes tell its cells apart. */
  readonly rows: MatrixAxis | null;
  readonly columns: MatrixAxis | null;
  /** Null where the address leaves it to the sweep: a list where no cell names a task. */
  readonly shown: SweepShape | null;
  readonly panel: SweepPanel | null;
  /** What the charts tell apart; null where the address leaves it to the sweep. */
  readonly chartAxis: ChartAxis | null;
}
export const sweepPanels = ['failures', 'composite'] as const;
export type SweepPanel = (typeof sweepPanels)[number];

/** What limits nothing. */
export const noFilters: MatrixFilters = defaultMatrixView;

/** Any query is a view. */
export function readSweepView(query: URLSearchParams): SweepView {
  const rows = axisOf(query.get('rows'));
  const columns = axisOf(query.get('columns'));
  const named = (query.get('outcome') ?? '').split(',');
  return {
    rows,
    columns: columns === rows ? null : columns,
    only: Object.fromEntries(
      matrixAxes
        .map((axis) => [axis, new Set(query.getAll(axis))] as const)
        .filter(([, keys]) => keys.size > 0),
    ),
    pairs: new Set(query.getAll('pair')),
    text: query.get('q') ?? '',
    outcomes: new Set(outcomes.filter((outcome) => named.includes(outcome))),
    withoutInfrastructure: query.get('infrastructure') === 'out',
    failure: query.get('failure') ?? '',
    withNotes: query.get('contradictions') === 'only',
    measure: query.get('by') || defaultMatrixView.measure,
    weights: readWeights(query.get('weights')),
    sort: sortOf(query.get('sort')),
    shown: shownIn(query.get('view')),
    panel: panelOf(query.get('panel')),
    chartAxis: chartAxes.find((axis) => axis === query.get('by-axis')) ?? null,
  };
}

export function writeSweepView(view: SweepView): URLSearchParams {
  const query = new URLSearchParams();
  const set = (name: string, value: string | null) => {
    if (value) query.set(name, value);
  };
  set('view', view.shown);
  set('rows', view.rows);
  set('columns', view.columns);
  set('by', view.measure === defaultMatrixView.measure ? null : view.measure);
  set('sort', sortText(view.sort));
  set('q', view.text);
  set('outcome', [...view.outcomes].join(','));
  for (const axis of matrixAxes) for (const key of view.only[axis] ?? []) query.append(axis, key);
  for (const pair of view.pairs) query.append('pair', pair);
  set('by-axis', view.chartAxis);
  set('infrastructure', view.withoutInfrastructure ? 'out' : null);
  set('contradictions', view.withNotes ? 'only' : null);
  set('failure', view.failure);
  set('weights', view.weights && weightsText(view.weights));
  set('panel', view.panel);
  return query;
}

/** The address of a view of a sweep. */
export function sweepViewHref(sweep: string, view: SweepView): string {
  const query = readableQuery(writeSweepView(view));
  return `${sweepHref(sweep)}${query && `?${query}`}`;
}

function shownIn(text: string | null): SweepShape | null {
  return sweepShapes.find((shape) => shape === text) ?? null;
}

function axisOf(text: string | null): MatrixAxis | null {
  return matrixAxes.find((axis) => axis === text) ?? null;
}

/** Earlier links call the failures "alike". */
function panelOf(text: string | null): SweepPanel | null {
  return text === 'alike' ? 'failures' : (sweepPanels.find((panel) => panel === text) ?? null);
}

/** "total", "-total", "-name", "column:<key>", "-column:<key>". */
function sortOf(text: string | null): MatrixSort | null {
  if (!text) return null;
  const descending = text.startsWith('-');
  const by = descending ? text.slice(1) : text;
  if (by.startsWith('column:')) return { by: 'column', column: by.slice('column:'.length), descending };
  return { by: by === 'total' ? 'total' : 'name', column: '', descending };
}

function sortText(sort: MatrixSort | null): string | null {
  if (sort === null || sort.by === 'rate') return null;
  const { by, column, descending } = sort;
  return `${descending ? '-' : ''}${by}${by === 'column' ? `:${column}` : ''}`;
}
