// One sweep that is looked at: its cells, the view that the address holds, and all that follows from the two.
// Each piece is made when something shows it, and made again only when what it rests on changed.
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { CompositeWeights } from '../../../shared/composite.ts';
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import { compositeWeights } from '../../../shared/score.ts';
import type { SweepSummary } from '../../../shared/wire.ts';
import { ApiError, fetchJudgement, fetchSweep, fetchSweeps } from '../../api.ts';
import { sameWeights } from '../../model/scores/tried-weights.ts';
import { type ChartAxis, chartAxes } from '../../model/sweep/chart-rows.ts';
import {
  fittingCells,
  indexSweep,
  type MatrixAxis,
  type MatrixFilters,
  type MatrixView,
  pivot,
} from '../../model/sweep/matrix.ts';
import { type CellIndex, matrixAxes } from '../../model/sweep/matrix-index.ts';
import { scaleOf, wholeScale } from '../../model/sweep/measure-scale.ts';
import { countByOutcome, failureGroups, totalsOf } from '../../model/sweep/sweep-totals.ts';
import { type SweepShape, usualAxes, usualShape, usualSort } from '../../model/sweep/usual-view.ts';
import { failed, type LoadPhase, loading } from '../page/loadable.ts';
import { route, setQuery } from '../page/route.ts';
import { noFilters, readSweepView, type SweepView, writeSweepView } from './sweep-address.ts';

type Trend = NonNullable<SweepSummary['trend']>;

/** The last sweep stays, so that the way back from a cell shows it at once while it is asked for again. */
let kept: CellIndex | null = null;

export class SweepSession {
  readonly sweep: string;
  readonly load = signal<LoadPhase>(loading);
  readonly index = signal<CellIndex | null>(null);
  readonly view = signal<SweepView>(readSweepView(new URLSearchParams(location.search)));
  /** The view with the axes that the address leaves open. */
  readonly axes: ReadonlySignal<MatrixView>;
  readonly shown: ReadonlySignal<SweepShape>;
  readonly fitting: ReadonlySignal<Uint32Array | null>;
  /** What charts tell apart. */
  readonly chartAxis: ReadonlySignal<ChartAxis>;
  /** The sweep before it of the same stem, judged; null while that is not here, and without one. */
  readonly former = signal<JudgementJson | null>(null);
  /** The sweep before it and itself, by how many passed. */
  readonly trend = signal<Trend | null>(null);
  readonly matrix;
  readonly totals;
  readonly scale;
  readonly outcomeCounts;
  readonly failureGroups;
  /** The same object while no filter changes: a pivot then counts nothing twice. */
  readonly #filters = computed(() => this.#filtersNow(this.view.value));
  #filtersBefore: MatrixFilters = noFilters;
  readonly #stops: (() => void)[] = [];
  #asked = new AbortController();
  #askedFormer = false;
  readonly #stop = new AbortController();

  constructor(sweep: string) {
    this.sweep = sweep;
    if (kept?.sweep === sweep) {
      this.index.value = kept;
      this.load.value = { phase: 'ready' };
    }
    this.axes = computed(() => ({
      ...this.view.value,
      ...usualAxes(this.view.value, this.index.value),
      sort: this.view.value.sort ?? usualSort(this.view.value.measure),
    }));
    this.chartAxis = computed(() => {
      const several = (axis: ChartAxis) => (this.index.value?.keys(axis).length ?? 0) > 1;
      return this.view.value.chartAxis ?? chartAxes.find(several) ?? 'model';
    });
    this.shown = computed(() => this.view.value.shown ?? usualShape(this.index.value));
    this.fitting = computed(() => this.index.value && fittingCells(this.index.value, this.#filters.value));
    this.matrix = computed(() =>
      this.index.value && this.fitting.value
        ? pivot(this.index.value, this.axes.value, this.fitting.value)
        : null,
    );
    const withoutInfrastructure = computed(() => this.view.value.withoutInfrastructure);
    this.totals = computed(() => {
      const index = this.index.value;
      const fitting = this.fitting.value;
      return index && fitting && totalsOf(index, fitting, withoutInfrastructure.value);
    });
    const measure = computed(() => this.view.value.measure);
    const tried = computed(() => this.view.value.weights !== null && measure.value === 'composite');
    this.scale = computed(() => {
      if (!this.index.value) return null;
      // Sliders move values, not the scale.
      return tried.value ? wholeScale : scaleOf(this.index.value, measure.value);
    });
    this.outcomeCounts = computed(() => this.#besides({ outcomes: new Set() }, countByOutcome) ?? []);
    this.failureGroups = computed(() => this.#besides({ failure: '' }, failureGroups) ?? []);
    this.#stops.push(effect(() => this.#follow()));
    void this.ask();
  }

  /** Asks for the cells again; what is shown stays until they are here. */
  async ask(): Promise<void> {
    this.#asked.abort();
    const asked = new AbortController();
    this.#asked = asked;
    if (this.load.value.phase === 'failed') this.load.value = loading;
    try {
      const index = indexSweep(await fetchSweep(this.sweep, asked.signal));
      if (asked.signal.aborted) return;
      kept = index;
      this.index.value = index;
      this.load.value = { phase: 'ready' };
      await this.#askTrend();
    } catch (error) {
      if (asked.signal.aborted || this.#stop.signal.aborted) return;
      this.load.value = failed(error);
    }
  }

  /** Asks for the sweep before this one, judged, once: what charts show beside it. Without one there is nothing. */
  async askFormer(): Promise<void> {
    if (this.#askedFormer) return;
    this.#askedFormer = true;
    try {
      const former = (await this.#askTrend())?.at(-2);
      if (former) this.former.value = await fetchJudgement(former.sweep, {}, this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.load.value = failed(error);
    }
  }

  /** This sweep and the one before it of the same stem; asked once the cells are here. */
  async #askTrend(): Promise<Trend | null> {
    try {
      const { sweeps } = await fetchSweeps({ q: this.sweep, trend: 2, limit: 50 }, this.#stop.signal);
      this.trend.value = sweeps.find(({ id }) => id === this.sweep)?.trend ?? null;
    } catch (error) {
      // Who may read this sweep alone is told of no other.
      if (!(error instanceof ApiError && error.code === 'forbidden')) throw error;
    }
    return this.trend.value;
  }

  /** Changes the view and its address. @param step whether the back button undoes it */
  show(change: Partial<SweepView>, step = false): void {
    this.view.value = { ...this.view.value, ...change };
    setQuery(writeSweepView(this.view.value), step);
  }

  /** Puts an axis on the rows or columns; where the other holds it already, they change places. */
  pivotTo(place: 'rows' | 'columns', axis: MatrixAxis): void {
    const { rows, columns } = this.axes.value;
    const other = place === 'rows' ? columns : rows;
    const left = place === 'rows' ? rows : columns;
    const moved = other === axis ? left : other;
    const axes = place === 'rows' ? { rows: axis, columns: moved } : { rows: moved, columns: axis };
    const before = this.view.value.sort;
    const sort = before?.by === 'column' ? null : before;
    this.show({ ...axes, sort }, true);
  }

  /** Weights as they are tried, or the house's. */
  weights(): CompositeWeights {
    return this.view.value.weights ?? compositeWeights;
  }

  tryWeights(weights: CompositeWeights | null): void {
    this.show({ weights: weights && sameWeights(weights, compositeWeights) ? null : weights });
  }

  get filtered(): boolean {
    const { text, outcomes, only, pairs, failure, withNotes } = this.view.value;
    return (
      text !== '' ||
      outcomes.size > 0 ||
      pairs.size > 0 ||
      failure !== '' ||
      withNotes ||
      matrixAxes.some((axis) => only[axis])
    );
  }

  clearFilters(): void {
    this.show({ text: '', outcomes: new Set(), only: {}, pairs: new Set(), failure: '', withNotes: false });
  }

  close(): void {
    this.#asked.abort();
    this.#stop.abort();
    for (const stop of this.#stops) stop();
  }

  /** The back button and a link to another view of the same sweep. */
  #follow(): void {
    const here = route.value;
    if (here.page !== 'sweep' || here.sweep !== this.sweep) return;
    this.view.value = readSweepView(new URLSearchParams(location.search));
  }

  #filtersNow({ only, pairs, text, outcomes, failure, withNotes }: SweepView): MatrixFilters {
    const before = this.#filtersBefore;
    const same =
      before.only === only &&
      before.pairs === pairs &&
      before.text === text &&
      before.outcomes === outcomes &&
      before.failure === failure &&
      before.withNotes === withNotes;
    if (!same) this.#filtersBefore = { only, pairs, text, outcomes, failure, withNotes };
    return this.#filtersBefore;
  }

  /** Of the cells that fit all filters but those given. */
  #besides<T>(without: Partial<MatrixFilters>, count: (index: CellIndex, cells: Uint32Array) => T): T | null {
    const index = this.index.value;
    return index && count(index, fittingCells(index, { ...this.#filters.value, ...without }));
  }
}
