// One trial of an evaluation framework, read from what that framework wrote: the agent's run, the phases around it, the
// verdicts and what the terminal showed. Records it as a cell. Knows no framework, and judges nothing.
import { spanKey } from '../../../shared/conventions.ts';
import type { ScoreRecord } from '../../../shared/score.ts';
import type { SpanKind } from '../../../shared/span.ts';
import { addTallies } from '../../agents/reading/line-account.ts';
import type { AgentRun, Timed } from '../../agents/step.ts';
import { recordAgentRun, stepsOf } from '../../record/record-run.ts';
import type { CellByParts } from '../../sdk/cell-identity.ts';
import { openCell } from '../../sdk/cell-recorder.ts';
import { type ClientOptions, putTerminal } from '../../sdk/collector-client.ts';
import { describeRun } from '../agent-run.ts';
import { failedEntry, importErrorOf } from '../failed-entry.ts';
import type { ImportEntry } from '../format.ts';
import { ImportError } from '../import-error.ts';

/** Something around the run: its set-up, its verifier. */
export interface TrialPhase extends Timed {
  readonly kind: SpanKind;
  readonly name: string;
  /** What went wrong; null where nothing did. */
  readonly failure: string | null;
  /** What a verifier printed; null where that was not kept. */
  readonly output: string | null;
}

export interface Trial {
  readonly cell: CellByParts;
  /** What names this very trial wherever its files lie: its ids follow from it. */
  readonly seed: string;
  readonly run: AgentRun | null;
  readonly phases: readonly TrialPhase[];
  readonly scores: readonly ScoreRecord[];
  /** As asciicast, with where its zero lies. */
  readonly terminal?: { readonly asciicast: string; readonly startNs: bigint | null; readonly note?: string };
}

/** Records a trial. Expected failures become an entry; only bugs throw. */
export async function recordTrial(
  trial: Trial,
  source: { readonly file: string; readonly format: string },
  client: ClientOptions,
  cellId: string | undefined,
): Promise<ImportEntry> {
  const { run, phases, scores, terminal } = trial;
  const recorder = openCell({
    ...(cellId === undefined ? trial.cell : { cellId }),
    endpoint: client.endpoint,
    token: client.token,
    idSeed: `${source.format}\n${trial.seed}`,
    gzip: true,
    closeTimeoutMs: 30_000,
  });
  const entry = { ...source, cellId: recorder.cellId };
  const { task, agent } = trial.cell;
  if (run !== null) await recordAgentRun(recorder, run, `${agent}:${task}`, stepsOf(run, 'session'));
  for (const { kind, name, startNs, endNs, timing, failure, output } of phases) {
    const attributes = output === null ? {} : { [spanKey.verifyOutput]: output };
    const ended = failure === null ? {} : { status: 'error' as const, message: failure };
    recorder.phase(kind, name, { startNs, timing, attributes }).end({ endNs, ...ended });
  }
  for (const score of scores) recorder.score(score);
  await recorder.close();
  try {
    if (recorder.problems.length > 0)
      throw new ImportError('collector_refused', source.file, recorder.problems.join('; '));
    if (terminal !== undefined)
      await putTerminal(client, recorder.cellId, terminal.asciicast, {
        startNs: terminal.startNs ?? undefined,
        timing: 'derived',
        note: terminal.note,
      });
  } catch (error) {
    return { ...failedEntry(importErrorOf(source.file, error)), ...entry };
  }
  const told = [
    run === null ? 'no step of the agent' : describeRun(run),
    `${scores.length} score records`,
    ...(terminal === undefined ? [] : ['its terminal']),
  ];
  const lines = run?.lines === undefined ? null : addTallies([run.lines]);
  return { ...entry, outcome: 'loaded', detail: told.join('; '), lines, error: null };
}
