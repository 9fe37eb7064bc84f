// The cells as one log entry sees them: found, made, bound to traces and sessions, and merged in memory
// first, so that all of it can be written in the entry's one transaction - or forgotten, if that fails.
import { addTally, type CellState, isAdhoc, newCell, outranking, toTombstone } from '../cell/cell-state.ts';
import type { Change } from '../cell/changes.ts';
import { joinCounterCost } from '../cell/counter-cost.ts';
import { joinEvidence } from '../cell/outcome-evidence.ts';
import type { ProjectionStore } from '../cell/stores.ts';
import { anything } from '../search/ngram-filter.ts';
import { laterOf } from './span-facts.ts';

/** Cells and keys kept between entries; beyond, everything is read again. */
const MAX_KEPT = 20_000;
/**
 * Cells that one entry may bring records of or lead together: some kilobytes each until it is written. Never
 * less than what a request may bring; a constant, for a rebuild must come to the same.
 */
const MAX_ENTRY_CELLS = 25_000;

export class CellDirectory {
  readonly #store: ProjectionStore;
  readonly #byId = new Map<string, CellState>();
  readonly #byNo = new Map<number, CellState>();
  readonly #owners = new Map<string, CellState>();
  readonly #redirects = new Map<CellState, CellState>();
  /** What this entry changed. */
  readonly #binds: [string, CellState][] = [];
  readonly #merges: [CellState, CellState][] = [];
  readonly #touched = new Set<CellState>();
  /** Cells that this entry asked for. */
  readonly #asked = new Set<CellState>();
  readonly #tombstones = new Set<CellState>();
  /** Cells that both had terminal output before they became one. */
  readonly #mingled = new Set<CellState>();
  #nowNs = 0n;
  /** The number of the next new cell; null until it is looked up. */
  #nextNo: number | null = null;

  constructor(store: ProjectionStore) {
    this.#store = store;
  }

  /** Starts an entry. @param receivedNs when it was received: the creation time of its new cells */
  begin(receivedNs: bigint): void {
    this.#nowNs = receivedNs;
    this.#asked.clear();
    if (this.#owners.size + this.#byId.size <= MAX_KEPT) return;
    // What is forgotten is read from the store again.
    this.#store.flush();
    this.forget();
  }

  /** The cell of an id, made where there is none. @param id passed `cellIdProblem` */
  cell(id: string): CellState {
    const known = this.#byId.get(id);
    if (known) return this.#noteAsked(this.resolve(known));
    const cell = this.#keep(this.#store.flushed.cellOfId(id) ?? newCell(id, this.#nowNs));
    this.#byId.set(id, cell);
    return this.#noteAsked(cell);
  }

  /** The cell that a trace or session belongs to, or null. */
  owner(key: string): CellState | null {
    const known = this.#owners.get(key);
    if (known) return this.#noteAsked(this.resolve(known));
    const no = this.#store.flushed.ownerOf(keyBytes(key));
    if (no === undefined) return null;
    const cell = this.#keep(this.#byNo.get(no) ?? this.#store.flushed.cell(no));
    this.#owners.set(key, cell);
    return this.#noteAsked(this.resolve(cell));
  }

  /** @throws Error where the entry is of too many cells to be projected in bounded memory */
  #noteAsked(cell: CellState): CellState {
    this.#asked.add(cell);
    if (this.#asked.size > MAX_ENTRY_CELLS) throw new Error(`it is of more than ${MAX_ENTRY_CELLS} cells`);
    return cell;
  }

  /**
   * Says that `key` belongs to `cell`, and returns the cell that holds both from now on: where the key
   * is known in another cell, an ad-hoc cell joins the other; two labelled cells stay apart, and so does a deleted one.
   */
  claim(key: string, cell: CellState): CellState {
    const owner = this.owner(key);
    if (owner === null) {
      this.#owners.set(key, cell);
      this.#binds.push([key, cell]);
      return cell;
    }
    if (owner === cell || (!isAdhoc(owner.id) && !isAdhoc(cell.id))) return cell;
    const ownerJoins = isAdhoc(owner.id) && (!isAdhoc(cell.id) || isOlder(cell, owner));
    const [from, into] = ownerJoins ? [owner, cell] : [cell, owner];
    // What was deleted becomes a part of nothing: its address would answer again, and its trace lead to another cell.
    return from.deletedNs === undefined ? this.#merge(from, into) : cell;
  }

  /** Where a cell's records are now. */
  resolve(cell: CellState): CellState {
    let at = cell;
    for (let next = this.#redirects.get(at); next; next = this.#redirects.get(at)) at = next;
    return at;
  }

  /** Marks a cell as changed by this entry. */
  touch(cell: CellState): void {
    if (!this.#touched.has(cell)) cell.revision++;
    this.#touched.add(cell);
  }

  /** Empties a cell for good: nothing that comes for it is kept. */
  makeTombstone(cell: CellState, deletedNs: bigint): void {
    toTombstone(cell, deletedNs);
    this.#tombstones.add(cell);
    this.touch(cell);
  }

  /** The merges of this entry, in order. */
  merges(): readonly (readonly [from: CellState, into: CellState])[] {
    return this.#merges;
  }

  /** New cells, which get their numbers here, then what became of keys, merged and emptied ones. */
  *cellChanges(seq: number): Generator<Change> {
    for (const cell of this.#touched) yield* this.#added(cell);
    for (const [key, cell] of this.#binds) {
      yield* this.#added(cell);
      yield { kind: 'keyBound', cell, key: keyBytes(key) };
    }
    for (const [from, into] of this.#merges) {
      yield* this.#added(from);
      yield* this.#added(into);
      yield { kind: 'cellMerged', from, into };
    }
    // How the outputs of two cells lie between each other was not known when they were signed.
    for (const cell of this.#mingled)
      yield {
        kind: 'ngramFilter',
        cell: this.resolve(cell),
        unit: 'terminal',
        seq,
        bits: anything,
        replaces: false,
      };
    for (const cell of this.#tombstones) yield { kind: 'cellEmptied', cell };
  }

  *#added(cell: CellState): Generator<Change> {
    if (cell.no !== 0) return;
    this.#nextNo ??= this.#store.flushed.lastCellNo() + 1;
    cell.no = this.#nextNo++;
    yield { kind: 'cellAdded', cell };
  }

  /** The changed cells' states; when all else is written. */
  *stateChanges(): Generator<Change> {
    for (const cell of this.#touched) if (!this.#redirects.has(cell)) yield { kind: 'cellChanged', cell };
  }

  touched(): Iterable<CellState> {
    return this.#touched;
  }

  /** The entry is on disk. */
  commit(): void {
    for (const cell of this.#touched) this.#byNo.set(cell.no, cell);
    for (const [, cell] of this.#binds) this.#byNo.set(cell.no, cell);
    this.#binds.length = 0;
    this.#merges.length = 0;
    this.#touched.clear();
    this.#tombstones.clear();
    this.#mingled.clear();
  }

  /** The entry failed, or memory is full: nothing that was not written is remembered. */
  forget(): void {
    this.#nextNo = null;
    this.#byId.clear();
    this.#byNo.clear();
    this.#owners.clear();
    this.#redirects.clear();
    this.#binds.length = 0;
    this.#merges.length = 0;
    this.#touched.clear();
    this.#tombstones.clear();
    this.#mingled.clear();
  }

  #keep(cell: CellState): CellState {
    if (cell.no === 0) return cell;
    const known = this.#byNo.get(cell.no);
    if (known) return known;
    this.#byNo.set(cell.no, cell);
    return cell;
  }

  #merge(from: CellState, into: CellState): CellState {
    this.#merges.push([from, into]);
    this.#redirects.set(from, into);
    this.touch(from);
    this.touch(into);
    if (into.deletedNs !== undefined) {
      // What an ad-hoc cell held turns out to be of a deleted one.
      this.#tombstones.add(into);
      return into;
    }
    for (const tally of ['spans', 'suspect', 'terminal', 'changes', 'logs', 'metrics'] as const)
      addTally(into[tally], from[tally]);
    into.errors += from.errors;
    if (from.sheetSpans !== undefined) into.sheetSpans = (into.sheetSpans ?? 0) + from.sheetSpans;
    if (from.messageLogs !== undefined) into.messageLogs = (into.messageLogs ?? 0) + from.messageLogs;
    if (from.refused !== undefined) into.refused = (into.refused ?? 0) + from.refused;
    joinEvidence(into.evidence, from.evidence);
    // A recording of `into` stays; the store's rows are moved by the same rule.
    if (from.hasRecording && !into.hasRecording) into.recording = from.recording;
    into.hasRecording ||= from.hasRecording;
    if (from.terminalEnds && into.terminalEnds) this.#mingled.add(into);
    else if (from.terminalEnds) into.terminalEnds = from.terminalEnds;
    if (from.aliveNs !== undefined) into.aliveNs = laterOf(into.aliveNs, from.aliveNs);
    if (from.runEndNs !== undefined) into.runEndNs = laterOf(into.runEndNs, from.runEndNs);
    into.agentVersion ??= from.agentVersion;
    if (from.settings !== undefined) into.settings ??= from.settings;
    if (from.taskTitle !== undefined) into.taskTitle ??= from.taskTitle;
    into.modelBuildId ??= from.modelBuildId;
    into.image = outranking(into.image, from.image);
    into.imageDigest = outranking(into.imageDigest, from.imageDigest);
    into.exitCode = outranking(into.exitCode, from.exitCode);
    if (from.callModel) into.callModel = outranking(into.callModel ?? null, from.callModel);
    into.runCost = outranking(into.runCost, from.runCost);
    joinCounterCost(into, from);
    into.timedOut = outranking(into.timedOut, from.timedOut);
    return into;
  }
}

/** Which of two ad-hoc cells stays: the one that was stored first. */
function isOlder(a: CellState, b: CellState): boolean {
  return a.no !== 0 && (b.no === 0 || a.no < b.no);
}

export function traceKey(traceId: string): string {
  return `t${traceId}`;
}

function keyBytes(key: string): Uint8Array {
  if (key.startsWith('s')) return Buffer.from(key);
  const bytes = Buffer.alloc(17, 't');
  bytes.write(key.slice(1), 1, 'hex');
  return bytes;
}
