// Qwen Code (checked with 0.15.10): `--output-format stream-json` in Claude's shape with its own way of
// counting, and chat files (`qwen-chat.ts`) in Gemini's shape with stamped lines and the length of each
// answer. The stream's lines carry no time and stand where they arrived.

import type { PrintingAgent } from '../agent.ts';
import { ClaudeShapeParser, claudeShapeLines, printsClaudeShape } from '../claude-code/claude-code.ts';
import { readClaudeChanges } from '../claude-code/claude-dialect.ts';
import type { AnthropicDialect } from '../reading/anthropic-reader.ts';
import { joinRuns } from '../reading/assemble.ts';
import { flagValue, runsProgram } from '../reading/command-line.ts';
import { eventReader } from '../reading/event-reader.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { listAt, objectAt, plainText, tokensAt } from '../reading/json-value.ts';
import { chatCompletions, ownEndpoint, ownKey, ownModelName, ownPrompt } from '../reading/own-model.ts';
import { proxyRoutes, standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { TokenCounts } from '../step.ts';
import { noTokens } from '../step.ts';
import { parseQwenChat, qwenChatLines } from './qwen-chat.ts';

export const qwenCode: PrintingAgent = {
  name: 'qwen-code',
  recognises: (command) => runsProgram(command, ['qwen', 'qwen-code']),
  prints: (lines) => printsClaudeShape(lines) === 'qwen-code',
  reader(start) {
    const draft = new RunDraft('qwen-code', start);
    draft.totalsOf = 'session';
    return eventReader(new ClaudeShapeParser(draft, qwenDialect(draft)));
  },
  sessionFiles: ({ home, env }) => [
    { dir: `${env.QWEN_HOME || `${home}/.qwen`}/projects`, match: /(?:^|\/)chats\/[^/]*\.jsonl$/ },
  ],
  parseSession: parseQwenChat,
  printed: claudeShapeLines,
  kept: { 'a chat file': qwenChatLines },
  join: joinRuns,
  proxyEnv: (proxyUrl) => ({
    ...standardProxyEnv(proxyUrl),
    QWEN_BASE_URL: `${proxyUrl}${proxyRoutes.openai.path}`,
  }),
  streamsJson: (command) => /json$/.test(flagValue(command, '--output-format', '-o') ?? ''),
  leftovers: ['.qwen/**'],
  ownModel: {
    environment: [
      ['OPENAI_BASE_URL', ownEndpoint],
      ['OPENAI_API_KEY', ownKey],
      ['OPENAI_MODEL', ownModelName],
    ],
    file: null,
    command: ['qwen', '--yolo', '-p', ownPrompt],
    speaks: chatCompletions,
  },
};

function qwenDialect(draft: RunDraft): AnthropicDialect {
  return {
    readTokens: readQwenTokens,
    splitsAnswers: true,
    errorOf: readApiError,
    readChanges: (tool, args, result) => readClaudeChanges(tool, args, result, draft.workingDirectory),
  };
}

/**
 * Anthropic's names, but input holds the cached part: the total is input and output. Zeros stand on the
 * messages that come before the one with the usage.
 */
function readQwenTokens(usage: JsonObject | null): TokenCounts {
  const input = tokensAt(usage, 'input_tokens');
  const output = tokensAt(usage, 'output_tokens');
  if (!input && !output) return noTokens;
  return {
    input,
    cacheRead: tokensAt(usage, 'cache_read_input_tokens'),
    cacheWrite: tokensAt(usage, 'cache_creation_input_tokens'),
    output,
    reasoning: null,
  };
}

/** A model call that failed is printed as if the model had said so. */
function readApiError(message: JsonObject | null): string | null {
  const text = plainText(listAt(message, 'content'));
  const counted = readQwenTokens(objectAt(message, 'usage')).output !== null;
  return !counted && text !== null && /^\[API Error: /.test(text) ? text : null;
}
