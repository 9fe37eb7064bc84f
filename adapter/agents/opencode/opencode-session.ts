// What opencode keeps of a session, as `opencode export` writes it and as the rows of `opencode.db` hold it: messages
// with the times of their request and their end, and parts with tokens a step. A text may hold several sessions, one
// a line: the first is the run, and those that name it as their parent are what its subagents did.
import { mediaIn } from '../../../shared/media/media.ts';
import type { Moment } from '../reading/clock.ts';
import { timeOfMs, weaker } from '../reading/clock.ts';
import type { JsonObject } from '../reading/json-value.ts';
import {
  field,
  isObject,
  listAt,
  numberAt,
  objectAt,
  parseObject,
  plainText,
  textAt,
} from '../reading/json-value.ts';
import { type LineKinds, leftOutReasons } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, Json, OutputPart } from '../step.ts';
import { readError, readTokens, readToolCall } from './opencode-parts.ts';

/** Messages by their role; those of a user that hold nothing that somebody said by what they hold. */
export const opencodeEntries: LineKinds = {
  unit: 'entry',
  read: ['user', 'assistant'],
  leftOut: {
    'user compaction': 'a mark that the history was shortened',
    'user synthetic': 'what the program adds for the model',
    'user*': 'without content',
  },
};

/** Reads sessions; null where the text holds none of opencode's. Never throws. */
export function parseOpencodeSessions(text: string): AgentRun | null {
  if (!/^\s*\{/.test(text) || !text.includes('"ses_') || !text.includes('"parts"')) return null;
  const whole = parseObject(text);
  const sessions = whole === null ? text.split('\n').map(parseObject) : [whole];
  const known = sessions.filter((session): session is JsonObject => isSession(session));
  if (known.length === 0 || !isSession(sessions[0] ?? null)) return null;
  return new SessionReader().read(known);
}

function isSession(value: JsonObject | null): boolean {
  return (
    (textAt(objectAt(value, 'info'), 'id') ?? '').startsWith('ses_') &&
    Array.isArray(field(value, 'messages')) &&
    listAt(value, 'messages').every((message) => !isObject(message) || Array.isArray(field(message, 'parts')))
  );
}

class SessionReader {
  readonly draft = new RunDraft('opencode', null);
  /** The call that sent the subagent of a session, by the session's id. */
  readonly sent = new Map<string, string>();

  read(sessions: readonly JsonObject[]): AgentRun {
    const { draft } = this;
    draft.account.unit = opencodeEntries.unit;
    const [first] = sessions;
    this.#readHead(objectAt(first, 'info'));
    for (const session of sessions) this.#noteSubagents(session);
    for (const session of sessions) {
      const id = textAt(objectAt(session, 'info'), 'id') ?? '';
      const within = session === first ? null : (this.sent.get(id) ?? null);
      for (const message of listAt(session, 'messages')) this.#readMessage(message, within);
    }
    if (draft.clock.latest !== null) draft.ended = draft.clock.latest;
    return draft.finish();
  }

  #readHead(info: JsonObject | null): void {
    const { draft } = this;
    draft.sessionId = textAt(info, 'id');
    draft.workingDirectory = textAt(info, 'directory');
    draft.agentVersion = textAt(info, 'version');
    draft.model = modelName(
      textAt(objectAt(info, 'model'), 'providerID'),
      textAt(objectAt(info, 'model'), 'id'),
    );
    const startNs = timeOfMs(numberAt(objectAt(info, 'time'), 'created'));
    if (startNs !== null) draft.started = draft.at(null, startNs);
  }

  /** A call that sends a subagent names the session that it works in. */
  #noteSubagents(session: JsonObject): void {
    for (const message of listAt(session, 'messages'))
      for (const part of listAt(message, 'parts')) {
        const callId = textAt(part, 'callID');
        const id = textAt(objectAt(objectAt(part, 'state'), 'metadata'), 'sessionId');
        if (callId !== null && id !== null) this.sent.set(id, callId);
      }
  }

  #readMessage(message: Json, within: string | null): void {
    const { account } = this.draft;
    account.begin();
    const info = objectAt(message, 'info');
    const role = textAt(info, 'role');
    if (role !== null) account.of(role);
    if (within === null && this.#isCopied(info)) account.leaveOut(leftOutReasons.copied);
    else if (role === 'user') this.#readUser(message, info, within);
    else if (role === 'assistant') this.#readAssistant(message, info, within);
    else if (info === null) account.leaveOut(leftOutReasons.broken);
    else this.draft.unknown(`message of ${role ?? 'nobody'}`);
  }

  /** A fork begins with the messages of another session, with their times: older than the fork itself. */
  #isCopied(info: JsonObject | null): boolean {
    const createdNs = timeOfMs(numberAt(objectAt(info, 'time'), 'created'));
    const startNs = this.draft.started?.ns ?? null;
    return createdNs !== null && startNs !== null && createdNs < startNs;
  }

  #readUser(message: Json, info: JsonObject | null, within: string | null): void {
    const { draft } = this;
    const at = draft.at(null, timeOfMs(numberAt(objectAt(info, 'time'), 'created')));
    const parts = listAt(message, 'parts');
    const said = parts.filter((part) => textAt(part, 'type') === 'text' && field(part, 'synthetic') !== true);
    const text = said.flatMap((part) => plainText(part) ?? []).join('\n');
    // What a subagent is told stands in the arguments of the call that sent it.
    const media = mediaIn(parts);
    const isSaid = text !== '' || media.length > 0;
    if (isSaid && within === null) draft.prompt('user', text, at, media);
    else draft.pass(at);
    if (isSaid) return;
    const other = parts.map((part) => textAt(part, 'type')).find((type) => type !== null);
    const kind = `user ${other === 'text' ? 'synthetic' : (other ?? '')}`;
    draft.account.of(kind);
    draft.account.passOver(opencodeEntries, kind);
  }

  /** A message holds one step of the model or several, each with its own end and tokens. */
  #readAssistant(message: Json, info: JsonObject | null, within: string | null): void {
    const { draft } = this;
    const time = objectAt(info, 'time');
    const asked = draft.at(null, timeOfMs(numberAt(time, 'created')));
    const doneNs = timeOfMs(numberAt(time, 'completed'));
    const model = modelName(textAt(info, 'providerID'), textAt(info, 'modelID'));
    draft.model ??= model;
    let step = new Step(asked);
    let steps = 0;
    const close = (told: JsonObject | null, finish: string | null): void => {
      const fallback: Moment =
        doneNs === null ? { ns: asked.ns, grade: 'derived' } : { ns: doneNs, grade: 'measured' };
      const end = step.end ?? fallback;
      draft.modelCall({
        start: step.start,
        end,
        model,
        provider: textAt(info, 'providerID'),
        firstChunkNs: step.firstChunkNs,
        tokens: readTokens(objectAt(told, 'tokens')),
        costUsd: numberAt(told, 'cost'),
        finishReason: finish,
        parts: step.parts,
        withinCallId: within,
      });
      draft.clock.see(end);
      for (const open of step.tools) this.#readTool(open, end, within);
      steps++;
      step = new Step({ ns: draft.boundary?.ns ?? end.ns, grade: weaker('derived', end.grade) });
    };
    for (const part of listAt(message, 'parts')) {
      const type = textAt(part, 'type');
      if (type === 'step-finish') close(isObject(part) ? part : null, textAt(part, 'reason'));
      else if (type === 'retry') this.#readRetry(part, asked);
      else if (!step.add(part)) this.#passOver(type);
    }
    if (!step.isEmpty || steps === 0) close(steps === 0 ? info : null, textAt(info, 'finish'));
    const error = objectAt(info, 'error');
    if (error !== null) readError(this.draft, error, { ns: doneNs ?? asked.ns, grade: asked.grade });
  }

  #readTool(part: JsonObject, answered: Moment, within: string | null): void {
    const { draft } = this;
    const state = objectAt(part, 'state');
    const status = textAt(state, 'status');
    if (status === 'pending' || status === 'running') {
      const startNs = timeOfMs(numberAt(objectAt(state, 'time'), 'start'));
      draft.openTool({
        at: startNs === null ? answered : { ns: startNs, grade: 'measured' },
        tool: textAt(part, 'tool'),
        callId: textAt(part, 'callID'),
        arguments: field(state, 'input') ?? null,
        withinCallId: within,
      });
      return;
    }
    const step = { ...readToolCall(part, answered.ns), withinCallId: within };
    draft.add(step);
    const end: Moment = { ns: step.endNs, grade: step.timing };
    draft.clock.see(end);
    draft.pass(end);
  }

  #readRetry(part: Json, at: Moment): void {
    const error = objectAt(part, 'error');
    const atNs = timeOfMs(numberAt(objectAt(part, 'time'), 'created'));
    readError(this.draft, error, atNs === null ? at : { ns: atNs, grade: 'measured' });
  }

  #passOver(type: string | null): void {
    if (type === null || !silentParts.has(type)) this.draft.unknownPart(`part ${type ?? 'without a type'}`);
  }
}

/** Parts of an answer that hold nothing of what was said or done. */
const silentParts = new Set(['step-start', 'snapshot', 'patch', 'agent', 'compaction', 'subtask', 'file']);

function modelName(provider: string | null, name: string | null): string | null {
  return provider !== null && name !== null ? `${provider}/${name}` : name;
}

/** One answer of the model, while its parts come. */
class Step {
  readonly start: Moment;
  readonly parts: OutputPart[] = [];
  readonly tools: JsonObject[] = [];
  firstChunkNs: bigint | null = null;
  /** When its last call was asked for, else when its last text was whole. */
  end: Moment | null = null;
  #calls = false;

  constructor(start: Moment) {
    this.start = start;
  }

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  /** @returns false where the part is none of an answer */
  add(part: Json): boolean {
    const type = textAt(part, 'type');
    const time = objectAt(part, 'time');
    const startNs = timeOfMs(numberAt(time, 'start'));
    const endNs = timeOfMs(numberAt(time, 'end'));
    if (type === 'text' || type === 'reasoning') {
      if (startNs !== null && (this.firstChunkNs === null || startNs < this.firstChunkNs))
        this.firstChunkNs = startNs;
      this.parts.push({ type, text: textAt(part, 'text') ?? '', endNs });
      if (endNs !== null && !this.#calls) this.end = { ns: endNs, grade: 'measured' };
    } else if (type === 'tool' && isObject(part)) this.#addTool(part);
    else return false;
    return true;
  }

  #addTool(part: JsonObject): void {
    const state = objectAt(part, 'state');
    const startNs = timeOfMs(numberAt(objectAt(state, 'time'), 'start'));
    this.tools.push(part);
    this.parts.push({
      type: 'tool_call',
      callId: textAt(part, 'callID'),
      tool: textAt(part, 'tool') ?? 'unknown',
      arguments: field(state, 'input') ?? null,
    });
    // A tool starts when its arguments are complete; the last one ends the answer.
    if (startNs !== null && (!this.#calls || this.end === null || startNs > this.end.ns))
      this.end = { ns: startNs, grade: 'derived' };
    this.#calls = true;
  }
}
