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
import { findKind, type LineKinds, leftOutReasons } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun } from '../step.ts';
import { claudeDialect } from './claude-dialect.ts';
import { PromptQueue } from './prompt-queue.ts';

/** Lines before the first message may be of any kind. */
const PROBE_LINES = 50;

const STATE = 'the state of the program';
const NAMES = 'what the session is called';

/** Lines by type; attachments and the program's own lines with theirs. */
export const transcriptLines: LineKinds = {
  unit: 'line',
  read: ['user', 'assistant', 'system api_error', 'attachment queued_command', 'queue-operation'],
  repeated: {
    again: 'lines of an id that an earlier line has: a resumed session tells them again',
    'queue-operation again': 'a prompt that was queued, told again',
  },
  leftOut: {
    'system*': STATE,
    'attachment*': 'what the program adds for the model',
    summary: NAMES,
    'last-prompt': NAMES,
    'ai-title': NAMES,
    'custom-title': NAMES,
    'agent-name': NAMES,
    'task-summary': NAMES,
    tag: NAMES,
    'file-history-snapshot': STATE,
    progress: STATE,
    'permission-mode': STATE,
    mode: STATE,
    'pr-link': STATE,
    'agent-setting': STATE,
    'agent-color': STATE,
    'worktree-state': STATE,
    'content-replacement': STATE,
    'attribution-snapshot': STATE,
  },
};

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
  readonly queue = new PromptQueue();
  /** Lines that hold nothing of the run, by kind. */
  readonly leftOut = new Map<string, number>();
  repeated = 0;

  /** The session that the file is of: the last one that a line names. */
  #ownSession: string | null = null;

  read(text: string): AgentRun {
    this.#ownSession = lastSessionOf(text);
    for (const line of this.draft.account.linesOf(text)) {
      const event = parseEvent(line);
      const type = textAt(event, 'type');
      if (event === null || type === null) {
        this.draft.others.add({ atNs: null, stream: 'stdout', text: line });
        continue;
      }
      this.draft.account.of(type);
      if (isOfTree(type)) this.#readLine(type, event);
      else if (type === 'queue-operation') this.#readQueue(event);
      else if (findKind(transcriptLines.leftOut ?? {}, type) === undefined) this.draft.unknown(type);
      else this.#leaveOut(type);
    }
    this.#finishQueue();
    if (this.leftOut.size > 0) this.draft.remarks.push(leftOutWords(this.leftOut));
    if (this.repeated > 0) this.draft.remarks.push(`${this.repeated} lines repeat earlier ones`);
    this.messages.finish();
    return this.draft.finish();
  }

  #readLine(type: TreeType, event: JsonObject): void {
    const { draft } = this;
    const uuid = textAt(event, 'uuid');
    if (uuid !== null && type !== 'system' && this.moments.has(uuid) && !isContinued(event)) {
      this.#repeat('again');
      return;
    }
    const at = draft.at(null, isoNs(textAt(event, 'timestamp')));
    if (uuid !== null) this.moments.set(uuid, at);
    if (this.#isCopied(event)) {
      draft.account.leaveOut(leftOutReasons.copied);
      this.messages.pass(null, at);
      return;
    }
    draft.sessionId ??= textAt(event, 'sessionId');
    draft.workingDirectory ??= textAt(event, 'cwd');
    draft.agentVersion ??= textAt(event, 'version');
    if (type === 'system') this.#readSystem(event, at);
    else if (type === 'attachment') this.#readAttachment(event, at, this.#threadOf(event, uuid));
    else this.#readMessage(type, event, at, this.#threadOf(event, uuid));
  }

  /** A resumed or forked session begins with the lines of the one before, which name it or say that they are copies. */
  #isCopied(event: JsonObject): boolean {
    if (objectAt(event, 'forkedFrom') !== null) return true;
    const session = textAt(event, 'sessionId');
    return session !== null && this.#ownSession !== null && session !== this.#ownSession;
  }

  #readMessage(type: string, event: JsonObject, at: Moment, within: string | null): void {
    const message = objectAt(event, 'message');
    const parent = textAt(event, 'parentUuid');
    const after = parent === null ? null : (this.moments.get(parent) ?? null);
    if (type === 'user') {
      if (message === null) this.draft.unknown('user without a message');
      else if (field(event, 'isMeta') === true) this.messages.pass(within, at);
      else {
        this.queue.deliver(message, at);
        this.messages.user(message, { at, within, toolResult: field(event, 'toolUseResult') });
      }
      return;
    }
    this.#noteSubagents(message);
    if (!this.messages.assistant(message, { at, within, after }))
      this.draft.error('api_error', plainText(field(message, 'content')) ?? 'the model call failed', at);
  }

  /** What was typed while the agent worked, and handed to the model between two of its calls. */
  #readAttachment(event: JsonObject, at: Moment, within: string | null): void {
    const attachment = objectAt(event, 'attachment');
    const type = textAt(attachment, 'type') ?? 'unknown';
    const prompt = field(attachment, 'prompt');
    if (type !== 'queued_command' || prompt === undefined) {
      this.#leaveOut(`attachment ${type}`);
      return;
    }
    this.draft.account.of(`attachment ${type}`);
    const message = { role: 'user', content: prompt };
    this.queue.deliver(message, at);
    // A task of the agent's own that is done says so in the same queue.
    if (textAt(attachment, 'commandMode') === 'task-notification') this.messages.pass(within, at);
    else this.messages.user(message, { at, within });
  }

  #readQueue(event: JsonObject): void {
    const at = this.draft.at(null, isoNs(textAt(event, 'timestamp')));
    this.draft.sessionId ??= textAt(event, 'sessionId');
    if (!this.queue.read(event, at)) this.#repeat('queue-operation again');
  }

  /** A prompt that was queued and that no other line of the file tells was said all the same. */
  #finishQueue(): void {
    for (const { content, at } of this.queue.undelivered())
      this.messages.user({ role: 'user', content }, { at, within: null });
    const { takenBack } = this.queue;
    if (takenBack > 0)
      this.draft.remarks.push(`${takenBack} queued prompts were taken back before they were sent`);
  }

  #repeat(kind: string): void {
    this.repeated++;
    this.draft.account.of(kind);
    this.draft.account.repeat();
  }

  #leaveOut(kind: string): void {
    this.draft.account.of(kind);
    this.draft.account.passOver(transcriptLines, kind);
    // Kinds come from the file: a hostile one could name a million.
    const name = this.leftOut.has(kind) || this.leftOut.size < 50 ? kind.slice(0, 100) : 'other';
    this.leftOut.set(name, (this.leftOut.get(name) ?? 0) + 1);
  }

  #readSystem(event: JsonObject, at: Moment): void {
    const subtype = textAt(event, 'subtype') ?? '';
    this.draft.account.of(`system ${subtype}`);
    if (subtype !== 'api_error') {
      this.draft.account.passOver(transcriptLines, 'system');
      return;
    }
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

/** Lines that stand in the tree, each with its id and that of the line before it. */
type TreeType = 'user' | 'assistant' | 'system' | 'attachment';

function isOfTree(type: string): type is TreeType {
  return type === 'user' || type === 'assistant' || type === 'system' || type === 'attachment';
}

function lastSessionOf(text: string): string | null {
  let last: string | null = null;
  for (const line of linesOf(text)) {
    const event = line.includes('"sessionId"') ? parseEvent(line) : null;
    if (isOfTree(textAt(event, 'type') ?? '')) last = textAt(event, 'sessionId') ?? last;
  }
  return last;
}

function leftOutWords(kinds: ReadonlyMap<string, number>): string {
  const words = [...kinds].map(([kind, count]) => `${count} ${kind}`);
  return `Lines that hold nothing of the run are left out: ${words.join(', ')}`;
}

/** A line that adds to an answer may carry the id of the line before. */
function isContinued(event: JsonObject): boolean {
  return textAt(event, 'type') === 'assistant' && textAt(objectAt(event, 'message'), 'id') !== null;
}
