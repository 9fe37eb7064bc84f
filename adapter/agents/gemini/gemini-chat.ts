// Gemini's chat file: a header, then messages a line, each written anew when it grows, and patches
// `{"$set": …}`; in older versions one JSON document. A message's time is that of its being written, a
// tool call's that of its end. Keeps the last form of each message, in the order of their first, with what only an
// earlier form told: a chat that is resumed within its minute is written again without tokens and times.

import { createHash } from 'node:crypto';
import { mediaIn } from '../../../shared/media/media.ts';
import { linesOf } from '../reading/arrivals.ts';
import type { Moment } from '../reading/clock.ts';
import { isoNs, weaker } from '../reading/clock.ts';
import { addedFile, readPatch, relativePath } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  field,
  isObject,
  listAt,
  objectAt,
  parseEvent,
  parseObject,
  plainText,
  textAt,
  tokensAt,
} from '../reading/json-value.ts';
import { type LineKinds, leftOutReasons } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, FileChange, Json, OutputPart, TokenCounts } from '../step.ts';
import { noTokens } from '../step.ts';

/** Reads a chat file; null where it is none. Never throws. */
export function parseGeminiChat(text: string): AgentRun | null {
  const firstLine = linesOf(text).next().value ?? '';
  const header = parseEvent(firstLine);
  if (isHeader(header)) return new ChatReader(header).readLines(text);
  // The older form is one document, usually over many lines.
  const whole = text.includes('"projectHash"') ? parseObject(text) : null;
  return isHeader(whole) ? new ChatReader(whole).readDocument() : null;
}

/** Lines by the type of the message that they hold; each message is told again whenever it grows. */
export const geminiChatLines: LineKinds = {
  unit: 'line',
  read: ['header', 'user', 'gemini', 'error', 'messages'],
  repeated: { again: 'a message that an earlier line told, with more: the later one is taken' },
  leftOut: {
    info: 'a notice of the program',
    warning: 'a notice of the program',
    state: 'the state of the program',
  },
};

/** A chat of the older form, one document. */
export const geminiDocument: LineKinds = { ...geminiChatLines, unit: 'entry', repeated: {} };

function isHeader(value: JsonObject | null): value is JsonObject {
  return textAt(value, 'sessionId') !== null && textAt(value, 'projectHash') !== null;
}

class ChatReader {
  readonly draft = new RunDraft('gemini', null);
  readonly messages = new Map<string, Json>();
  readonly projectHash: string | null;

  constructor(header: JsonObject) {
    this.draft.sessionId = textAt(header, 'sessionId');
    this.projectHash = textAt(header, 'projectHash');
    const startNs = isoNs(textAt(header, 'startTime'));
    if (startNs !== null) this.draft.started = this.draft.at(null, startNs);
    this.#keep(listAt(header, 'messages'));
  }

  readLines(text: string): AgentRun {
    const { account } = this.draft;
    let isFirst = true;
    for (const line of account.linesOf(text)) {
      const event = isFirst ? null : parseEvent(line);
      if (isFirst) account.of('header');
      else if (event === null) this.draft.others.add({ atNs: null, stream: 'stdout', text: line });
      else this.#readLine(event);
      isFirst = false;
    }
    return this.#readMessages();
  }

  readDocument(): AgentRun {
    const { account } = this.draft;
    account.unit = geminiDocument.unit;
    for (const message of this.messages.values()) {
      account.begin();
      this.#sort(message);
    }
    return this.#readMessages();
  }

  #readLine(event: JsonObject): void {
    const { account } = this.draft;
    const id = textAt(event, 'id');
    const messages = id === null ? listAt(objectAt(event, '$set'), 'messages') : [event];
    if (id === null) account.of(messages.length > 0 ? 'messages' : 'state');
    if (messages.length === 0) account.passOver(geminiChatLines, 'state');
    else if (id !== null && this.messages.has(keyOf(event) ?? '')) {
      account.of('again');
      account.repeat();
    } else if (id !== null) this.#sort(event);
    this.#keep(messages);
  }

  /** Says of the line or entry that a message has for itself how it is used. */
  #sort(message: Json): void {
    const { account } = this.draft;
    const type = textAt(message, 'type') ?? '';
    account.of(type);
    if (!geminiChatLines.read.includes(type) && !account.passOver(geminiChatLines, type))
      account.leaveOut(leftOutReasons.unknown);
  }

  #readMessages(): AgentRun {
    for (const message of this.messages.values()) {
      const type = textAt(message, 'type') ?? '';
      const at = this.draft.at(null, isoNs(textAt(message, 'timestamp')));
      if (type === 'user') this.#readUser(message, at);
      else if (type === 'gemini') this.#readAnswer(message, at);
      else if (type === 'error')
        this.draft.error('error', plainText(field(message, 'content')) ?? 'error', at);
      else if (type !== 'info' && type !== 'warning') this.draft.unknownPart(type);
    }
    this.draft.ended = this.draft.clock.latest;
    return this.draft.finish();
  }

  #keep(messages: readonly Json[]): void {
    for (const message of messages) {
      const key = keyOf(message) ?? `#${this.messages.size}`;
      this.messages.set(key, toldAgain(this.messages.get(key), message));
    }
  }

  #readUser(message: Json, at: Moment): void {
    const text = plainText(field(message, 'content'));
    // What tools gave back, and the context that the agent adds, were said by no user.
    const media = mediaIn(field(message, 'content'));
    if ((text === null && media.length === 0) || text?.startsWith('<session_context>')) this.draft.pass(at);
    else this.draft.prompt('user', text ?? '', at, media);
  }

  #readAnswer(message: Json, at: Moment): void {
    const calls = listAt(message, 'toolCalls');
    const parts: OutputPart[] = listAt(message, 'thoughts').map((thought) => ({
      type: 'reasoning',
      text: [textAt(thought, 'subject'), textAt(thought, 'description')].filter((t) => t).join('\n'),
      endNs: isoNs(textAt(thought, 'timestamp')),
    }));
    const text = plainText(field(message, 'content'));
    if (text) parts.push({ type: 'text', text, endNs: at.ns });
    for (const call of calls)
      parts.push({
        type: 'tool_call',
        callId: textAt(call, 'id'),
        tool: textAt(call, 'name') ?? 'unknown',
        arguments: field(call, 'args') ?? null,
      });
    this.draft.modelCall({
      end: at,
      model: textAt(message, 'model'),
      tokens: readTokens(objectAt(message, 'tokens')),
      parts,
    });
    this.draft.model ??= textAt(message, 'model');
    for (const call of calls) this.#readTool(call, at);
  }

  #readTool(call: Json, answered: Moment): void {
    const callId = textAt(call, 'id');
    const status = textAt(call, 'status');
    const display = field(call, 'resultDisplay');
    const response = responseOf(call);
    const start: Moment = { ns: answered.ns, grade: weaker('derived', answered.grade) };
    const args = field(call, 'args') ?? null;
    this.draft.openTool({ at: start, tool: textAt(call, 'name'), callId, arguments: args });
    this.draft.closeTool({
      at: this.draft.at(null, isoNs(textAt(call, 'timestamp'))),
      callId,
      output: (typeof display === 'string' ? display : null) ?? response,
      status,
      failed: status === 'error',
      exitCode: readExitCode(response),
      changes: status === 'success' ? this.#readChanges(display, textAt(call, 'description')) : [],
      media: mediaIn(field(call, 'result')),
    });
  }

  #readChanges(display: Json | undefined, description: string | null): FileChange[] {
    const patch = textAt(display, 'fileDiff');
    const file = textAt(display, 'filePath') ?? textAt(display, 'fileName');
    if (file === null || patch === null) return [];
    // "Writing to src/lib.rs": the description shows the path as the project sees it.
    const shown = /\S+$/.exec(description ?? '')?.[0] ?? '';
    const path = file.endsWith(`/${shown}`) ? shown : relativePath(file, this.#baseOf(file));
    const content = textAt(display, 'newContent');
    if (field(display, 'isNewFile') === true)
      return [{ path, change: 'added', diff: content === null ? null : addedFile(path, content) }];
    const changes = readPatch(patch, () => path);
    return changes.length > 0 ? changes : [{ path, change: 'modified', diff: null }];
  }

  /** The file never names its project's folder, only the sha256 of its path. */
  #baseOf(file: string): string | null {
    for (let end = file.lastIndexOf('/'), tries = 0; end > 0 && tries < 64; tries++) {
      const folder = file.slice(0, end);
      if (createHash('sha256').update(folder).digest('hex') === this.projectHash) {
        this.draft.workingDirectory ??= folder;
        return folder;
      }
      end = folder.lastIndexOf('/');
    }
    return this.draft.workingDirectory;
  }
}

/** A message with what an earlier form of it told: when it was said first, and whatever the later one leaves out. */
function toldAgain(earlier: Json | undefined, message: Json): Json {
  if (!isObject(earlier) || !isObject(message)) return message;
  const timestamp = field(earlier, 'timestamp');
  return { ...earlier, ...message, ...(timestamp === undefined ? {} : { timestamp }) };
}

/** A resumed chat gives what tools gave back the id of the answer that asked for it. */
function keyOf(message: Json): string | null {
  const id = textAt(message, 'id');
  return id === null ? null : `${textAt(message, 'type') ?? ''} ${id}`;
}

/** Input holds the cached part; the prompt that tools make and thinking are counted apart. */
function readTokens(tokens: JsonObject | null): TokenCounts {
  const input = tokensAt(tokens, 'input');
  const output = tokensAt(tokens, 'output');
  const thoughts = tokensAt(tokens, 'thoughts');
  if (input === null && output === null) return noTokens;
  return {
    input: (input ?? 0) + (tokensAt(tokens, 'tool') ?? 0),
    cacheRead: tokensAt(tokens, 'cached'),
    cacheWrite: null,
    output: (output ?? 0) + (thoughts ?? 0),
    reasoning: thoughts,
  };
}

/** The text that went back to the model. */
function responseOf(call: Json): string | null {
  const texts = listAt(call, 'result').flatMap((part) => {
    const response = objectAt(objectAt(part, 'functionResponse'), 'response');
    const text = textAt(response, 'output') ?? textAt(response, 'error');
    return text === null ? [] : [text];
  });
  return texts.length === 0 ? null : texts.join('\n');
}

/** The shell tool names an exit code in a line near its end, and only one that is not 0. */
function readExitCode(response: string | null): number | null {
  const tail = (response ?? '').slice(-500);
  const code = /\nExit Code: (-?\d{1,10})\n(?:.*\n)*?(?:<\/untrusted_context>)?\s*$/.exec(tail)?.[1];
  return code === undefined ? null : Number(code);
}
