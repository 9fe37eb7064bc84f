// Prompts that were typed while Claude Code worked: the operations on their queue, and which of them another
// line of the transcript tells too, as a user's message or as an attachment. Does not say what a message is.
import type { Moment } from '../reading/clock.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, listAt, plainText, textAt } from '../reading/json-value.ts';
import type { Json } from '../step.ts';

interface Queued {
  readonly content: Json;
  readonly text: string;
  readonly at: Moment;
}

export class PromptQueue {
  /** In the order in which they were queued. */
  #queued: Queued[] = [];
  /** When each text was told by other lines. */
  readonly #delivered = new Map<string, bigint[]>();
  /** Operations that were read: a resumed session tells them again. */
  readonly #seen = new Set<string>();
  takenBack = 0;

  /**
   * A `queue-operation`: those that empty the queue name no prompt, or the one that leaves.
   * @returns false where it repeats an earlier one
   */
  read(event: JsonObject, at: Moment): boolean {
    const operation = textAt(event, 'operation');
    const content = field(event, 'content') ?? null;
    const text = plainText(content)?.trim() ?? '';
    if (operation === 'enqueue' && text !== '') {
      const key = `${at.ns} ${text}`;
      if (at.grade !== 'none' && this.#seen.has(key)) return false;
      this.#seen.add(key);
      this.#queued.push({ content, text, at });
    }
    if (operation !== 'popAll') return true;
    // The user took them into the input field again; they are told once they are sent.
    const waiting = new Set(this.undelivered());
    this.takenBack += waiting.size;
    this.#queued = this.#queued.filter((one) => !waiting.has(one));
    return true;
  }

  /** A message that the file tells in another line: it may be one that was queued. */
  deliver(message: JsonObject, at: Moment): void {
    const content = field(message, 'content') ?? null;
    const texts = new Set([plainText(content), ...listAt(message, 'content').map(plainText)]);
    for (const text of texts) {
      const key = text?.trim() ?? '';
      const times = this.#delivered.get(key);
      if (times) times.push(at.ns);
      else if (key !== '') this.#delivered.set(key, [at.ns]);
    }
  }

  /** What was queued and is told by no line of its time or later. */
  undelivered(): readonly Queued[] {
    const used = new Map<string, number>();
    return this.#queued.filter(({ text, at }) => {
      const times = this.#delivered.get(text) ?? [];
      let next = used.get(text) ?? 0;
      while (next < times.length && (times[next] ?? 0n) < at.ns) next++;
      used.set(text, next + 1);
      return next >= times.length;
    });
  }
}
