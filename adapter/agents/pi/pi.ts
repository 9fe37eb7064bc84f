// Reads the stream of `pi --mode json` (checked with 0.73.1). Its events carry no time, so tool calls
// stand where their lines arrived; only messages say when they were begun, and an assistant message is
// begun when its request is sent. Without arrivals the last time that any message told is all there is.
import type { TimingGrade } from '../../../shared/span.ts';
import type { AgentAdapter } from '../agent.ts';
import { hasArrivals } from '../reading/arrivals.ts';
import { earlier, isoNs, later, timeOfMs } from '../reading/clock.ts';
import { flagValue, runsProgram } from '../reading/command-line.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, numberAt, objectAt, parseEvent, parseObject, textAt } from '../reading/json-value.ts';
import { OtherLines } from '../reading/other-lines.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import type { AgentRun, AgentStream, Json, ModelCallStep, Step, StreamLine } from '../step.ts';
import { inOrder } from '../step.ts';
import { piText, readPiChanges, readPiExitCode, readPiParts, readPiTokens } from './pi-message.ts';
import { parsePiSession } from './pi-session.ts';

export const pi: AgentAdapter = {
  name: 'pi',
  recognises: (command) => runsProgram(command, ['pi', 'pi-coding-agent']),
  prints: isPi,
  parseStream: parsePi,
  sessionFiles: ({ home, env }) => [
    { dir: `${env.PI_CODING_AGENT_DIR || `${home}/.pi/agent`}/sessions`, match: /\.jsonl$/ },
  ],
  parseSession: parsePiSession,
  printsAll: true,
  join: (printed) => printed,
  proxyEnv: standardProxyEnv,
  streamsJson: (command) => flagValue(command, '--mode') === 'json',
  droppings: ['.pi/**'],
};

const startTypes = new Set(['agent_start', 'turn_start', 'message_start', 'tool_execution_start']);
/** Events that repeat what others say. */
const silentTypes = new Set(['agent_start', 'agent_end', 'turn_start', 'turn_end', 'tool_execution_update']);

/** True where the lines are pi's event stream. Its session file begins alike, but holds no such event. */
export function isPi(lines: readonly string[]): boolean {
  return lines.some((line) => startTypes.has(textAt(parseObject(line), 'type') ?? ''));
}

/** Reads one run. Never throws: what it does not understand is counted and passed by. */
export function parsePi(stream: AgentStream): AgentRun {
  return new PiReader(stream).read();
}

interface OpenCall {
  readonly startNs: bigint;
  readonly firstChunkNs: bigint | null;
  /** When each piece of the answer was complete, by its index. */
  readonly partEnds: Map<number, bigint>;
}

interface OpenTool {
  readonly startNs: bigint;
  readonly tool: string;
  readonly arguments: Json;
}

class PiReader {
  readonly stream: AgentStream;
  readonly steps: Step[] = [];
  readonly others = new OtherLines();
  readonly unknownEvents = new Map<string, number>();
  readonly openTools = new Map<string, OpenTool>();
  /** `arrival` where lines are stamped, else `derived` from the messages' own times. */
  readonly grade: TimingGrade;
  sessionId: string | null = null;
  workingDirectory: string | null = null;
  model: string | null = null;
  call: OpenCall | null = null;
  /** The end of what went before the next model call. */
  boundaryNs: bigint | null;
  /** The latest time known; the clock of a stream without arrivals. */
  clockNs: bigint | null;
  firstNs: bigint | null;

  constructor(stream: AgentStream) {
    this.stream = stream;
    this.boundaryNs = stream.spawnNs;
    this.clockNs = stream.spawnNs;
    this.firstNs = stream.spawnNs;
    this.grade = hasArrivals(stream) ? 'arrival' : 'derived';
  }

  read(): AgentRun {
    for (const line of this.stream.lines) {
      const event = line.stream === 'stdout' ? parseEvent(line.text) : null;
      const type = textAt(event, 'type');
      if (event === null || type === null) this.others.add(line);
      else this.#readEvent(type, event, this.#now(line, event));
    }
    const { spawnNs, exitNs } = this.stream;
    const startNs = this.firstNs ?? 0n;
    // Times that ran backwards must not make a length negative.
    const endNs = later(startNs, exitNs ?? this.clockNs ?? startNs);
    this.#closeWhatIsOpen(endNs);
    return {
      agent: 'pi',
      sessionId: this.sessionId,
      model: this.model,
      command: this.stream.command,
      workingDirectory: this.workingDirectory,
      startNs,
      endNs,
      timing: spawnNs !== null && exitNs !== null ? 'measured' : 'derived',
      exitCode: this.stream.exitCode,
      signal: this.stream.signal,
      steps: inOrder(this.steps),
      otherLines: this.others.lines,
      unknownEvents: this.unknownEvents,
      remarks: this.others.remarks,
    };
  }

  #now(line: StreamLine, event: JsonObject): bigint {
    const told = numberAt(objectAt(event, 'message'), 'timestamp');
    const atNs = line.atNs ?? timeOfMs(told) ?? isoNs(textAt(event, 'timestamp')) ?? this.clockNs ?? 0n;
    this.firstNs ??= atNs;
    if (this.clockNs === null || atNs > this.clockNs) this.clockNs = atNs;
    return atNs;
  }

  #readEvent(type: string, event: JsonObject, atNs: bigint): void {
    const message = objectAt(event, 'message');
    const role = textAt(message, 'role');
    if (type === 'session') {
      this.sessionId = textAt(event, 'id');
      this.workingDirectory = textAt(event, 'cwd');
    } else if (type === 'message_start' && role === 'assistant') this.#openCall(message, atNs);
    else if (type === 'message_update') this.#markPart(objectAt(event, 'assistantMessageEvent'), atNs);
    else if (type === 'message_end' && role === 'assistant') this.#closeCall(message, atNs);
    else if (type === 'message_end' && role === 'user') this.#readPrompt(message, atNs);
    else if (type === 'message_start' && role === 'toolResult') this.#settleTool(message, atNs);
    else if (type === 'tool_execution_start') this.#openTool(event, atNs);
    else if (type === 'tool_execution_end') this.#closeTool(event, atNs);
    else if (type === 'auto_retry_start')
      this.#addError('auto_retry', textAt(event, 'errorMessage') ?? 'the model call is tried again', atNs);
    else if (!silentTypes.has(type) && !type.startsWith('message_'))
      this.unknownEvents.set(type, (this.unknownEvents.get(type) ?? 0) + 1);
    const ends = type === 'turn_start' || type === 'tool_execution_end' || type === 'message_end';
    if (ends) this.boundaryNs = atNs;
  }

  #openCall(message: JsonObject | null, atNs: bigint): void {
    this.call = {
      startNs: this.#requestTime(message, atNs),
      firstChunkNs: this.grade === 'arrival' ? atNs : null,
      partEnds: new Map(),
    };
  }

  /** The message's own time where it can be the request's, else the end of what went before. */
  #requestTime(message: JsonObject | null, latestNs: bigint): bigint {
    const told = numberAt(message, 'timestamp');
    const toldNs = timeOfMs(told);
    // The message's clock is cut to the millisecond and may lie just before the line that made it due.
    const slackNs = 5_000_000n;
    const earliestNs = this.boundaryNs === null ? null : this.boundaryNs - slackNs;
    if (toldNs !== null && toldNs <= latestNs && (earliestNs === null || toldNs >= earliestNs)) return toldNs;
    return this.boundaryNs ?? latestNs;
  }

  #markPart(update: JsonObject | null, atNs: bigint): void {
    const index = numberAt(update, 'contentIndex');
    const ends = (textAt(update, 'type') ?? '').endsWith('_end');
    if (ends && index !== null && this.grade === 'arrival') this.call?.partEnds.set(index, atNs);
  }

  #closeCall(message: JsonObject | null, atNs: bigint): void {
    const call = this.call;
    this.call = null;
    const stopReason = textAt(message, 'stopReason');
    const failed = stopReason === 'error' || stopReason === 'aborted';
    const error = failed ? (textAt(message, 'errorMessage') ?? stopReason) : null;
    const provider = textAt(message, 'provider');
    const name = textAt(message, 'model');
    const model = provider !== null && name !== null ? `${provider}/${name}` : name;
    this.model ??= model;
    const usage = objectAt(message, 'usage');
    const step: ModelCallStep = {
      type: 'model_call',
      startNs: earlier(call?.startNs ?? this.#requestTime(message, atNs), atNs),
      endNs: atNs,
      timing: this.grade,
      model,
      provider,
      firstChunkNs: call?.firstChunkNs ?? null,
      tokens: readPiTokens(usage),
      costUsd: numberAt(objectAt(usage, 'cost'), 'total'),
      finishReason: stopReason,
      parts: readPiParts(message, call?.partEnds ?? new Map()),
      error,
    };
    this.steps.push(step);
    if (error !== null) this.#addError(stopReason ?? 'error', error, atNs);
  }

  #readPrompt(message: JsonObject | null, atNs: bigint): void {
    const text = piText(message);
    this.steps.push({ type: 'message', startNs: atNs, endNs: atNs, timing: this.grade, role: 'user', text });
  }

  #openTool(event: JsonObject, atNs: bigint): void {
    this.openTools.set(textAt(event, 'toolCallId') ?? '', {
      startNs: atNs,
      tool: textAt(event, 'toolName') ?? 'unknown',
      arguments: field(event, 'args') ?? null,
    });
  }

  #closeTool(event: JsonObject, atNs: bigint): void {
    const callId = textAt(event, 'toolCallId');
    const open = this.openTools.get(callId ?? '');
    this.openTools.delete(callId ?? '');
    const tool = open?.tool ?? textAt(event, 'toolName') ?? 'unknown';
    const result = objectAt(event, 'result');
    const output = piText(result);
    const failed = field(event, 'isError') === true;
    const args = open?.arguments ?? null;
    this.steps.push({
      type: 'tool_call',
      startNs: earlier(open?.startNs ?? this.boundaryNs ?? atNs, atNs),
      endNs: atNs,
      timing: open ? this.grade : 'derived',
      tool,
      callId,
      arguments: args,
      output,
      status: failed ? 'error' : 'completed',
      failed,
      exitCode: readPiExitCode(output, failed),
      changes: failed ? [] : readPiChanges(tool, args, result, this.workingDirectory),
    });
  }

  /** Without arrivals a tool's end is known from the message that carries its result, one event later. */
  #settleTool(message: JsonObject | null, atNs: bigint): void {
    const last = this.steps.at(-1);
    if (this.grade === 'arrival' || last?.type !== 'tool_call') return;
    if (last.callId === textAt(message, 'toolCallId'))
      this.steps[this.steps.length - 1] = { ...last, endNs: later(last.startNs, atNs) };
  }

  #addError(name: string, message: string, atNs: bigint): void {
    this.steps.push({ type: 'error', startNs: atNs, endNs: atNs, timing: this.grade, name, message });
  }

  /** A killed run leaves tools and an answer open: they lasted until the end, and have no status. */
  #closeWhatIsOpen(endNs: bigint): void {
    for (const [callId, open] of this.openTools) {
      this.steps.push({
        type: 'tool_call',
        startNs: open.startNs,
        endNs,
        timing: 'derived',
        tool: open.tool,
        callId,
        arguments: open.arguments,
        output: null,
        status: null,
        failed: false,
        exitCode: null,
        changes: [],
      });
    }
    if (this.call) this.#closeCall(null, endNs);
  }
}
