// Claude Code: its stream, `-p --output-format stream-json --verbose`, whose lines carry no time and
// stand where they arrived, and its transcripts (`claude-transcript.ts`), whose lines are stamped. Not
// checked against the program itself, which is proprietary, but against what others published of it.

import type { PrintingAgent } from '../agent.ts';
import type { AnthropicDialect, MessageContext } from '../reading/anthropic-reader.ts';
import { AnthropicReader } from '../reading/anthropic-reader.ts';
import { joinRuns } from '../reading/assemble.ts';
import type { Moment } from '../reading/clock.ts';
import { flagValue, runsProgram } from '../reading/command-line.ts';
import type { EventParser } from '../reading/event-reader.ts';
import { eventReader } from '../reading/event-reader.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, listAt, numberAt, objectAt, parseEvent, plainText, textAt } from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { ownEndpoint, ownKey, ownModelName, ownPrompt } from '../reading/own-model.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { StreamLine } from '../step.ts';
import { claudeDialect } from './claude-dialect.ts';
import { parseClaudeTranscript, transcriptLines } from './claude-transcript.ts';

const STATE = 'the state of the program';

/** What Claude Code and Qwen Code print alike; what the program says of itself is "system" and its subtype. */
export const claudeShapeLines: LineKinds = {
  unit: 'line',
  read: ['assistant', 'user', 'stream_event message_start', 'system init', 'result'],
  repeated: {
    'stream_event*': 'pieces of answers that are told whole',
    tool_progress: 'how long a call lasts so far, which its end tells',
  },
  leftOut: {
    'system*': STATE,
    control_request: STATE,
    control_response: STATE,
    keep_alive: STATE,
    rate_limit_event: STATE,
  },
};

export const claudeCode: PrintingAgent = {
  name: 'claude-code',
  recognises: (command) => runsProgram(command, ['claude', 'claude-code']),
  prints: (lines) => printsClaudeShape(lines) === 'claude-code',
  reader(start) {
    const draft = new RunDraft('claude-code', start);
    return eventReader(new ClaudeShapeParser(draft, claudeDialect(draft)));
  },
  sessionFiles: ({ home, env }) => [
    { dir: `${env.CLAUDE_CONFIG_DIR || `${home}/.claude`}/projects`, match: /\.jsonl$/ },
  ],
  parseSession: parseClaudeTranscript,
  printed: claudeShapeLines,
  kept: { 'a transcript': transcriptLines },
  join: joinRuns,
  proxyEnv: standardProxyEnv,
  streamsJson: (command) => /json$/.test(flagValue(command, '--output-format') ?? ''),
  leftovers: ['.claude/**'],
  ownModel: {
    environment: [
      ['ANTHROPIC_BASE_URL', ownEndpoint],
      ['ANTHROPIC_AUTH_TOKEN', ownKey],
    ],
    file: null,
    command: ['claude', '--model', ownModelName, '--permission-mode', 'acceptEdits', '-p', ownPrompt],
    speaks: "Anthropic's Messages",
  },
};

/**
 * Which of the two agents that print this shape printed these lines. Other agents print lines of the same
 * types: only what Claude Code alone writes is a sign of it.
 */
export function printsClaudeShape(lines: readonly string[]): 'claude-code' | 'qwen-code' | null {
  for (const line of lines) {
    const event = parseEvent(line);
    const type = textAt(event, 'type');
    if (event === null || textAt(event, 'session_id') === null) continue;
    if (type === 'system' && textAt(event, 'subtype') === 'init') {
      if ('qwen_code_version' in event || 'permission_mode' in event) return 'qwen-code';
      const lists = Array.isArray(field(event, 'tools')) && Array.isArray(field(event, 'mcp_servers'));
      if ('claude_code_version' in event || (lists && 'permissionMode' in event)) return 'claude-code';
    }
    if (AMP_SESSION.test(textAt(event, 'session_id') ?? '')) continue;
    if ((type === 'assistant' || type === 'user') && objectAt(event, 'message') !== null) {
      if (/qwen/i.test(textAt(objectAt(event, 'message'), 'model') ?? '')) return 'qwen-code';
      if ('parent_tool_use_id' in event) return 'claude-code';
    }
    if (type === 'result' && field(event, 'num_turns') !== undefined) return 'claude-code';
  }
  return null;
}

/** Amp imitates these lines; its threads are named "T-" and an id. */
const AMP_SESSION = /^T-[0-9a-f-]{8,}$/;

/** Reads the lines that Claude Code and Qwen Code print alike. */
export class ClaudeShapeParser implements EventParser {
  readonly draft: RunDraft;
  readonly #messages: AnthropicReader;

  constructor(draft: RunDraft, dialect: AnthropicDialect) {
    this.draft = draft;
    this.#messages = new AnthropicReader(draft, dialect);
    draft.model = flagValue(draft.start?.command ?? null, '--model', '-m');
  }

  readEvent(type: string, event: JsonObject, line: StreamLine): void {
    const { draft } = this;
    const at = draft.at(line, null);
    const message = objectAt(event, 'message');
    const within = textAt(event, 'parent_tool_use_id');
    draft.sessionId ??= textAt(event, 'session_id');
    if (type === 'assistant') this.#readAssistant(message, { at, within });
    else if (type === 'user')
      this.#messages.user(message, { at, within, toolResult: field(event, 'tool_use_result') });
    else if (type === 'stream_event') this.#readPartial(objectAt(event, 'event'), at);
    else if (type === 'system') this.#readSystem(event, at);
    else if (type === 'result') this.#readResult(event, at);
    else draft.passOver(claudeShapeLines, type);
  }

  close(): void {
    this.#messages.finish();
  }

  #readAssistant(message: JsonObject | null, context: MessageContext): void {
    if (this.#messages.assistant(message, context)) this.#messages.settle(context.within);
    else
      this.draft.error(
        'api_error',
        plainText(field(message, 'content')) ?? 'the model call failed',
        context.at,
      );
  }

  #readPartial(event: JsonObject | null, at: Moment): void {
    const type = textAt(event, 'type') ?? '';
    this.draft.account.of(`stream_event ${type}`);
    if (type !== 'message_start') this.draft.passOver(claudeShapeLines, 'stream_event');
    else this.#messages.firstChunk(textAt(objectAt(event, 'message'), 'id'), at);
  }

  #readSystem(event: JsonObject, at: Moment): void {
    const { draft } = this;
    draft.account.of(`system ${textAt(event, 'subtype') ?? ''}`);
    if (textAt(event, 'subtype') !== 'init') {
      draft.passOver(claudeShapeLines, 'system');
      return;
    }
    draft.model = textAt(event, 'model') ?? draft.model;
    draft.workingDirectory ??= textAt(event, 'cwd');
    draft.agentVersion ??= textAt(event, 'claude_code_version') ?? textAt(event, 'qwen_code_version');
    this.#messages.pass(null, at);
  }

  #readResult(event: JsonObject, at: Moment): void {
    const { draft } = this;
    const usage = objectAt(event, 'usage');
    if (usage !== null) draft.totals = this.#messages.dialect.readTokens(usage);
    // Of the whole process: each turn tells the sum so far.
    const costUsd = numberAt(event, 'total_cost_usd');
    if (costUsd !== null) draft.totalCostUsd = Math.max(draft.totalCostUsd ?? 0, costUsd);
    const subtype = textAt(event, 'subtype') ?? 'error';
    if (field(event, 'is_error') !== true) return;
    const told = listAt(event, 'errors').filter((text) => typeof text === 'string');
    const message = textAt(objectAt(event, 'error'), 'message') ?? textAt(event, 'result');
    draft.error(subtype, told.join('\n') || message || subtype, at);
  }
}
