// N-gram filters of what an entry brings to a cell: what a search across runs looks at before it reads anything.
// Chooses the texts by search/texts alone.

import type { ScoreRecord } from '../../shared/score.ts';
import type { TerminalEvent } from '../../shared/terminal.ts';
import { compareNs } from '../../shared/time.ts';
import type { CellState, TerminalEnd } from '../cell/cell-state.ts';
import type { ChunkSpan, StoredChange, StoredLog, StoredTerminalEvent } from '../cell/records.ts';
import { isSplit, joinCharacters } from '../cell/split-characters.ts';
import type { ResourceRecord } from '../record.ts';
import { anything, NgramFilterBuilder, TERMINAL_TAIL } from '../search/ngram-filter.ts';
import { TerminalLines } from '../search/terminal-lines.ts';
import { type Visit, visitChange, visitLog, visitScore, visitSender, visitSpan } from '../search/texts.ts';

export class SearchIndexing {
  readonly #builder = new NgramFilterBuilder();
  readonly #senders = new Set<ResourceRecord>();
  readonly #visit: Visit = (field, text, kind) => {
    if (kind === 'id') this.#builder.addUnique(text);
    else this.#builder.add(text, field);
    return false;
  };

  /** Begins with an entry. @param bodyBytes of its inflated body */
  expect(bodyBytes: number): void {
    this.#builder.expect(bodyBytes);
  }

  addSpans(spans: readonly ChunkSpan[]): void {
    for (const { record, resource, scope } of spans) {
      visitSpan(record, this.#visit);
      if (this.#senders.has(resource)) continue;
      this.#senders.add(resource);
      visitSender(resource, scope, this.#visit);
    }
  }

  /** The filter of the spans that were added. */
  finishSpans(): Uint8Array {
    this.#senders.clear();
    return this.#builder.finish();
  }

  logs(logs: readonly StoredLog[]): Uint8Array {
    for (const log of logs) visitLog(log, this.#visit);
    return this.#builder.finish();
  }

  changes(changes: readonly StoredChange[]): Uint8Array {
    for (const change of changes) visitChange(change, this.#visit);
    return this.#builder.finish();
  }

  scores(scores: readonly ScoreRecord[]): Uint8Array {
    for (const score of scores) visitScore(score, this.#visit);
    return this.#builder.finish();
  }

  recording(events: readonly TerminalEvent[]): Uint8Array {
    const lines = new TerminalLines();
    this.#builder.add(events.map(({ code, data }) => (code === 'o' ? lines.read(data) : '')).join(''));
    return this.#builder.finish();
  }

  /**
   * The filter of one entry's terminal records, with what stood before them: a text may end in another
   * entry than it began in. Notes in the cell where its output ends now. Output that is older than what is
   * there has a place that only the whole of it shows, and a character that it shares with another entry is whole
   * with that alone: it is given the filter that every text passes.
   */
  terminal(cell: CellState, records: readonly StoredTerminalEvent[]): Uint8Array {
    const ends = { ...cell.terminalEnds };
    let inOrder = true;
    for (const screen of ['pty', 'pipes'] as const) {
      const output = records
        .filter(({ code, stream }) => code === 'o' && (stream === 'pty') === (screen === 'pty'))
        .sort((a, b) => compareNs(a.timeNs, b.timeNs));
      const [first] = output;
      const last = output.at(-1);
      if (!first || !last) continue;
      const before = ends[screen];
      if ((before && first.timeNs < before.atNs) || output.some(({ data }) => isSplit(data))) inOrder = false;
      ends[screen] = this.#addOutput(joinCharacters(output), last.timeNs, before);
    }
    cell.terminalEnds = ends;
    const bits = this.#builder.finish();
    return inOrder ? bits : anything;
  }

  #addOutput(
    output: readonly StoredTerminalEvent[],
    lastNs: bigint,
    before: TerminalEnd | undefined,
  ): TerminalEnd {
    const lines = new TerminalLines(before?.escape, before?.text.at(-1));
    const text = (before?.text ?? '') + output.map(({ data }) => lines.read(data)).join('');
    this.#builder.add(text);
    const atNs = before && before.atNs > lastNs ? before.atNs : lastNs;
    return { text: text.slice(-TERMINAL_TAIL), escape: lines.state, atNs };
  }

  /** Begins again: an entry failed half way. */
  forget(): void {
    this.#senders.clear();
    this.#builder.finish();
  }
}
