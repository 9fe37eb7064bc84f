// Messages in Anthropic's shape, as Claude Code and Qwen Code print and keep them: answers with text,
// thinking and tool_use blocks, user messages with tool_result blocks. One answer may come on several
// lines that repeat its id and its usage: the lines are one model call, and the last usage counts.
// Messages of subagents stand between those of the agent that sent them, each with its own thread.

import { type Media, mediaIn } from '../../../shared/media/media.ts';
import type { FileChange, Json, OutputPart, TokenCounts } from '../step.ts';
import { noTokens } from '../step.ts';
import type { Moment } from './clock.ts';
import { weaker } from './clock.ts';
import type { JsonObject } from './json-value.ts';
import { field, listAt, objectAt, plainText, textAt } from './json-value.ts';
import { leftOutReasons } from './line-account.ts';
import type { RunDraft } from './run-draft.ts';

/** How one agent's lines differ from another's. */
export interface AnthropicDialect {
  readonly readTokens: (usage: JsonObject | null) => TokenCounts;
  /** Prints one answer as several messages of different ids, of which the last one tells the usage. */
  readonly splitsAnswers?: boolean;
  /** What went wrong, where a message is no answer but says so. */
  readonly errorOf?: (message: JsonObject | null) => string | null;
  /** What a tool changed, from what it was given and what it answered. */
  readonly readChanges: (tool: string, args: Json, result: Json | undefined) => FileChange[];
}

export interface MessageContext {
  readonly at: Moment;
  /** The tool call whose subagent says this; null for the agent itself. */
  readonly within: string | null;
  /** When the message that this one answers was there, where the file says which that is. */
  readonly after?: Moment | null;
  /** What the tool answered, apart from what the model was told of it. */
  readonly toolResult?: Json | undefined;
}

interface Answer {
  readonly id: string;
  readonly start: Moment | null;
  end: Moment;
  readonly within: string | null;
  readonly parts: OutputPart[];
  readonly partKeys: Set<string>;
  model: string | null;
  usage: JsonObject | null;
  stopReason: string | null;
  firstChunkNs: bigint | null;
}

/** The name under which Claude Code notes an answer that no model gave. */
const SYNTHETIC = '<synthetic>';

export class AnthropicReader {
  readonly draft: RunDraft;
  readonly dialect: AnthropicDialect;
  /** Answers by id, in the order in which they began. */
  readonly #answers = new Map<string, Answer>();
  /** The answers that are model calls already: what a line adds to one of them is counted nowhere. */
  readonly #settled = new Set<string>();
  /** The end of what went before, by thread. */
  readonly #boundaries = new Map<string | null, Moment>();
  readonly #tools = new Map<string, { tool: string; args: Json }>();
  readonly #firstChunks = new Map<string, bigint>();
  /** By thread, the answer that more messages may belong to. */
  readonly #unfinished = new Map<string | null, Answer>();
  #unnamed = 0;

  constructor(draft: RunDraft, dialect: AnthropicDialect) {
    this.draft = draft;
    this.dialect = dialect;
  }

  /** The first sign of an answer that is told in whole only later. */
  firstChunk(messageId: string | null, at: Moment): void {
    if (messageId !== null && at.grade !== 'none') this.#firstChunks.set(messageId, at.ns);
  }

  pass(within: string | null, at: Moment): void {
    this.#boundaries.set(within, at);
    this.draft.pass(at);
  }

  /** @returns false where the message is none of a model */
  assistant(message: JsonObject | null, context: MessageContext): boolean {
    const model = textAt(message, 'model');
    if (model === SYNTHETIC || this.dialect.errorOf?.(message)) return false;
    const { at, within } = context;
    const id = textAt(message, 'id') ?? `#${this.#unnamed++}`;
    const open = this.dialect.splitsAnswers ? this.#unfinished.get(within) : undefined;
    const answer = this.#answers.get(id) ?? open ?? this.#begin(id, model, context);
    answer.end = at;
    answer.model ??= model;
    answer.usage = objectAt(message, 'usage') ?? answer.usage;
    answer.stopReason = textAt(message, 'stop_reason') ?? answer.stopReason;
    const content = field(message, 'content');
    if (typeof content === 'string') this.#addBlock(answer, { type: 'text', text: content }, context);
    for (const block of listAt(message, 'content')) this.#addBlock(answer, block, context);
    if (within === null) this.draft.model ??= model;
    const told = answer.usage === null ? null : this.dialect.readTokens(answer.usage).output;
    if (told === null) this.#unfinished.set(within, answer);
    else this.#unfinished.delete(within);
    return true;
  }

  user(message: JsonObject | null, context: MessageContext): void {
    const content = field(message, 'content');
    const { at, within } = context;
    this.#unfinished.delete(within);
    if (typeof content === 'string') this.#prompt(content, context);
    for (const block of Array.isArray(content) ? content : []) {
      const type = textAt(block, 'type');
      if (type === 'tool_result') this.#endTool(block, context);
      else if (type === 'text') this.#prompt(textAt(block, 'text') ?? '', context);
      else if (type === 'image' || type === 'document') this.#prompt('', context, mediaIn(block));
    }
    this.pass(within, at);
  }

  /**
   * Turns the answers of a thread into model calls, all but the newest: in a stream an answer is whole once
   * another one begins. A file with branches goes back to earlier ones; its reader calls `finish` alone.
   */
  settle(within: string | null): void {
    const ofThread = [...this.#answers.values()].filter((answer) => answer.within === within);
    for (const answer of ofThread.slice(0, -1)) this.#emit(answer);
  }

  /** Turns the answers that are left into model calls. Call it once, when all lines were read. */
  finish(): void {
    for (const answer of this.#answers.values()) this.#emit(answer);
  }

  #emit(answer: Answer): void {
    const { boundary } = this.draft;
    this.draft.modelCall({
      start: answer.start,
      end: answer.end,
      model: answer.model,
      tokens: answer.usage === null ? noTokens : this.dialect.readTokens(answer.usage),
      finishReason: answer.stopReason,
      parts: answer.parts,
      firstChunkNs: answer.firstChunkNs,
      withinCallId: answer.within,
      answerId: answer.id.startsWith('#') ? null : `${this.draft.agent}.message:${answer.id}`,
      // Some agents number their answers themselves: a provider's id says so.
      responseId: /^(?:msg|resp|chatcmpl)[-_]/.test(answer.id) ? answer.id : null,
    });
    // Its lines moved the boundary when they were read.
    this.draft.boundary = boundary;
    this.#answers.delete(answer.id);
    this.#settled.add(answer.id);
  }

  #begin(id: string, model: string | null, { at, within, after }: MessageContext): Answer {
    const before = after ?? this.#boundaries.get(within) ?? this.draft.boundary;
    const answer: Answer = {
      id,
      start: before === null ? null : { ns: before.ns, grade: weaker('derived', before.grade) },
      end: at,
      within,
      parts: [],
      partKeys: new Set(),
      model,
      usage: null,
      stopReason: null,
      firstChunkNs: this.#firstChunks.get(id) ?? null,
    };
    this.#firstChunks.delete(id);
    if (!this.#settled.has(id)) this.#answers.set(id, answer);
    return answer;
  }

  #addBlock(answer: Answer, block: Json, { at, within }: MessageContext): void {
    const type = textAt(block, 'type');
    // Some versions repeat on a later line of an answer what an earlier one said.
    const key = JSON.stringify(block);
    if (answer.partKeys.has(key)) return;
    answer.partKeys.add(key);
    const endNs = at.grade === 'none' ? null : at.ns;
    if (type === 'text') answer.parts.push({ type, text: textAt(block, 'text') ?? '', endNs });
    else if (type === 'thinking')
      answer.parts.push({ type: 'reasoning', text: textAt(block, 'thinking') ?? '', endNs });
    else if (type === 'tool_use' || type === 'server_tool_use') {
      const callId = textAt(block, 'id');
      const tool = textAt(block, 'name') ?? 'unknown';
      const args = field(block, 'input') ?? null;
      answer.parts.push({ type: 'tool_call', callId, tool, arguments: args });
      if (type === 'server_tool_use') return;
      this.#tools.set(callId ?? '', { tool, args });
      this.draft.openTool({ at, tool, callId, arguments: args, withinCallId: within });
    }
  }

  #endTool(block: Json, { at, toolResult }: MessageContext): void {
    const callId = textAt(block, 'tool_use_id');
    const failed = field(block, 'is_error') === true;
    const output = plainText(field(block, 'content'));
    const known = this.#tools.get(callId ?? '');
    // A resumed session tells again what its predecessor told.
    if (known === undefined && !this.draft.isOpen(callId)) {
      this.draft.unknown('tool_result without its tool_use', leftOutReasons.orphan);
      return;
    }
    this.#tools.delete(callId ?? '');
    this.draft.closeTool({
      at,
      callId,
      output,
      status: failed ? 'error' : 'completed',
      failed,
      exitCode: readExitCode(output, toolResult),
      changes: failed || !known ? [] : this.dialect.readChanges(known.tool, known.args, toolResult),
      agentId: textAt(toolResult, 'agentId'),
      media: mediaIn(field(block, 'content')),
    });
  }

  #prompt(text: string, { at, within }: MessageContext, media: readonly Media[] = []): void {
    // What is said to a subagent stands in the arguments of the call that sent it.
    if (within === null && (text !== '' || media.length > 0)) this.draft.prompt('user', text, at, media);
  }
}

/** A command that failed tells its code in the first line; some versions tell it beside the result. */
function readExitCode(output: string | null, result: Json | undefined): number | null {
  for (const key of ['exit_code', 'exitCode', 'returnCode']) {
    const value = field(result, key);
    if (typeof value === 'number' && Number.isInteger(value)) return value;
  }
  const code = /^(?:Error: )?Exit code (\d{1,3})(?:\n|$)/.exec((output ?? '').slice(0, 100))?.[1];
  return code === undefined ? null : Number(code);
}
