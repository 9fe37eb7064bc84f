// What a sweep shows while it goes on: one table that is drawn over itself on a terminal, and a line for each run that ended.
// Does not run anything.
import { styleText } from 'node:util';
import { outcomeWord } from '../../shared/outcome-words.ts';
import { printable } from '../printable.ts';
import type { EndedRun, SweepWatch } from './run-sweep.ts';
import { type Group, isJudged, type Slot } from './slots.ts';
import { type SlotState, sweepTable, TABLE_KEY } from './sweep-table.ts';

export class SweepScreen implements SweepWatch {
  readonly #stream: NodeJS.WriteStream;
  readonly #attempts: number;
  readonly #states = new Map<Slot, SlotState>();
  #groups: readonly Group[] = [];
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream, attempts: number) {
    this.#stream = stream;
    this.#attempts = attempts;
  }

  states(groups: readonly Group[]): void {
    this.#take(groups);
    this.#draw();
  }

  state(slot: Slot, state: SlotState): void {
    this.#states.set(slot, state);
    this.#draw();
  }

  ended({ slot, outcome, sentence, attempt, willRetry }: EndedRun): void {
    const { agent, model, task } = slot.combination;
    const word = styleText(
      isJudged({ outcome }) ? (outcome === 'passed' ? 'green' : 'red') : 'yellow',
      outcomeWord(outcome),
      {
        stream: this.#stream,
      },
    );
    this.#erase();
    const again = willRetry ? ' It is tried again.' : '';
    this.#stream.write(`${agent}, ${model}, ${task} #${attempt}: ${word}. ${printable(sentence)}${again}\n`);
    this.#draw();
  }

  finish(groups: readonly Group[]): void {
    this.#erase();
    this.#take(groups);
    this.#stream.write(`${[...this.#table(), TABLE_KEY].join('\n')}\n`);
  }

  #take(groups: readonly Group[]): void {
    this.#groups = groups;
    this.#states.clear();
    for (const slot of groups.flatMap(({ slots }) => slots))
      this.#states.set(slot, (slot.done ?? slot.replaces)?.outcome ?? 'waiting');
  }

  #table(): string[] {
    return sweepTable(
      this.#groups.map(({ combination: { agent, model, task }, slots }) => ({
        agent,
        model,
        task,
        states: slots.slice(0, this.#attempts).map((slot) => this.#states.get(slot) ?? 'waiting'),
      })),
    );
  }

  #draw(): void {
    // A table that does not fit would scroll at every change.
    if (!this.#stream.isTTY || this.#groups.length >= this.#stream.rows - 1) return;
    this.#erase();
    const lines = this.#table();
    this.#stream.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }
}
