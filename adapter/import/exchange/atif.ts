// Trajectories in ATIF, the interchange format of Harbor: one document, or several that go on from one another and hold
// subagents. A step has one time and no end, so that all times are derived. Opens no file.
import type { AgentAdapter } from '../../agents/agent.ts';
import { isoNs, type Moment } from '../../agents/reading/clock.ts';
import {
  field,
  isObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  parseObject,
  plainText,
  textAt,
  tokensAt,
} from '../../agents/reading/json-value.ts';
import { type LineKinds, leftOutReasons } from '../../agents/reading/line-account.ts';
import { RunDraft } from '../../agents/reading/run-draft.ts';
import type { AgentRun, Json, OutputPart, TokenCounts } from '../../agents/step.ts';
import type { RunFormat } from '../format.ts';
import { ImportError } from '../import-error.ts';

const COPIED = 'a copied step';
const ODD = 'a step of nobody';

/** Steps by who made them. */
export const atifSteps: LineKinds = {
  unit: 'entry',
  read: ['agent', 'user', 'system'],
  leftOut: { [COPIED]: leftOutReasons.copied, [ODD]: leftOutReasons.unknown },
};

export const atif: RunFormat = {
  name: 'atif',
  words: 'a trajectory in ATIF',
  phase: 'run',
  kinds: atifSteps,
  rank: 'kept',
  recognises({ whole }) {
    const version = textAt(whole, 'schema_version');
    if (version === null || !/^ATIF-v\d/.test(version)) return false;
    return isAtif(whole) || `is in ${version.slice(0, 40)}; ATIF of version 1 is read`;
  },
  read({ text, file }) {
    const document = parseObject(text);
    if (document === null) throw new ImportError('bad_content', file, 'is not JSON');
    const reader = new AtifReader(document);
    reader.read(document);
    const run = reader.finish();
    return { agent: agentNamed(run.agent), run };
  },
};

export function isAtif(document: JsonObject | null): boolean {
  return /^ATIF-v1\.\d{1,4}$/.test(textAt(document, 'schema_version') ?? '');
}

/** Documents that are named by others, by their path as the others write it. */
export type Documents = ReadonlyMap<string, JsonObject>;

/** Agents of whom nothing is known but their trajectories. */
const agents = new Map<string, AgentAdapter>();
const MAX_AGENTS = 1000;

function agentNamed(name: string): AgentAdapter {
  const known = agents.get(name);
  if (known !== undefined) return known;
  const agent: AgentAdapter = {
    name,
    recognises: () => false,
    streamsJson: () => false,
    leftovers: [],
  };
  if (agents.size < MAX_AGENTS) agents.set(name, agent);
  return agent;
}

/** Subagents that send subagents. */
const MAX_DEPTH = 10;

export class AtifReader {
  readonly draft: RunDraft;
  readonly #files: Documents;
  /** Each subagent once, however often it is named: they may name one another. */
  readonly #seen = new Set<JsonObject>();
  readonly #root: JsonObject;
  #counted = false;
  #lost = 0;

  /** @param files the documents that this one names by their path, where they are at hand */
  constructor(first: JsonObject, files: Documents = new Map()) {
    const agent = objectAt(first, 'agent');
    this.#files = files;
    this.#root = first;
    this.draft = new RunDraft(textAt(agent, 'name') ?? 'unknown', null);
    this.draft.model = textAt(agent, 'model_name');
    this.draft.agentVersion = textAt(agent, 'version');
    this.draft.sessionId = textAt(first, 'session_id')?.replace(/-cont-\d{1,6}$/, '') ?? null;
    this.draft.account.unit = atifSteps.unit;
  }

  /** Reads a document, or one that goes on from those that were read. */
  read(document: JsonObject): void {
    this.#readSteps(document, null, 0);
    const totals = objectAt(document, 'final_metrics');
    // A later document tells the sums of all so far.
    const sums = tokensOf(totals, 'total_');
    if (sums.input !== null || sums.output !== null) this.draft.totals = sums;
    this.draft.totalCostUsd = numberAt(totals, 'total_cost_usd') ?? this.draft.totalCostUsd;
  }

  finish(): AgentRun {
    if (this.#lost > 0)
      this.draft.remarks.push(`${this.#lost} subagents are told in files that are not here`);
    if (this.#counted) this.draft.totals = null;
    this.draft.account.finish();
    return this.draft.finish();
  }

  #readSteps(document: JsonObject, within: string | null, depth: number): void {
    const agentModel = textAt(objectAt(document, 'agent'), 'model_name');
    for (const step of listAt(document, 'steps')) {
      const { account } = this.draft;
      account.begin();
      const source = textAt(step, 'source');
      const isCopied = field(step, 'is_copied_context') === true;
      account.of(isCopied ? COPIED : (source ?? ODD));
      const toldNs = isoNs(textAt(step, 'timestamp'));
      const moment = this.draft.clock.moment(toldNs, null);
      const at: Moment = moment.grade === 'measured' ? { ns: moment.ns, grade: 'derived' } : moment;
      if (isCopied) account.passOver(atifSteps, COPIED);
      else if (source === 'agent') this.#readAgentStep(document, step, at, within, agentModel, depth);
      else if (source === 'user' || source === 'system')
        this.#say(source, field(step, 'message'), at, within);
      else account.passOver(atifSteps, ODD);
      if (!isCopied && source !== 'agent') this.#readResults(document, step, at, within, new Map(), depth);
    }
  }

  #readAgentStep(
    document: JsonObject,
    step: Json,
    at: Moment,
    within: string | null,
    agentModel: string | null,
    depth: number,
  ): void {
    const calls = listAt(step, 'tool_calls');
    const metrics = objectAt(step, 'metrics');
    if (numberAt(step, 'llm_call_count') !== 0) {
      const tokens = tokensOf(metrics, '');
      this.#counted ||= tokens.input !== null;
      this.draft.modelCall({
        end: at,
        model: textAt(step, 'model_name') ?? agentModel,
        tokens,
        costUsd: numberAt(metrics, 'cost_usd'),
        parts: partsOf(step, calls, at.grade === 'none' ? null : at.ns),
        withinCallId: within,
      });
    } else this.#say('assistant', field(step, 'message'), at, within);
    const open = new Map(calls.map((call) => [textAt(call, 'tool_call_id') ?? '', call]));
    for (const [callId, call] of open)
      this.draft.openTool({
        at,
        tool: textAt(call, 'function_name'),
        callId: callId === '' ? null : callId,
        arguments: field(call, 'arguments') ?? null,
        withinCallId: within,
      });
    this.#readResults(document, step, at, within, open, depth);
    // A call without a result was under way, or nobody wrote it down.
    for (const callId of open.keys()) this.#close(callId, null, null, at);
  }

  #readResults(
    document: JsonObject,
    step: Json,
    at: Moment,
    within: string | null,
    open: Map<string, Json>,
    depth: number,
  ): void {
    const results = listAt(objectAt(step, 'observation'), 'results');
    const [only] = open.keys();
    for (const result of results) {
      const named = textAt(result, 'source_call_id');
      const callId = named ?? (open.size === 1 && results.length === 1 ? only : undefined) ?? null;
      const text = plainText(field(result, 'content'));
      for (const ref of listAt(result, 'subagent_trajectory_ref'))
        this.#readSubagent(document, ref, callId, depth);
      if (callId !== null && open.delete(callId)) this.#close(callId, text, 'completed', at);
      else this.#say('tool', text, at, within);
    }
  }

  #close(callId: string, output: string | null, status: string | null, at: Moment): void {
    this.draft.closeTool({ at, callId: callId === '' ? null : callId, output, status, failed: false });
  }

  #readSubagent(document: JsonObject, ref: Json, callId: string | null, depth: number): void {
    const id = textAt(ref, 'trajectory_id');
    const path = textAt(ref, 'trajectory_path');
    const embedded = [document, this.#root]
      .flatMap((of) => listAt(of, 'subagent_trajectories'))
      .find((sub) => id !== null && textAt(sub, 'trajectory_id') === id);
    const found = isObject(embedded) ? embedded : path === null ? undefined : this.#files.get(path);
    if (found === undefined || depth >= MAX_DEPTH) this.#lost++;
    else if (!this.#seen.has(found)) {
      this.#seen.add(found);
      this.#readSteps(found, callId, depth + 1);
    }
  }

  #say(role: string, content: Json | undefined, at: Moment, within: string | null): void {
    const text = plainText(content);
    if (text === null || text === '') return;
    if (within === null) this.draft.prompt(role, text, at);
    else
      this.draft.add({
        type: 'message',
        role,
        text,
        startNs: at.ns,
        endNs: at.ns,
        timing: at.grade,
        withinCallId: within,
      });
  }
}

function partsOf(step: Json, calls: readonly Json[], endNs: bigint | null): OutputPart[] {
  const parts: OutputPart[] = [];
  const reasoning = textAt(step, 'reasoning_content');
  const text = plainText(field(step, 'message'));
  if (reasoning) parts.push({ type: 'reasoning', text: reasoning, endNs });
  if (text) parts.push({ type: 'text', text, endNs });
  for (const call of calls)
    parts.push({
      type: 'tool_call',
      callId: textAt(call, 'tool_call_id'),
      tool: textAt(call, 'function_name') ?? 'unknown',
      arguments: field(call, 'arguments') ?? null,
    });
  return parts;
}

/** Input holds what a cache held, as here. @param prefix of the names in a document's sums */
function tokensOf(metrics: JsonObject | null, prefix: '' | 'total_'): TokenCounts {
  const extra = objectAt(metrics, 'extra');
  return {
    input: tokensAt(metrics, `${prefix}prompt_tokens`),
    cacheRead: tokensAt(metrics, `${prefix}cached_tokens`),
    cacheWrite: tokensAt(extra, 'cache_creation_input_tokens'),
    output: tokensAt(metrics, `${prefix}completion_tokens`),
    reasoning: tokensAt(extra, 'reasoning_tokens'),
  };
}
