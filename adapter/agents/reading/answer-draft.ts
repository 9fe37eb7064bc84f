// One answer of the model while it is being received, for agents that print its pieces and never say
// where it begins or ends: it begins with the first piece after all tools are done, and its call lasted
// from the end of what went before until its first tool call, or its last piece where it called none.

import type { Json, ModelCallStep, OutputPart } from '../step.ts';
import type { Moment } from './clock.ts';
import { weaker } from './clock.ts';
import type { ModelCallDraft, RunDraft } from './run-draft.ts';

interface Open {
  readonly start: Moment | null;
  readonly first: Moment;
  readonly parts: OutputPart[];
  end: Moment;
  calledTool: boolean;
}

export class AnswerDraft {
  readonly #draft: RunDraft;
  #open: Open | null = null;

  constructor(draft: RunDraft) {
    this.#draft = draft;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** A piece of text. @param more whether it goes on where the last piece of its kind stopped */
  text(type: 'text' | 'reasoning', text: string, at: Moment, more = false): void {
    const open = this.#begin(at);
    const endNs = at.grade === 'none' ? null : at.ns;
    const last = open.parts.at(-1);
    if (more && last?.type === type)
      open.parts[open.parts.length - 1] = { type, text: last.text + text, endNs };
    else open.parts.push({ type, text, endNs });
    if (!open.calledTool) open.end = at;
  }

  toolCall(callId: string | null, tool: string, args: Json, at: Moment): void {
    const open = this.#begin(at);
    open.parts.push({ type: 'tool_call', callId, tool, arguments: args });
    if (!open.calledTool) open.end = at;
    open.calledTool = true;
  }

  /** The answer is over, as the next thing shows. Nothing happens where there was none. */
  close(more: Omit<ModelCallDraft, 'end' | 'start' | 'parts'> = {}): ModelCallStep | null {
    const open = this.#open;
    this.#open = null;
    if (open === null) return null;
    const { boundary } = this.#draft;
    const step = this.#draft.modelCall({
      // Its start follows from what went before; it was not told.
      start: open.start === null ? null : { ns: open.start.ns, grade: weaker('derived', open.start.grade) },
      end: open.end,
      parts: open.parts,
      firstChunkNs: open.first.grade === 'none' || open.first.grade === 'derived' ? null : open.first.ns,
      ...more,
    });
    // A tool may have ended since; what comes next waits for that.
    if (boundary !== null) this.#draft.pass(boundary);
    return step;
  }

  #begin(at: Moment): Open {
    this.#open ??= { start: this.#draft.boundary, first: at, parts: [], end: at, calledTool: false };
    return this.#open;
  }
}
