// Reads the stream of `pi --mode json` (checked with 0.73.1). Its events carry no time, so tool calls
// stand where their lines arrived; only messages say when they were begun, and an assistant message is
// begun when its request is sent. Without arrivals the last time that any message told is all there is.

import { mediaIn } from '../../../shared/media/media.ts';
import type { TimingGrade } from '../../../shared/span.ts';
import type { PrintingAgent } from '../agent.ts';
import type { Moment } from '../reading/clock.ts';
import { isoNs, timeOfMs } from '../reading/clock.ts';
import { flagValue, runsProgram } from '../reading/command-line.ts';
import type { EventParser } from '../reading/event-reader.ts';
import { eventReader } from '../reading/event-reader.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, numberAt, objectAt, parseObject, textAt } from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { chatCompletions, ownPrompt } from '../reading/own-model.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import type { ToolEnd } from '../reading/run-draft.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { ProcessExit, ProcessStart, StreamLine } from '../step.ts';
import { piText, readPiChanges, readPiExitCode, readPiParts, readPiTokens } from './pi-message.ts';
import { overlayPiModels } from './pi-models.ts';
import { parsePiSession, piSessionLines } from './pi-session.ts';

const TURNS = 'where turns begin and end follows from the messages';

export const piLines: LineKinds = {
  unit: 'line',
  read: [
    'session',
    'message_start',
    'message_update',
    'message_end',
    'tool_execution_start',
    'tool_execution_end',
    'auto_retry_start',
  ],
  repeated: {
    agent_start: TURNS,
    agent_end: 'the messages again',
    turn_start: TURNS,
    turn_end: 'the messages again',
    tool_execution_update: 'the output so far, which the end of the call tells whole',
    'message_*': 'pieces of messages that are told whole',
  },
};

export const pi: PrintingAgent = {
  name: 'pi',
  recognises: (command) => runsProgram(command, ['pi', 'pi-coding-agent']),
  prints: isPi,
  reader: (start) => eventReader(new PiParser(start)),
  printed: piLines,
  kept: { 'a session file': piSessionLines },
  sessionFiles: ({ home, env }) => [
    { dir: `${env.PI_CODING_AGENT_DIR || `${home}/.pi/agent`}/sessions`, match: /\.jsonl$/ },
  ],
  parseSession: parsePiSession,
  printsAll: true,
  join: (printed) => printed,
  proxyEnv: standardProxyEnv,
  overlay: overlayPiModels,
  configuredModel({ env, home, read }) {
    const settings = parseObject(read(`${env.PI_CODING_AGENT_DIR || `${home}/.pi/agent`}/settings.json`));
    const [provider, model] = [textAt(settings, 'defaultProvider'), textAt(settings, 'defaultModel')];
    return provider === null || model === null ? model : `${provider}/${model}`;
  },
  streamsJson: (command) => flagValue(command, '--mode') === 'json',
  leftovers: ['.pi/**'],
  ownModel: {
    environment: [['PI_CODING_AGENT_DIR', '.pi-own']],
    file: {
      path: '.pi-own/models.json',
      text: '{"providers":{"own":{"baseUrl":"$YOUR_ENDPOINT","api":"openai-completions","apiKey":"$YOUR_KEY","models":[{"id":"$YOUR_MODEL"}]}}}',
    },
    command: ['pi', '--model', { variable: 'YOUR_MODEL', prefix: 'own/' }, '-p', ownPrompt],
    speaks: chatCompletions,
  },
};

const startTypes = new Set(['agent_start', 'turn_start', 'message_start', 'tool_execution_start']);

/** True where the lines are pi's event stream. Its session file begins alike, but holds no such event. */
export function isPi(lines: readonly string[]): boolean {
  return lines.some((line) => startTypes.has(textAt(parseObject(line), 'type') ?? ''));
}

interface OpenCall {
  readonly startNs: bigint;
  readonly firstChunkNs: bigint | null;
  /** When each piece of the answer was complete, by its index. */
  readonly partEnds: Map<number, bigint>;
}

class PiParser implements EventParser {
  readonly draft: RunDraft;
  /** `arrival` where lines are stamped, else `derived` from the messages' own times. */
  #grade: TimingGrade | null = null;
  #call: OpenCall | null = null;
  /** Without arrivals: the tool call whose end the next event may tell better. */
  #unsettled: ToolEnd | null = null;

  constructor(start: ProcessStart) {
    this.draft = new RunDraft('pi', start);
  }

  readEvent(type: string, event: JsonObject, line: StreamLine): void {
    const at = this.#moment(line, event);
    const message = objectAt(event, 'message');
    const role = textAt(message, 'role');
    if (type === 'message_start' && role === 'toolResult') this.#settleTool(message, at);
    else if (type !== 'tool_execution_update') this.#closeUnsettled();
    if (type === 'session') {
      this.draft.sessionId = textAt(event, 'id');
      this.draft.workingDirectory = textAt(event, 'cwd');
    } else if (type === 'message_start' && role === 'assistant') this.#openCall(message, at);
    else if (type === 'message_update') this.#markPart(objectAt(event, 'assistantMessageEvent'), at);
    else if (type === 'message_end' && role === 'assistant') this.#closeCall(message, at);
    else if (type === 'message_end' && role === 'user')
      this.draft.prompt('user', piText(message), at, mediaIn(field(message, 'content')));
    else if (type === 'tool_execution_start') this.#openTool(event, at);
    else if (type === 'tool_execution_end') this.#endTool(event, at);
    else if (type === 'auto_retry_start')
      this.draft.error('auto_retry', textAt(event, 'errorMessage') ?? 'the model call is tried again', at);
    else if (!(type === 'message_start' || type === 'message_end')) this.draft.passOver(piLines, type);
    const ends = type === 'turn_start' || type === 'tool_execution_end' || type === 'message_end';
    if (ends) this.draft.boundary = at;
  }

  /** A killed run leaves tools and an answer open: they lasted until the end, and have no status. */
  close({ exitNs }: ProcessExit): void {
    this.#closeUnsettled();
    if (this.#call === null) return;
    const endNs = exitNs ?? this.draft.clock.latest?.ns ?? 0n;
    this.#closeCall(null, { ns: endNs, grade: this.#grade ?? 'none' });
  }

  #moment(line: StreamLine, event: JsonObject): Moment {
    const { clock } = this.draft;
    this.#grade ??= line.atNs === null ? 'derived' : 'arrival';
    const told = numberAt(objectAt(event, 'message'), 'timestamp');
    const toldNs = timeOfMs(told) ?? isoNs(textAt(event, 'timestamp'));
    const at = { ns: line.atNs ?? toldNs ?? clock.latest?.ns ?? 0n, grade: this.#grade };
    clock.see(at);
    return at;
  }

  #openCall(message: JsonObject | null, at: Moment): void {
    this.#call = {
      startNs: this.#requestTime(message, at.ns),
      firstChunkNs: at.grade === 'arrival' ? at.ns : null,
      partEnds: new Map(),
    };
  }

  /** The message's own time where it can be the request's, else the end of what went before. */
  #requestTime(message: JsonObject | null, latestNs: bigint): bigint {
    const toldNs = timeOfMs(numberAt(message, 'timestamp'));
    const boundaryNs = this.draft.boundary?.ns ?? null;
    // The message's clock is cut to the millisecond and may lie just before the line that made it due.
    const slackNs = 5_000_000n;
    const earliestNs = boundaryNs === null ? null : boundaryNs - slackNs;
    if (toldNs !== null && toldNs <= latestNs && (earliestNs === null || toldNs >= earliestNs)) return toldNs;
    return boundaryNs ?? latestNs;
  }

  #markPart(update: JsonObject | null, at: Moment): void {
    const index = numberAt(update, 'contentIndex');
    const ends = (textAt(update, 'type') ?? '').endsWith('_end');
    if (ends && index !== null && at.grade === 'arrival') this.#call?.partEnds.set(index, at.ns);
  }

  #closeCall(message: JsonObject | null, at: Moment): void {
    const call = this.#call;
    this.#call = null;
    const stopReason = textAt(message, 'stopReason');
    const failed = stopReason === 'error' || stopReason === 'aborted';
    const error = failed ? (textAt(message, 'errorMessage') ?? stopReason) : null;
    const provider = textAt(message, 'provider');
    const name = textAt(message, 'model');
    const model = provider !== null && name !== null ? `${provider}/${name}` : name;
    this.draft.model ??= model;
    const usage = objectAt(message, 'usage');
    this.draft.modelCall({
      start: { ns: call?.startNs ?? this.#requestTime(message, at.ns), grade: at.grade },
      end: at,
      model,
      provider,
      firstChunkNs: call?.firstChunkNs ?? null,
      tokens: readPiTokens(usage),
      costUsd: numberAt(objectAt(usage, 'cost'), 'total'),
      finishReason: stopReason,
      parts: readPiParts(message, call?.partEnds ?? new Map()),
      error,
    });
    if (error !== null) this.draft.error(stopReason ?? 'error', error, at);
  }

  #openTool(event: JsonObject, at: Moment): void {
    this.draft.openTool({
      at,
      tool: textAt(event, 'toolName') ?? 'unknown',
      callId: textAt(event, 'toolCallId'),
      arguments: field(event, 'args') ?? null,
    });
  }

  #endTool(event: JsonObject, at: Moment): void {
    const callId = textAt(event, 'toolCallId');
    const open = this.draft.toolStart(callId);
    const result = objectAt(event, 'result');
    const output = piText(result);
    const failed = field(event, 'isError') === true;
    const tool = open?.tool ?? textAt(event, 'toolName') ?? 'unknown';
    const args = open?.arguments ?? null;
    const end: ToolEnd = {
      at,
      callId,
      tool,
      start: open?.at ?? { ns: this.draft.boundary?.ns ?? at.ns, grade: 'derived' },
      output,
      status: failed ? 'error' : 'completed',
      failed,
      exitCode: readPiExitCode(output, failed),
      changes: failed ? [] : readPiChanges(tool, args, result, this.draft.workingDirectory),
      media: mediaIn(field(result, 'content')),
    };
    if (at.grade === 'arrival') this.draft.closeTool(end);
    else this.#unsettled = end;
  }

  /** Without arrivals a tool's end is known from the message that carries its result, one event later. */
  #settleTool(message: JsonObject | null, at: Moment): void {
    const isIts = this.#unsettled?.callId === textAt(message, 'toolCallId');
    this.#closeUnsettled(isIts ? at : undefined);
  }

  #closeUnsettled(at?: Moment): void {
    const end = this.#unsettled;
    this.#unsettled = null;
    if (end !== null) this.draft.closeTool({ ...end, at: at ?? end.at });
  }
}
