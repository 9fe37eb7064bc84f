// The events of OpenHands' software-agent SDK. Their order is the file's, not the clock's. Tokens come as
// sums over the conversation, told when an answer was there and before its actions: the difference to the
// sum before is that answer's. Actions of one answer share its id.
import { mediaIn } from '../../../shared/media/media.ts';
import type { Moment } from '../reading/clock.ts';
import { localZone, timeOfIso, weaker } from '../reading/clock.ts';
import { addedFile, changedFile, relativePath } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  exitCodeAt,
  field,
  isObject,
  listAt,
  numberAt,
  objectAt,
  plainText,
  readArguments,
  textAt,
  tokensAt,
} from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import type { RunDraft } from '../reading/run-draft.ts';
import { minusTokens } from '../reading/token-sums.ts';
import type {
  AgentRun,
  FileChange,
  Json,
  OutputPart,
  ProcessExit,
  StreamLine,
  TokenCounts,
} from '../step.ts';
import { noTokens } from '../step.ts';

const STATE = 'the state of the program';
const BASE_STATE = 'base_state.json';

/** Events by their kind. */
export const openhandsLines: LineKinds = {
  unit: 'line',
  read: [
    'ActionEvent',
    'ObservationEvent',
    'AgentErrorEvent',
    'UserRejectObservation',
    'MessageEvent',
    'ConversationStateUpdateEvent',
    'ConversationErrorEvent',
  ],
  repeated: {
    TokenEvent: 'what sums tell',
    LLMCompletionLogEvent: 'a call, which its actions tell',
    StreamingDeltaEvent: 'pieces of answers that are told whole',
  },
  leftOut: {
    SystemPromptEvent: "the agent's own instructions",
    CondensationRequest: STATE,
    CondensationSummaryEvent: 'a summary of what came before',
    Condensation: STATE,
    PauseEvent: STATE,
  },
};

/** Beside the events of a conversation lies its state. */
export const openhandsFolder: LineKinds = { ...openhandsLines, read: [...openhandsLines.read, BASE_STATE] };

/** What the sums of one model were when they were last told. */
interface Sum {
  readonly tokens: TokenCounts;
  readonly costUsd: number | null;
}

/** What one answer used, as it was told. */
interface Used {
  readonly tokens: TokenCounts;
  readonly model: string | null;
  readonly costUsd: number | null;
}

interface Usage extends Sum {
  readonly model: string | null;
  readonly start: Moment | null;
  readonly at: Moment;
}

interface Answer {
  readonly id: string | null;
  readonly start: Moment | null;
  end: Moment;
  readonly parts: OutputPart[];
  usage: Usage | null;
}

const ZERO: Sum = { tokens: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 }, costUsd: 0 };

export class OpenHandsReader {
  readonly draft: RunDraft;
  readonly #sums = new Map<string, Sum>();
  /** Told, and not yet known of which answer. */
  #pending: Usage | null = null;
  #answer: Answer | null = null;
  #zoneless = false;
  /** What each answer used, by its id, where the state of the conversation tells it. */
  readonly #used = new Map<string, Used>();
  #tellsUsed = false;

  constructor(draft: RunDraft) {
    this.draft = draft;
  }

  read(event: JsonObject, line: StreamLine): void {
    const kind = textAt(event, 'kind') ?? '';
    this.draft.account.of(kind);
    const told = timeOfIso(textAt(event, 'timestamp'));
    this.#zoneless ||= told !== null && !told.zoned;
    const at = this.draft.at(line, told?.ns ?? null);
    if (kind === 'ActionEvent') this.#readAction(event, at);
    else if (kind === 'ObservationEvent') this.#readObservation(event, objectAt(event, 'observation'), at);
    else if (kind === 'AgentErrorEvent') this.#endTool(event, textAt(event, 'error'), 'error', true, at);
    else if (kind === 'UserRejectObservation')
      this.#endTool(event, textAt(event, 'rejection_reason'), 'rejected', true, at);
    else if (kind === 'MessageEvent') this.#readMessage(event, at);
    else if (kind === 'ConversationStateUpdateEvent') this.#readState(event, at);
    else if (kind === 'ConversationErrorEvent')
      this.draft.error(textAt(event, 'code') ?? 'error', textAt(event, 'detail') ?? 'error', at);
    else this.draft.passOver(openhandsLines, kind);
  }

  /** What lies beside the events: they bear no tokens, and this has those of each answer. */
  readBaseState(state: JsonObject): void {
    this.draft.account.of(BASE_STATE);
    this.draft.sessionId ??= textAt(state, 'id')?.replaceAll('-', '') ?? null;
    this.draft.model ??= textAt(objectAt(objectAt(state, 'agent'), 'llm'), 'model');
    this.draft.workingDirectory ??= textAt(objectAt(state, 'workspace'), 'working_dir');
    for (const told of Object.values(objectAt(objectAt(state, 'stats'), 'usage_to_metrics') ?? {})) {
      const prices = new Map(listAt(told, 'costs').map((cost, at) => [at, numberAt(cost, 'cost')]));
      for (const [at, usage] of listAt(told, 'token_usages').entries()) {
        const id = textAt(usage, 'response_id');
        const tokens = readSumTokens(isObject(usage) ? usage : null);
        const model = textAt(usage, 'model') ?? textAt(told, 'model_name');
        if (id) this.#used.set(id, { tokens, model, costUsd: prices.get(at) || null });
      }
    }
    this.#tellsUsed = this.#used.size > 0;
  }

  finish(exit: ProcessExit | null = null): AgentRun {
    this.#closeAnswer();
    this.#emitPending();
    const { clock } = this.draft;
    // Titles and summaries: the events keep nothing of them.
    for (const [id, used] of this.#used) {
      const end: Moment = { ns: clock.latest?.ns ?? 0n, grade: 'none' };
      this.draft.modelCall({ ...used, start: end, end, parts: [], responseId: id });
    }
    if (this.#zoneless) this.draft.remarks.push(`its times name no zone and were read as ${localZone()}`);
    const [[, sum] = []] = [...this.#sums].filter(([name]) => name === 'default' || this.#sums.size === 1);
    if (sum !== undefined) this.draft.totals = sum.tokens;
    return this.draft.finish(exit);
  }

  #readAction(event: JsonObject, at: Moment): void {
    const answer = this.#answerOf(textAt(event, 'llm_response_id'), at);
    this.#addThought(answer, event, at);
    const action = objectAt(event, 'action');
    const callId = textAt(event, 'tool_call_id') ?? textAt(event, 'id');
    const tool = textAt(event, 'tool_name') ?? textAt(action, 'kind') ?? 'unknown';
    const given = field(objectAt(event, 'tool_call'), 'arguments');
    const args = given === undefined ? action : readArguments(given);
    answer.parts.push({ type: 'tool_call', callId, tool, arguments: args });
    this.draft.openTool({ at, tool, callId, arguments: args });
  }

  #addThought(answer: Answer, event: JsonObject, at: Moment): void {
    const reasoning = textAt(event, 'reasoning_content');
    const thought = plainText(listAt(event, 'thought'));
    if (reasoning) answer.parts.push({ type: 'reasoning', text: reasoning, endNs: at.ns });
    if (thought) answer.parts.push({ type: 'text', text: thought, endNs: at.ns });
  }

  #readObservation(event: JsonObject, observation: JsonObject | null, at: Moment): void {
    const failed = field(observation, 'is_error') === true;
    const metadata = objectAt(observation, 'metadata');
    this.draft.workingDirectory ??= textAt(metadata, 'working_dir');
    const text = plainText(field(observation, 'content')) ?? textAt(observation, 'output');
    this.#endTool(event, text, failed ? 'error' : 'completed', failed, at, observation);
  }

  #endTool(
    event: JsonObject,
    output: string | null,
    status: string,
    failed: boolean,
    at: Moment,
    observation: JsonObject | null = null,
  ): void {
    const metadata = objectAt(observation, 'metadata');
    const code = exitCodeAt(observation, 'exit_code') ?? exitCodeAt(metadata, 'exit_code');
    this.#closeAnswer();
    this.draft.closeTool({
      at,
      callId: textAt(event, 'tool_call_id') ?? textAt(event, 'action_id'),
      tool: textAt(event, 'tool_name'),
      output,
      status,
      failed,
      // -1 stands for a command that has not ended, or never began.
      exitCode: code === -1 ? null : code,
      changes: failed ? [] : readChanges(observation, this.draft.workingDirectory),
      media: mediaIn(field(observation, 'content')),
    });
  }

  #readMessage(event: JsonObject, at: Moment): void {
    const message = objectAt(event, 'llm_message');
    const text = plainText(field(message, 'content')) ?? '';
    if (textAt(event, 'source') !== 'agent') {
      this.#closeAnswer();
      this.draft.prompt(textAt(event, 'source') ?? 'user', text, at, mediaIn(field(message, 'content')));
      return;
    }
    const answer = this.#answerOf(textAt(event, 'llm_response_id'), at);
    const reasoning = textAt(message, 'reasoning_content');
    if (reasoning) answer.parts.push({ type: 'reasoning', text: reasoning, endNs: at.ns });
    answer.parts.push({ type: 'text', text, endNs: at.ns });
  }

  #readState(event: JsonObject, at: Moment): void {
    const key = textAt(event, 'key');
    const value = field(event, 'value');
    if (key === 'execution_status' && value === 'running') this.draft.pass(at);
    const stats = key === 'full_state' ? objectAt(value, 'stats') : key === 'stats' ? value : null;
    const metrics = objectAt(stats, 'usage_to_metrics');
    if (metrics === null || this.#tellsUsed) return;
    for (const [name, told] of Object.entries(metrics)) this.#readSum(name, told, at);
  }

  /** A sum that grew is one more answer. */
  #readSum(name: string, told: Json, at: Moment): void {
    const model = textAt(told, 'model_name');
    if (name === 'default') this.draft.model ??= model;
    const sum: Sum = {
      tokens: readSumTokens(objectAt(told, 'accumulated_token_usage')),
      costUsd: numberAt(told, 'accumulated_cost'),
    };
    const before = this.#sums.get(name) ?? ZERO;
    this.#sums.set(name, sum);
    const tokens = minusTokens(sum.tokens, before.tokens);
    if (tokens.input === 0 && tokens.output === 0) return;
    if (tokens.input === null && tokens.output === null) return;
    // A model without a known price costs 0, which says nothing.
    const costUsd = sum.costUsd ? sum.costUsd - (before.costUsd ?? 0) : null;
    this.#takeUsage({ tokens, costUsd, model, start: this.#boundary(), at });
  }

  #takeUsage(usage: Usage): void {
    // Some versions tell the sum after the actions of the answer.
    if (this.#answer !== null && this.#answer.usage === null) {
      this.#answer.usage = usage;
      return;
    }
    this.#closeAnswer();
    this.#emitPending();
    this.#pending = usage;
  }

  #answerOf(id: string | null, at: Moment): Answer {
    if (this.#answer !== null && this.#answer.id !== null && this.#answer.id === id) return this.#answer;
    this.#closeAnswer();
    const usage = this.#pending;
    this.#pending = null;
    const start = usage === null ? this.#boundary() : usage.start;
    this.#answer = { id, start, end: usage?.at ?? at, parts: [], usage };
    return this.#answer;
  }

  /** When the next answer was asked for, as far as it is known. */
  #boundary(): Moment | null {
    const { boundary } = this.draft;
    return boundary === null ? null : { ns: boundary.ns, grade: weaker('derived', boundary.grade) };
  }

  #closeAnswer(): void {
    const answer = this.#answer;
    this.#answer = null;
    if (answer === null) return;
    const used = answer.id === null ? undefined : this.#used.get(answer.id);
    if (answer.id === null || used === undefined) {
      this.#emit(answer.usage, answer.start, answer.end, answer.parts);
      return;
    }
    this.#used.delete(answer.id);
    const { start, end, parts, id } = answer;
    this.draft.modelCall({ ...used, start, end, parts, responseId: id });
  }

  /** An answer of which the events keep nothing but its cost. */
  #emitPending(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) this.#emit(pending, pending.start, pending.at, []);
  }

  #emit(usage: Usage | null, start: Moment | null, end: Moment, parts: readonly OutputPart[]): void {
    this.draft.modelCall({
      start,
      end,
      parts,
      model: usage?.model ?? this.draft.model,
      tokens: usage?.tokens ?? noTokens,
      // A difference of two sums that the agent told.
      ...(usage === null ? {} : { tokensGrade: 'derived' as const }),
      costUsd: usage?.costUsd ?? null,
    });
  }
}

/** LiteLLM's counts: the prompt holds its cached part, the completion its reasoning. */
function readSumTokens(usage: JsonObject | null): TokenCounts {
  return {
    input: tokensAt(usage, 'prompt_tokens'),
    cacheRead: tokensAt(usage, 'cache_read_tokens'),
    cacheWrite: tokensAt(usage, 'cache_write_tokens'),
    output: tokensAt(usage, 'completion_tokens'),
    reasoning: tokensAt(usage, 'reasoning_tokens'),
  };
}

/** The file editor tells the whole text before and after. */
export function readChanges(observation: Json | null, base: string | null): FileChange[] {
  const file = textAt(observation, 'path');
  const after = textAt(observation, 'new_content');
  if (file === null || after === null || !isObject(observation)) return [];
  const path = relativePath(file, base);
  const before = textAt(observation, 'old_content');
  if (field(observation, 'prev_exist') === false || before === null)
    return [{ path, change: 'added', diff: addedFile(path, after) }];
  const diff = changedFile(path, before, after);
  return diff === null ? [] : [{ path, change: 'modified', diff }];
}
