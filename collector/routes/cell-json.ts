// A cell's state as public JSON: the row of the list and the page's header. Does not decide what a number
// means: shared/ and the projector do.
import { costOf } from '../../shared/cost.ts';
import { doingNothingNote, headlines, mainNumber, type ScoreRecord } from '../../shared/score.ts';
import { spanKinds } from '../../shared/span.ts';
import { isoFromNs } from '../../shared/time.ts';
import { withVerdict } from '../../shared/verdict.ts';
import type { CellDetail, CellSummary, TrackJson, UsageCounter } from '../../shared/wire.ts';
import type { CallCount, CountedCall } from '../cell/call-ledger.ts';
import { costFactsOf } from '../cell/cell-cost.ts';
import { addTiming, type CellState, clockOf, modelOf, outcomeAt, spansOf } from '../cell/cell-state.ts';
import { distinctChanges } from '../cell/distinct-changes.ts';
import type { ScoreHistory } from '../cell/scores.ts';
import type { StoreReads, TraceReads } from '../cell/stores.ts';
import type { Prices } from '../prices/prices.ts';
import { usageCounters } from './metrics-json.ts';
import { terminalTrack } from './terminal/terminal-clock.ts';
import { gradeOf, otlpTrack } from './track-json.ts';

const ADAPTER_RUN = spanKinds.indexOf('adapter_run');

/** @param nowNs by the clock that stamps requests */
export function cellSummaryJson(cell: CellState, nowNs: bigint, prices: Prices): CellSummary {
  const { sweep, agent, family, task, attempt } = cell.parts;
  const clock = clockOf(cell);
  return {
    id: cell.id,
    sweep,
    agent,
    model: modelOf(cell),
    family,
    task: family !== null && task !== null ? `${family}/${task}` : null,
    attempt,
    outcome: outcomeAt(cell, nowNs).outcome,
    startNs: clock && String(clock.startNs),
    endNs: clock && String(clock.endNs),
    durationMs: clock && msBetween(clock.startNs, clock.endNs),
    spans: spansOf(cell).count,
    errors: cell.errors,
    modelCalls: cell.modelCalls,
    hasTerminal: cell.hasRecording || cell.terminal.count > 0,
    pass: cell.pass,
    composite: cell.composite,
    cost: costOf(costFactsOf(cell), prices.of),
    compositeNote: cell.composite !== null && cell.didNothing === true ? doingNothingNote : null,
  };
}

export async function cellDetailJson(
  cell: CellState,
  store: StoreReads,
  nowNs: bigint,
  prices: Prices,
  { maxRelated, anyoneMayJudge }: { readonly maxRelated: number; readonly anyoneMayJudge: boolean },
): Promise<CellDetail> {
  const trace = await store.spans.trace(cell);
  const counted = await store.spans.calls(cell, trace);
  const history = await store.scores.history(cell);
  const scores = history.map(({ record }) => record);
  const corrections = correctionsOf(history);
  const clock = clockOf(cell);
  const tokens = tokensOf(
    counted,
    scores,
    cell.metrics.count > 0 ? usageCounters(await store.tracks.metrics.read(cell)) : [],
  );
  const summary = cellSummaryJson(cell, nowNs, prices);
  const { sentence, span } = outcomeAt(cell, nowNs);
  return {
    ...summary,
    identity: {
      agentVersion: cell.agentVersion,
      settings: cell.settings ?? null,
      taskTitle: cell.taskTitle ?? null,
      containerImage: cell.image?.value ?? null,
      imageDigest: cell.imageDigest?.value ?? null,
      modelBuildId: cell.modelBuildId,
      exitCode: cell.exitCode?.value ?? null,
      timedOut: cell.timedOut?.value ?? null,
    },
    timing: {
      startedAt: clock && isoFromNs(clock.startNs),
      endedAt: clock && isoFromNs(clock.endNs),
      durationMs: summary.durationMs,
      grade: gradeOf(cell.spans.timing),
    },
    tokens,
    scores,
    ...(corrections.length > 0 && { corrections }),
    headlines: headlines(scores, {
      modelCalls: counted.calls.length,
      answeredCalls: counted.answered,
      silentCalls: counted.silent,
      isThreadSum: counted.isOfThread,
      totalTokens:
        tokens.input === null && tokens.output === null ? null : (tokens.input ?? 0) + (tokens.output ?? 0),
      cost: summary.cost,
      wallMs: cell.spans.count > 0 ? summary.durationMs : null,
      outcome: summary.outcome,
      didNothing: cell.didNothing === true,
      lastCallStatus: cell.evidence.modelCall?.httpStatus ?? null,
    }),
    judgement: { sentence, span },
    refusedRecords: cell.refused ?? 0,
    anyoneMayJudge,
    tracks: await tracksOf(cell, store, trace, counted.calls),
    traces: trace.columns.traceIds.length,
    related: (await store.cells.related(cell, maxRelated)).map((other) =>
      cellSummaryJson(other, nowNs, prices),
    ),
  };
}

/** Axes whose record replaced another. */
function correctionsOf(history: readonly ScoreHistory[]): NonNullable<CellDetail['corrections']> {
  return history.flatMap(({ record, revision, atNs, before: [former] }) =>
    former === undefined
      ? []
      : [
          {
            axis: record.axis,
            at: isoFromNs(atNs),
            before: former.record === null ? null : told(former.record),
            scorer: former.record?.scorer ?? null,
            revision,
          },
        ],
  );
}

/** The number that a record stands for. */
function told(record: ScoreRecord): number | null {
  const verdict = record.axis === 'pass_rate' ? withVerdict(record).values.pass : null;
  return typeof verdict === 'number' ? verdict : mainNumber(record);
}

export function msBetween(startNs: bigint, endNs: bigint): number {
  return Number(endNs - startNs) / 1e6;
}

/**
 * What the recorded model calls come to; else what the agent's own counters say; else as the tokens scorer
 * counted them, unless it counted none.
 */
function tokensOf(
  { usage, isOfThread, answered, silent }: CallCount,
  scores: readonly ScoreRecord[],
  counters: readonly UsageCounter[],
): CellDetail['tokens'] {
  const parts = {
    cacheRead: usage.cacheReadTokens,
    cacheWrite: usage.cacheWriteTokens,
    reasoning: usage.reasoningTokens,
  };
  const { inputTokens: input, outputTokens: output } = usage;
  const counter = counters.find(({ input, output }) => input !== null || output !== null);
  if (input !== null || output !== null) {
    // Gemini's spans say nothing of its cache; its counter does, and counts the same calls.
    const same = counter?.input === input && counter.output === output ? counter : null;
    const { cacheRead, cacheWrite, reasoning } = parts;
    return {
      input,
      output,
      cacheRead: cacheRead ?? same?.cacheRead ?? null,
      cacheWrite: cacheWrite ?? same?.cacheWrite ?? null,
      reasoning: reasoning ?? same?.reasoning ?? null,
      grade: isOfThread ? 'estimated' : 'derived',
      ...(silent > 0 && { answeredCalls: answered, silentCalls: silent }),
    };
  }
  if (counter) {
    const { metric: _metric, costUsd: _cost, ...counted } = counter;
    return { ...counted, grade: 'measured' };
  }
  const values = scores.find(({ axis }) => axis === 'tokens')?.values;
  const scored = (key: string) => (typeof values?.[key] === 'number' && values[key] > 0 ? values[key] : null);
  const [prompt, completion] = [scored('prompt_tokens'), scored('completion_tokens')];
  const grade = prompt === null && completion === null ? 'not recorded' : 'measured';
  return { input: prompt, output: completion, ...parts, grade };
}

async function tracksOf(
  cell: CellState,
  store: StoreReads,
  trace: TraceReads,
  calls: readonly CountedCall[],
): Promise<TrackJson[]> {
  const callTimes = { count: calls.length, timing: -1, untimed: 0 };
  for (const { row } of calls) addTiming(callTimes, trace.columns.timing[row] ?? -1);
  return [
    withNote(withNote(otlpTrack('spans', spansOf(cell)), cell.labelProblem ?? null), runsNote(trace)),
    await terminalTrack(cell, store),
    withNote(otlpTrack('model_calls', callTimes), toldNote(calls)),
    otlpTrack('changes', await changesTally(cell, store)),
    otlpTrack('logs', cell.logs),
  ];
}

/** What came in one request holds nothing twice. */
async function changesTally(cell: CellState, store: StoreReads): Promise<CellState['changes']> {
  const { changes } = store.tracks;
  if ((await changes.extent(cell)).chunks < 2) return cell.changes;
  return { ...cell.changes, count: distinctChanges(await changes.read(cell)).length };
}

function withNote(track: TrackJson, note: string | null): TrackJson {
  return note === null ? track : { ...track, note: track.note === null ? note : `${track.note}. ${note}` };
}

/** Two programs told to be the same attempt are one cell: whoever looks at its numbers must know. */
function runsNote({ columns }: TraceReads): string | null {
  let runs = 0;
  for (const [row, kind] of columns.kind.entries())
    if (kind === ADAPTER_RUN && columns.parent[row] === -1) runs++;
  return runs < 2 ? null : `${runs} runs were recorded into this cell: its numbers are of all of them`;
}

/** Who told of the calls, where a call is told by several. */
function toldNote(calls: readonly CountedCall[]): string | null {
  const tellings = new Map<string, number>();
  for (const { toldBy } of calls)
    if (toldBy.length > 1) {
      const words = toldBy.slice(0, 4).join(', ');
      tellings.set(words, (tellings.get(words) ?? 0) + 1);
    }
  if (tellings.size === 0) return null;
  const parts = [...tellings].slice(0, 4).map(([words, count]) => `${count} by ${words}`);
  return `Calls that several told count once, by the first of them: ${parts.join('; ')}.`;
}
