// Reads the stream of `opencode run --format json` (checked with 1.18.33). Tool calls carry their own
// start and end and are taken as they are. The stream never says when a request was sent: a model call's
// start is the birth of its message, which opencode writes into the message's id, and its end is the
// moment its last tool call was complete, or the step's finish where it called none.
import type { TimingGrade } from '../../shared/span.ts';
import type { AgentAdapter, Environment } from './agent.ts';
import { earlier, later, timeOfMs } from './reading/clock.ts';
import { flagValue, runsProgram } from './reading/command-line.ts';
import { addedFile, readPatch } from './reading/diff.ts';
import type { JsonObject } from './reading/json-value.ts';
import {
  exitCodeAt,
  field,
  numberAt,
  objectAt,
  parseEvent,
  parseObject,
  textAt,
  tokensAt,
} from './reading/json-value.ts';
import { OtherLines } from './reading/other-lines.ts';
import { proxyRoutes, standardProxyEnv } from './reading/proxy-env.ts';
import type {
  AgentRun,
  AgentStream,
  ErrorStep,
  FileChange,
  ModelCallStep,
  OutputPart,
  Step,
  StreamLine,
  TokenCounts,
  ToolCallStep,
} from './step.ts';
import { inOrder } from './step.ts';

export const opencode: AgentAdapter = {
  name: 'opencode',
  recognises: (command) => runsProgram(command, ['opencode', 'opencode-ai']),
  prints: isOpencode,
  parseStream: parseOpencode,
  proxyEnv: (proxyUrl, env) => ({ ...standardProxyEnv(proxyUrl), ...proxyConfig(proxyUrl, env) }),
  streamsJson: (command) => flagValue(command, '--format') === 'json',
  droppings: ['opencode.json', 'opencode.jsonc', '.opencode/**'],
};

/** opencode heeds no address from the environment, but a configuration that is laid over the files'. */
function proxyConfig(proxyUrl: string, env: Environment): Record<string, string> {
  const given = parseObject(env.OPENCODE_CONFIG_CONTENT ?? '');
  if (given === null && env.OPENCODE_CONFIG_CONTENT) return {};
  const at = (path: string) => ({ options: { baseURL: `${proxyUrl}${path}` } });
  const provider = {
    openai: at(proxyRoutes.openai.path),
    anthropic: at(`${proxyRoutes.anthropic.path}/v1`),
    google: at(`${proxyRoutes.google.path}/v1beta`),
    ...objectAt(given, 'provider'),
  };
  return { OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...given, provider }) };
}

const knownTypes = new Set(['step_start', 'tool_use', 'text', 'reasoning', 'step_finish', 'error']);

/** True where the lines are this agent's: an event of a known type with opencode's session id. */
export function isOpencode(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const event = parseObject(line);
    return (
      event !== null &&
      knownTypes.has(textAt(event, 'type') ?? '') &&
      (textAt(event, 'sessionID') ?? '').startsWith('ses_')
    );
  });
}

/** Reads one run. Never throws: what it does not understand is counted and passed by. */
export function parseOpencode(stream: AgentStream): AgentRun {
  return new OpencodeReader(stream).read();
}

/** The answer that is being received: from its first chunk to its finish. */
interface OpenStep {
  readonly messageId: string | null;
  readonly firstChunkNs: bigint;
  readonly parts: OutputPart[];
  /** When the last tool call's arguments were complete, which is when opencode starts the tool. */
  lastToolStartNs: bigint | null;
}

class OpencodeReader {
  readonly stream: AgentStream;
  readonly steps: Step[] = [];
  readonly others = new OtherLines();
  readonly unknownEvents = new Map<string, number>();
  readonly model: string | null;
  sessionId: string | null = null;
  open: OpenStep | null = null;
  /** The end of what went before: nothing of the next model call can be older. */
  boundaryNs: bigint | null;
  lastNs: bigint | null;

  constructor(stream: AgentStream) {
    this.stream = stream;
    // The stream itself never names the model.
    this.model = flagValue(stream.command, '-m', '--model');
    this.boundaryNs = stream.spawnNs;
    this.lastNs = stream.spawnNs;
  }

  read(): AgentRun {
    for (const line of this.stream.lines) {
      const event = line.stream === 'stdout' ? parseEvent(line.text) : null;
      if (event === null || textAt(event, 'type') === null) this.others.add(line);
      else this.#readEvent(event, line);
    }
    if (this.open) this.#closeModelCall(null, this.stream.exitNs ?? this.lastNs ?? this.open.firstChunkNs);
    const steps = inOrder(this.steps);
    const { spawnNs, exitNs } = this.stream;
    const startNs = spawnNs ?? steps[0]?.startNs ?? 0n;
    return {
      agent: 'opencode',
      sessionId: this.sessionId,
      model: this.model,
      command: this.stream.command,
      workingDirectory: null,
      startNs,
      endNs: later(startNs, exitNs ?? this.lastNs ?? startNs),
      timing: spawnNs !== null && exitNs !== null ? 'measured' : 'derived',
      exitCode: this.stream.exitCode,
      signal: this.stream.signal,
      steps,
      otherLines: this.others.lines,
      unknownEvents: this.unknownEvents,
      remarks: this.others.remarks,
    };
  }

  #readEvent(event: JsonObject, line: StreamLine): void {
    const type = textAt(event, 'type') ?? '';
    const emittedMs = numberAt(event, 'timestamp');
    const atNs = timeOfMs(emittedMs) ?? line.atNs ?? this.lastNs ?? 0n;
    this.sessionId ??= textAt(event, 'sessionID');
    const part = objectAt(event, 'part');
    if (type === 'step_start') this.#openStep(part, atNs);
    else if (type === 'tool_use') this.#readTool(part, atNs);
    else if (type === 'text' || type === 'reasoning') this.#readText(type, part, atNs);
    else if (type === 'step_finish') this.#closeModelCall(part, atNs);
    else if (type === 'error')
      this.steps.push(readError(event, atNs, emittedMs === null ? 'arrival' : 'measured'));
    else this.unknownEvents.set(type, (this.unknownEvents.get(type) ?? 0) + 1);
    if (this.lastNs === null || atNs > this.lastNs) this.lastNs = line.atNs ?? atNs;
  }

  #openStep(part: JsonObject | null, atNs: bigint): void {
    if (this.open) this.#closeModelCall(null, this.lastNs ?? atNs);
    this.open = {
      messageId: textAt(part, 'messageID'),
      firstChunkNs: atNs,
      parts: [],
      lastToolStartNs: null,
    };
  }

  #readTool(part: JsonObject | null, atNs: bigint): void {
    const step = readToolCall(part, atNs);
    this.steps.push(step);
    if (!this.open) return;
    this.open.parts.push({
      type: 'tool_call',
      callId: step.callId,
      tool: step.tool,
      arguments: step.arguments,
    });
    const last = this.open.lastToolStartNs;
    if (last === null || step.startNs > last) this.open.lastToolStartNs = step.startNs;
  }

  #readText(type: 'text' | 'reasoning', part: JsonObject | null, atNs: bigint): void {
    const endMs = numberAt(objectAt(part, 'time'), 'end');
    const text = textAt(part, 'text') ?? '';
    this.open?.parts.push({ type, text, endNs: timeOfMs(endMs) ?? atNs });
  }

  #closeModelCall(part: JsonObject | null, atNs: bigint): void {
    const { firstChunkNs, messageId, parts, lastToolStartNs } = this.open ?? {
      firstChunkNs: null,
      messageId: textAt(part, 'messageID'),
      parts: [],
      lastToolStartNs: null,
    };
    this.open = null;
    const latestNs = firstChunkNs ?? atNs;
    const bornNs = messageBirth(messageId, latestNs);
    const known =
      bornNs !== null && bornNs <= latestNs && (this.boundaryNs === null || bornNs >= this.boundaryNs);
    const startNs = known ? bornNs : (this.boundaryNs ?? latestNs);
    const step: ModelCallStep = {
      type: 'model_call',
      startNs,
      // Lines that came in another order must not make a length negative.
      endNs: later(startNs, lastToolStartNs ?? atNs),
      timing: 'derived',
      model: this.model,
      provider: this.model?.includes('/') ? (this.model.split('/')[0] ?? null) : null,
      firstChunkNs,
      tokens: readTokens(objectAt(part, 'tokens')),
      costUsd: numberAt(part, 'cost'),
      finishReason: textAt(part, 'reason'),
      parts,
      error: null,
    };
    this.steps.push(step);
    this.boundaryNs = atNs;
  }
}

function readToolCall(part: JsonObject | null, atNs: bigint): ToolCallStep {
  const state = objectAt(part, 'state');
  const time = objectAt(state, 'time');
  const startNs = timeOfMs(numberAt(time, 'start'));
  const endNs = timeOfMs(numberAt(time, 'end'));
  const status = textAt(state, 'status');
  const failed = status === 'error';
  return {
    type: 'tool_call',
    startNs: earlier(startNs ?? atNs, endNs ?? atNs),
    endNs: endNs ?? atNs,
    timing: startNs !== null && endNs !== null ? 'measured' : 'derived',
    tool: textAt(part, 'tool') ?? 'unknown',
    callId: textAt(part, 'callID'),
    arguments: field(state, 'input') ?? null,
    output: textAt(state, 'output') ?? textAt(state, 'error'),
    status,
    failed,
    exitCode: exitCodeAt(objectAt(state, 'metadata'), 'exit'),
    changes: failed ? [] : readChanges(state),
  };
}

/** edit tells a patch; write tells the path and whether the file was there, and its input the content. */
function readChanges(state: JsonObject | null): FileChange[] {
  const metadata = objectAt(state, 'metadata');
  const title = textAt(state, 'title');
  const rename = (path: string): string => (title !== null && path.endsWith(`/${title}`) ? title : path);
  const patch = textAt(objectAt(metadata, 'filediff'), 'patch') ?? textAt(metadata, 'diff');
  if (patch !== null) return readPatch(patch, rename);
  const written = textAt(metadata, 'filepath');
  const existed = field(metadata, 'exists');
  const content = textAt(objectAt(state, 'input'), 'content');
  if (written === null || content === null || typeof existed !== 'boolean') return [];
  const path = rename(written);
  return existed
    ? [{ path, change: 'modified', diff: null }]
    : [{ path, change: 'added', diff: addedFile(path, content) }];
}

/** opencode counts cache reads and writes apart from input, and reasoning apart from output. */
function readTokens(tokens: JsonObject | null): TokenCounts {
  const cache = objectAt(tokens, 'cache');
  const input = tokensAt(tokens, 'input');
  const cacheRead = tokensAt(cache, 'read');
  const cacheWrite = tokensAt(cache, 'write');
  const output = tokensAt(tokens, 'output');
  const reasoning = tokensAt(tokens, 'reasoning');
  const allInput = input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0);
  const total = tokensAt(tokens, 'total');
  // Its total tells whether the output it prints already holds the reasoning.
  const held = total !== null && allInput !== null && output !== null && total === allInput + output;
  return {
    input: allInput,
    cacheRead,
    cacheWrite,
    output: output === null ? null : held ? output : output + (reasoning ?? 0),
    reasoning,
  };
}

function readError(event: JsonObject, atNs: bigint, timing: TimingGrade): ErrorStep {
  const error = objectAt(event, 'error');
  const name = textAt(error, 'name') ?? 'error';
  return {
    type: 'error',
    startNs: atNs,
    endNs: atNs,
    timing,
    name,
    message: textAt(objectAt(error, 'data'), 'message') ?? textAt(error, 'message') ?? name,
  };
}

/**
 * When a message was made. opencode's ids begin with 12 hex digits: the low 48 bits of milliseconds
 * × 4096 + a counter, so the low 36 bits of the time; `nearNs` gives the rest (they wrap in 2.2 years).
 */
function messageBirth(id: string | null, nearNs: bigint): bigint | null {
  const hex = /^msg_([0-9a-f]{12})/.exec(id ?? '')?.[1];
  if (hex === undefined) return null;
  const span = 1n << 36n;
  const nearMs = nearNs / 1_000_000n;
  const low = BigInt(`0x${hex}`) >> 12n;
  const ms = nearMs - (nearMs % span) + low;
  return (ms > nearMs + span / 2n ? ms - span : ms) * 1_000_000n;
}
