// Claude Code's transcripts, `~/.claude/projects/<folder>/<session>.jsonl` and, for subagents,
// `<session>/subagents/agent-*.jsonl`. The format is neither documented nor versioned: whatever a line
// lacks is not known, and what it has beyond this is passed by. Lines form a tree; every branch of it
// really ran, so all are kept, and a line's model call begins when the line it answers was there.
import { AnthropicReader } from '../reading/anthropic-reader.ts';
import { linesOf } from '../reading/arrivals.ts';
import type { Moment } from '../reading/clock.ts';
import { isoNs } from '../reading/clock.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, listAt, objectAt, parseEvent, plainText, textAt } from '../reading/json-value.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun } from '../step.ts';
import { claudeDialect } from './claude-dialect.ts';

/** Lines before the first message may be of any kind. */
const PROBE_LINES = 50;

const silentTypes = new Set([
  'summary',
  'file-history-snapshot',
  'queue-operation',
  'progress',
  'attachment',
  'last-prompt',
  'ai-title',
  'custom-title',
  'agent-name',
  'permission-mode',
  'mode',
]);

/** Reads a transcript; null where the file is none. Never throws. */
export function parseClaudeTranscript(text: string): AgentRun | null {
  return isTranscript(text) ? new TranscriptReader().read(text) : null;
}

function isTranscript(text: string): boolean {
  let probed = 0;
  for (const line of linesOf(text)) {
    const event = parseEvent(line);
    const type = textAt(event, 'type');
    const message = objectAt(event, 'message');
    const stamped = textAt(event, 'timestamp') !== null;
    if ((type === 'user' || type === 'assistant') && message !== null && stamped)
      return field(message, 'parts') === undefined;
    if (++probed >= PROBE_LINES) return false;
  }
  return false;
}

class TranscriptReader {
  readonly draft = new RunDraft('claude-code', null);
  readonly messages = new AnthropicReader(this.draft, claudeDialect(this.draft));
  /** When each line was written, by its id. */
  readonly moments = new Map<string, Moment>();
  /** The call that sent a subagent, by what it was told; kept until its first line comes. */
  readonly sent = new Map<string, string>();
  /** The thread of a line of a subagent, by the line's id. */
  readonly threads = new Map<string, string>();
  repeated = 0;

  read(text: string): AgentRun {
    for (const line of linesOf(text)) {
      if (line.trim() === '') continue;
      const event = parseEvent(line);
      const type = textAt(event, 'type');
      if (event === null || type === null)
        this.draft.others.add({ atNs: null, stream: 'stdout', text: line });
      else if (type === 'user' || type === 'assistant' || type === 'system') this.#readLine(type, event);
      else if (!silentTypes.has(type)) this.draft.unknown(type);
    }
    if (this.repeated > 0) this.draft.remarks.push(`${this.repeated} lines repeat earlier ones`);
    this.messages.finish();
    return this.draft.finish();
  }

  #readLine(type: 'user' | 'assistant' | 'system', event: JsonObject): void {
    const { draft } = this;
    const uuid = textAt(event, 'uuid');
    if (uuid !== null && type !== 'system' && this.moments.has(uuid) && !isContinued(event)) {
      this.repeated++;
      return;
    }
    const at = draft.at(null, isoNs(textAt(event, 'timestamp')));
    if (uuid !== null) this.moments.set(uuid, at);
    draft.sessionId ??= textAt(event, 'sessionId');
    draft.workingDirectory ??= textAt(event, 'cwd');
    draft.agentVersion ??= textAt(event, 'version');
    if (type === 'system') this.#readSystem(event, at);
    else this.#readMessage(type, event, at, this.#threadOf(event, uuid));
  }

  #readMessage(type: string, event: JsonObject, at: Moment, within: string | null): void {
    const message = objectAt(event, 'message');
    const parent = textAt(event, 'parentUuid');
    const after = parent === null ? null : (this.moments.get(parent) ?? null);
    if (type === 'user') {
      if (message === null) this.draft.unknown('user without a message');
      else if (field(event, 'isMeta') === true) this.messages.pass(within, at);
      else this.messages.user(message, { at, within, toolResult: field(event, 'toolUseResult') });
      return;
    }
    this.#noteSubagents(message);
    if (!this.messages.assistant(message, { at, within, after }))
      this.draft.error('api_error', plainText(field(message, 'content')) ?? 'the model call failed', at);
  }

  #readSystem(event: JsonObject, at: Moment): void {
    if (textAt(event, 'subtype') !== 'api_error') return;
    const error = objectAt(event, 'error');
    this.draft.error('api_error', textAt(error, 'message') ?? textAt(event, 'content') ?? 'api_error', at);
  }

  /** Remembers what each subagent is told, for its own lines do not name the call that sent it. */
  #noteSubagents(message: JsonObject | null): void {
    for (const block of listAt(message, 'content')) {
      const prompt = textAt(objectAt(block, 'input'), 'prompt');
      const callId = textAt(block, 'id');
      if (textAt(block, 'type') === 'tool_use' && prompt !== null && callId !== null)
        this.sent.set(prompt, callId);
    }
  }

  /** The call in which a subagent's line stands: by its agent's id, its parent's line, or its prompt. */
  #threadOf(event: JsonObject, uuid: string | null): string | null {
    if (field(event, 'isSidechain') !== true) return null;
    const prompt = plainText(field(objectAt(event, 'message'), 'content'));
    const thread =
      this.threads.get(textAt(event, 'parentUuid') ?? '') ??
      (prompt === null ? undefined : this.sent.get(prompt)) ??
      textAt(event, 'agentId') ??
      'sidechain';
    if (uuid !== null) this.threads.set(uuid, thread);
    return thread;
  }
}

/** A line that adds to an answer may carry the id of the line before. */
function isContinued(event: JsonObject): boolean {
  return textAt(event, 'type') === 'assistant' && textAt(objectAt(event, 'message'), 'id') !== null;
}
