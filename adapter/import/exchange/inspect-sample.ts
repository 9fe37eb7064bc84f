// One sample of an Inspect log as a trial: model and tool events become the agent's steps, `init` the set-up, scorers the
// verifier, scores the verdicts. Both ends of an event were measured by Inspect. Reads old logs, whose events lie within one
// another, and condensed ones, whose texts lie in attachments. Opens no file.
import { isoNs, lengthOfSeconds, type Moment, weaker } from '../../agents/reading/clock.ts';
import {
  field,
  isObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  plainText,
  textAt,
} from '../../agents/reading/json-value.ts';
import type { LineKinds } from '../../agents/reading/line-account.ts';
import { RunDraft } from '../../agents/reading/run-draft.ts';
import type { AgentRun, Json } from '../../agents/step.ts';
import { partsOf, usageOf } from './inspect-answer.ts';
import { Condensed } from './inspect-condensed.ts';
import { scoresOf } from './inspect-scores.ts';
import { type SampleSpan, SampleSpans } from './inspect-spans.ts';
import { segmentOf } from './names.ts';
import type { Trial, TrialPhase, TrialTerminal } from './trial.ts';

/** Events by their name. */
export const inspectEvents: LineKinds = {
  unit: 'entry',
  read: [
    'model',
    'tool',
    'sandbox',
    'sample_limit',
    'error',
    'span_begin',
    'span_end',
    'score',
    'step',
    'subtask',
  ],
  repeated: { sample_init: 'the sample itself', score_edit: "the sample's own scores" },
  leftOut: {
    state: 'a change of the solver’s own state',
    store: 'a change of the solver’s own state',
    input: 'what a person was asked',
    approval: 'who allowed a call',
    info: 'a note of the solver',
    logger: 'a line of the log',
    interrupt: 'that somebody stepped in',
    compaction: 'that the context was made smaller',
    branch: 'where a branch began',
    anchor: 'where a branch may begin',
    checkpoint: 'that the state was kept',
  },
};

/** What the log says of all its samples. */
export interface EvalHead {
  readonly sweep: string;
  readonly agent: string;
  readonly model: string;
  readonly task: string;
  readonly taskTitle: string | null;
  readonly version: string | null;
  readonly evalId: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** @returns null where the sample holds neither an event nor a score: it was not begun */
export function readSample(head: EvalHead, sample: JsonObject, file: string): Trial | null {
  const id = plainText(field(sample, 'id')) ?? String(numberAt(sample, 'id') ?? '');
  const epoch = numberAt(sample, 'epoch') ?? 1;
  const reader = new SampleReader(head, sample);
  reader.readEvents();
  const scores = scoresOf(reader.scores(), reader.scoredAt);
  const run = reader.finish();
  if (run === null && scores.length === 0) return null;
  const terminal = reader.terminal();
  return {
    cell: {
      sweep: head.sweep,
      agent: head.agent,
      model: head.model,
      task: `${head.task}/${segmentOf(id)}`,
      attempt: Math.max(1, Math.floor(epoch)),
      ...(head.version === null ? {} : { agentVersion: head.version }),
      ...(head.taskTitle === null ? {} : { taskTitle: head.taskTitle }),
      settings: head.settings,
    },
    seed: textAt(sample, 'uuid') ?? `${head.evalId}/${id}/${epoch}`,
    run,
    phases: reader.phases,
    scores,
    ...(terminal === null ? {} : { terminal: { ...terminal, file } }),
  };
}

/** What a sandbox printed, and when. */
interface Printed {
  readonly atNs: bigint;
  readonly text: string;
}

class SampleReader {
  readonly draft: RunDraft;
  readonly phases: TrialPhase[] = [];
  /** When the scores were given; null where no event says so. */
  scoredAt: bigint | null = null;
  readonly #sample: JsonObject;
  readonly #condensed: Condensed;
  readonly #spans: SampleSpans;
  readonly #printed: Printed[] = [];
  readonly #scored: string[] = [];
  #count = 0;

  constructor(head: EvalHead, sample: JsonObject) {
    this.#sample = sample;
    this.#condensed = new Condensed(sample);
    this.draft = new RunDraft(head.agent, null);
    this.draft.model = head.model;
    this.draft.agentVersion = head.version;
    this.draft.sessionId = textAt(sample, 'uuid');
    this.draft.account.unit = inspectEvents.unit;
    this.#spans = new SampleSpans(listAt(sample, 'events'), (event) => this.#momentOf(event));
  }

  readEvents(): void {
    const events = listAt(this.#sample, 'events');
    const started = textAt(this.#sample, 'started_at') ?? textAt(events[0], 'timestamp');
    this.#prompt(this.#spans.setUpNs ?? isoNs(started));
    for (const event of events) this.#read(event, null);
    for (const span of this.#spans.left()) this.#addPhase(span, this.draft.clock.latest ?? span.at);
  }

  /** The run without its set-up and its scoring; null where nothing of it was recorded. */
  finish(): AgentRun | null {
    if (this.#count === 0) return null;
    const failure = textAt(objectAt(this.#sample, 'error'), 'message');
    const limit = objectAt(this.#sample, 'limit');
    const limitType = textAt(limit, 'type');
    const ofTime = limitType === 'time' || limitType === 'working';
    const limitS = numberAt(limit, 'limit');
    const retries = listAt(this.#sample, 'error_retries').length;
    if (retries > 0) this.draft.remarks.push(`${retries} attempts before it ended with an error`);
    const { account } = this.draft;
    account.finish();
    return {
      ...this.draft.finish(),
      ...(failure === null ? {} : { failure }),
      ...(ofTime ? { timedOutAfterS: limitS } : {}),
    };
  }

  /** Its scores by scorer, with their texts. */
  scores(): JsonObject | null {
    const scores = this.#condensed.whole(field(this.#sample, 'scores') ?? null);
    return isObject(scores) ? scores : null;
  }

  /** What the sandbox printed, as a recording; null where it ran nothing. */
  terminal(): Omit<TrialTerminal, 'file'> | null {
    const [first] = this.#printed;
    if (first === undefined) return null;
    const rows = this.#printed.map(({ atNs, text }) =>
      JSON.stringify([Math.max(0, Number(atNs - first.atNs) / 1e9), 'o', text.replace(/\r?\n/g, '\r\n')]),
    );
    const timestamp = Number(first.atNs) / 1e9;
    const header = JSON.stringify({ version: 2, width: 120, height: 40, timestamp });
    return {
      text: [header, ...rows, ''].join('\n'),
      timing: 'derived',
      note: 'Made of the commands that the sandbox ran, each with what it printed when it had ended.',
    };
  }

  /** Something that the agent did or met with: its run lasts from the first to the last. */
  #act(start: Moment, end: Moment): void {
    this.#count++;
    const { draft } = this;
    if (draft.started === null || start.ns < draft.started.ns) draft.started = start;
    if (draft.ended === null || end.ns > draft.ended.ns) draft.ended = end;
  }

  #prompt(atNs: bigint | null): void {
    const input = field(this.#sample, 'input');
    const at = this.draft.clock.moment(atNs, null);
    const said =
      typeof input === 'string' ? [{ role: 'user', content: input }] : Array.isArray(input) ? input : [];
    if (said.length > 0) this.draft.started = at;
    for (const message of said) {
      const text = this.#text(field(message, 'content'));
      if (text !== null) this.draft.prompt(textAt(message, 'role') ?? 'user', text, at);
    }
  }

  #read(event: Json, within: string | null): void {
    const { account } = this.draft;
    const kind = textAt(event, 'event') ?? 'nothing';
    account.begin();
    account.of(kind);
    const callId = within ?? this.#spans.callAround(textAt(event, 'span_id'), textAt(event, 'id'));
    if (kind === 'model') this.#readModel(event, callId);
    else if (kind === 'tool') this.#readTool(event, callId);
    else if (kind === 'sandbox') this.#readSandbox(event);
    else if (kind === 'span_end') this.#closeSpan(event);
    else if (kind === 'score') this.#readScore(event);
    else if (kind === 'error') this.#readError(event);
    else if (kind === 'sample_limit') this.#readLimit(event);
    else if (kind === 'subtask') for (const inner of listAt(event, 'events')) this.#read(inner, within);
    else if (!inspectEvents.read.includes(kind)) this.draft.passOver(inspectEvents, kind);
  }

  #readModel(event: Json, withinCallId: string | null): void {
    const start = this.#momentOf(event);
    const end = this.#endOf(event, start);
    const output = objectAt(event, 'output');
    const choice = listAt(output, 'choices')[0];
    const message = objectAt(choice, 'message');
    const usage = objectAt(output, 'usage');
    const error = plainText(field(event, 'error')) ?? textAt(output, 'error');
    const answerId = textAt(message, 'id');
    this.#act(start, end);
    this.draft.modelCall({
      start,
      end,
      model: textAt(output, 'model') || textAt(event, 'model'),
      tokens: usageOf(usage),
      costUsd: numberAt(usage, 'total_cost'),
      finishReason: textAt(choice, 'stop_reason'),
      parts: partsOf(message, this.#condensed, end.grade === 'none' ? null : end.ns),
      error,
      withinCallId,
      ...(answerId === null ? {} : { answerId: `inspect:${answerId}` }),
    });
  }

  #readTool(event: Json, withinCallId: string | null): void {
    const at = this.#momentOf(event);
    const callId = textAt(event, 'id');
    const tool = textAt(event, 'function') ?? 'unknown';
    const given = this.#condensed.whole(field(event, 'arguments') ?? null);
    for (const inner of listAt(event, 'events')) this.#read(inner, callId);
    const end = this.#endOf(event, at);
    this.#act(at, end);
    this.draft.openTool({ at, tool, callId, arguments: given, withinCallId });
    if (field(event, 'pending') === true) return;
    const error = objectAt(event, 'error');
    this.draft.closeTool({
      at: end,
      callId,
      output: this.#text(field(event, 'result')) ?? textAt(error, 'message'),
      status: textAt(error, 'type') ?? 'completed',
      failed: error !== null || field(event, 'failed') === true,
      exitCode: this.#spans.exitOf(callId),
      agentId: textAt(event, 'agent_span_id'),
    });
  }

  #readSandbox(event: Json): void {
    if (textAt(event, 'action') !== 'exec') return;
    const at = this.#momentOf(event);
    const end = this.#endOf(event, at);
    const command = this.#text(field(event, 'cmd'));
    const output = this.#text(field(event, 'output'));
    if (command !== null) this.#printed.push({ atNs: at.ns, text: `$ ${command}\n` });
    if (output) this.#printed.push({ atNs: end.ns, text: output.endsWith('\n') ? output : `${output}\n` });
  }

  #readError(event: Json): void {
    const at = this.#momentOf(event);
    const message = textAt(objectAt(event, 'error'), 'message');
    this.#act(at, at);
    this.draft.error('error', message ?? 'an error without a message', at);
  }

  #readLimit(event: Json): void {
    const at = this.#momentOf(event);
    const type = textAt(event, 'type') ?? 'limit';
    this.#act(at, at);
    this.draft.error(`${type} limit`, textAt(event, 'message') ?? `the ${type} limit was met`, at);
  }

  #readScore(event: Json): void {
    if (field(event, 'intermediate') === true) return;
    const score = objectAt(event, 'score');
    const text = [textAt(score, 'answer'), this.#text(field(score, 'explanation'))].filter((part) => part);
    this.#scored.push(text.join('\n'));
    this.scoredAt = isoNs(textAt(event, 'timestamp'));
  }

  #closeSpan(event: Json): void {
    const span = this.#spans.close(event);
    if (span !== null) this.#addPhase(span, this.#momentOf(event));
  }

  #addPhase(span: SampleSpan, end: Moment): void {
    const { part, name, at } = span;
    if (part === 'other') return;
    const isSetup = part === 'set-up';
    this.phases.push({
      kind: isSetup ? 'task_setup' : 'verify',
      name,
      startNs: at.ns,
      endNs: end.ns,
      timing: weaker(at.grade, end.grade),
      failure: null,
      output: isSetup ? null : this.#scored.splice(0).join('\n\n') || null,
    });
  }

  #momentOf(event: Json): Moment {
    return this.draft.clock.moment(isoNs(textAt(event, 'timestamp')), null);
  }

  #endOf(event: Json, start: Moment): Moment {
    const told = isoNs(textAt(event, 'completed'));
    if (told !== null) return this.draft.clock.moment(told, null);
    const working = lengthOfSeconds(numberAt(event, 'working_time'));
    return { ns: start.ns + (working ?? 0n), grade: weaker(start.grade, 'derived') };
  }

  #text(value: Json | undefined): string | null {
    return plainText(this.#condensed.whole(value ?? null));
  }
}

export function isSample(value: Json): value is JsonObject {
  return isObject(value) && 'epoch' in value;
}
