// Finds a text in what the cells hold: newest cells first, in each its scores, changes, terminal, logs and
// spans. Asks the n-gram filters where to look, and reads records only there. Works in small steps and
// stops where it is told to, so that whoever drives it holds the time. Writes nothing.

import { parseAsciicast } from '../../shared/terminal.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { asciiPattern, excerptOf, type SearchSource } from '../../shared/text-match.ts';
import type { SearchHit } from '../../shared/wire.ts';
import {
  type CellCursor,
  type CellFilter,
  type CellUnits,
  type SearchUnit,
  type UnitKind,
  unitKinds,
} from '../cell/cell-list.ts';
import { type CellState, clockOf, outcomeAt } from '../cell/cell-state.ts';
import { recordingClock } from '../cell/recording.ts';
import { shownTerminal } from '../cell/shown-terminal.ts';
import type { StoreReads } from '../cell/stores.ts';
import { decodeSpans } from '../decode-spans.ts';
import { BodyFilter } from './body-filter.ts';
import { mayHold, placesOf, readingsOf, TERMINAL_TAIL } from './ngram-filter.ts';
import type { NgramFilterCache } from './ngram-filter-cache.ts';
import { readable } from './readable.ts';
import { TerminalLines } from './terminal-lines.ts';
import { visitChange, visitLog, visitScore, visitSender, visitSpan } from './texts.ts';

/** Hits given of a cell and source: a search inside the run finds the others. */
export const HITS_A_SOURCE = 8;
/** Cells whose n-gram filters are looked at in one step. */
const CELLS_A_STEP = 256;

/** Where a page ended: the next one begins with this cell's unit, behind so many of its hits. */
export interface SearchCursor {
  readonly cell: CellCursor;
  /** Ordinal into `unitKinds`, and the log entry of the unit; 0 for the cell's first. */
  readonly kind: number;
  readonly seq: number;
  readonly skip: number;
  /** Hits of this kind that were given of this cell. */
  readonly found: number;
}

export interface SearchRequest {
  readonly text: string;
  readonly kinds: readonly UnitKind[];
  readonly filter: CellFilter;
  readonly from: SearchCursor | null;
  readonly limit: number;
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** Null where everything was looked at. */
  readonly next: SearchCursor | null;
  /** Cells done with since the request's cursor. */
  readonly cells: number;
}

/** What is searched at once, and gives hits in a lasting order. */
interface Job {
  readonly kind: UnitKind;
  readonly seq: number;
  readonly hits: () => AsyncIterable<SearchHit>;
}

interface Match {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export class Finder {
  readonly #store: StoreReads;
  readonly #filters: NgramFilterCache;
  readonly #request: SearchRequest;
  readonly #pattern: RegExp;
  readonly #filter: BodyFilter;
  readonly #places: Uint32Array;
  /** Of as much of the text's end as the filters of terminal output are sure to hold together. */
  readonly #endPlaces: Uint32Array;
  /** Whether JSON would write it otherwise. */
  readonly #hasEscapes: boolean;
  readonly #hits: SearchHit[] = [];
  #cells = 0;
  /** Whoever asks again and again must get on, however late each turn comes. */
  #hasWorked = false;

  constructor(store: StoreReads, filters: NgramFilterCache, request: SearchRequest) {
    this.#store = store;
    this.#filters = filters;
    this.#request = request;
    this.#pattern = asciiPattern(request.text);
    this.#hasEscapes = /["\\/\u0000-\u001f]/.test(request.text);
    this.#filter = new BodyFilter(request.text);
    this.#places = placesOf(request.text);
    this.#endPlaces = placesOf(request.text.slice(-TERMINAL_TAIL - 1));
  }

  /** Yields after each step of some milliseconds at most; sent `true` it ends where it is. */
  async *run(): AsyncGenerator<void, SearchAnswer, boolean | undefined> {
    const { filter, kinds, from, limit } = this.#request;
    for (let at: CellCursor | null = from?.cell ?? null; ; ) {
      const { cells, last } = await this.#store.ngramFilters.units(filter, at, CELLS_A_STEP);
      for (const { cursor, units } of cells) {
        // The last cell of a page of cells is the first of the next.
        if (last && cursor.no === last.no) break;
        const begin = from?.cell.no === cursor.no ? from : null;
        const wanted = units.filter(({ kind }) => kinds.includes(kind));
        const next = yield* this.#searchCell({ cursor, units: wanted }, begin, limit);
        if (next) return { hits: this.#hits, next, cells: this.#cells };
        this.#cells++;
      }
      if (last === null) return { hits: this.#hits, next: null, cells: this.#cells };
      this.#hasWorked = true;
      if (yield) return { hits: this.#hits, next: startOf(last), cells: this.#cells };
      at = last;
    }
  }

  /** @returns where to go on when it stopped within the cell */
  async *#searchCell(
    { cursor, units }: CellUnits,
    begin: SearchCursor | null,
    limit: number,
  ): AsyncGenerator<void, SearchCursor | null, boolean | undefined> {
    const candidates: SearchUnit[] = [];
    for (const unit of units) if (await this.#mayHold(unit)) candidates.push(unit);
    if (candidates.length === 0) return null;
    const cell = await this.#store.cells.get(cursor.no);
    if (cell.no !== cursor.no || cell.deletedNs !== undefined) return null;
    let kind: UnitKind | null = null;
    let found = 0;
    for (const job of this.#jobs(cell, candidates)) {
      const ordinal = unitKinds.indexOf(job.kind);
      const isBegin = begin !== null && ordinal === begin.kind && job.seq === begin.seq;
      if (begin && (ordinal < begin.kind || (ordinal === begin.kind && job.seq < begin.seq))) continue;
      if (job.kind !== kind) found = begin !== null && ordinal === begin.kind ? begin.found : 0;
      kind = job.kind;
      if (found >= HITS_A_SOURCE) continue;
      const skip = isBegin ? begin.skip : 0;
      const place = (given: number) => ({ cell: cursor, kind: ordinal, seq: job.seq, skip: given, found });
      if ((yield) && this.#hasWorked) return place(skip);
      this.#hasWorked = true;
      let given = 0;
      for await (const hit of job.hits()) {
        if (given++ < skip) continue;
        found++;
        this.#hits.push(found < HITS_A_SOURCE ? hit : { ...hit, more: true });
        if (this.#hits.length >= limit) return place(given);
        if (found >= HITS_A_SOURCE) break;
      }
    }
    return null;
  }

  async #mayHold(unit: SearchUnit): Promise<boolean> {
    const places = unit.kind === 'terminal' ? this.#endPlaces : this.#places;
    if (places.length === 0) return true;
    const bits = await this.#filters.of(unit);
    return bits !== undefined && mayHold(bits, places);
  }

  /** What to read of a cell, given the units in which the text may be. */
  *#jobs(cell: CellState, units: readonly SearchUnit[]): Generator<Job> {
    const whole = new Set<UnitKind>();
    for (const { kind, seq } of units) {
      if (kind === 'change' || kind === 'log' || kind === 'span')
        yield { kind, seq, hits: () => this.#inEntry(cell, kind, seq) };
      else if (!whole.has(kind)) {
        whole.add(kind);
        if (kind === 'score') yield { kind, seq: 0, hits: () => this.#inScores(cell) };
        // A put recording stands in the place of the records.
        else if (cell.hasRecording === (kind === 'recording'))
          yield { kind, seq: 0, hits: () => this.#inTerminal(cell) };
      }
    }
  }

  #inEntry(cell: CellState, kind: 'change' | 'log' | 'span', seq: number): AsyncIterable<SearchHit> {
    if (kind === 'span') return this.#inSpans(cell, seq);
    return kind === 'change' ? this.#inChanges(cell, seq) : this.#inLogs(cell, seq);
  }

  async *#inScores(cell: CellState): AsyncGenerator<SearchHit> {
    for (const score of await this.#store.scores.of(cell)) {
      const match = this.#firstOf((visit) => visitScore(score, visit));
      if (match) yield this.#hit(cell, 'score', null, null, match);
    }
  }

  async *#inChanges(cell: CellState, seq: number): AsyncGenerator<SearchHit> {
    for (const change of await this.#store.tracks.changes.readEntry(cell, seq)) {
      const match = this.#firstOf((visit) => visitChange(change, visit));
      if (match) yield this.#hit(cell, 'change', change.timeNs, spanOf(change), match);
    }
  }

  async *#inLogs(cell: CellState, seq: number): AsyncGenerator<SearchHit> {
    for (const log of await this.#store.tracks.logs.readEntry(cell, seq)) {
      const match = this.#firstOf((visit) => visitLog(log, visit));
      if (match) yield this.#hit(cell, 'log', log.timeNs, spanOf(log), match);
    }
  }

  /** At most one hit a span; what all spans of a sender share is found at the first of them. */
  async *#inSpans(cell: CellState, seq: number): AsyncGenerator<SearchHit> {
    const senders = new Set<unknown>();
    const isWorth = (body: Uint8Array, ids: () => string[]) => this.#filter.isWorth(body, ids);
    const spans = await this.#store.spans.inEntry(cell, seq, decodeSpans, isWorth);
    for (const { record, resource, scope } of spans) {
      let match = this.#firstOf((visit) => visitSpan(record, visit));
      if (!senders.has(resource)) match ??= this.#firstOf((visit) => visitSender(resource, scope, visit));
      senders.add(resource);
      if (match) yield this.#hit(cell, 'span', record.startNs, spanOf(record), match);
    }
  }

  /** One hit a place, at the moment when the last of its characters came. */
  async *#inTerminal(cell: CellState): AsyncGenerator<SearchHit> {
    const lines = new TerminalLines();
    const ends: number[] = [];
    const times: bigint[] = [];
    let length = 0;
    const pieces: string[] = [];
    for (const { timeNs, data } of await this.#output(cell)) {
      const piece = lines.read(data);
      if (piece === '') continue;
      pieces.push(piece);
      length += piece.length;
      ends.push(length);
      times.push(timeNs);
    }
    const text = pieces.join('');
    const pattern = this.#pattern;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      // Another search may use the pattern before this one goes on.
      const behind = pattern.lastIndex;
      const { excerpt, from, to } = excerptOf(text, match.index, behind);
      const timeNs = times[firstAtLeast(ends, behind)] ?? 0n;
      yield this.#hit(cell, 'terminal', timeNs, null, { field: 'output', text: excerpt, from, to });
      pattern.lastIndex = behind;
    }
  }

  async #output(cell: CellState): Promise<{ timeNs: bigint; data: string }[]> {
    const header = cell.hasRecording ? await this.#store.recordings.header(cell) : undefined;
    if (!header)
      return shownTerminal(await this.#store.tracks.terminal.read(cell)).filter(({ code }) => code === 'o');
    const head = JSON.stringify({ version: 3, term: { cols: header.cols, rows: header.rows } });
    const { events } = parseAsciicast(`${head}\n${await this.#store.recordings.lines(cell)}`);
    const { startNs } = recordingClock(header, cell);
    return events
      .filter(({ code }) => code === 'o')
      .map(({ us, data }) => ({ timeNs: startNs + BigInt(us) * 1000n, data }));
  }

  /** The first text that holds what is sought. */
  #firstOf(
    visit: (look: (field: string, text: string) => boolean) => boolean,
  ): ({ field: string } & Match) | null {
    let found: ({ field: string } & Match) | null = null;
    visit((field, text) => {
      const match = this.#matchIn(text);
      if (match) found = { field, ...match };
      return match !== null;
    });
    return found;
  }

  /** As a person reads it, where it is JSON; else as it stands. */
  #matchIn(text: string): Match | null {
    const stands = this.#exactlyIn(text);
    if (!text.includes('\\') || (!stands && !this.#hasEscapes && !text.includes('\\u'))) return stands;
    for (const reading of [readable(text), ...readingsOf(text)]) {
      const match = this.#exactlyIn(reading);
      if (match) return match;
    }
    return stands;
  }

  /** As a terminal shows it, where it was printed for one; else as it stands. */
  #exactlyIn(text: string): Match | null {
    const shown = terminalText(text);
    return (shown === text ? null : this.#literallyIn(shown)) ?? this.#literallyIn(text);
  }

  #literallyIn(text: string): Match | null {
    this.#pattern.lastIndex = 0;
    const match = this.#pattern.exec(text);
    if (!match) return null;
    const { excerpt, from, to } = excerptOf(text, match.index, match.index + match[0].length);
    return { text: excerpt, from, to };
  }

  #hit(
    cell: CellState,
    source: SearchSource,
    timeNs: bigint | null,
    span: string | null,
    { field, text, from, to }: { field: string } & Match,
  ): SearchHit {
    const tMs = timeNs === null ? null : onClock(cell, timeNs);
    const { outcome } = outcomeAt(cell, this.#request.filter.nowNs ?? 0n);
    return { cell: cell.id, outcome, source, tMs, span, field, text, from, to };
  }
}

function startOf(cell: CellCursor): SearchCursor {
  return { cell, kind: 0, seq: 0, skip: 0, found: 0 };
}

function spanOf({ traceId, spanId }: { traceId: string | null; spanId: string | null }): string | null {
  return traceId && spanId ? `${traceId}:${spanId}` : null;
}

/** Milliseconds on the cell's clock, held within it; null where it has none. */
function onClock(cell: CellState, timeNs: bigint): number | null {
  const clock = clockOf(cell);
  if (!clock) return null;
  const held = timeNs < clock.startNs ? clock.startNs : timeNs > clock.endNs ? clock.endNs : timeNs;
  return Number((held - clock.startNs) / 1000n) / 1000;
}

/** The first index whose number is at least `least`, in ascending numbers. */
function firstAtLeast(numbers: readonly number[], least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
