// What became of a cell, by the rules of shared/outcome, from what its state and its scores hold: so that a
// list, a matrix and a page say the same. A run under way is judged as running; whether it has fallen silent
// since is seen when it is read.
import { formatCellId } from '../../shared/cell-id.ts';
import { findContradictions } from '../../shared/contradictions.ts';
import { didNothing, judgeOutcome, type OutcomeFacts } from '../../shared/outcome.ts';
import { infrastructureOutcomes } from '../../shared/outcome-blame.ts';
import { outcomes } from '../../shared/outcome-words.ts';
import {
  type Headline,
  headlines,
  mainNumber,
  postedUsd,
  type RecordedFacts,
  type ScoreRecord,
  sheetAxis,
} from '../../shared/score.ts';
import { isRejudged, verifierOf } from '../../shared/verdict.ts';
import { costText } from '../cell/cell-cost.ts';
import { sortNs } from '../cell/cell-list.ts';
import { type CellState, clockOf, runStateOf, silentNs, spansOf } from '../cell/cell-state.ts';
import { type MeasureName, measureNames, type SweepCell } from '../cell/sweep-cell.ts';
import { evidenceSpans, failureText } from './evidence.ts';

/** Axes that have columns of their own, and names that columns have. */
const reserved: ReadonlySet<string> = new Set([
  ...measureNames,
  'pass_rate',
  'composite',
  'cost',
  'cost_usd',
  sheetAxis,
]);

/**
 * Judges a cell: sets what its state says of it.
 * @param scores the same list as before while they are the same records
 */
export function judgeCell(cell: CellState, scores: readonly ScoreRecord[]): void {
  const facts = factsOf(cell, scores);
  const { outcome, sentence, spanKey } = judgeOutcome(facts);
  // Of a failure of the surroundings no number is the agent's, whatever was posted.
  const counts = !infrastructureOutcomes.has(outcome);
  cell.pass = counts ? numberOf(scores, 'pass_rate', 'pass') : null;
  cell.composite = counts ? numberOf(scores, 'composite', 'composite') : null;
  if (didNothing(facts)) cell.didNothing = true;
  else delete cell.didNothing;
  const posted = postedUsd(scores);
  if (posted === null) delete cell.postedUsd;
  else cell.postedUsd = posted;
  cell.outcome = outcome;
  cell.judgement = { sentence, span: spanKey };
}

/** A judged cell in the numbers that its sweep's matrix shows. */
export function sweepCellOf(cell: CellState, scores: readonly ScoreRecord[]): SweepCell {
  const clock = clockOf(cell);
  const recorded = recordedFacts(cell);
  return {
    oddId: isComposed(cell) ? null : cell.id,
    sortNs: sortNs(cell),
    startNs: clock?.startNs ?? null,
    endNs: clock?.endNs ?? null,
    outcome: outcomes.indexOf(cell.outcome),
    silentNs: silentNs(cell),
    spans: spansOf(cell).count - (cell.sheetSpans ?? 0),
    pass: cell.pass,
    composite: cell.composite,
    didNothing: cell.didNothing === true,
    measures: measuresOf(cell, scores, headlines(scores, { ...recorded, outcome: cell.outcome })),
    cost: costText(cell),
    others: othersOf(scores),
    failure: failureOf(cell, scores),
    notes: scores.length === 0 ? 0 : findContradictions({ ...factsOf(cell, scores), recorded }).length,
    version: cell.agentVersion,
    settings: cell.settings ?? null,
    verifier: verifierOf(scores),
  };
}

function factsOf(cell: CellState, scores: readonly ScoreRecord[]): OutcomeFacts {
  const { aliveNs } = cell;
  const isOpen = aliveNs !== undefined && runStateOf(cell, aliveNs) === 'running';
  return {
    scores,
    end: { exitCode: cell.exitCode?.value ?? null, timedOut: cell.timedOut?.value ?? false },
    spans: evidenceSpans(cell.evidence).filter(({ kind }) => kind !== 'verify' || !isRejudged(scores)),
    // A cell without any recorded change may be one that no one watched for changes.
    changes: cell.changes.count > 0 ? cell.changes.count : null,
    harnessError: cell.evidence.harnessError?.message ?? textOf(scores, sheetAxis, 'banner'),
    life: isOpen ? 'running' : 'ended',
  };
}

/** Whether the id is what its parts make. */
function isComposed({ id, parts: { sweep, agent, model, family, task, attempt } }: CellState): boolean {
  if (model === null || family === null || task === null) return false;
  return id === formatCellId({ sweep, agent, model, task: `${family}/${task}`, attempt });
}

function recordedFacts(cell: CellState): RecordedFacts {
  const clock = cell.spans.count > 0 ? clockOf(cell) : null;
  const { input, output } = cell.usage;
  return {
    modelCalls: cell.modelCalls,
    totalTokens: input === null && output === null ? null : (input ?? 0) + (output ?? 0),
    wallMs: clock && Number(clock.endNs - clock.startNs) / 1e6,
  };
}

function measuresOf(
  { usage }: CellState,
  scores: readonly ScoreRecord[],
  found: readonly Headline[],
): Record<MeasureName, number | null> {
  const of = (axis: string) => found.find((headline) => headline.axis === axis)?.value ?? null;
  const isRecorded = usage.input !== null || usage.output !== null;
  // A scorer's zero beside no recorded call is the absence of a record.
  const scored = (key: string) => (isRecorded ? null : numberOf(scores, 'tokens', key) || null);
  return {
    tokens: of('tokens'),
    tokens_in: usage.input ?? scored('prompt_tokens'),
    tokens_out: usage.output ?? scored('completion_tokens'),
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

/** What the verifier printed says why it failed: on its span, else in the verdict's record. */
function failureOf(cell: CellState, scores: readonly ScoreRecord[]): string | null {
  if (cell.pass === null || cell.pass === 1) return null;
  const recorded = isRejudged(scores) ? undefined : cell.evidence.verify?.failure;
  return recorded ?? scoredFailure(scores);
}

/** By list of scores: most log entries of a run change none of them. */
const scoredFailures = new WeakMap<readonly ScoreRecord[], { readonly failure: string | null }>();

function scoredFailure(scores: readonly ScoreRecord[]): string | null {
  let known = scoredFailures.get(scores);
  if (!known) {
    const tails = ['stdout_tail', 'stderr_tail'].map((key) => textOf(scores, 'pass_rate', key) ?? '');
    known = { failure: failureText(tails.join('\n')) };
    scoredFailures.set(scores, known);
  }
  return known.failure;
}

function numberOf(scores: readonly ScoreRecord[], axis: string, key: string): number | null {
  const value = scores.find((score) => score.axis === axis)?.values[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(scores: readonly ScoreRecord[], axis: string, key: string): string | null {
  const value = scores.find((score) => score.axis === axis)?.values[key];
  return typeof value === 'string' && value !== '' ? value : null;
}
