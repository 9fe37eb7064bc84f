// What `playhead run` says of a run at its end: the outcome with its sentence, then the headline numbers, as the
// collector's pages have them. Where the collector is away it judges by what the run itself knows, by the same rules.
// Does not print.
import { bounds } from '../adapter/run/run-bounds.ts';
import type { RunResult } from '../adapter/run/run-options.ts';
import { type ClientOptions, readJudgedCell } from '../adapter/sdk/collector-client.ts';
import { formatUsd } from '../shared/money.ts';
import { didNothing, judgeOutcome } from '../shared/outcome.ts';
import { type Outcome, outcomeWord } from '../shared/outcome-words.ts';
import { type Headline, headlines } from '../shared/score.ts';
import { formatDuration } from '../shared/time.ts';

/** The outcome's line and the headline numbers, one a line. */
export function runTable(judged: JudgedRun, result: RunResult): string[] {
  const rows = judged.headlines.map(rowOf);
  const counts = `${result.modelCalls} model calls, ${result.toolCalls} tool calls`;
  return [
    `${outcomeWord(judged.outcome)}: ${judged.sentence}`,
    '',
    ...rows,
    `  ${'Recorded'.padEnd(14)}${counts}`,
  ];
}

export interface JudgedRun {
  readonly outcome: Outcome;
  readonly sentence: string;
  readonly headlines: readonly Headline[];
}

/** What a run's page says of it. Never rejects. */
export async function judgeRun(client: ClientOptions, result: RunResult): Promise<JudgedRun> {
  const isSent = result.spoolFile === null;
  const cell = isSent
    ? await readJudgedCell({ ...client, timeoutMs: bounds.summary.maxMs }, result.cellId)
    : null;
  if (cell !== null)
    return { outcome: cell.outcome, sentence: cell.judgement.sentence, headlines: cell.headlines };
  const { facts, modelCalls } = result;
  const { outcome, sentence } = judgeOutcome(facts);
  const last = facts.spans.findLast(({ kind }) => kind === 'model_call');
  const known = {
    ...{ modelCalls, totalTokens: null, wallMs: null, outcome, didNothing: didNothing(facts) },
    lastCallStatus: last?.httpStatus,
  };
  return { outcome, sentence, headlines: headlines(facts.scores, known) };
}

function rowOf(headline: Headline): string {
  const { axis, label, value, unit, grade, because } = headline;
  const shown =
    value === null
      ? grade
      : unit === 'usd'
        ? `${headline.atLeast ? '≥ ' : ''}${formatUsd(value)}${grade === 'measured' ? '' : ` ${grade}`}`
        : unit === 'ms'
          ? formatDuration(value)
          : unit === 'tokens'
            ? `${grade === 'estimated' ? '≈ ' : ''}${value}`
            : value.toFixed(3);
  const says = value === null || unit === 'usd';
  const note = says || axis === 'composite' ? because : '';
  return `  ${label.padEnd(14)}${shown.padEnd(18)}${note}`.trimEnd();
}
