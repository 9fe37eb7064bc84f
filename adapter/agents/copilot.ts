// GitHub Copilot's CLI: `--output-format json` prints, and `~/.copilot/session-state/<id>/events.jsonl`
// keeps, the same stamped events. Tokens are told per answer in part (output) and per model when the
// session ends. Not checked against the program itself, which is proprietary.

import type { PrintingAgent } from './agent.ts';
import { linesOf } from './reading/arrivals.ts';
import { joinRuns } from './reading/assemble.ts';
import type { Moment } from './reading/clock.ts';
import { isoNs } from './reading/clock.ts';
import { flagValue, runsProgram } from './reading/command-line.ts';
import { readPatch, relativePath } from './reading/diff.ts';
import type { EventParser } from './reading/event-reader.ts';
import { eventReader, readEventLine } from './reading/event-reader.ts';
import type { JsonObject } from './reading/json-value.ts';
import {
  exitCodeAt,
  field,
  listAt,
  objectAt,
  parseEvent,
  readArguments,
  textAt,
  tokensAt,
} from './reading/json-value.ts';
import type { LineKinds } from './reading/line-account.ts';
import { chatCompletions, ownEndpoint, ownKey, ownModelName, ownPrompt } from './reading/own-model.ts';
import { RunDraft } from './reading/run-draft.ts';
import type { AgentRun, FileChange, OutputPart, StreamLine, TokenCounts } from './step.ts';
import { noTokens } from './step.ts';

const STATE = 'the state of the program';

const TURNS = 'where turns begin and end follows from the messages';

const PIECES = 'pieces of answers that are told whole';

const ASKED = 'what the program asked its user';

/** Events by type; the stream and the file hold the same ones. */
export const copilotLines: LineKinds = {
  unit: 'line',
  read: [
    'session.start',
    'session.model_change',
    'session.shutdown',
    'session.error',
    'abort',
    'user.message',
    'assistant.message',
    'assistant.usage',
    'tool.execution_start',
    'tool.execution_complete',
    'result',
  ],
  repeated: {
    'assistant.turn_start': TURNS,
    'assistant.turn_end': TURNS,
    'assistant.reasoning': PIECES,
    'assistant.reasoning_delta': PIECES,
    'assistant.message_delta': PIECES,
    'assistant.streaming_delta': PIECES,
    'tool.execution_partial_result': 'the output so far, which the end of the call tells whole',
    'tool.execution_progress': 'how far a call is, which its end tells',
    'subagent.*': 'that a subagent works, which its call tells',
  },
  leftOut: {
    'session.info': STATE,
    'session.idle': STATE,
    'session.warning': STATE,
    'session.truncation': STATE,
    'session.compaction_*': STATE,
    'session.usage_info': STATE,
    'session.title_changed': 'what the session is called',
    'session.mode_changed': STATE,
    'session.context_changed': STATE,
    'session.resume': STATE,
    'session.handoff': STATE,
    'session.snapshot_rewind': STATE,
    'session.task_complete': STATE,
    'session.custom*': 'what extensions add',
    'assistant.intent': 'what the program says that it is about to do',
    'tool.user_requested': ASKED,
    'hook.*': STATE,
    'skill.*': STATE,
    'system.*': STATE,
    'permission.*': ASKED,
    'user_input.*': ASKED,
    'pending_messages.*': STATE,
  },
};

export const copilot: PrintingAgent = {
  name: 'copilot',
  recognises: (command) => runsProgram(command, ['copilot']),
  prints: (lines) => lines.some((line) => isEvent(parseEvent(line))),
  reader: (start) => eventReader(new CopilotParser(new RunDraft('copilot', start))),
  sessionFiles: ({ home, env }) => [
    {
      dir: `${env.COPILOT_HOME || `${home}/.copilot`}/session-state`,
      match: /(?:(?:^|\/)events|^[0-9a-f-]{36})\.jsonl$/,
    },
  ],
  parseSession: parseCopilotSession,
  printed: copilotLines,
  kept: { 'an events file': copilotLines },
  join: joinRuns,
  streamsJson: (command) => flagValue(command, '--output-format') === 'json',
  leftovers: ['.copilot/**'],
  reportsItself: true,
  ownModel: {
    environment: [
      ['COPILOT_PROVIDER_BASE_URL', ownEndpoint],
      ['COPILOT_PROVIDER_API_KEY', ownKey],
      ['COPILOT_MODEL', ownModelName],
    ],
    file: null,
    command: ['copilot', '--allow-all-tools', '-p', ownPrompt],
    speaks: chatCompletions,
  },
};

/** Events of these names are its alone. */
const telling = new Set([
  'session.start',
  'session.shutdown',
  'assistant.turn_start',
  'assistant.message',
  'tool.execution_start',
  'tool.execution_complete',
]);

function isEvent(event: JsonObject | null): boolean {
  return telling.has(textAt(event, 'type') ?? '') && objectAt(event, 'data') !== null;
}

/** Reads an events file; null where it is none of Copilot's. */
export function parseCopilotSession(text: string): AgentRun | null {
  const first = parseEvent(linesOf(text).next().value ?? '');
  if (!isEvent(first) && textAt(first, 'type') !== 'session.resume') return null;
  const draft = new RunDraft('copilot', null);
  const parser = new CopilotParser(draft);
  for (const line of draft.account.linesOf(text))
    readEventLine(parser, { atNs: null, stream: 'stdout', text: line });
  return draft.finish();
}

class CopilotParser implements EventParser {
  readonly draft: RunDraft;
  #usage: TokenCounts | null = null;

  constructor(draft: RunDraft) {
    this.draft = draft;
    draft.model = flagValue(draft.start?.command ?? null, '--model');
  }

  readEvent(type: string, event: JsonObject, line: StreamLine): void {
    const { draft } = this;
    const at = draft.at(line, isoNs(textAt(event, 'timestamp')));
    const data = objectAt(event, 'data');
    if (type === 'session.start') this.#readStart(data, at);
    else if (type === 'session.model_change') draft.model = textAt(data, 'newModel') ?? draft.model;
    else if (type === 'user.message') draft.prompt('user', textAt(data, 'content') ?? '', at);
    else if (type === 'assistant.message') this.#readAnswer(data, at);
    else if (type === 'assistant.usage') this.#readUsage(data);
    else if (type === 'tool.execution_start') this.#startTool(data, at);
    else if (type === 'tool.execution_complete') this.#endTool(data, at);
    else if (type === 'session.shutdown') this.#readEnd(data, at);
    else if (type === 'session.error' || type === 'abort')
      draft.error(
        textAt(data, 'errorType') ?? type,
        textAt(data, 'message') ?? textAt(data, 'reason') ?? type,
        at,
      );
    else if (type === 'result') draft.exitCode ??= exitCodeAt(event, 'exitCode');
    else draft.passOver(copilotLines, type);
  }

  #readStart(data: JsonObject | null, at: Moment): void {
    const { draft } = this;
    draft.started ??= at;
    draft.sessionId ??= textAt(data, 'sessionId');
    draft.agentVersion ??= textAt(data, 'copilotVersion');
    draft.model = textAt(data, 'selectedModel') ?? draft.model;
    draft.workingDirectory ??= textAt(objectAt(data, 'context'), 'cwd');
    draft.pass(at);
  }

  #readAnswer(data: JsonObject | null, at: Moment): void {
    const parts: OutputPart[] = [];
    const reasoning = textAt(data, 'reasoningText');
    const text = textAt(data, 'content');
    if (reasoning) parts.push({ type: 'reasoning', text: reasoning, endNs: at.ns });
    if (text) parts.push({ type: 'text', text, endNs: at.ns });
    for (const request of listAt(data, 'toolRequests'))
      parts.push({
        type: 'tool_call',
        callId: textAt(request, 'toolCallId'),
        tool: textAt(request, 'name') ?? 'unknown',
        arguments: readArguments(field(request, 'arguments')),
      });
    const output = tokensAt(data, 'outputTokens');
    const input = tokensAt(data, 'inputTokens');
    this.draft.modelCall({
      end: at,
      model: textAt(data, 'model') ?? this.draft.model,
      tokens: {
        ...noTokens,
        ...this.#usage,
        input: this.#usage?.input ?? input,
        output: this.#usage?.output ?? output,
      },
      parts,
      withinCallId: textAt(data, 'parentToolCallId'),
    });
    this.#usage = null;
  }

  /** Comes before the answer that it counts, and only in the stream. */
  #readUsage(data: JsonObject | null): void {
    this.#usage = readTokens(data);
  }

  #startTool(data: JsonObject | null, at: Moment): void {
    this.draft.openTool({
      at,
      tool: textAt(data, 'toolName'),
      callId: textAt(data, 'toolCallId'),
      arguments: readArguments(field(data, 'arguments')),
      withinCallId: textAt(data, 'parentToolCallId'),
    });
  }

  #endTool(data: JsonObject | null, at: Moment): void {
    const success = field(data, 'success');
    const result = objectAt(data, 'result');
    const output = textAt(result, 'content') ?? textAt(objectAt(data, 'error'), 'message');
    this.draft.closeTool({
      at,
      callId: textAt(data, 'toolCallId'),
      tool: textAt(data, 'toolName'),
      output,
      status: success === true ? 'success' : success === false ? 'failure' : null,
      failed: success === false,
      exitCode:
        exitCodeAt(objectAt(data, 'shellExecution'), 'exitCode') ??
        exitCodeAt(objectAt(result, 'shellExecution'), 'exitCode') ??
        readExitCode(output),
      changes: success === true ? readEdits(result, this.draft.workingDirectory) : [],
    });
  }

  #readEnd(data: JsonObject | null, at: Moment): void {
    this.draft.ended = at;
    const metrics = objectAt(data, 'modelMetrics');
    if (metrics === null) return;
    let totals: TokenCounts | null = null;
    for (const told of Object.values(metrics)) totals = plus(totals, readTokens(objectAt(told, 'usage')));
    this.draft.totals = totals;
  }
}

/** Input holds the cached part, as the models' providers count that it runs on. */
function readTokens(usage: JsonObject | null): TokenCounts {
  return {
    input: tokensAt(usage, 'inputTokens'),
    cacheRead: tokensAt(usage, 'cacheReadTokens'),
    cacheWrite: tokensAt(usage, 'cacheWriteTokens'),
    output: tokensAt(usage, 'outputTokens'),
    reasoning: tokensAt(usage, 'reasoningTokens'),
  };
}

function plus(a: TokenCounts | null, b: TokenCounts): TokenCounts {
  if (a === null) return b;
  const add = (x: number | null, y: number | null): number | null => (x === null ? y : x + (y ?? 0));
  return {
    input: add(a.input, b.input),
    cacheRead: add(a.cacheRead, b.cacheRead),
    cacheWrite: add(a.cacheWrite, b.cacheWrite),
    output: add(a.output, b.output),
    reasoning: add(a.reasoning, b.reasoning),
  };
}

/** The detailed content of an edit is its diff. */
function readEdits(result: JsonObject | null, base: string | null): FileChange[] {
  const patch = textAt(result, 'detailedContent');
  return patch?.includes('\n@@ ') ? readPatch(patch, (path) => relativePath(absolute(path), base)) : [];
}

/** Headers drop the first slash: "a/home/…" stands for "/home/…". */
function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** "<shellId: 0 completed with exit code 0>" or "<exited with exit code 1>" ends what a shell gave back. */
function readExitCode(output: string | null): number | null {
  const code = /exit code (-?\d{1,10})>\s*$/.exec((output ?? '').slice(-200))?.[1];
  return code === undefined ? null : Number(code);
}
