// What OpenHands' first generation leaves: the trajectory, a JSON list of actions and observations that
// name the action which caused them; and the log of one completion, which is a model call and nothing else.
import type { Moment } from '../reading/clock.ts';
import { lengthOfSeconds, localZone, timeOfIso, timeOfSeconds } from '../reading/clock.ts';
import { changedFile, relativePath } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  exitCodeAt,
  field,
  isObject,
  listAt,
  numberAt,
  objectAt,
  readArguments,
  textAt,
  tokensAt,
} from '../reading/json-value.ts';
import { findKind, type LineKinds } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import { minusTokens } from '../reading/token-sums.ts';
import type { AgentRun, FileChange, Json, OutputPart, TokenCounts } from '../step.ts';
import { noTokens } from '../step.ts';

/** Actions that call no tool. */
const silentActions = new Set(['system', 'recall', 'change_agent_state', 'null', 'condensation', 'message']);
const silentObservations = new Set(['recall', 'agent_state_changed', 'null', 'loadskill']);
const STATE = 'the state of the program';

/** Actions and observations of a trajectory, each as one word and its name. */
export const trajectoryEntries: LineKinds = {
  unit: 'entry',
  read: ['action', 'observation'],
  leftOut: {
    'action system': "the agent's own instructions",
    'action recall': STATE,
    'action change_agent_state': STATE,
    'action null': STATE,
    'action condensation': STATE,
    'observation recall': STATE,
    'observation agent_state_changed': STATE,
    'observation null': STATE,
    'observation loadskill': STATE,
  },
};

/** The log of one completion. */
export const completionEntries: LineKinds = { unit: 'entry', read: ['call'] };

/** Reads a trajectory; null where the list holds none of its events. */
export function parseTrajectory(events: readonly Json[]): AgentRun | null {
  const isOne = events.some(
    (event) =>
      textAt(event, 'source') !== null &&
      (textAt(event, 'action') !== null || textAt(event, 'observation') !== null),
  );
  return isOne ? new TrajectoryReader().read(events) : null;
}

class TrajectoryReader {
  readonly draft = new RunDraft('openhands', null);
  /** Answers whose model call is recorded already. */
  readonly answered = new Set<string>();
  sum: TokenCounts = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };
  zoneless = false;

  read(events: readonly Json[]): AgentRun {
    const { account } = this.draft;
    account.unit = trajectoryEntries.unit;
    for (const event of events) {
      account.begin();
      if (!isObject(event)) {
        this.draft.others.add({ atNs: null, stream: 'stdout', text: JSON.stringify(event) });
        continue;
      }
      const told = timeOfIso(textAt(event, 'timestamp'));
      this.zoneless ||= told !== null && !told.zoned;
      const at = this.draft.at(null, told?.ns ?? null);
      const action = textAt(event, 'action');
      const observation = textAt(event, 'observation');
      const name = action === null ? `observation ${observation}` : `action ${action}`;
      account.of(
        findKind(trajectoryEntries.leftOut ?? {}, name) === undefined ? (name.split(' ')[0] ?? '') : name,
      );
      account.passOver(trajectoryEntries, name);
      if (action !== null) this.#readAction(action, event, at);
      else if (observation !== null) this.#readObservation(observation, event, at);
      else this.draft.unknown('event without action or observation');
    }
    if (this.zoneless) this.draft.remarks.push(`its times name no zone and were read as ${localZone()}`);
    return this.draft.finish();
  }

  #readAction(action: string, event: JsonObject, at: Moment): void {
    const args = objectAt(event, 'args');
    const byAgent = textAt(event, 'source') === 'agent';
    if (action === 'message' && !byAgent)
      this.draft.prompt('user', textAt(args, 'content') ?? textAt(event, 'message') ?? '', at);
    const metadata = objectAt(event, 'tool_call_metadata');
    const isTool = byAgent && !silentActions.has(action);
    const tool = textAt(metadata, 'function_name') ?? action;
    const callId = callIdOf(event);
    if (byAgent && (isTool || action === 'message')) {
      const parts: OutputPart[] = [];
      const text = textAt(args, 'thought') || (action === 'message' ? textAt(args, 'content') : null);
      if (text) parts.push({ type: 'text', text, endNs: at.ns });
      if (isTool) parts.push({ type: 'tool_call', callId, tool, arguments: args });
      this.#readAnswer(event, metadata, parts, at);
    }
    if (isTool) this.draft.openTool({ at, tool, callId, arguments: args });
    // Finishing is an action that nothing answers.
    if (isTool && (action === 'finish' || action === 'think'))
      this.draft.closeTool({ at, callId, output: null, status: 'completed', failed: false });
  }

  #readAnswer(
    event: JsonObject,
    metadata: JsonObject | null,
    parts: readonly OutputPart[],
    at: Moment,
  ): void {
    const response = objectAt(metadata, 'model_response');
    const id = textAt(response, 'id');
    if (id !== null && this.answered.has(id)) return;
    if (id !== null) this.answered.add(id);
    const own = objectAt(response, 'usage');
    const model = textAt(response, 'model');
    this.draft.model ??= model;
    const summed = objectAt(objectAt(event, 'llm_metrics'), 'accumulated_token_usage');
    const difference = summed === null ? null : this.#difference(summed);
    this.draft.modelCall({
      end: at,
      model,
      parts,
      tokens: own === null ? (difference ?? noTokens) : readCompletionTokens(own),
      ...(own === null && difference !== null ? { tokensGrade: 'derived' as const } : {}),
      finishReason: textAt(listAt(response, 'choices')[0], 'finish_reason'),
    });
  }

  #difference(summed: JsonObject): TokenCounts {
    const sum: TokenCounts = {
      input: tokensAt(summed, 'prompt_tokens'),
      cacheRead: tokensAt(summed, 'cache_read_tokens'),
      cacheWrite: tokensAt(summed, 'cache_write_tokens'),
      output: tokensAt(summed, 'completion_tokens'),
      reasoning: null,
    };
    const tokens = minusTokens(sum, this.sum);
    this.sum = sum;
    this.draft.totals = sum;
    return tokens;
  }

  #readObservation(observation: string, event: JsonObject, at: Moment): void {
    if (silentObservations.has(observation)) {
      this.draft.pass(at);
      return;
    }
    const extras = objectAt(event, 'extras');
    const metadata = objectAt(extras, 'metadata');
    this.draft.workingDirectory ??= textAt(metadata, 'working_dir');
    const code = exitCodeAt(extras, 'exit_code') ?? exitCodeAt(metadata, 'exit_code');
    const failed = observation === 'error';
    this.draft.closeTool({
      at,
      callId: callIdOf(event),
      tool: textAt(objectAt(event, 'tool_call_metadata'), 'function_name') ?? observation,
      output: textAt(event, 'content'),
      status: failed ? 'error' : 'completed',
      failed,
      exitCode: code === -1 ? null : code,
      changes: failed ? [] : readEdits(observation, extras, this.draft.workingDirectory),
    });
  }
}

/** An action is known by its tool call's id, else by its own number, which its observation gives as cause. */
function callIdOf(event: JsonObject): string | null {
  const id = textAt(objectAt(event, 'tool_call_metadata'), 'tool_call_id');
  const number = numberAt(event, 'cause') ?? numberAt(event, 'id');
  return id ?? (number === null ? null : `action ${number}`);
}

function readEdits(observation: string, extras: JsonObject | null, base: string | null): FileChange[] {
  const file = textAt(extras, 'path');
  if (file === null || (observation !== 'edit' && observation !== 'write')) return [];
  const path = relativePath(file, base);
  const before = textAt(extras, 'old_content');
  const after = textAt(extras, 'new_content');
  const added = field(extras, 'prev_exist') === false;
  const diff = before === null || after === null ? null : changedFile(path, before, after);
  return [{ path, change: added ? 'added' : 'modified', diff }];
}

/** `{messages, response, cost, timestamp, latency_sec}`: one model call, stamped at its end. */
export function parseCompletionLog(log: JsonObject): AgentRun | null {
  const response = objectAt(log, 'response');
  const endNs = timeOfSeconds(numberAt(log, 'timestamp'));
  const length = lengthOfSeconds(numberAt(log, 'latency_sec'));
  if (response === null || endNs === null || length === null) return null;
  const draft = new RunDraft('openhands', null);
  draft.account.unit = completionEntries.unit;
  draft.account.begin();
  draft.account.of('call');
  const choice = listAt(response, 'choices')[0];
  const message = objectAt(choice, 'message');
  draft.sessionId = textAt(response, 'id');
  draft.model = textAt(response, 'model');
  draft.started = draft.at(null, endNs - length);
  draft.ended = draft.at(null, endNs);
  draft.modelCall({
    start: draft.started,
    end: draft.ended,
    tokens: readCompletionTokens(objectAt(response, 'usage')),
    costUsd: numberAt(log, 'cost'),
    finishReason: textAt(choice, 'finish_reason'),
    parts: readCompletionParts(message, endNs),
  });
  return draft.finish();
}

export function readCompletionParts(message: JsonObject | null, endNs: bigint | null): OutputPart[] {
  const reasoning = textAt(message, 'reasoning_content');
  const text = textAt(message, 'content');
  return [
    ...(reasoning ? [{ type: 'reasoning', text: reasoning, endNs } as const] : []),
    ...(text ? [{ type: 'text', text, endNs } as const] : []),
    ...listAt(message, 'tool_calls').map((call): OutputPart => {
      const made = objectAt(call, 'function');
      return {
        type: 'tool_call',
        callId: textAt(call, 'id'),
        tool: textAt(made, 'name') ?? 'unknown',
        arguments: readArguments(field(made, 'arguments')),
      };
    }),
  ];
}

/** A chat completion's usage, as OpenAI shapes it: the prompt holds its cached part. */
export function readCompletionTokens(usage: JsonObject | null): TokenCounts {
  const details = objectAt(usage, 'prompt_tokens_details');
  return {
    input: tokensAt(usage, 'prompt_tokens'),
    cacheRead: tokensAt(details, 'cached_tokens') ?? tokensAt(usage, 'cache_read_input_tokens'),
    cacheWrite: tokensAt(usage, 'cache_creation_input_tokens'),
    output: tokensAt(usage, 'completion_tokens'),
    reasoning: tokensAt(objectAt(usage, 'completion_tokens_details'), 'reasoning_tokens'),
  };
}
