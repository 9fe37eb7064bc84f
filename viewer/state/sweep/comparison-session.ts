// Two sweeps held against each other: the judgement that says how, which of its tasks are looked at, and two runs of a
// pair to play at once. The address holds both names.
import { signal } from '@preact/signals';
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import { fetchCells, fetchJudgement } from '../../api.ts';
import { type ChangedPair, type ChangedView, configurationsOf } from '../../model/sweep/comparison-rows.ts';
import { compareHref, sweepHref } from '../page/address.ts';
import { failed, type LoadPhase, loading } from '../page/loadable.ts';
import { navigate } from '../page/route.ts';

const TREND = 24;
const MOST_ATTEMPTS = 50;

export class ComparisonSession {
  readonly sweep: string;
  readonly baseline: string;
  readonly load = signal<LoadPhase>(loading);
  readonly judgement = signal<JudgementJson | null>(null);
  readonly view = signal<ChangedView>('beyond chance');
  /** Why two runs could not be opened; null where nothing failed. */
  readonly problem = signal<string | null>(null);
  readonly #stop = new AbortController();

  constructor(sweep: string, baseline: string) {
    this.sweep = sweep;
    this.baseline = baseline;
    void this.ask();
  }

  async ask(): Promise<void> {
    this.load.value = loading;
    try {
      const query = { against: this.baseline, trend: TREND };
      const judgement = await fetchJudgement(this.sweep, query, this.#stop.signal);
      this.judgement.value = judgement;
      const { against } = judgement;
      if (against && !against.changed.some(({ beyondChance }) => beyondChance)) this.view.value = 'all';
      this.load.value = { phase: 'ready' };
    } catch (error) {
      if (!this.#stop.signal.aborted) this.load.value = failed(error);
    }
  }

  /** Opens a run of before beside one of after: of those that differ in what came of them, where there are such. */
  async playBoth(pair: ChangedPair): Promise<void> {
    const judgement = this.judgement.value;
    const comparison = judgement?.against;
    const configuration = judgement && comparison && configurationsOf(judgement, comparison, pair);
    if (!configuration) return;
    const query = {
      agent: configuration.agent,
      model: configuration.model ?? undefined,
      task: pair.task,
      limit: MOST_ATTEMPTS,
    };
    try {
      const [before, after] = await Promise.all(
        [this.baseline, this.sweep].map(async (sweep) => {
          const { cells } = await fetchCells({ ...query, sweep }, this.#stop.signal);
          return cells;
        }),
      );
      const gotWorse = pair.direction === 'worse';
      const a = before?.find(({ outcome }) => (outcome === 'passed') === gotWorse) ?? before?.[0];
      const b = after?.find(({ outcome }) => (outcome === 'passed') !== gotWorse) ?? after?.[0];
      if (a && b) navigate(compareHref([a.id, b.id]));
      else this.problem.value = `No run of ${pair.task} was found in both sweeps.`;
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  close(): void {
    this.#stop.abort();
  }
}

/** The page of a sweep held against another one. */
export function comparisonHref(sweep: string, baseline: string): string {
  return `${sweepHref(sweep)}?against=${encodeURIComponent(baseline)}`;
}
