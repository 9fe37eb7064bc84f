// What a sweep and each of its runs may cost, in US dollars, and what is known of what they did. Runs whose surroundings
// failed count: they were paid for. Stops no run that is under way, and guesses no cost that is not known.
import { type ClientOptions, CollectorError, readJson } from '../../adapter/sdk/collector-client.ts';
import type { JudgementJson } from '../../shared/judge/judgement-json.ts';
import { formatUsd } from '../../shared/money.ts';
import type { Headline } from '../../shared/score.ts';

export interface Limits {
  /** Of the whole sweep; null for no limit. */
  readonly maxCostUsd: number | null;
  /** Of each run. */
  readonly maxCellCostUsd: number | null;
}

export interface Spent {
  readonly usd: number;
  /** Runs whose cost is not, or not wholly, known. */
  readonly unknown: number;
}

export class Budget {
  readonly #limits: Limits;
  readonly #overCell: string[] = [];
  #usd: number;
  #unknown: number;

  constructor(limits: Limits, { usd, unknown }: Spent) {
    this.#limits = limits;
    this.#usd = usd;
    this.#unknown = unknown;
  }

  /** Whether no further run begins. */
  get isSpent(): boolean {
    const { maxCostUsd } = this.#limits;
    return maxCostUsd !== null && this.#usd >= maxCostUsd;
  }

  /** Takes in what a run cost. @returns what is to be said of it, as a sentence; '' where nothing is */
  add(cellId: string, headlines: readonly Headline[]): string {
    const { value = null, atLeast } = headlines.find(({ axis }) => axis === 'cost') ?? {};
    if (value === null || atLeast === true) this.#unknown++;
    if (value === null) return '';
    this.#usd += value;
    const { maxCellCostUsd } = this.#limits;
    if (maxCellCostUsd === null || value <= maxCellCostUsd) return '';
    this.#overCell.push(cellId);
    return `It cost ${formatUsd(value)}, more than the ${formatUsd(maxCellCostUsd)} that a run may.`;
  }

  /** What is to be said at the end, a line each. @param missing runs that are not judged */
  words(missing: number): string[] {
    const { maxCostUsd } = this.#limits;
    const lines: string[] = [];
    if (this.isSpent && missing > 0)
      lines.push(`the budget of ${formatUsd(maxCostUsd ?? 0)} is spent: ${formatUsd(this.#usd)}`);
    if (maxCostUsd !== null && this.#unknown > 0)
      lines.push(
        `of ${this.#unknown} runs the cost is not or not wholly known: the budget is of the others alone`,
      );
    return lines;
  }

  /** For `--json`: docs/command-line.md. */
  json(): object {
    return {
      ...this.#limits,
      costUsd: this.#usd,
      unknown: this.#unknown,
      spent: this.isSpent,
      overCell: this.#overCell,
    };
  }
}

/** What the collector knows of a sweep's cost; nothing where it has no such sweep. @throws CollectorError */
export async function spentOn(sweep: string, client: ClientOptions): Promise<Spent> {
  try {
    const path = `/api/sweeps/${encodeURIComponent(sweep)}/judgement`;
    const { totalUsd, unknown, atLeast } = (await readJson<JudgementJson>(client, path)).cost.total;
    return { usd: totalUsd ?? 0, unknown: unknown + atLeast };
  } catch (error) {
    if (!(error instanceof CollectorError) || error.status !== 404) throw error;
    return { usd: 0, unknown: 0 };
  }
}
