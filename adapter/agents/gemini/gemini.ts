// The Gemini CLI (checked with 0.61.0) and its stream, `--output-format stream-json`: every event tells
// its time. Tokens come as one sum at the end, exit codes not at all; the chat file (`gemini-chat.ts`)
// has the tokens of each answer, the diffs, and exit codes that are not 0.

import type { PrintingAgent } from '../agent.ts';
import { AnswerDraft } from '../reading/answer-draft.ts';
import type { Moment } from '../reading/clock.ts';
import { isoNs } from '../reading/clock.ts';
import { flagValue, runsProgram } from '../reading/command-line.ts';
import type { EventParser } from '../reading/event-reader.ts';
import { eventReader } from '../reading/event-reader.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, objectAt, parseEvent, plainText, textAt, tokensAt } from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { ownEndpoint, ownKey, ownModelName, ownPrompt } from '../reading/own-model.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type {
  AgentRun,
  ModelCallStep,
  ProcessStart,
  Step,
  StreamLine,
  TokenCounts,
  ToolCallStep,
} from '../step.ts';
import { inOrder, modelCalls, toolCalls } from '../step.ts';
import { geminiChatLines, geminiDocument, parseGeminiChat } from './gemini-chat.ts';

export const geminiLines: LineKinds = {
  unit: 'line',
  read: ['init', 'message', 'tool_use', 'tool_result', 'error', 'result'],
};

export const gemini: PrintingAgent = {
  name: 'gemini',
  recognises: (command) => runsProgram(command, ['gemini', 'gemini-cli']),
  prints: isGemini,
  reader: (start) => eventReader(new GeminiParser(start)),
  printed: geminiLines,
  kept: { 'a chat file': geminiChatLines, 'a chat file of the older form': geminiDocument },
  sessionFiles: ({ home, env }) => [
    {
      dir: `${env.GEMINI_CLI_HOME || home}/.gemini/tmp`,
      match: /(?:^|\/)chats\/session-[^/]*\.jsonl?$/,
    },
  ],
  parseSession: parseGeminiChat,
  join: joinChat,
  proxyEnv: standardProxyEnv,
  streamsJson: (command) => /json$/.test(flagValue(command, '--output-format', '-o') ?? ''),
  leftovers: ['.gemini/**'],
  ownModel: {
    environment: [
      ['GOOGLE_GEMINI_BASE_URL', ownEndpoint],
      ['GEMINI_API_KEY', ownKey],
    ],
    file: null,
    command: ['gemini', '--yolo', '-m', ownModelName, '-p', ownPrompt],
    speaks: "Gemini's generateContent",
  },
};

function isGemini(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const event = parseEvent(line);
    const type = textAt(event, 'type');
    if (textAt(event, 'timestamp') === null) return false;
    return (
      (type === 'init' && textAt(event, 'session_id') !== null) ||
      (type === 'tool_use' && textAt(event, 'tool_id') !== null)
    );
  });
}

class GeminiParser implements EventParser {
  readonly draft: RunDraft;
  readonly answer: AnswerDraft;

  constructor(start: ProcessStart) {
    this.draft = new RunDraft('gemini', start);
    this.answer = new AnswerDraft(this.draft);
    this.draft.model = flagValue(start.command, '-m', '--model');
  }

  readEvent(type: string, event: JsonObject, line: StreamLine): void {
    const at = this.draft.at(line, isoNs(textAt(event, 'timestamp')));
    if (type === 'init') {
      this.draft.sessionId = textAt(event, 'session_id');
      this.draft.model = textAt(event, 'model') ?? this.draft.model;
      this.draft.pass(at);
    } else if (type === 'message') this.#readMessage(event, at);
    else if (type === 'tool_use') this.#startTool(event, at);
    else if (type === 'tool_result') this.#endTool(event, at);
    else if (type === 'error')
      this.draft.error(textAt(event, 'severity') ?? 'error', textAt(event, 'message') ?? 'error', at);
    else if (type === 'result') this.#end(event, at);
    else this.draft.passOver(geminiLines, type);
  }

  close(): void {
    this.answer.close();
  }

  #readMessage(event: JsonObject, at: Moment): void {
    const text = plainText(field(event, 'content')) ?? '';
    if (textAt(event, 'role') === 'user') this.draft.prompt('user', text, at);
    else this.answer.text('text', text, at, field(event, 'delta') === true);
  }

  #startTool(event: JsonObject, at: Moment): void {
    const callId = textAt(event, 'tool_id');
    const tool = textAt(event, 'tool_name') ?? 'unknown';
    const args = field(event, 'parameters') ?? null;
    this.answer.toolCall(callId, tool, args, at);
    this.draft.openTool({ at, tool, callId, arguments: args });
  }

  #endTool(event: JsonObject, at: Moment): void {
    const status = textAt(event, 'status');
    this.draft.closeTool({
      at,
      callId: textAt(event, 'tool_id'),
      output: plainText(field(event, 'output')) ?? textAt(objectAt(event, 'error'), 'message'),
      status,
      failed: status === 'error',
    });
    if (this.draft.openToolCount === 0) this.answer.close();
  }

  #end(event: JsonObject, at: Moment): void {
    this.answer.close();
    this.draft.pass(at);
    this.draft.totals = readTotals(objectAt(event, 'stats'));
    const error = objectAt(event, 'error');
    if (error !== null)
      this.draft.error(textAt(error, 'type') ?? 'error', textAt(error, 'message') ?? 'the run failed', at);
  }
}

/** Input holds the cached part. What thinking used is named nowhere, but the total holds it. */
function readTotals(stats: JsonObject | null): TokenCounts | null {
  const input = tokensAt(stats, 'input_tokens');
  const output = tokensAt(stats, 'output_tokens');
  const total = tokensAt(stats, 'total_tokens');
  if (input === null && output === null) return null;
  return {
    input,
    cacheRead: tokensAt(stats, 'cached'),
    cacheWrite: null,
    output: total === null ? output : Math.max(output ?? 0, total - (input ?? 0)),
    reasoning: null,
  };
}

/** The stream has the better times, the chat file the tokens, diffs and exit codes. */
function joinChat(printed: AgentRun, kept: AgentRun): AgentRun {
  const byId = new Map(toolCalls(kept).map((step) => [step.callId, step]));
  const tools = toolCalls(printed).map((step): Step => {
    const other = byId.get(step.callId);
    byId.delete(step.callId);
    return other === undefined ? step : withDetails(step, other);
  });
  const others = printed.steps.filter(({ type }) => type === 'message' || type === 'error');
  const calls = joinCalls(modelCalls(printed), modelCalls(kept));
  return {
    ...printed,
    workingDirectory: printed.workingDirectory ?? kept.workingDirectory,
    model: printed.model ?? kept.model,
    steps: inOrder([...others, ...calls, ...tools, ...byId.values()]),
    unparsedLines: [...printed.unparsedLines, ...kept.unparsedLines],
    remarks: [...(printed.remarks ?? []), ...(kept.remarks ?? [])],
  };
}

function withDetails(step: ToolCallStep, kept: ToolCallStep): ToolCallStep {
  const { output, status, failed, exitCode, changes } = kept;
  return {
    ...step,
    output: step.output ?? output,
    status: step.status ?? status,
    failed: step.failed || failed,
    exitCode,
    changes,
  };
}

/** Call by call where both tell as many; else the chat file's, which has the tokens. */
function joinCalls(printed: readonly ModelCallStep[], kept: readonly ModelCallStep[]): ModelCallStep[] {
  if (kept.length === 0) return [...printed];
  if (kept.length !== printed.length) return [...kept];
  return kept.map((call, index) => {
    const { startNs = call.startNs, endNs = call.endNs, firstChunkNs = null } = printed[index] ?? {};
    return { ...call, startNs, endNs, firstChunkNs, timing: 'derived' };
  });
}
