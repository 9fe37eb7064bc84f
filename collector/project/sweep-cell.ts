// A cell in the numbers that its sweep's matrix shows, from its state and its scores. Judges nothing: the
// outcome is given.
import { outcomes } from '../../shared/cell.ts';
import { formatCellId } from '../../shared/cell-id.ts';
import { findContradictions } from '../../shared/contradictions.ts';
import {
  headlines,
  mainNumber,
  type RecordedFacts,
  type ScoreRecord,
  sheetAxis,
} from '../../shared/score.ts';
import { type CellState, clockOf, SILENCE_NS } from '../store/cell-state.ts';
import { sortNs } from '../store/cells.ts';
import { type MeasureName, measureNames, type SweepCell } from '../store/sweeps.ts';

const RUNNING = outcomes.indexOf('running');
/** Axes that have columns of their own, and names that columns have. */
const reserved: ReadonlySet<string> = new Set([...measureNames, 'pass_rate', 'composite', sheetAxis]);

/**
 * @param banner what the harness said of the run's end; null where nothing
 * @param failure the failure's signature as JSON; null where there is none
 */
export function sweepCellOf(
  cell: CellState,
  scores: readonly ScoreRecord[],
  banner: string | null,
  failure: string | null,
): SweepCell {
  const clock = clockOf(cell);
  const outcome = outcomes.indexOf(cell.outcome);
  const recorded = recordedFacts(cell);
  return {
    oddId: isComposed(cell) ? null : cell.id,
    sortNs: sortNs(cell),
    startNs: clock?.startNs ?? null,
    endNs: clock?.endNs ?? null,
    outcome,
    silentNs: outcome === RUNNING && cell.aliveNs !== undefined ? cell.aliveNs + SILENCE_NS : null,
    spans: cell.spans.count,
    pass: cell.pass,
    composite: cell.composite,
    measures: measuresOf(scores, recorded),
    others: othersOf(scores),
    failure,
    notes: scores.length === 0 ? 0 : contradictions(cell, scores, recorded, banner),
  };
}

/** Whether the id is what its parts make. */
function isComposed({ id, parts: { sweep, agent, model, family, task, attempt } }: CellState): boolean {
  if (model === null || family === null || task === null) return false;
  return id === formatCellId({ sweep, agent, model, task: `${family}/${task}`, attempt });
}

function recordedFacts(cell: CellState): RecordedFacts {
  const clock = cell.spans.count > 0 ? clockOf(cell) : null;
  return {
    modelCalls: cell.modelCalls,
    totalTokens: null,
    wallMs: clock && Number(clock.endNs - clock.startNs) / 1e6,
  };
}

function measuresOf(
  scores: readonly ScoreRecord[],
  recorded: RecordedFacts,
): Record<MeasureName, number | null> {
  const said = new Map(headlines(scores, recorded).map(({ axis, value }) => [axis, value]));
  const of = (axis: string) => said.get(axis) ?? null;
  return {
    tokens: of('tokens'),
    tokens_in: null,
    tokens_out: null,
    latency: of('latency'),
    blast_radius: of('blast_radius'),
    refusal: of('refusal'),
    integrity: of('integrity'),
  };
}

function othersOf(scores: readonly ScoreRecord[]): string | null {
  const pairs = scores.flatMap((score): [string, number][] => {
    const value = reserved.has(score.axis) ? null : mainNumber(score);
    return value === null ? [] : [[score.axis, value]];
  });
  return pairs.length === 0 ? null : JSON.stringify(pairs);
}

function contradictions(
  cell: CellState,
  scores: readonly ScoreRecord[],
  recorded: RecordedFacts,
  banner: string | null,
): number {
  const end = { exitCode: cell.exitCode?.value ?? null, timedOut: cell.timedOut?.value ?? false };
  return findContradictions({ scores, recorded, end, banner }).length;
}
