// What the `result.json` and `config.json` of a trial of Harbor say: whose trial it is, its parts in time, the exception that
// ended it, its rewards, and what all that means for the run. Reads no file.
import { basename } from 'node:path';
import type { ScoreRecord } from '../../../shared/score.ts';
import { isoFromNs } from '../../../shared/time.ts';
import { earlier, isoNs, later } from '../../agents/reading/clock.ts';
import { type JsonObject, numberAt, objectAt, textAt, tokensAt } from '../../agents/reading/json-value.ts';
import { type AgentRun, inOrder, noTokens } from '../../agents/step.ts';
import { placeRun } from '../agent-run.ts';

export interface Identity {
  readonly agent: string;
  readonly version: string | null;
  readonly model: string;
  readonly source: string;
  readonly task: string;
  readonly kwargs: JsonObject | null;
}

export function identityOf(result: JsonObject | null, config: JsonObject | null): Identity {
  const agent = objectAt(config, 'agent');
  const told = objectAt(result, 'agent_info');
  const model = objectAt(told, 'model_info');
  const named = [textAt(model, 'provider'), textAt(model, 'name')].filter((part) => part).join('/');
  const task = objectAt(config, 'task');
  const path = textAt(task, 'path') ?? textAt(task, 'name');
  const version = textAt(told, 'version');
  const kwargs = objectAt(agent, 'kwargs');
  return {
    agent: textAt(told, 'name') ?? textAt(agent, 'name') ?? 'unknown',
    version: version === null || /^unknown$/i.test(version) ? null : version,
    model: named || textAt(agent, 'model_name') || 'unknown',
    source: textAt(result, 'source') ?? textAt(task, 'source') ?? 'harbor',
    task:
      (textAt(result, 'task_name') ?? (path === null ? 'unknown' : basename(path))).split('/').at(-1) ||
      'unknown',
    kwargs: kwargs !== null && Object.keys(kwargs).length > 0 ? kwargs : null,
  };
}

/** A part of a trial, as its clock tells it. */
interface Span {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface TrialFacts {
  readonly whole: Span | null;
  readonly agent: Span | null;
  readonly verifier: Span | null;
  /** The exception that ended the trial, in whose part it came. */
  readonly exception: { readonly type: string; readonly text: string; readonly of: Part } | null;
}

export type Part = 'environment' | 'agent' | 'verifier' | 'person';

export function factsOf(result: JsonObject | null): TrialFacts {
  const info = objectAt(result, 'exception_info');
  const type = textAt(info, 'exception_type');
  const verifier = spanOf(objectAt(result, 'verifier'));
  const agent = spanOf(objectAt(result, 'agent_execution'));
  const message = textAt(info, 'exception_message') ?? '';
  const text = message === '' ? (type ?? '') : `${type}: ${message}`;
  return {
    whole: spanOf(result),
    agent,
    verifier,
    exception: type === null ? null : { type, text, of: partOf(type, agent !== null, verifier !== null) },
  };
}

/** By the exception's name, else by how far the trial had come. */
function partOf(type: string, hasAgent: boolean, hasVerifier: boolean): Part {
  if (/^(?:CancelledError|KeyboardInterrupt)$/.test(type)) return 'person';
  if (/Verif|Reward/.test(type)) return 'verifier';
  if (/Environment|Docker|AgentSetup|Sandbox|Image/.test(type)) return 'environment';
  if (/^Agent|^NonZero/.test(type)) return 'agent';
  return hasVerifier ? 'verifier' : hasAgent ? 'agent' : 'environment';
}

export function spanOf(of: JsonObject | null): Span | null {
  const startNs = isoNs(textAt(of, 'started_at'));
  const endNs = isoNs(textAt(of, 'finished_at'));
  return startNs === null || endNs === null ? null : { startNs, endNs: later(startNs, endNs) };
}

/** How it ended, and what it used where its steps do not tell. */
export function withEnd(
  read: AgentRun | null,
  facts: TrialFacts,
  result: JsonObject | null,
): AgentRun | null {
  if (read === null) return null;
  const { exception, agent } = facts;
  const placed = placeRun(read, agent?.startNs ?? null, null);
  const told = objectAt(result, 'agent_result');
  const totals = {
    ...noTokens,
    input: tokensAt(told, 'n_input_tokens'),
    cacheRead: tokensAt(told, 'n_cache_tokens'),
    output: tokensAt(told, 'n_output_tokens'),
  };
  const isLate = exception !== null && /^AgentTimeout/.test(exception.type);
  const ended = exception?.of === 'agent' || exception?.of === 'person' ? exception.text : null;
  const cost = placed.totalCostUsd ?? numberAt(told, 'cost_usd');
  return {
    ...placed,
    steps: inOrder(placed.steps),
    ...(agent === null
      ? {}
      : { startNs: earlier(agent.startNs, placed.startNs), endNs: later(agent.endNs, placed.endNs) }),
    totals: placed.totals ?? totals,
    ...(cost === null || cost === undefined ? {} : { totalCostUsd: cost }),
    ...(ended === null ? {} : { failure: exception?.of === 'person' ? 'The run was cancelled' : ended }),
    ...(isLate ? { timedOutAfterS: secondsIn(exception.text) } : {}),
  };
}

/** "timed out after 900.0 seconds"; null where no limit is told. */
function secondsIn(text: string): number | null {
  const found = /after ([\d.]{1,12}) ?s(?:ec)?/.exec(text)?.[1];
  const seconds = Number(found);
  return found !== undefined && Number.isFinite(seconds) ? seconds : null;
}

export function scoresOf(result: JsonObject | null, { verifier, exception }: TrialFacts): ScoreRecord[] {
  const rewards = Object.entries(objectAt(objectAt(result, 'verifier_result'), 'rewards') ?? {}).filter(
    (pair): pair is [string, number] => typeof pair[1] === 'number',
  );
  const when = verifier === null ? {} : { scored_at: isoFromNs(verifier.endNs) };
  if (exception?.of === 'verifier')
    return [
      {
        axis: 'pass_rate',
        scorer: 'harbor',
        values: { pass: null, verifier_error: exception.text },
        ...when,
      },
    ];
  const isVerdict = (value: number) => value >= 0 && value <= 1;
  const verdict = rewards.find(([name, value]) => name === 'reward' && isVerdict(value)) ?? null;
  const only = rewards.length === 1 && isVerdict(rewards[0]?.[1] ?? -1) ? (rewards[0] ?? null) : null;
  const judged = verdict ?? only;
  const records: ScoreRecord[] = [];
  if (judged !== null)
    records.push({
      axis: 'pass_rate',
      scorer: 'harbor',
      values: { pass: judged[1], verifier: judged[0] },
      ...when,
    });
  for (const [name, value] of rewards)
    if (name !== judged?.[0]) records.push({ axis: name, scorer: 'harbor', values: { value }, ...when });
  return records;
}
