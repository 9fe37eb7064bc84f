// mini-swe-agent's trajectory, `<name>.traj.json`: messages in OpenAI's shape. Version 2 adds to each the
// time at which it came, the commands, the exit code and the whole answer with its usage; version 1 is
// the bare list of messages, in which commands stand in code blocks and exit codes in tags.
import type { AgentAdapter } from '../agent.ts';
import { readCompletionTokens } from '../openhands/openhands-v0.ts';
import type { Moment } from '../reading/clock.ts';
import { timeOfSeconds, weaker } from '../reading/clock.ts';
import { runsProgram } from '../reading/command-line.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  exitCodeAt,
  field,
  isObject,
  listAt,
  numberAt,
  objectAt,
  parseJson,
  plainText,
  textAt,
  tokensAt,
} from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, Json, OutputPart, TokenCounts } from '../step.ts';
import { noTokens } from '../step.ts';

/** Messages by their role. */
export const miniSweEntries: LineKinds = {
  unit: 'entry',
  read: ['assistant', 'response', 'user', 'tool', 'function_call_output'],
  leftOut: { system: "the agent's own instructions", exit: 'how it ended, which its status tells' },
};

export const miniSweAgent: AgentAdapter = {
  name: 'mini-swe-agent',
  recognises: (command) => runsProgram(command, ['mini', 'mini-swe-agent', 'mini-extra', 'mini-e']),
  sessionFiles: ({ home, workdir, env }) => [
    { dir: env.MSWEA_GLOBAL_CONFIG_DIR || `${home}/.config/mini-swe-agent`, match: /\.traj\.json$/ },
    { dir: workdir, match: /^[^/]*\.traj\.json$/ },
  ],
  parseSession: parseMiniSweAgent,
  kept: { 'a trajectory': miniSweEntries },
  proxyEnv: standardProxyEnv,
  streamsJson: () => false,
  leftovers: ['*.traj.json'],
};

/** Reads a trajectory; null where the file is none. Never throws. */
export function parseMiniSweAgent(text: string): AgentRun | null {
  const isSecond = text.includes('"trajectory_format"') && text.includes('mini-swe-agent');
  const isFirst = /^\s*\[/.test(text) && /<returncode>|mswea_bash_command/.test(text);
  if (!isSecond && !isFirst) return null;
  const whole = parseJson(text);
  if (Array.isArray(whole)) return new MessagesReader(null).read(whole);
  if (!isObject(whole ?? null) || !/^mini-swe-agent/.test(textAt(whole, 'trajectory_format') ?? ''))
    return null;
  return new MessagesReader(objectAt(whole, 'info')).read(listAt(whole, 'messages'));
}

interface Command {
  readonly callId: string | null;
  readonly command: string;
}

class MessagesReader {
  readonly draft = new RunDraft('mini-swe-agent', null);
  readonly info: JsonObject | null;
  #waiting: Command[] = [];
  #calls = 0;

  constructor(info: JsonObject | null) {
    this.info = info;
    const config = objectAt(info, 'config');
    this.draft.model = textAt(objectAt(config, 'model'), 'model_name');
    this.draft.agentVersion = textAt(info, 'mini_version');
    this.draft.workingDirectory = textAt(objectAt(config, 'environment'), 'cwd') || null;
  }

  read(messages: readonly Json[]): AgentRun {
    let asked = false;
    const { account } = this.draft;
    account.unit = miniSweEntries.unit;
    for (const message of messages) {
      account.begin();
      const role = textAt(message, 'role') ?? textAt(message, 'type') ?? textAt(message, 'object');
      const at = this.draft.clock.moment(toldTime(message), null);
      account.of(role ?? 'nobody');
      if (role === 'assistant' || role === 'response') this.#readAnswer(message, at);
      else if (this.#waiting.length > 0) this.#readObservation(message, at);
      else if (role === 'user') {
        this.draft.prompt('user', plainText(field(message, 'content')) ?? '', at);
        asked = true;
      } else if (!account.passOver(miniSweEntries, role ?? 'nobody'))
        this.draft.unknown(`message of ${role ?? 'nobody'}`);
    }
    if (!asked && this.#calls === 0) this.draft.remarks.push('holds no answer of a model');
    this.#readEnd();
    return this.draft.finish();
  }

  #readAnswer(message: Json, at: Moment): void {
    const extra = objectAt(message, 'extra');
    const response = objectAt(extra, 'response') ?? (isObject(message) ? message : null);
    const text = plainText(field(message, 'content')) ?? readOutputText(message);
    const reasoning = textAt(message, 'reasoning_content');
    const commands = readCommands(message, text);
    const parts: OutputPart[] = [];
    const endNs = at.grade === 'none' ? null : at.ns;
    if (reasoning) parts.push({ type: 'reasoning', text: reasoning, endNs });
    if (text) parts.push({ type: 'text', text, endNs });
    for (const { callId, command } of commands)
      parts.push({ type: 'tool_call', callId, tool: 'bash', arguments: { command } });
    this.#calls++;
    this.draft.modelCall({
      end: at,
      model: textAt(response, 'model'),
      tokens: readUsage(objectAt(response, 'usage')),
      costUsd: numberAt(extra, 'cost'),
      finishReason: textAt(listAt(response, 'choices')[0], 'finish_reason'),
      parts,
    });
    this.#waiting = commands;
  }

  /** Commands run one after the other: each begins when the one before has ended. */
  #readObservation(message: Json, at: Moment): void {
    const extra = objectAt(message, 'extra');
    const id = textAt(message, 'tool_call_id');
    const index = Math.max(
      0,
      this.#waiting.findIndex(({ callId }) => callId !== null && callId === id),
    );
    const [command] = this.#waiting.splice(index, 1);
    if (command === undefined) return;
    const content = plainText(field(message, 'content')) ?? plainText(field(message, 'output')) ?? '';
    const tagged = /^<returncode>(-?\d{1,10})<\/returncode>\n(?:<output>\n?([\s\S]*?)\n?<\/output>)?/.exec(
      content,
    );
    // A command that never ran, the one that submits among them, is answered with -1: no process had that.
    const wasNotRun = exitCodeAt(extra, 'returncode') === -1 || tagged?.[1] === '-1';
    const problem = textAt(extra, 'exception_info');
    const { boundary } = this.draft;
    this.draft.closeTool({
      at,
      start: boundary === null ? null : { ns: boundary.ns, grade: weaker('derived', boundary.grade) },
      callId: command.callId,
      tool: 'bash',
      arguments: { command: command.command },
      output: textAt(extra, 'raw_output') ?? tagged?.[2] ?? content,
      status: wasNotRun ? (problem ?? 'not run') : 'completed',
      failed: wasNotRun,
      exitCode: wasNotRun ? null : (exitCodeAt(extra, 'returncode') ?? (tagged ? Number(tagged[1]) : null)),
    });
  }

  #readEnd(): void {
    const status = textAt(this.info, 'exit_status');
    if (status !== null && status !== '' && !/^submitted$/i.test(status))
      this.draft.error(
        status,
        `ended with the status ${status}`,
        this.draft.clock.latest ?? this.draft.clock.next(),
      );
  }
}

/** When a message came; null where it bears no time. */
function toldTime(message: Json): bigint | null {
  return timeOfSeconds(numberAt(objectAt(message, 'extra'), 'timestamp'));
}

function readCommands(message: Json, text: string | null): Command[] {
  const actions = listAt(objectAt(message, 'extra'), 'actions');
  if (actions.length > 0)
    return actions.map((action) => ({
      callId: textAt(action, 'tool_call_id'),
      command: textAt(action, 'command') ?? '',
    }));
  const block = /```(?:mswea_bash_command|bash)\s*\n([\s\S]*?)\n?```/.exec(text ?? '')?.[1];
  return block === undefined ? [] : [{ callId: null, command: block }];
}

/** The text of an answer in the Responses API's shape. */
function readOutputText(message: Json): string | null {
  const texts = listAt(message, 'output').flatMap((item) => plainText(field(item, 'content')) ?? []);
  return texts.length === 0 ? null : texts.join('\n');
}

/** Chat completions and responses name their counts differently; both count cached input as input. */
function readUsage(usage: JsonObject | null): TokenCounts {
  if (usage === null) return noTokens;
  if (tokensAt(usage, 'input_tokens') === null) return readCompletionTokens(usage);
  return {
    input: tokensAt(usage, 'input_tokens'),
    cacheRead: tokensAt(objectAt(usage, 'input_tokens_details'), 'cached_tokens'),
    cacheWrite: null,
    output: tokensAt(usage, 'output_tokens'),
    reasoning: tokensAt(objectAt(usage, 'output_tokens_details'), 'reasoning_tokens'),
  };
}
