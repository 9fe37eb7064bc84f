// pi's session file, version 3: a header, then stamped entries that form a tree. An assistant message
// tells when its request was sent, and its entry when it was whole; a tool result tells its end. Every
// branch of the tree really ran, so all are kept.
import { mediaIn } from '../../../shared/media/media.ts';
import { linesOf } from '../reading/arrivals.ts';
import type { Moment } from '../reading/clock.ts';
import { isoNs, timeOfMs, weaker } from '../reading/clock.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { exitCodeAt, field, numberAt, objectAt, parseEvent, textAt } from '../reading/json-value.ts';
import { type LineKinds, leftOutReasons } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, Json } from '../step.ts';
import { piText, readPiChanges, readPiExitCode, readPiParts, readPiTokens } from './pi-message.ts';

const STATE = 'the state of the program';
const SUMMARY = 'a summary of what came before';

export const piSessionLines: LineKinds = {
  unit: 'line',
  read: ['session', 'message'],
  leftOut: {
    model_change: 'the model, which each answer names',
    thinking_level_change: STATE,
    compaction: SUMMARY,
    branch_summary: SUMMARY,
    label: 'what the session is called',
    session_info: 'what the session is called',
    custom: 'what extensions add',
    custom_message: 'what extensions add',
  },
};

/** Reads a session file; null where it is none, or the stream, which begins alike. Never throws. */
export function parsePiSession(text: string): AgentRun | null {
  const lines = linesOf(text);
  const header = parseEvent(lines.next().value ?? '');
  if (textAt(header, 'type') !== 'session' || numberAt(header, 'version') === null) return null;
  const second = lines.next().value;
  const next = second === undefined ? null : parseEvent(second);
  // Entries of the file have ids; events of the stream have none.
  if (next !== null && textAt(next, 'id') === null) return null;
  return new SessionReader(header).read(text);
}

class SessionReader {
  readonly draft = new RunDraft('pi', null);
  readonly given = new Map<string, Json>();
  /** A fork begins with the entries of another session: older than its own header. */
  readonly #startNs: bigint | null;

  constructor(header: JsonObject | null) {
    this.draft.sessionId = textAt(header, 'id');
    this.draft.workingDirectory = textAt(header, 'cwd');
    const startNs = isoNs(textAt(header, 'timestamp'));
    this.#startNs = startNs;
    if (startNs !== null) this.draft.started = this.draft.at(null, startNs);
  }

  read(text: string): AgentRun {
    let isFirst = true;
    for (const line of this.draft.account.linesOf(text)) {
      if (isFirst) {
        this.draft.account.of('session');
        isFirst = false;
        continue;
      }
      const entry = parseEvent(line);
      const type = textAt(entry, 'type');
      if (type !== null) this.draft.account.of(type);
      if (entry === null || type === null)
        this.draft.others.add({ atNs: null, stream: 'stdout', text: line });
      else if (this.#isCopied(entry)) this.draft.account.leaveOut(leftOutReasons.copied);
      else if (type === 'message') this.#readMessage(objectAt(entry, 'message'), entry);
      else this.draft.passOver(piSessionLines, type);
    }
    this.draft.ended = this.draft.clock.latest;
    return this.draft.finish();
  }

  #isCopied(entry: JsonObject): boolean {
    const writtenNs = isoNs(textAt(entry, 'timestamp'));
    return writtenNs !== null && this.#startNs !== null && writtenNs < this.#startNs;
  }

  #readMessage(message: JsonObject | null, entry: JsonObject): void {
    const role = textAt(message, 'role');
    const writtenNs = isoNs(textAt(entry, 'timestamp'));
    const toldNs = timeOfMs(numberAt(message, 'timestamp'));
    if (role === 'assistant') this.#readAnswer(message, toldNs, this.draft.at(null, writtenNs));
    else if (role === 'toolResult') this.#readResult(message, this.draft.at(null, toldNs ?? writtenNs));
    else if (role === 'user')
      this.draft.prompt(
        'user',
        piText(message),
        this.draft.at(null, toldNs ?? writtenNs),
        mediaIn(field(message, 'content')),
      );
    else if (role === 'bashExecution') this.#readBash(message, this.draft.at(null, toldNs ?? writtenNs));
    else this.draft.unknown(`message of ${role ?? 'nobody'}`);
  }

  #readAnswer(message: JsonObject | null, askedNs: bigint | null, end: Moment): void {
    const provider = textAt(message, 'provider');
    const name = textAt(message, 'model');
    const model = provider !== null && name !== null ? `${provider}/${name}` : name;
    this.draft.model ??= model;
    const stopReason = textAt(message, 'stopReason');
    const failed = stopReason === 'error' || stopReason === 'aborted';
    const error = failed ? (textAt(message, 'errorMessage') ?? stopReason) : null;
    const usage = objectAt(message, 'usage');
    const parts = readPiParts(message, new Map());
    this.draft.modelCall({
      start: askedNs === null || askedNs > end.ns ? null : { ns: askedNs, grade: 'measured' },
      end,
      model,
      provider,
      tokens: readPiTokens(usage),
      costUsd: numberAt(objectAt(usage, 'cost'), 'total'),
      finishReason: stopReason,
      parts,
      error,
    });
    if (error !== null) this.draft.error(stopReason ?? 'error', error, end);
    const at: Moment = { ns: end.ns, grade: weaker('derived', end.grade) };
    for (const part of parts)
      if (part.type === 'tool_call') {
        this.given.set(part.callId ?? '', part.arguments);
        this.draft.openTool({ at, tool: part.tool, callId: part.callId, arguments: part.arguments });
      }
  }

  #readResult(message: JsonObject | null, at: Moment): void {
    const callId = textAt(message, 'toolCallId');
    const tool = textAt(message, 'toolName') ?? 'unknown';
    const output = piText(message);
    const failed = field(message, 'isError') === true;
    const args = this.given.get(callId ?? '') ?? null;
    this.draft.closeTool({
      at,
      callId,
      tool,
      output,
      status: failed ? 'error' : 'completed',
      failed,
      exitCode: readPiExitCode(output, failed),
      changes: failed ? [] : readPiChanges(tool, args, message, this.draft.workingDirectory),
      media: mediaIn(field(message, 'content')),
    });
  }

  /** A command that the user ran from within pi. */
  #readBash(message: JsonObject | null, at: Moment): void {
    const exitCode = exitCodeAt(message, 'exitCode');
    this.draft.closeTool({
      at,
      callId: null,
      tool: 'user bash',
      arguments: { command: textAt(message, 'command') ?? '' },
      output: textAt(message, 'output'),
      status: field(message, 'cancelled') === true ? 'cancelled' : 'completed',
      failed: false,
      exitCode,
    });
  }
}
