// One trial of an evaluation framework, read from what that framework wrote: the agent's run, the phases around it, the
// verdicts and what the terminal showed. Records it as a cell. Knows no framework, and judges nothing.
import { spanKey } from '../../../shared/conventions.ts';
import type { ScoreRecord } from '../../../shared/score.ts';
import type { SpanKind, TimingGrade } from '../../../shared/span.ts';
import { addTallies } from '../../agents/reading/line-account.ts';
import type { AgentRun, FileChange, Timed } from '../../agents/step.ts';
import { recordAgentRun, stepsOf } from '../../record/record-run.ts';
import { isActive, settledPart } from '../../record/settled-steps.ts';
import type { CellByParts } from '../../sdk/cell-identity.ts';
import { openCell } from '../../sdk/cell-recorder.ts';
import { nowNs } from '../../sdk/instant.ts';
import { describeRun } from '../agent-run.ts';
import { asciicast } from '../asciicast.ts';
import { failedEntry, importErrorOf } from '../failed-entry.ts';
import type { ImportEntry, ImportOptions, OpenCell } from '../format.ts';
import { ImportError } from '../import-error.ts';
import { checkKept, isChosen } from '../watch/kept-choice.ts';

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
  /** Its files say that it is over. Default: they say nothing else. */
  readonly isOver?: boolean;
  readonly phases: readonly TrialPhase[];
  readonly scores: readonly ScoreRecord[];
  /** What the run left changed, where its steps do not tell. */
  readonly changes?: readonly FileChange[];
  readonly terminal?: TrialTerminal;
  /** What was not taken over, in a few words each. */
  readonly remarks?: readonly string[];
}

/** An asciicast, whose header says when it began. */
export interface TrialTerminal {
  readonly file: string;
  readonly text: string;
  readonly timing?: TimingGrade;
  readonly note?: string;
}

/** Records a trial. Expected failures become entries; only bugs throw. A terminal that is broken is one by itself. */
export async function recordTrial(
  trial: Trial,
  source: { readonly file: string; readonly format: string },
  client: ImportOptions,
  cellId: string | undefined,
): Promise<ImportEntry[]> {
  try {
    checkKept(source.file, client, 'secrets');
  } catch (error) {
    return [{ ...failedEntry(importErrorOf(source.file, error)), ...source }];
  }
  const isUnderWay = client.isUnderWay === true && trial.isOver !== true;
  const { run, phases, scores, changes = [], terminal, remarks = [] } = partOf(trial, isUnderWay);
  const recorder = openCell({
    ...(cellId === undefined ? trial.cell : { cellId }),
    endpoint: client.endpoint,
    token: client.token,
    sent: client.sent,
    redactor: client.redactor,
    idSeed: `${source.format}\n${trial.seed}`,
    gzip: true,
    closeTimeoutMs: 30_000,
  });
  const entry = { ...source, cellId: recorder.cellId };
  const { task, agent } = trial.cell;
  const made =
    run === null
      ? undefined
      : await recordAgentRun(recorder, run, `${agent}:${task}`, {
          ...stepsOf(run, 'session'),
          isUnderWay,
        });
  if (isUnderWay && run !== null && isActive(run, nowNs())) recorder.heartbeat('alive');
  for (const change of changes)
    recorder.fileChange({ ...change, span: made, atNs: run?.endNs, timing: run?.timing ?? 'none' });
  for (const { kind, name, startNs, endNs, timing, failure, output } of phases) {
    const attributes = output === null ? {} : { [spanKey.verifyOutput]: output };
    const ended = failure === null ? {} : { status: 'error' as const, message: failure };
    recorder.phase(kind, name, { startNs, timing, attributes }).end({ endNs, ...ended });
  }
  for (const score of scores) recorder.score(score);
  await recorder.close();
  if (recorder.problems.length > 0) {
    const error = new ImportError('collector_refused', source.file, recorder.problems.join('; '));
    return [{ ...failedEntry(error), ...entry }];
  }
  const told = [
    run === null ? 'no step of the agent' : describeRun(run),
    `${scores.length} score records`,
    ...remarks,
  ];
  const lines = run?.lines === undefined ? null : addTallies([run.lines]);
  const recorded: ImportEntry = { ...entry, outcome: 'loaded', detail: told.join('; '), lines, error: null };
  if (terminal === undefined) return [recorded];
  if (isChosen(client))
    return [{ ...recorded, detail: `${recorded.detail}; its terminal is not sent: it may show secrets` }];
  const cell: OpenCell = {
    client,
    ownId: recorder.cellId,
    startNs: run?.startNs ?? null,
    name: () => undefined,
    widen: () => undefined,
    needCell: () => recorder.cellId,
  };
  try {
    const { detail } = await asciicast.import(cell, { ...terminal, format: asciicast });
    return [{ ...recorded, detail: `${recorded.detail}; ${detail}` }];
  } catch (error) {
    const failure = failedEntry(importErrorOf(terminal.file, error));
    return [recorded, { ...failure, format: asciicast.name, cellId: recorder.cellId }];
  }
}

/** Where nothing tells what the agent did: that it ran, and when. */
export function bareRun(agent: string, when: Timed): AgentRun {
  return {
    agent,
    sessionId: null,
    model: null,
    command: null,
    workingDirectory: null,
    exitCode: null,
    signal: null,
    steps: [],
    unparsedLines: [],
    unknownEvents: new Map(),
    ...when,
  };
}

/** What of a trial is recorded: of one that goes on, what no later line of its files can change. */
function partOf(trial: Trial, isUnderWay: boolean): Trial {
  if (!isUnderWay) return trial;
  const { run, terminal: _, ...rest } = trial;
  // Steps without a time would be placed anew by each reading.
  return { ...rest, run: run === null || run.timing === 'none' ? null : settledPart(run) };
}
