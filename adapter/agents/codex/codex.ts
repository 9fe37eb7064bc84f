// The Codex CLI (checked with 0.169.0) and its stream, `codex exec --json`. The stream gives the order of
// things and no time at all: its lines stand where they arrived. Where one answer of the model ends and
// the next begins is not told either; it is taken to begin anew after each tool. The session file
// (`codex-rollout.ts`) knows both, and is preferred where it is at hand.

import type { PrintingAgent } from '../agent.ts';
import { AnswerDraft } from '../reading/answer-draft.ts';
import { joinRuns } from '../reading/assemble.ts';
import type { Moment } from '../reading/clock.ts';
import { flagValue, hasFlag, programOf, runsProgram } from '../reading/command-line.ts';
import { relativePath } from '../reading/diff.ts';
import type { EventParser } from '../reading/event-reader.ts';
import { eventReader } from '../reading/event-reader.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { exitCodeAt, field, listAt, objectAt, parseEvent, textAt } from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { ownPrompt } from '../reading/own-model.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, FileChange, Json, ProcessStart, StreamLine, ToolCallStep } from '../step.ts';
import { toolCalls } from '../step.ts';
import { overlayCodexConfig } from './codex-config.ts';
import { parseRollout, rolloutLines } from './codex-rollout.ts';
import { readCodexTokens } from './codex-usage.ts';

const PLAN = 'the plan that the agent keeps for itself';

/** Events, and items as "item" and their type. */
export const codexLines: LineKinds = {
  unit: 'line',
  read: [
    'thread.started',
    'turn.started',
    'turn.completed',
    'turn.failed',
    'error',
    'item agent_message',
    'item reasoning',
    'item error',
    'item command_execution',
    'item file_change',
    'item web_search',
    'item *_tool_call',
  ],
  repeated: { 'item.updated': 'an item so far, which its end tells whole' },
  leftOut: { 'item todo_list': PLAN, 'item plan': PLAN, 'item plan_update': PLAN },
};

export const codex: PrintingAgent = {
  name: 'codex',
  recognises: (command) => runsProgram(command, ['codex']),
  prints: isCodex,
  reader: (start) => eventReader(new CodexParser(start)),
  sessionFiles: ({ home, env }) => [
    { dir: `${env.CODEX_HOME || `${home}/.codex`}/sessions`, match: /(?:^|\/)rollout-[^/]*\.jsonl$/ },
  ],
  parseSession: parseRollout,
  printed: codexLines,
  kept: { 'a rollout': rolloutLines },
  join: joinRollout,
  proxyEnv: standardProxyEnv,
  overlay: overlayCodexConfig,
  configuredModel: ({ env, home, read }) =>
    // Before the first table: what stands in one is that table's.
    /^model\s*=\s*"([^"]+)"/m.exec(
      read(`${env.CODEX_HOME || `${home}/.codex`}/config.toml`).split(/^\[/m)[0] ?? '',
    )?.[1] ?? null,
  streamsJson: (command) => hasFlag(command, '--json', '--experimental-json'),
  leftovers: [],
  ownModel: {
    environment: [['CODEX_HOME', '.codex-own']],
    file: {
      path: '.codex-own/config.toml',
      text: 'model = "$YOUR_MODEL"\nmodel_provider = "own"\n[model_providers.own]\nname = "own"\nbase_url = "$YOUR_ENDPOINT"\nenv_key = "YOUR_KEY"\nwire_api = "responses"',
    },
    command: ['codex', 'exec', '--sandbox', 'workspace-write', ownPrompt],
    speaks: "OpenAI's Responses",
  },
};

function isCodex(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const event = parseEvent(line);
    const type = textAt(event, 'type');
    return (
      (type === 'thread.started' && textAt(event, 'thread_id') !== null) ||
      ((type === 'item.started' || type === 'item.completed') &&
        textAt(objectAt(event, 'item'), 'id') !== null)
    );
  });
}

class CodexParser implements EventParser {
  readonly draft: RunDraft;
  readonly answer: AnswerDraft;
  lastError: string | null = null;
  readonly #args: readonly string[] | null;

  constructor(start: ProcessStart) {
    this.draft = new RunDraft('codex', start);
    this.answer = new AnswerDraft(this.draft);
    this.draft.model = flagValue(start.command, '-m', '--model');
    // Without its command a run may be a fork, whose sum begins with its parent's.
    this.#args = start.command === null ? null : (programOf(start.command)?.args ?? null);
    this.draft.totalsOf = this.#args === null ? 'thread' : 'session';
  }

  readEvent(type: string, event: JsonObject, line: StreamLine): void {
    const at = this.draft.at(line, null);
    const item = objectAt(event, 'item');
    if (type === 'thread.started') this.draft.sessionId = textAt(event, 'thread_id');
    else if (type === 'turn.started') this.draft.pass(at);
    else if (type === 'turn.completed') this.#endTurn(objectAt(event, 'usage'), at);
    else if (type === 'turn.failed') this.#fail(textAt(objectAt(event, 'error'), 'message'), at);
    else if (type === 'error') this.#fail(textAt(event, 'message'), at);
    else if (type === 'item.started' || type === 'item.completed')
      this.#readItem(type === 'item.completed', item, at, line.atNs);
    else this.draft.passOver(codexLines, type);
  }

  close(): void {
    this.answer.close();
  }

  #readItem(ended: boolean, item: JsonObject | null, at: Moment, arrivedNs: bigint | null): void {
    const type = textAt(item, 'type') ?? '';
    this.draft.account.of(`item ${type}`);
    if (type === 'agent_message' || type === 'reasoning') {
      if (ended) this.answer.text(type === 'reasoning' ? type : 'text', textAt(item, 'text') ?? '', at);
    } else if (type === 'error') {
      // An item of this type is a warning: what ends a turn comes as an event of its own.
      const text = `codex: ${textAt(item, 'message') ?? 'error'}`;
      if (ended) this.draft.others.keep({ atNs: arrivedNs, stream: 'stdout', text });
    } else if (isTool(type)) this.#readTool(ended, type, item, at);
    else this.draft.passOver(codexLines, `item ${type}`);
  }

  #readTool(ended: boolean, type: string, item: JsonObject | null, at: Moment): void {
    const callId = textAt(item, 'id');
    const { tool, args } = describeTool(type, item);
    if (!this.draft.isOpen(callId)) {
      this.answer.toolCall(callId, tool, args, at);
      this.draft.openTool({ at, tool, callId, arguments: args });
    }
    if (!ended) return;
    const status = textAt(item, 'status');
    this.draft.closeTool({
      at,
      callId,
      output: toolOutput(item),
      status,
      failed: status === 'failed' || status === 'declined',
      exitCode: exitCodeAt(item, 'exit_code'),
      changes: status === 'completed' ? readFileChanges(item, null) : [],
    });
    if (this.draft.openToolCount === 0) this.answer.close();
  }

  #endTurn(usage: JsonObject | null, at: Moment): void {
    this.answer.close();
    this.draft.pass(at);
    // Each turn tells the sum over the whole thread: of a run that goes on from another one it is not the run's.
    if (this.#args?.includes('resume') || this.#args?.includes('fork')) return;
    const told = readCodexTokens(usage);
    if (told !== null && this.#args === null && this.draft.totals === null)
      this.draft.remarks.push(
        'its tokens are the sum of its thread, with all that it goes on from or was forked from',
      );
    this.draft.totals = told ?? this.draft.totals;
  }

  #fail(message: string | null, at: Moment): void {
    this.answer.close();
    const text = message ?? 'the turn failed';
    // "error" and "turn.failed" tell the same failure one after the other.
    if (text !== this.lastError) this.draft.error('turn_failed', text, at);
    this.lastError = text;
  }
}

function isTool(type: string): boolean {
  return (
    type === 'command_execution' ||
    type === 'file_change' ||
    type === 'web_search' ||
    /_tool_call$/.test(type)
  );
}

function describeTool(type: string, item: JsonObject | null): { tool: string; args: Json } {
  if (type === 'command_execution') return { tool: type, args: { command: textAt(item, 'command') ?? '' } };
  if (type === 'file_change') return { tool: type, args: { changes: listAt(item, 'changes') } };
  if (type === 'web_search') return { tool: type, args: { query: textAt(item, 'query') ?? '' } };
  const server = textAt(item, 'server');
  const tool = textAt(item, 'tool') ?? type;
  return { tool: server === null ? tool : `${server}.${tool}`, args: field(item, 'arguments') ?? null };
}

function toolOutput(item: JsonObject | null): string | null {
  const result = field(item, 'result');
  const error = textAt(objectAt(item, 'error'), 'message');
  if (result !== undefined && result !== null)
    return typeof result === 'string' ? result : JSON.stringify(result);
  return textAt(item, 'aggregated_output') ?? error;
}

/** `[{path, kind: add | delete | update}]`: the stream tells which files, and no content. */
function readFileChanges(item: JsonObject | null, base: string | null): FileChange[] {
  return listAt(item, 'changes').flatMap((change): FileChange[] => {
    const path = textAt(change, 'path');
    const kind = textAt(change, 'kind');
    if (path === null) return [];
    const what = kind === 'add' ? 'added' : kind === 'delete' ? 'removed' : 'modified';
    return [{ path: relativePath(path, base), change: what, diff: null }];
  });
}

/** The session names calls and the stream only numbers its items: the n-th of a kind is the n-th of that kind. */
function joinRollout(printed: AgentRun, kept: AgentRun): AgentRun {
  const left = new Map<string, number>();
  for (const step of toolCalls(kept)) left.set(kindOf(step), (left.get(kindOf(step)) ?? 0) + 1);
  return joinRuns(printed, kept, (step) => {
    const count = left.get(kindOf(step)) ?? 0;
    left.set(kindOf(step), count - 1);
    return count > 0;
  });
}

function kindOf({ tool }: ToolCallStep): string {
  if (['command_execution', 'exec_command', 'shell', 'local_shell_call', 'shell_command'].includes(tool))
    return 'command';
  return ['file_change', 'apply_patch'].includes(tool) ? 'patch' : tool;
}
