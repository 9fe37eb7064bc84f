// One logs request into tracks and scores of cells. A request that came before, byte for byte, is a
// client's retry after a lost answer: log records have no ids, so it is known by its digest.
import { createHash } from 'node:crypto';
import { logEvent } from '../../shared/conventions.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import type { UnitKind } from '../cell/cell-list.ts';
import type { CellState } from '../cell/cell-state.ts';
import type { Change } from '../cell/changes.ts';
import type { StoredLogEntry } from '../cell/log-entry.ts';
import { isMessageLog } from '../cell/message-logs.ts';
import type { RecordParams, StoredChange, StoredLog, StoredTerminalEvent } from '../cell/records.ts';
import type { Decoded, LogRecord } from '../record.ts';
import type { CellDirectory } from './cell-directory.ts';
import type { RecordCounts } from './entry-counts.ts';
import { Assignment, serviceOf } from './identity.ts';
import { labelOf } from './label.ts';
import { readLogRecord } from './log-facts.ts';
import { allowedRecords, refusedRecords } from './refused/sender-rights.ts';
import type { ScoreBoard } from './score-board.ts';
import type { SearchIndexing } from './search-indexing.ts';
import { countRecord, laterOf, readResourceFacts } from './span-facts.ts';

interface CellRecords {
  readonly logs: StoredLog[];
  readonly terminal: StoredTerminalEvent[];
  readonly changes: StoredChange[];
  readonly scores: ScoreRecord[];
  readonly filters: [kind: UnitKind, filter: Uint8Array][];
}

export class LogProjection {
  readonly #directory: CellDirectory;
  readonly #scores: ScoreBoard;
  readonly #indexing: SearchIndexing;
  readonly #groups = new Map<CellState, CellRecords>();
  readonly recordCounts: RecordCounts = { accepted: 0, duplicate: 0, conflicting: 0 };
  readonly #cells = new Map<LogRecord, CellState>();
  /** Deleted cells that records were for. */
  readonly #deleted = new Set<CellState>();

  constructor(directory: CellDirectory, scores: ScoreBoard, indexing: SearchIndexing) {
    this.#indexing = indexing;
    this.#directory = directory;
    this.#scores = scores;
  }

  /** Works the request out in memory. */
  prepare(
    sent: Decoded<LogRecord>,
    endpoint: string | null,
    receivedNs: bigint,
    { sender }: RecordParams = {},
  ): void {
    const decoded = allowedRecords(sent, refusedRecords(sent, sender));
    const isAgents = sender?.cell !== undefined;
    const assignment = new Assignment(this.#directory, endpoint, sender);
    for (const { resource, records } of decoded.batches)
      for (const record of records) assignment.note(resource, record);
    const assigned: CellState[] = [];
    for (const { resource, records } of decoded.batches)
      for (const record of records) assigned.push(assignment.cellOf(resource, record));
    let at = 0;
    for (const { resource, records } of decoded.batches) {
      const service = serviceOf(resource);
      const named = labelOf(resource) !== null;
      const told = new Set<CellState>();
      for (const record of records) {
        const cell = this.#directory.resolve(assigned[at++] as CellState);
        if (cell.deletedNs !== undefined) {
          this.#deleted.add(cell);
          continue;
        }
        this.recordCounts.accepted++;
        this.#cells.set(record, cell);
        if (!told.has(cell) && !isAgents) readResourceFacts(cell, resource, named);
        told.add(cell);
        this.#add(cell, record, service, receivedNs);
      }
    }
    this.#sign();
  }

  /** The cell that a record was taken into; null where it was not. */
  cellOf(record: LogRecord): CellState | null {
    return this.#cells.get(record) ?? null;
  }

  #sign(): void {
    for (const [cell, { logs, changes, terminal, filters }] of this.#groups) {
      if (logs.length > 0) filters.push(['log', this.#indexing.logs(logs)]);
      if (changes.length > 0) filters.push(['change', this.#indexing.changes(changes)]);
      if (terminal.length > 0) filters.push(['terminal', this.#indexing.terminal(cell, terminal)]);
    }
  }

  /** What is to be written of entry `seq`, when its cells have their numbers. */
  *changes(seq: number): Generator<Change> {
    for (const cell of this.#deleted) yield { kind: 'deletedRecords', cell, seq };
    for (const [cell, { logs, terminal, changes, scores, filters }] of this.#groups) {
      const added = { kind: 'recordsAdded', cell, seq } as const;
      if (logs.length > 0) yield { ...added, track: 'logs', records: logs };
      if (terminal.length > 0) yield { ...added, track: 'terminal', records: terminal };
      if (changes.length > 0) yield { ...added, track: 'changes', records: changes };
      for (const [unit, bits] of filters)
        yield { kind: 'ngramFilter', cell, unit, seq, bits, replaces: false };
      if (scores.length > 0) yield* this.#scores.put(cell, seq, scores, 'log');
    }
  }

  #add(cell: CellState, log: LogRecord, service: string, receivedNs: bigint): void {
    let group = this.#groups.get(cell);
    if (!group) {
      group = { logs: [], terminal: [], changes: [], scores: [], filters: [] };
      this.#groups.set(cell, group);
      this.#directory.touch(cell);
    }
    const meaning = readLogRecord(log, service, receivedNs);
    if (meaning.track === 'scores') {
      group.scores.push(meaning.record);
      return;
    }
    if (meaning.track === 'logs' && meaning.record.eventName === logEvent.run) {
      // It says that the recorder lives and nothing of what the agent did: no log, but it moves the clock.
      cell.aliveNs = laterOf(cell.aliveNs, receivedNs);
      const { count } = cell.logs;
      countRecord(cell.logs, meaning.record.timeNs, meaning.timing);
      cell.logs.count = count;
      return;
    }
    if (meaning.track === 'logs' && isMessageLog(meaning.record))
      cell.messageLogs = (cell.messageLogs ?? 0) + 1;
    countRecord(cell[meaning.track], meaning.record.timeNs, meaning.timing);
    group[meaning.track].push(meaning.record as never);
  }
}

/** What makes a request of logs or metrics the same request. */
export function requestDigest(
  { signal, cellId, encoding }: Pick<StoredLogEntry, 'signal' | 'cellId' | 'encoding'>,
  body: Uint8Array,
): Uint8Array {
  const digest = createHash('sha256')
    .update(JSON.stringify([signal, cellId, encoding]))
    .update(body)
    .digest();
  return digest.subarray(0, 16);
}
