// How the front page stands: sweeps with recorded cells first, those cells as rows; then sweeps of scores
// alone, a line each. Under a filter every fitting cell at hand is a row. Does not fetch.
import type { CellSummary, SweepSummary } from '../../../shared/wire.ts';

export interface FrontGroup {
  readonly sweep: string;
  /** Null where its summary is not at hand. */
  readonly summary: SweepSummary | null;
  readonly rows: readonly CellSummary[];
  /** Cells that are not among the rows. */
  readonly more: number;
}

/** A sweep of more rows than this is read as a matrix. */
const MOST_ROWS = 40;

/**
 * @param fitting cells at hand that fit the filter, newest first
 * @param text words that a sweep's name may fit as well; "" for none
 */
export function frontGroups(
  sweeps: readonly SweepSummary[],
  fitting: readonly CellSummary[],
  { filtered, text }: { readonly filtered: boolean; readonly text: string },
): FrontGroup[] {
  const bySweep = new Map<string, CellSummary[]>(sweeps.map(({ id }) => [id, []]));
  for (const cell of fitting) {
    const cells = bySweep.get(cell.sweep);
    if (cells) cells.push(cell);
    else bySweep.set(cell.sweep, [cell]);
  }
  const summaries = new Map(sweeps.map((summary) => [summary.id, summary]));
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const groups = [...bySweep].map(([sweep, cells]) =>
    group(sweep, summaries.get(sweep) ?? null, cells, filtered),
  );
  const shown = groups.filter(
    ({ rows, sweep }) =>
      !filtered ||
      rows.length > 0 ||
      (words.length > 0 && words.every((word) => sweep.toLowerCase().includes(word))),
  );
  return [...shown.filter(({ rows }) => rows.length > 0), ...shown.filter(({ rows }) => rows.length === 0)];
}

function group(
  sweep: string,
  summary: SweepSummary | null,
  cells: readonly CellSummary[],
  filtered: boolean,
): FrontGroup {
  // Without a summary nothing else tells of its cells.
  const rows = (filtered || !summary ? cells : cells.filter(isReplayable)).slice(0, MOST_ROWS);
  return { sweep, summary, rows, more: Math.max(0, (summary?.cells ?? cells.length) - rows.length) };
}

/** More than a lone span that says when it ran: that much is known of cells whose scores alone were imported. */
export function isReplayable({ spans, hasTerminal }: CellSummary): boolean {
  return spans > 1 || hasTerminal;
}
