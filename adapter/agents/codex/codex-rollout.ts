// Codex's session file, `rollout-<time>-<id>.jsonl`: every line is stamped, commands tell their start,
// end and length, and each answer of the model its tokens. When a request was sent is not told: it is
// taken to be when its last input was there. Reads files of older versions too, whose commands come as
// exec_command_begin/end and whose tokens come as token_count.
import { type Media, mediaIn } from '../../../shared/media/media.ts';
import { linesOf } from '../reading/arrivals.ts';
import type { Moment } from '../reading/clock.ts';
import { isoNs, lengthOfSeconds, timeOfMs, weaker } from '../reading/clock.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  exitCodeAt,
  field,
  listAt,
  numberAt,
  objectAt,
  parseEvent,
  plainText,
  readArguments,
  textAt,
} from '../reading/json-value.ts';
import { type LineKinds, leftOutReasons } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, OutputPart } from '../step.ts';
import { CopiedHistory } from './codex-fork.ts';
import { readPatchChanges, readToolText } from './codex-tools.ts';
import { readCodexTokens } from './codex-usage.ts';

/** Reads a session file; null where it is none of Codex's. Never throws. */
export function parseRollout(text: string): AgentRun | null {
  for (const line of linesOf(text)) {
    const event = parseEvent(line);
    if (event === null) return null;
    const isMeta = textAt(event, 'type') === 'session_meta' && objectAt(event, 'payload') !== null;
    return isMeta ? new RolloutReader(text).read() : null;
  }
  return null;
}

/** Times are told in milliseconds, and no process is started and over in less. */
const SHORTEST_NS = 1_000_000n;
const AGAIN = 'what the response items tell';
const BEGUN = 'the beginning of what its end tells whole';
const STATE = 'the state of the program';

/** Lines by type; events as "event" and response items as "item", each with its own. */
export const rolloutLines: LineKinds = {
  unit: 'line',
  read: [
    'session_meta',
    'turn_context',
    'token_usage_record',
    'item message',
    'item reasoning',
    'item function_call_output',
    'item custom_tool_call_output',
    'item *_call',
    'event user_message',
    'event item_completed UserMessage',
    'event item_completed CommandExecution',
    'event item_completed FileChange',
    'event item_completed McpToolCall',
    'event item_completed WebSearch',
    'event exec_command_end',
    'event patch_apply_end',
    'event mcp_tool_call_end',
    'event token_count',
    'event task_started',
    'event task_complete',
    'event error',
    'event stream_error',
    'event turn_aborted',
  ],
  repeated: {
    'event item_completed AgentMessage': AGAIN,
    'event item_completed Reasoning': AGAIN,
    'event item_completed Plan': AGAIN,
    'event agent_message': AGAIN,
    'event agent_reasoning': AGAIN,
    'event agent_reasoning_section_break': AGAIN,
    'event exec_command_begin': BEGUN,
    'event exec_command_output_delta': BEGUN,
    'event patch_apply_begin': BEGUN,
    'event mcp_tool_call_begin': BEGUN,
    'event web_search_begin': BEGUN,
    'event item_started': BEGUN,
    'event turn_diff': 'the changes of the turn, which its tool calls tell',
  },
  leftOut: {
    world_state: STATE,
    compacted: 'the history as it was shortened for the model',
    'item ghost_snapshot': STATE,
    ghost_snapshot: STATE,
    'event thread_settings_applied': STATE,
    'event context_compacted': STATE,
  },
};

class RolloutReader {
  readonly draft = new RunDraft('codex', null);
  readonly text: string;
  /** Newer files tell usage a call; their token_count repeats it. */
  readonly hasUsageRecords: boolean;
  readonly itemTimes = new Map<string, { startNs: bigint | null; endNs: bigint | null }>();
  /** What came back to the model for a call whose process had not ended by then. */
  readonly returned = new Map<
    string,
    { at: Moment; text: string; exitCode: number | null; media: readonly Media[] }
  >();
  readonly closed = new Set<string>();
  parts: OutputPart[] = [];
  firstChunkNs: bigint | null = null;
  lastTotal = '';
  readonly copied = new CopiedHistory();

  constructor(text: string) {
    this.text = text;
    this.hasUsageRecords = text.includes('"token_usage_record"');
  }

  read(): AgentRun {
    for (const line of this.draft.account.linesOf(this.text)) {
      const event = parseEvent(line);
      const type = textAt(event, 'type');
      if (event === null || type === null) {
        this.draft.others.add({ atNs: null, stream: 'stdout', text: line });
        continue;
      }
      this.#readLine(
        type,
        objectAt(event, 'payload'),
        this.draft.at(null, isoNs(textAt(event, 'timestamp'))),
      );
    }
    for (const [callId, { at, text, exitCode }] of this.returned)
      if (!this.closed.has(callId))
        this.#finishTool({ at, callId, output: text, status: 'completed', failed: false, exitCode });
    if (this.parts.length > 0 && this.draft.clock.latest)
      this.draft.modelCall({ end: this.draft.clock.latest, parts: this.parts });
    this.draft.totals = this.copied.ownTotals(this.draft.totals);
    return this.draft.finish();
  }

  #readLine(type: string, payload: JsonObject | null, at: Moment): void {
    const { draft } = this;
    const inner = textAt(payload, 'type') ?? '';
    const prefix = type === 'response_item' ? 'item ' : type === 'event_msg' ? 'event ' : null;
    draft.account.of(prefix === null ? type : prefix + inner);
    if (this.copied.takes(type, payload, at.ns)) {
      draft.account.leaveOut(leftOutReasons.copied);
      draft.pass(at);
      draft.model = this.copied.model ?? draft.model;
      this.lastTotal = this.copied.lastTotal;
      return;
    }
    if (type === 'session_meta') this.#readMeta(payload, at);
    else if (type === 'turn_context') draft.model = textAt(payload, 'model') ?? draft.model;
    else if (type === 'response_item') this.#readItem(payload, at);
    else if (type === 'event_msg') this.#readMessage(payload, at);
    else if (type === 'token_usage_record')
      this.#endCall(objectAt(payload, 'usage'), at, textAt(payload, 'response_id'));
    else draft.passOver(rolloutLines, type);
    if (type === 'token_usage_record')
      draft.totals = readCodexTokens(objectAt(payload, 'thread_token_usage')) ?? draft.totals;
  }

  #readMeta(payload: JsonObject | null, at: Moment): void {
    const { draft } = this;
    draft.started ??= at;
    draft.sessionId ??= textAt(payload, 'id') ?? textAt(payload, 'session_id');
    draft.workingDirectory ??= textAt(payload, 'cwd');
    draft.agentVersion ??= textAt(payload, 'cli_version');
  }

  /** What the model said, or what was given back to it. */
  #readItem(item: JsonObject | null, at: Moment): void {
    const type = textAt(item, 'type') ?? '';
    const callId = textAt(item, 'call_id') ?? textAt(item, 'id');
    if (type === 'message' && textAt(item, 'role') === 'assistant')
      this.#addText('text', plainText(field(item, 'content')), textAt(item, 'id'), at);
    else if (type === 'message') this.draft.pass(at);
    else if (type === 'reasoning')
      this.#addText(
        'reasoning',
        plainText(listAt(item, 'summary')) ?? plainText(field(item, 'content')),
        null,
        at,
      );
    else if (type === 'function_call_output' || type === 'custom_tool_call_output') {
      const output = field(item, 'output');
      this.returned.set(callId ?? '', { at, ...readToolText(output), media: mediaIn(output) });
      this.draft.pass(at);
    } else if (/_call$/.test(type)) {
      const tool = textAt(item, 'name') ?? type;
      const given = field(item, 'arguments') ?? field(item, 'input') ?? field(item, 'action');
      const args = readArguments(given);
      this.parts.push({ type: 'tool_call', callId, tool, arguments: args });
      this.draft.openTool({ at, tool, callId, arguments: args });
    } else this.draft.passOver(rolloutLines, `item ${type}`);
  }

  #addText(type: 'text' | 'reasoning', text: string | null, id: string | null, at: Moment): void {
    const told = id === null ? undefined : this.itemTimes.get(id);
    if (told?.startNs) this.firstChunkNs ??= told.startNs;
    if (text !== null) this.parts.push({ type, text, endNs: told?.endNs ?? at.ns });
  }

  #readMessage(payload: JsonObject | null, at: Moment): void {
    const type = textAt(payload, 'type') ?? '';
    if (type === 'item_completed') this.#readDone(objectAt(payload, 'item'), payload, at);
    else if (type === 'user_message')
      this.#readPrompt(textAt(payload, 'message'), mediaIn({ image_urls: listAt(payload, 'images') }), at);
    else if (type === 'exec_command_end' || type === 'patch_apply_end' || type === 'mcp_tool_call_end')
      this.#closeOlder(payload, at);
    else if (type === 'token_count') this.#readCount(objectAt(payload, 'info'), at);
    else if (type === 'task_started') this.draft.pass(at);
    else if (type === 'task_complete') this.#endTask(payload, at);
    else if (type === 'error' || type === 'stream_error' || type === 'turn_aborted')
      this.draft.error(type, textAt(payload, 'message') ?? textAt(payload, 'reason') ?? type, at);
    else this.draft.passOver(rolloutLines, `event ${type}`);
  }

  #readPrompt(text: string | null, media: readonly Media[], at: Moment): void {
    if (text !== null || media.length > 0) this.draft.prompt('user', text ?? '', at, media);
  }

  #readDone(item: JsonObject | null, payload: JsonObject | null, at: Moment): void {
    const type = textAt(item, 'type') ?? '';
    const kind = `event item_completed ${type}`;
    this.draft.account.of(kind);
    const id = textAt(item, 'id');
    const startNs = timeOfMs(numberAt(payload, 'started_at_ms'));
    const endNs = timeOfMs(numberAt(payload, 'completed_at_ms'));
    if (id !== null) this.itemTimes.set(id, { startNs, endNs });
    const content = field(item, 'content');
    if (type === 'UserMessage') this.#readPrompt(plainText(content), mediaIn(content), at);
    else if (/^(?:CommandExecution|FileChange|McpToolCall|WebSearch)$/.test(type)) {
      const end: Moment = endNs === null ? at : { ns: endNs, grade: 'measured' };
      this.#closeDone(item, id, startNs, end);
    } else this.draft.passOver(rolloutLines, kind);
  }

  #closeDone(item: JsonObject | null, id: string | null, startNs: bigint | null, end: Moment): void {
    const status = textAt(item, 'status');
    this.#finishTool({
      at: end,
      start: this.#startOf(id, startNs, end, objectAt(item, 'duration')),
      callId: id,
      output: textAt(item, 'aggregated_output') ?? this.returned.get(id ?? '')?.text ?? null,
      status,
      failed: status === 'failed' || status === 'declined',
      exitCode: exitCodeAt(item, 'exit_code'),
      changes:
        status === 'failed' ? [] : readPatchChanges(field(item, 'changes'), this.draft.workingDirectory),
    });
  }

  /**
   * A short command's start is written down when it is over already; its length is told exactly. Of one that was over
   * before codex looked, a length of microseconds is told, which no process takes: it lasted since it was asked for.
   */
  #startOf(
    callId: string | null,
    startNs: bigint | null,
    end: Moment,
    duration: JsonObject | null,
  ): Moment | null {
    const started: Moment | null = startNs === null ? null : { ns: startNs, grade: 'measured' };
    const seconds = lengthOfSeconds(numberAt(duration, 'secs'));
    const nanos = numberAt(duration, 'nanos');
    if (seconds === null || nanos === null || nanos < 0 || nanos >= 1e9) return started;
    const lengthNs = seconds + BigInt(Math.floor(nanos));
    if (lengthNs < SHORTEST_NS) {
      const asked = this.draft.toolStart(callId)?.at ?? null;
      return asked === null ? started : { ns: asked.ns, grade: weaker('derived', asked.grade) };
    }
    const byLength = end.ns - lengthNs;
    return startNs === null || byLength < startNs ? { ns: byLength, grade: 'measured' } : started;
  }

  #closeOlder(payload: JsonObject | null, at: Moment): void {
    const success = field(payload, 'success');
    const exitCode = exitCodeAt(payload, 'exit_code');
    const failed = success === false || (exitCode !== null && exitCode !== 0);
    this.#finishTool({
      at,
      start: this.#startOf(textAt(payload, 'call_id'), null, at, objectAt(payload, 'duration')),
      callId: textAt(payload, 'call_id'),
      output: textAt(payload, 'aggregated_output') ?? textAt(payload, 'stdout'),
      status: failed ? 'failed' : 'completed',
      failed,
      exitCode,
      changes: failed ? [] : readPatchChanges(field(payload, 'changes'), this.draft.workingDirectory),
    });
  }

  #finishTool(end: Parameters<RunDraft['closeTool']>[0]): void {
    const boundary = this.draft.boundary;
    this.closed.add(end.callId ?? '');
    const media = this.returned.get(end.callId ?? '')?.media;
    this.draft.closeTool(media === undefined ? end : { ...end, media });
    // The next request waits for what is given back to the model, which comes a moment later.
    this.draft.boundary = boundary;
  }

  #readCount(info: JsonObject | null, at: Moment): void {
    const total = JSON.stringify(objectAt(info, 'total_token_usage'));
    this.draft.totals = readCodexTokens(objectAt(info, 'total_token_usage')) ?? this.draft.totals;
    if (this.hasUsageRecords || total === this.lastTotal) return;
    this.lastTotal = total;
    this.#endCall(objectAt(info, 'last_token_usage'), at);
  }

  /** One answer is complete. */
  #endCall(usage: JsonObject | null, at: Moment, responseId: string | null = null): void {
    const tokens = readCodexTokens(usage);
    if (tokens === null && this.parts.length === 0) return;
    const end = at;
    this.draft.modelCall({
      end,
      parts: this.parts,
      firstChunkNs: this.firstChunkNs,
      responseId,
      answerId: responseId === null ? null : `codex.response:${responseId}`,
      ...(tokens === null ? {} : { tokens }),
    });
    this.parts = [];
    this.firstChunkNs = null;
  }

  #endTask(payload: JsonObject | null, at: Moment): void {
    this.draft.ended = at;
    const error = objectAt(payload, 'error');
    const name = textAt(error, 'codex_error_info') ?? 'turn_failed';
    if (error !== null) this.draft.error(name, textAt(error, 'message') ?? name, at);
  }
}
