// Claude Code: its stream, `-p --output-format stream-json --verbose`, whose lines carry no time and
// stand where they arrived, and its transcripts (`claude-transcript.ts`), whose lines are stamped. Not
// checked against the program itself, which is proprietary, but against what others published of it.
import type { AgentAdapter } from '../agent.ts';
import type { MessageContext } from '../reading/anthropic-reader.ts';
import { AnthropicReader } from '../reading/anthropic-reader.ts';
import { joinRuns } from '../reading/assemble.ts';
import type { Moment } from '../reading/clock.ts';
import { flagValue, runsProgram } from '../reading/command-line.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, listAt, objectAt, parseEvent, plainText, textAt } from '../reading/json-value.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, AgentStream } from '../step.ts';
import { claudeDialect } from './claude-dialect.ts';
import { parseClaudeTranscript } from './claude-transcript.ts';

export const claudeCode: AgentAdapter = {
  name: 'claude-code',
  recognises: (command) => runsProgram(command, ['claude', 'claude-code']),
  prints: (lines) => printsClaudeShape(lines) === 'claude-code',
  parseStream: parseClaude,
  sessionFiles: ({ home, env }) => [
    { dir: `${env.CLAUDE_CONFIG_DIR || `${home}/.claude`}/projects`, match: /\.jsonl$/ },
  ],
  parseSession: parseClaudeTranscript,
  join: joinRuns,
  proxyEnv: standardProxyEnv,
  streamsJson: (command) => /json$/.test(flagValue(command, '--output-format') ?? ''),
  droppings: ['.claude/**'],
};

/** Which of the two agents that print this shape printed these lines. */
export function printsClaudeShape(lines: readonly string[]): 'claude-code' | 'qwen-code' | null {
  for (const line of lines) {
    const event = parseEvent(line);
    const type = textAt(event, 'type');
    if (event === null || textAt(event, 'session_id') === null) continue;
    if (type === 'system' && textAt(event, 'subtype') === 'init') {
      const isQwen = 'qwen_code_version' in event || 'permission_mode' in event;
      return isQwen ? 'qwen-code' : 'claude-code';
    }
    if ((type === 'assistant' || type === 'user') && objectAt(event, 'message') !== null)
      return /qwen/i.test(textAt(objectAt(event, 'message'), 'model') ?? '') ? 'qwen-code' : 'claude-code';
    if (type === 'result' && field(event, 'num_turns') !== undefined) return 'claude-code';
  }
  return null;
}

/** Reads one run. Never throws: what it does not understand is counted and passed by. */
export function parseClaude(stream: AgentStream): AgentRun {
  const draft = new RunDraft('claude-code', stream);
  return readClaudeShape(draft, new AnthropicReader(draft, claudeDialect(draft)));
}

/** Reads the lines that Claude Code and Qwen Code print alike. */
export function readClaudeShape(draft: RunDraft, messages: AnthropicReader): AgentRun {
  draft.model = flagValue(draft.stream?.command ?? null, '--model', '-m');
  for (const line of draft.stream?.lines ?? []) {
    const event = line.stream === 'stdout' ? parseEvent(line.text) : null;
    const type = textAt(event, 'type');
    if (event === null || type === null) {
      draft.others.add(line);
      continue;
    }
    const at = draft.at(line, null);
    const message = objectAt(event, 'message');
    const within = textAt(event, 'parent_tool_use_id');
    draft.sessionId ??= textAt(event, 'session_id');
    if (type === 'assistant') readAssistant(message, draft, messages, { at, within });
    else if (type === 'user')
      messages.user(message, { at, within, toolResult: field(event, 'tool_use_result') });
    else if (type === 'stream_event') readPartial(objectAt(event, 'event'), messages, at);
    else if (type === 'system') readSystem(event, draft, messages, at);
    else if (type === 'result') readResult(event, draft, messages, at);
    else if (!silentTypes.has(type)) draft.unknown(type);
  }
  messages.finish();
  return draft.finish();
}

function readAssistant(
  message: JsonObject | null,
  draft: RunDraft,
  messages: AnthropicReader,
  context: MessageContext,
): void {
  if (!messages.assistant(message, context))
    draft.error('api_error', plainText(field(message, 'content')) ?? 'the model call failed', context.at);
}

const silentTypes = new Set([
  'control_request',
  'control_response',
  'keep_alive',
  'tool_progress',
  'rate_limit_event',
]);

function readPartial(event: JsonObject | null, messages: AnthropicReader, at: Moment): void {
  if (textAt(event, 'type') === 'message_start')
    messages.firstChunk(textAt(objectAt(event, 'message'), 'id'), at);
}

function readSystem(event: JsonObject, draft: RunDraft, messages: AnthropicReader, at: Moment): void {
  if (textAt(event, 'subtype') !== 'init') return;
  draft.model = textAt(event, 'model') ?? draft.model;
  draft.workingDirectory ??= textAt(event, 'cwd');
  draft.agentVersion ??= textAt(event, 'claude_code_version') ?? textAt(event, 'qwen_code_version');
  messages.pass(null, at);
}

function readResult(event: JsonObject, draft: RunDraft, messages: AnthropicReader, at: Moment): void {
  const usage = objectAt(event, 'usage');
  if (usage !== null) draft.totals = messages.dialect.readTokens(usage);
  const subtype = textAt(event, 'subtype') ?? 'error';
  if (field(event, 'is_error') !== true) return;
  const told = listAt(event, 'errors').filter((text) => typeof text === 'string');
  const message = textAt(objectAt(event, 'error'), 'message') ?? textAt(event, 'result');
  draft.error(subtype, told.join('\n') || message || subtype, at);
}
