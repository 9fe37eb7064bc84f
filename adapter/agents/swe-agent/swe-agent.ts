// SWE-agent's trajectory, `<instance>.traj`: what the model said, the command it gave and what came back,
// in order. It tells no clock; newer files tell how long each command took. Tokens are told for the whole
// run alone. A file with only a history (a demonstration) is read too.
import type { AgentAdapter } from '../agent.ts';
import type { Moment } from '../reading/clock.ts';
import { lengthOfSeconds } from '../reading/clock.ts';
import { runsProgram } from '../reading/command-line.ts';
import { readPatch } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  field,
  listAt,
  numberAt,
  objectAt,
  parseJson,
  parseObject,
  plainText,
  readArguments,
  textAt,
  tokensAt,
} from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, FileChange, Json, TokenCounts } from '../step.ts';

/** The turns of a trajectory, and the messages of its history. */
export const sweEntries: LineKinds = {
  unit: 'entry',
  read: ['turn', 'message'],
  repeated: { 'message again': 'what the turns tell' },
  leftOut: {
    'turn without a command': 'without a command',
    demonstration: 'a demonstration that was given to the model',
    system: "the agent's own instructions",
  },
};

export const sweAgent: AgentAdapter = {
  name: 'swe-agent',
  recognises: (command) => runsProgram(command, ['sweagent', 'swe-agent']),
  sessionFiles: ({ workdir }) => [{ dir: `${workdir}/trajectories`, match: /\.traj$/ }],
  parseSession: parseSweAgent,
  kept: { 'a trajectory': sweEntries },
  proxyEnv: standardProxyEnv,
  streamsJson: () => false,
  leftovers: ['trajectories/**'],
};

/** Reads a trajectory; null where the file is none. Never throws. */
export function parseSweAgent(text: string): AgentRun | null {
  if (!/^\s*\{/.test(text) || !/"(?:trajectory|history)"/.test(text)) return null;
  const whole = parseObject(text);
  if (whole === null) return null;
  const turns = listAt(whole, 'trajectory').filter((turn) => textAt(turn, 'action') !== null);
  const history = listAt(whole, 'history').filter((message) => field(message, 'is_demo') !== true);
  if (turns.length === 0 && !history.some((message) => textAt(message, 'action') !== null)) return null;
  const reader = new TrajectoryReader(whole, history);
  reader.count(listAt(whole, 'trajectory'), listAt(whole, 'history'), turns.length > 0);
  return reader.read(turns);
}

class TrajectoryReader {
  readonly draft = new RunDraft('swe-agent', null);
  readonly info: JsonObject | null;
  readonly history: readonly Json[];

  constructor(whole: JsonObject, history: readonly Json[]) {
    this.info = objectAt(whole, 'info');
    this.history = history;
    const replay = field(whole, 'replay_config');
    const config = typeof replay === 'string' ? parseJson(replay) : replay;
    const model = objectAt(objectAt(config, 'agent'), 'model');
    this.draft.model = textAt(model, 'name') ?? textAt(model, 'model_name');
  }

  /** Accounts for each turn and each message of the history. */
  count(turns: readonly Json[], history: readonly Json[], hasTurns: boolean): void {
    const { account } = this.draft;
    const entry = (kind: string): void => {
      account.begin();
      account.of(kind);
      account.passOver(sweEntries, kind);
    };
    account.unit = sweEntries.unit;
    for (const turn of turns) entry(textAt(turn, 'action') === null ? 'turn without a command' : 'turn');
    const asked = this.history.find((message) => textAt(message, 'role') === 'user');
    for (const message of history)
      if (field(message, 'is_demo') === true) entry('demonstration');
      else if (textAt(message, 'role') === 'system') entry('system');
      else entry(hasTurns && message !== asked ? 'message again' : 'message');
  }

  read(turns: readonly Json[]): AgentRun {
    const { draft } = this;
    const asked = this.history.find((message) => textAt(message, 'role') === 'user');
    const prompt = plainText(field(asked, 'content'));
    if (prompt !== null) draft.prompt('user', prompt, draft.clock.next());
    const calls = this.history.filter((message) => textAt(message, 'action') !== null);
    if (turns.length > 0)
      for (const [index, turn] of turns.entries())
        this.#readTurn(
          turn,
          calls.length === turns.length ? calls[index] : undefined,
          textAt(turn, 'observation'),
        );
    else for (const call of calls) this.#readTurn(call, call, this.#answerTo(call));
    this.#readEnd();
    return draft.finish();
  }

  #readTurn(turn: Json, message: Json | undefined, observation: string | null): void {
    const action = textAt(turn, 'action') ?? '';
    const said = textAt(turn, 'response') || textAt(turn, 'thought');
    const made = listAt(message, 'tool_calls')[0];
    const called = objectAt(made, 'function');
    const tool = textAt(called, 'name') ?? 'command';
    const args = called === null ? { command: action } : readArguments(field(called, 'arguments'));
    const callId = textAt(made, 'id');
    const at = this.draft.clock.next();
    this.draft.modelCall({
      end: at,
      parts: [
        ...(said ? [{ type: 'text' as const, text: said, endNs: null }] : []),
        { type: 'tool_call', callId, tool, arguments: args },
      ],
    });
    this.draft.openTool({ at, tool, callId, arguments: args });
    this.draft.closeTool({
      at: this.#after(at, lengthOfSeconds(numberAt(turn, 'execution_time'))),
      callId,
      output: observation,
      status: 'completed',
      failed: false,
      // What was submitted is told here for the first time; which commands wrote it is told nowhere.
      changes: /^submit\b/.test(action) ? this.#submission() : [],
    });
  }

  /** The end of a command, whose length may be known though its place is not. */
  #after(start: Moment, length: bigint | null): Moment {
    if (length === null) return this.draft.clock.next();
    const end: Moment = { ns: start.ns + length, grade: 'none' };
    this.draft.clock.see(end);
    return end;
  }

  #answerTo(call: Json): string | null {
    const next = this.history[this.history.indexOf(call) + 1];
    return textAt(next, 'role') === 'assistant' ? null : plainText(field(next, 'content'));
  }

  #submission(): FileChange[] {
    const patch = textAt(this.info, 'submission')?.replaceAll('\r\n', '\n') ?? '';
    return readPatch(patch, (path) => path);
  }

  #readEnd(): void {
    const stats = objectAt(this.info, 'model_stats');
    const totals: TokenCounts = {
      input: tokensAt(stats, 'tokens_sent'),
      cacheRead: null,
      cacheWrite: null,
      output: tokensAt(stats, 'tokens_received'),
      reasoning: null,
    };
    // A replay asks no model and counts nothing.
    if (totals.input || totals.output) this.draft.totals = totals;
    // It writes 0 where it knows no price.
    this.draft.totalCostUsd = numberAt(stats, 'instance_cost') || null;
    const status = textAt(this.info, 'exit_status');
    if (status !== null && !/^submitted\b/i.test(status))
      this.draft.error(status, `ended with the status ${status}`, this.draft.clock.next());
  }
}
