// Cursor's agent on the command line and its stream, `-p --output-format stream-json`. From its own documentation,
// for the program is proprietary: newer versions stamp some events (`timestamp_ms`), with
// `--stream-partial-output` an answer comes in pieces and then as a whole. Tokens come as one sum at the end.
import type { PrintingAgent } from './agent.ts';
import { AnswerDraft } from './reading/answer-draft.ts';
import type { Moment } from './reading/clock.ts';
import { timeOfMs } from './reading/clock.ts';
import { flagValue, hasFlag, runsProgram } from './reading/command-line.ts';
import { readPatch, relativePath } from './reading/diff.ts';
import type { EventParser } from './reading/event-reader.ts';
import { eventReader } from './reading/event-reader.ts';
import type { JsonObject } from './reading/json-value.ts';
import {
  exitCodeAt,
  field,
  isObject,
  numberAt,
  objectAt,
  parseEvent,
  plainText,
  readArguments,
  textAt,
  tokensAt,
} from './reading/json-value.ts';
import { type LineKinds, leftOutReasons } from './reading/line-account.ts';
import { standardProxyEnv } from './reading/proxy-env.ts';
import { RunDraft } from './reading/run-draft.ts';
import type { FileChange, Json, ProcessStart, StreamLine, TokenCounts } from './step.ts';

export const cursorLines: LineKinds = {
  unit: 'line',
  read: ['system init', 'user', 'assistant', 'thinking', 'tool_call', 'result', 'error'],
  repeated: { 'assistant again': 'an answer as a whole, whose pieces were told' },
  leftOut: { 'system*': 'the state of the program' },
};

export const cursorAgent: PrintingAgent = {
  name: 'cursor-agent',
  recognises: (command) => runsProgram(command, ['cursor-agent']),
  prints: isCursor,
  reader: (start) => eventReader(new CursorParser(start)),
  printed: cursorLines,
  proxyEnv: standardProxyEnv,
  streamsJson: (command) =>
    hasFlag(command, '-p', '--print') && /json$/.test(flagValue(command, '--output-format') ?? ''),
  leftovers: ['.cursor/**'],
};

/** Its tool calls are of no other agent's shape: an object of one member, which is named after the tool. */
function isCursor(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const event = parseEvent(line);
    const type = textAt(event, 'type');
    if (textAt(event, 'session_id') === null) return false;
    if (type === 'tool_call') return textAt(event, 'call_id') !== null && toolOf(event) !== null;
    const isInit = type === 'system' && textAt(event, 'subtype') === 'init';
    // Others that begin like this list their tools or say their version.
    return isInit && CURSOR_KEY_SOURCES.has(textAt(event, 'apiKeySource')) && !('tools' in (event ?? {}));
  });
}

const CURSOR_KEY_SOURCES: ReadonlySet<string | null> = new Set(['env', 'flag', 'login']);

interface CursorTool {
  readonly name: string;
  readonly args: Json;
  readonly result: Json | undefined;
}

class CursorParser implements EventParser {
  readonly draft: RunDraft;
  readonly answer: AnswerDraft;
  /** What was said since the answer began, for pieces are told again as a whole. */
  #said = '';
  #hasSaid = false;

  constructor(start: ProcessStart) {
    this.draft = new RunDraft('cursor-agent', start);
    this.answer = new AnswerDraft(this.draft);
    this.draft.model = flagValue(start.command, '--model', '-m');
  }

  readEvent(type: string, event: JsonObject, line: StreamLine): void {
    const { draft } = this;
    const at = draft.at(line, timeOfMs(numberAt(event, 'timestamp_ms')));
    draft.sessionId ??= textAt(event, 'session_id');
    if (type === 'system') this.#readSystem(event, at);
    else if (type === 'user') {
      this.#closeAnswer();
      const text = plainText(field(objectAt(event, 'message'), 'content'));
      if (text !== null && text !== '') draft.prompt('user', text, at);
    } else if (type === 'assistant') this.#readText(event, at);
    else if (type === 'thinking') this.#readThought(event, at);
    else if (type === 'tool_call') this.#readTool(event, at);
    else if (type === 'result') this.#readResult(event, at);
    else if (type === 'error')
      draft.error('error', textAt(event, 'message') ?? plainText(field(event, 'error')) ?? 'error', at);
    else draft.passOver(cursorLines, type);
  }

  close(): void {
    this.#closeAnswer();
  }

  #readSystem(event: JsonObject, at: Moment): void {
    const { draft } = this;
    draft.account.of(`system ${textAt(event, 'subtype') ?? ''}`);
    if (textAt(event, 'subtype') !== 'init') {
      draft.passOver(cursorLines, 'system');
      return;
    }
    draft.model = textAt(event, 'model') ?? draft.model;
    draft.workingDirectory ??= textAt(event, 'cwd');
    draft.pass(at);
  }

  #readText(event: JsonObject, at: Moment): void {
    const text = plainText(field(objectAt(event, 'message'), 'content')) ?? '';
    if (text === '') this.draft.account.leaveOut(leftOutReasons.empty);
    else if (this.#said !== '' && text.trim() === this.#said.trim()) this.#repeat();
    else {
      this.answer.text('text', text, at, true);
      this.#said += text;
      this.#hasSaid = true;
    }
  }

  #repeat(): void {
    this.draft.account.of('assistant again');
    this.draft.account.repeat();
  }

  #readThought(event: JsonObject, at: Moment): void {
    const text = textAt(event, 'text') ?? '';
    if (text !== '') this.answer.text('reasoning', text, at, true);
    else this.draft.account.leaveOut(leftOutReasons.empty);
  }

  #readTool(event: JsonObject, at: Moment): void {
    const { draft } = this;
    const callId = textAt(event, 'call_id');
    const tool = toolOf(event);
    const subtype = textAt(event, 'subtype');
    if (tool === null || (subtype !== 'started' && subtype !== 'completed')) {
      draft.unknown(`tool_call ${subtype ?? ''}`.trim());
      return;
    }
    if (subtype === 'started') {
      this.answer.toolCall(callId, tool.name, tool.args, at);
      draft.openTool({ at, tool: tool.name, callId, arguments: tool.args });
      return;
    }
    const ending = endingOf(tool.result);
    draft.closeTool({
      at,
      callId,
      tool: tool.name,
      arguments: tool.args,
      ...ending,
      changes: ending.failed ? [] : changesOf(tool, draft.workingDirectory),
    });
    if (draft.openToolCount === 0) this.#closeAnswer();
  }

  #readResult(event: JsonObject, at: Moment): void {
    const { draft } = this;
    const text = textAt(event, 'result') ?? '';
    const failed = field(event, 'is_error') === true;
    // The result repeats all that was said; where nothing was, it is the answer.
    if (!this.#hasSaid && !failed && text !== '') this.answer.text('text', text, at);
    this.#closeAnswer();
    draft.pass(at);
    const usage = objectAt(event, 'usage');
    if (usage !== null) draft.totals = readTotals(usage);
    if (!failed) return;
    draft.error(textAt(event, 'subtype') ?? 'error', text === '' ? 'the run failed' : text, at);
  }

  #closeAnswer(): void {
    this.answer.close();
    this.#said = '';
  }
}

/** The tool of an event: `{"shellToolCall":{"args","result"}}`, or a function of a name. */
function toolOf(event: JsonObject | null): CursorTool | null {
  for (const [key, call] of Object.entries(objectAt(event, 'tool_call') ?? {})) {
    if (!isObject(call)) continue;
    const result = field(call, 'result');
    if (key === 'function')
      return { name: textAt(call, 'name') ?? key, args: readArguments(field(call, 'arguments')), result };
    const name = /^(\w+)ToolCall$/.exec(key)?.[1];
    if (name !== undefined) return { name, args: field(call, 'args') ?? null, result };
  }
  return null;
}

/** A result is an object of one member: how it ended, and with what. */
function endingOf(result: Json | undefined) {
  const [how, told] = isObject(result) ? (Object.entries(result)[0] ?? []) : [];
  const exitCode = exitCodeAt(told, 'exitCode');
  const status = how === undefined ? 'completed' : how === 'success' ? 'completed' : how;
  return { output: outputOf(told ?? result), status, failed: status !== 'completed', exitCode };
}

function outputOf(told: Json | undefined): string | null {
  if (told === undefined || told === null) return null;
  if (typeof told === 'string') return told;
  const printed = [textAt(told, 'stdout'), textAt(told, 'stderr')].filter((text) => text);
  if (printed.length > 0) return printed.join('\n');
  for (const key of ['content', 'errorMessage', 'error', 'reason', 'message', 'output', 'diffString']) {
    const text = plainText(field(told, key));
    if (text !== null) return text;
  }
  // A command that printed nothing.
  return field(told, 'stdout') === undefined ? JSON.stringify(told) : '';
}

/** What a tool that writes says it changed. */
function changesOf({ name, args, result }: CursorTool, workingDirectory: string | null): FileChange[] {
  const told = objectAt(result, 'success');
  const path = textAt(told, 'path') ?? textAt(args, 'path');
  if (path === null || !['edit', 'write', 'delete'].includes(name)) return [];
  const relative = relativePath(path, workingDirectory);
  if (name === 'delete') return [{ path: relative, change: 'removed', diff: null }];
  const diff = textAt(told, 'diffString') ?? '';
  const patch = diff.startsWith('@@ ') ? `--- a/${relative}\n+++ b/${relative}\n${diff}` : diff;
  const [change] = readPatch(patch, () => relative);
  return [change ?? { path: relative, change: 'modified', diff: null }];
}

/** Cached input stands beside input, as in Anthropic's counts. */
function readTotals(usage: JsonObject): TokenCounts {
  const input = tokensAt(usage, 'inputTokens');
  const cacheRead = tokensAt(usage, 'cacheReadTokens');
  const cacheWrite = tokensAt(usage, 'cacheWriteTokens');
  return {
    input: input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cacheRead,
    cacheWrite,
    output: tokensAt(usage, 'outputTokens'),
    reasoning: null,
  };
}
