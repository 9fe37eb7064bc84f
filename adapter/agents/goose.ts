// goose and its stream, `goose run --output-format stream-json`: messages, notifications, errors and the
// run's tokens at the end. A message tells the second in which it was made; a line's arrival is better and
// is taken where there is one. Its session store is a database and is not read. Also its `--output-format
// json` and `goose session export`: one document with the messages.

import { mediaIn } from '../../shared/media/media.ts';
import type { Environment, PrintingAgent } from './agent.ts';
import { AnswerDraft } from './reading/answer-draft.ts';
import type { Moment } from './reading/clock.ts';
import { timeOfSeconds } from './reading/clock.ts';
import { flagValue, runsProgram } from './reading/command-line.ts';
import type { EventParser } from './reading/event-reader.ts';
import { eventReader } from './reading/event-reader.ts';
import type { JsonObject } from './reading/json-value.ts';
import {
  field,
  isObject,
  listAt,
  numberAt,
  objectAt,
  parseEvent,
  parseJson,
  plainText,
  textAt,
  tokensAt,
} from './reading/json-value.ts';
import { type LineKinds, leftOutReasons } from './reading/line-account.ts';
import { chatCompletions, ownEndpoint, ownKey, ownModelName, ownPrompt } from './reading/own-model.ts';
import { proxyRoutes, standardProxyEnv } from './reading/proxy-env.ts';
import { RunDraft } from './reading/run-draft.ts';
import type { AgentRun, Json, StreamLine, TokenCounts } from './step.ts';

export const gooseLines: LineKinds = {
  unit: 'line',
  read: ['message', 'error', 'complete'],
  repeated: { notification: 'the output so far, which the end of the call tells whole' },
};

export const gooseEntries: LineKinds = { unit: 'entry', read: ['message'] };

export const goose: PrintingAgent = {
  name: 'goose',
  recognises: (command) => runsProgram(command, ['goose']),
  prints: isGoose,
  reader: (start) => eventReader(new GooseParser(new RunDraft('goose', start))),
  parseSession: parseGooseDocument,
  printed: gooseLines,
  kept: { 'a document': gooseEntries },
  proxyEnv,
  streamsJson: (command) => /json$/.test(flagValue(command, '--output-format') ?? ''),
  leftovers: ['.goose/**', '.goosehints'],
  reportsItself: true,
  ownModel: {
    environment: [
      ['GOOSE_PROVIDER', 'openai'],
      ['OPENAI_HOST', ownEndpoint],
      ['OPENAI_BASE_PATH', 'chat/completions'],
      ['OPENAI_API_KEY', ownKey],
      ['GOOSE_MODEL', ownModelName],
    ],
    file: null,
    command: ['goose', 'run', '-t', ownPrompt],
    speaks: chatCompletions,
  },
};

/** goose names hosts, and for OpenAI the path on it. A host that the user set is left alone. */
function proxyEnv(proxyUrl: string, env: Environment): Record<string, string> {
  const set = standardProxyEnv(proxyUrl);
  if (!env.OPENAI_HOST) {
    set.OPENAI_HOST = `${proxyUrl}${proxyRoutes.openai.path}`;
    set.OPENAI_BASE_PATH = 'chat/completions';
  }
  if (!env.ANTHROPIC_HOST) set.ANTHROPIC_HOST = `${proxyUrl}${proxyRoutes.anthropic.path}`;
  if (!env.GOOGLE_HOST) set.GOOGLE_HOST = `${proxyUrl}${proxyRoutes.google.path}`;
  return set;
}

function isGoose(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const event = parseEvent(line);
    const type = textAt(event, 'type');
    const message = objectAt(event, 'message');
    return (
      (type === 'message' &&
        Array.isArray(field(message, 'content')) &&
        numberAt(message, 'created') !== null) ||
      (type === 'complete' && field(event, 'total_tokens') !== undefined)
    );
  });
}

/** `{messages: […], metadata}` or a session's export; null where it is neither. */
export function parseGooseDocument(text: string): AgentRun | null {
  if (!/^\s*\{/.test(text) || (!text.includes('"messages"') && !text.includes('"conversation"'))) return null;
  const whole = parseJson(text);
  if (!isObject(whole)) return null;
  const messages =
    listAt(whole, 'messages').length > 0 ? listAt(whole, 'messages') : listAt(whole, 'conversation');
  const isGooses = messages.some(
    (message) => numberAt(message, 'created') !== null && Array.isArray(field(message, 'content')),
  );
  if (!isGooses) return null;
  const reader = new GooseParser(new RunDraft('goose', null));
  reader.draft.sessionId = textAt(whole, 'id') ?? textAt(whole, 'session_id');
  reader.draft.workingDirectory = textAt(whole, 'working_dir');
  const { account } = reader.draft;
  account.unit = gooseEntries.unit;
  for (const message of messages) {
    account.begin();
    account.of('message');
    if (!isObject(message)) account.leaveOut(leftOutReasons.unknown);
    else reader.readMessage(message, null);
  }
  reader.draft.totals = readTotals(objectAt(whole, 'metadata')) ?? readTotals(whole);
  reader.close();
  return reader.draft.finish();
}

class GooseParser implements EventParser {
  readonly draft: RunDraft;
  readonly answer: AnswerDraft;
  #messageId: string | null = null;

  constructor(draft: RunDraft) {
    this.draft = draft;
    this.answer = new AnswerDraft(draft);
    this.draft.model = flagValue(draft.start?.command ?? null, '--model');
  }

  readEvent(type: string, event: JsonObject, { atNs: arrivedNs }: StreamLine): void {
    if (type === 'message') this.readMessage(field(event, 'message') ?? null, arrivedNs);
    else if (type === 'error')
      this.draft.error('error', textAt(event, 'error') ?? 'error', this.draft.clock.moment(null, arrivedNs));
    else if (type === 'complete') {
      this.draft.clock.moment(null, arrivedNs);
      this.draft.totals = readTotals(event);
    } else this.draft.passOver(gooseLines, type);
  }

  close(): void {
    this.answer.close();
  }

  readMessage(message: Json, arrivedNs: bigint | null): void {
    const createdNs = timeOfSeconds(numberAt(message, 'created'));
    // `created` is cut to the second: an arrival says more.
    const at = this.draft.clock.moment(arrivedNs === null ? createdNs : null, arrivedNs);
    const told = textAt(objectAt(objectAt(message, 'metadata'), 'inference'), 'requestedModel');
    this.draft.model = told ?? this.draft.model;
    const role = textAt(message, 'role');
    const id = textAt(message, 'id');
    // Pieces of one answer carry its id; another one is another answer.
    if (
      role === 'assistant' &&
      id !== null &&
      this.#messageId !== null &&
      id !== this.#messageId &&
      !this.#hasOpenTools
    )
      this.answer.close();
    if (role === 'assistant') this.#messageId = id;
    for (const part of listAt(message, 'content')) this.#readPart(part, role, at);
  }

  get #hasOpenTools(): boolean {
    return this.draft.openToolCount > 0;
  }

  #readPart(part: Json, role: string | null, at: Moment): void {
    const type = textAt(part, 'type');
    if (type === 'toolRequest' || type === 'frontendToolRequest') this.#startTool(part, at);
    else if (type === 'toolResponse') this.#endTool(part, at);
    else if (type === 'text' && role === 'user') this.draft.prompt('user', textAt(part, 'text') ?? '', at);
    else if (type === 'image' && role === 'user') this.draft.prompt('user', '', at, mediaIn(part));
    else if (type === 'text') this.answer.text('text', textAt(part, 'text') ?? '', at, true);
    else if (type === 'thinking') this.answer.text('reasoning', textAt(part, 'thinking') ?? '', at, true);
    else if (
      type === null ||
      !/^(?:image|redactedThinking|systemNotification|toolConfirmationRequest|actionRequired)$/.test(type)
    )
      this.draft.unknownPart(`content ${type ?? 'without a type'}`);
  }

  #startTool(part: Json, at: Moment): void {
    const call = field(part, 'toolCall');
    const value = objectAt(call, 'value');
    const callId = textAt(part, 'id');
    const tool = textAt(value, 'name') ?? 'invalid tool call';
    const args = field(value, 'arguments') ?? null;
    this.answer.toolCall(callId, tool, args, at);
    this.draft.openTool({ at, tool, callId, arguments: args });
  }

  #endTool(part: Json, at: Moment): void {
    const result = field(part, 'toolResult');
    const status = textAt(result, 'status');
    const value = field(result, 'value');
    const content = Array.isArray(value) ? value : field(value, 'content');
    const failed = status === 'error' || field(value, 'isError') === true;
    this.draft.closeTool({
      at,
      callId: textAt(part, 'id'),
      output: plainText(content) ?? textAt(result, 'error'),
      status: failed ? 'error' : status,
      failed,
      exitCode: readExitCode(value),
      media: mediaIn(content),
    });
    if (this.draft.openToolCount === 0) this.answer.close();
  }
}

/** Its shell tells the exit code beside the text, where it does. */
function readExitCode(value: Json | undefined): number | null {
  const structured = objectAt(value, 'structuredContent');
  const code = numberAt(structured, 'exit_code') ?? numberAt(structured, 'exitCode');
  return code !== null && Number.isInteger(code) ? code : null;
}

/** All zeros are what a run tells that never reached its model. */
function readTotals(event: JsonObject | null): TokenCounts | null {
  const input = tokensAt(event, 'input_tokens') ?? tokensAt(event, 'accumulated_input_tokens');
  const output = tokensAt(event, 'output_tokens') ?? tokensAt(event, 'accumulated_output_tokens');
  if (!input && !output) return null;
  return {
    input,
    cacheRead: tokensAt(event, 'cache_read_input_tokens'),
    cacheWrite: tokensAt(event, 'cache_write_input_tokens'),
    output,
    reasoning: null,
  };
}
