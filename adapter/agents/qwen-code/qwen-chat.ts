// Qwen Code's chat file, `~/.qwen/projects/<folder>/chats/<session>.jsonl`: stamped lines with Gemini's
// message parts, and between them the program's own telemetry, which tells how long an answer and a tool
// took. A line's time is that of its being written.

import { logKey } from '../../../shared/conventions.ts';
import { mediaIn } from '../../../shared/media/media.ts';
import { linesOf } from '../reading/arrivals.ts';
import type { Moment } from '../reading/clock.ts';
import { isoNs, lengthOfSeconds, weaker } from '../reading/clock.ts';
import { addedFile, readPatch, relativePath } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  field,
  listAt,
  numberAt,
  objectAt,
  parseEvent,
  plainText,
  textAt,
  tokensAt,
} from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, FileChange, Json, OutputPart, TokenCounts } from '../step.ts';
import { noTokens } from '../step.ts';

const PROBE_LINES = 50;

/** Lines by type; those of the program itself as "system" and their subtype. */
export const qwenChatLines: LineKinds = {
  unit: 'line',
  read: ['user', 'assistant', 'tool_result', 'system ui_telemetry'],
  leftOut: { 'system*': 'the state of the program' },
};

/** Reads a chat file; null where it is none. Never throws. */
export function parseQwenChat(text: string): AgentRun | null {
  let probed = 0;
  for (const line of linesOf(text)) {
    const event = parseEvent(line);
    const isMessage = Array.isArray(field(objectAt(event, 'message'), 'parts'));
    if (textAt(event, 'sessionId') !== null && (isMessage || textAt(event, 'subtype') === 'ui_telemetry'))
      return new QwenChatReader().read(text);
    if (++probed >= PROBE_LINES) return null;
  }
  return null;
}

/** What telemetry told of an answer that is not written down yet. */
interface Response {
  readonly start: Moment | null;
  readonly end: Moment;
  readonly model: string | null;
  readonly tokens: TokenCounts;
}

class QwenChatReader {
  readonly draft = new RunDraft('qwen-code', null);
  response: Response | null = null;
  /** Times of tool calls, which telemetry tells before their results, by the tool's name. */
  readonly toolTimes = new Map<string, { start: Moment; end: Moment }[]>();
  readonly tools = new Map<string, string>();

  read(text: string): AgentRun {
    const { draft } = this;
    for (const line of draft.account.linesOf(text)) {
      const event = parseEvent(line);
      const type = textAt(event, 'type');
      if (event === null || type === null) {
        draft.others.add({ atNs: null, stream: 'stdout', text: line });
        continue;
      }
      const at = draft.at(null, isoNs(textAt(event, 'timestamp')));
      draft.account.of(type === 'system' ? `system ${textAt(event, 'subtype') ?? ''}` : type);
      draft.sessionId ??= textAt(event, 'sessionId');
      draft.workingDirectory ??= textAt(event, 'cwd');
      draft.agentVersion ??= textAt(event, 'version');
      if (type === 'assistant') this.#readAnswer(event, at);
      else if (type === 'tool_result') this.#readResult(event, at);
      else if (type === 'user') this.#readUser(event, at);
      else if (type === 'system') this.#readSystem(event, at);
      else draft.passOver(qwenChatLines, type);
    }
    this.#settle();
    return draft.finish();
  }

  #readUser(event: JsonObject, at: Moment): void {
    const text = plainText(listAt(objectAt(event, 'message'), 'parts'));
    const media = mediaIn(listAt(objectAt(event, 'message'), 'parts'));
    if (text !== null || media.length > 0) this.draft.prompt('user', text ?? '', at, media);
  }

  #readAnswer(event: JsonObject, at: Moment): void {
    const parts: OutputPart[] = [];
    const within = this.#threadOf(event);
    for (const part of listAt(objectAt(event, 'message'), 'parts')) {
      const call = objectAt(part, 'functionCall');
      const text = textAt(part, 'text');
      if (call !== null) parts.push(this.#openTool(call, at, within));
      else if (text !== null)
        parts.push({ type: field(part, 'thought') === true ? 'reasoning' : 'text', text, endNs: at.ns });
    }
    const usage = objectAt(event, 'usageMetadata');
    const told = this.response;
    this.response = null;
    this.draft.modelCall({
      start: told?.start ?? null,
      end: told?.end ?? at,
      model: textAt(event, 'model') ?? told?.model ?? null,
      tokens: usage === null ? (told?.tokens ?? noTokens) : readUsage(usage),
      parts,
      withinCallId: within,
    });
    this.draft.model ??= textAt(event, 'model');
    this.draft.pass(at);
  }

  #openTool(call: JsonObject, at: Moment, within: string | null): OutputPart {
    const callId = textAt(call, 'id');
    const tool = textAt(call, 'name') ?? 'unknown';
    const args = field(call, 'args') ?? null;
    const start: Moment = { ns: at.ns, grade: weaker('derived', at.grade) };
    this.tools.set(callId ?? '', tool);
    this.draft.openTool({ at: start, tool, callId, arguments: args, withinCallId: within });
    return { type: 'tool_call', callId, tool, arguments: args };
  }

  #readResult(event: JsonObject, at: Moment): void {
    const result = objectAt(event, 'toolCallResult');
    const status = textAt(result, 'status');
    const display = field(result, 'resultDisplay');
    for (const part of listAt(objectAt(event, 'message'), 'parts')) {
      const response = objectAt(part, 'functionResponse');
      if (response === null) continue;
      const callId = textAt(response, 'id') ?? textAt(result, 'callId');
      const back = objectAt(response, 'response');
      const text = textAt(back, 'output') ?? textAt(back, 'error');
      const failed = status === 'error' || (status === null && textAt(back, 'error') !== null);
      const told = this.toolTimes.get(this.tools.get(callId ?? '') ?? '')?.shift();
      this.draft.closeTool({
        at: told?.end ?? at,
        callId,
        start: told?.start ?? null,
        tool: textAt(response, 'name'),
        output: (typeof display === 'string' ? display : null) ?? text,
        status,
        failed,
        exitCode: readExitCode(text),
        changes: failed ? [] : this.#readChanges(display),
        media: mediaIn(response),
      });
    }
    this.draft.pass(at);
  }

  #readChanges(display: Json | undefined): FileChange[] {
    const file = textAt(display, 'filePath') ?? textAt(display, 'fileName');
    const patch = textAt(display, 'fileDiff');
    if (file === null || patch === null) return [];
    const path = relativePath(file, this.draft.workingDirectory);
    const content = textAt(display, 'newContent');
    if (field(display, 'originalContent') === null && content !== null)
      return [{ path, change: 'added', diff: addedFile(path, content) }];
    // A diff that the program cut for its file says so and is no diff any more.
    const changes = field(display, 'fileDiffTruncated') === true ? [] : readPatch(patch, () => path);
    return changes.length > 0 ? changes : [{ path, change: 'modified', diff: null }];
  }

  #readSystem(event: JsonObject, at: Moment): void {
    if (textAt(event, 'subtype') !== 'ui_telemetry') {
      this.draft.passOver(qwenChatLines, 'system');
      return;
    }
    const told = objectAt(objectAt(event, 'systemPayload'), 'uiEvent');
    const name = textAt(told, logKey.eventName);
    const toldNs = isoNs(textAt(told, 'event.timestamp'));
    const end: Moment = toldNs === null ? at : { ns: toldNs, grade: 'measured' };
    const ms = numberAt(told, 'duration_ms');
    const length = lengthOfSeconds(ms === null ? null : ms / 1000);
    if (name === 'qwen-code.api_response') {
      this.#settle();
      const start: Moment | null = length === null ? null : { ns: end.ns - length, grade: end.grade };
      this.response = { start, end, model: textAt(told, 'model'), tokens: readTelemetryTokens(told) };
    } else if (name === 'qwen-code.api_error')
      this.draft.error(
        textAt(told, 'error_type') ?? 'api_error',
        textAt(told, 'error_message') ?? textAt(told, 'error') ?? 'the model call failed',
        end,
      );
    else if (name === 'qwen-code.tool_call' && length !== null) {
      const tool = textAt(told, 'function_name') ?? '';
      const times = { start: { ns: end.ns - length, grade: end.grade }, end };
      this.toolTimes.set(tool, [...(this.toolTimes.get(tool) ?? []), times]);
    }
  }

  /** An answer that telemetry told and nobody wrote down: of a subagent, or one that was thrown away. */
  #settle(): void {
    const { response } = this;
    this.response = null;
    if (response !== null) this.draft.modelCall(response);
  }

  #threadOf(event: JsonObject): string | null {
    return field(event, 'isSidechain') === true ? textAt(event, 'agentId') : null;
  }
}

/** Prompt tokens hold the cached part. Whether thinking is part of the answer's count, the total tells. */
function readUsage(usage: JsonObject): TokenCounts {
  const input = tokensAt(usage, 'promptTokenCount');
  const output = tokensAt(usage, 'candidatesTokenCount');
  const reasoning = tokensAt(usage, 'thoughtsTokenCount');
  const total = tokensAt(usage, 'totalTokenCount');
  const apart = total !== null && total === (input ?? 0) + (output ?? 0) + (reasoning ?? 0);
  return {
    input,
    cacheRead: tokensAt(usage, 'cachedContentTokenCount'),
    cacheWrite: null,
    output: output !== null && apart ? output + (reasoning ?? 0) : output,
    reasoning,
  };
}

function readTelemetryTokens(event: JsonObject | null): TokenCounts {
  return {
    input: tokensAt(event, 'input_token_count'),
    cacheRead: tokensAt(event, 'cached_content_token_count'),
    cacheWrite: null,
    output: tokensAt(event, 'output_token_count'),
    reasoning: tokensAt(event, 'thoughts_token_count'),
  };
}

function readExitCode(text: string | null): number | null {
  const code = /(?:^|\n)Exit Code: (-?\d{1,10})(?:\n|$)/.exec((text ?? '').slice(-500))?.[1];
  return code === undefined ? null : Number(code);
}
