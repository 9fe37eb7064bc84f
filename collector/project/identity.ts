// Which cell a record belongs to. In this order: the resource names the cell; the address did; a span
// of the same trace does; the trace is known; the session is known; else the trace becomes a cell of
// its own. Labels may come last: an ad-hoc cell joins the labelled one as soon as one arrives.
import { cellIdProblem } from '../../shared/cell-id.ts';
import { resourceKey } from '../../shared/conventions.ts';
import { namesOf } from '../../shared/dialects/dialects.ts';
import { isUniqueId } from '../../shared/unique-id.ts';
import { type CellState, isAdhoc } from '../cell/cell-state.ts';
import type { Sender } from '../cell/records.ts';
import type { AnyRecord, Attribute, Decoded, ResourceRecord } from '../record.ts';
import { mapOf, textAt } from './attributes.ts';
import { type CellDirectory, traceKey } from './cell-directory.ts';
import { labelOf, oneSegment } from './label.ts';
import { type SessionTie, sessionTie, tieHolds } from './session-ties.ts';

const sessionNames: ReadonlySet<string> = new Set(namesOf(({ sessions }) => sessions));
/** What is longer is no id. */
const MAX_SESSION_CHARS = 256;

export function serviceOf(resource: ResourceRecord): string {
  return textAt(mapOf(resource.attributes), resourceKey.serviceName) ?? 'unknown_service';
}

/** A span or log record, as far as its cell is concerned. */
interface Owned {
  /** '' for a log record outside any trace. */
  readonly traceId: string;
  readonly attributes: readonly Attribute[];
  /** When it was, where it says so: of a span, of a log record. */
  readonly startNs?: bigint;
  readonly timeNs?: bigint;
}

/** What of a record's attributes says whose it is. */
interface Marks {
  readonly label: string | null;
  readonly sessions: readonly string[];
}

const NO_MARKS: Marks = { label: null, sessions: [] };

function marksOf(attributes: readonly Attribute[]): Marks {
  let label: string | null = null;
  let sessions: string[] | null = null;
  for (const [key, value] of attributes) {
    if (key === resourceKey.cellId) {
      if (label === null && typeof value === 'string' && cellIdProblem(value) === null) label = value;
    } else if (sessionNames.has(key)) {
      if (typeof value !== 'string' || value === '' || value.length > MAX_SESSION_CHARS) continue;
      sessions ??= [];
      sessions.push(value);
    }
  }
  return label === null && sessions === null ? NO_MARKS : { label, sessions: sessions ?? [] };
}

interface ResourceFacts {
  readonly named: CellState | null;
  readonly sessions: readonly string[];
}

/**
 * At most how many cells the records of a request belong to, or lead together: those that resources name, and
 * one for each trace, session or resource of the others.
 * @param named whether the request's address names the cell of what no resource names
 */
export function countOwners(decoded: Decoded<AnyRecord>, named: boolean): number {
  const owners = new Set<unknown>();
  for (const { resource, records } of decoded.batches) {
    const label = labelOf(resource);
    const sessions = marksOf(resource.attributes).sessions;
    const sessionKey = (session: string) => sessionTie(session, resource).key;
    if (label !== null) owners.add(label);
    for (const { traceId = '', attributes } of records) {
      const marks = marksOf(attributes);
      if (traceId !== '') owners.add(traceKey(traceId));
      if (marks.label !== null) owners.add(marks.label);
      for (const session of marks.sessions) owners.add(sessionKey(session));
      if (traceId === '' && label === null && !named && marks.sessions.length + sessions.length === 0)
        owners.add(resource);
    }
    for (const session of sessions) owners.add(sessionKey(session));
  }
  return owners.size;
}

/** Assigns the records of one request; the directory keeps what is learned. */
export class Assignment {
  readonly #directory: CellDirectory;
  readonly #endpoint: string | null;
  readonly #isConfined: boolean;
  readonly #marks = new Map<Owned, Marks>();
  /** Cells that a span names for its whole trace. */
  readonly #traceLabels = new Map<string, string>();
  readonly #resources = new Map<ResourceRecord, ResourceFacts>();
  /** Traces already settled under the resource at hand: most spans repeat the one before. */
  #settledResource: ResourceRecord | null = null;
  readonly #settled = new Map<string, CellState>();

  /**
   * @param endpoint the cell that the request's address named, or null
   * @param sender confined to its own cells, it takes no trace from another cell, and no session at all: neither
   *   ids that it has seen nor ids that it foresees lead a stranger's records to it
   */
  constructor(directory: CellDirectory, endpoint: string | null, sender?: Sender) {
    this.#directory = directory;
    this.#endpoint = endpoint;
    this.#isConfined = sender?.cell !== undefined || sender?.sweep !== undefined;
  }

  /** First pass: labels count for the records of their trace that stand before them, too. */
  note(resource: ResourceRecord, record: Owned): void {
    const marks = marksOf(record.attributes);
    if (marks === NO_MARKS) return;
    this.#marks.set(record, marks);
    if (marks.label === null || record.traceId === '' || this.#factsOf(resource).named) return;
    if (!this.#traceLabels.has(record.traceId)) this.#traceLabels.set(record.traceId, marks.label);
  }

  /**
   * Second pass: the record's cell. Ask the directory to resolve it when the request is through: cells
   * may merge on the way.
   */
  cellOf(resource: ResourceRecord, record: Owned): CellState {
    if (resource !== this.#settledResource) {
      this.#settledResource = resource;
      this.#settled.clear();
    }
    const marks = this.#marks.get(record) ?? NO_MARKS;
    const settled = record.traceId === '' ? undefined : this.#settled.get(record.traceId);
    if (settled && marks.sessions.length === 0) return this.#directory.resolve(settled);
    const facts = this.#factsOf(resource);
    const sessions = [...marks.sessions, ...facts.sessions];
    const named = facts.named && this.#directory.resolve(facts.named);
    if (named && this.#isConfined) return this.#confined(named, record);
    let cell = named ?? this.#unnamed(resource, record, marks, sessions);
    if (record.traceId !== '') cell = this.#directory.claim(traceKey(record.traceId), cell);
    // A labelled cell takes nobody in by a session: the label says whose a record is, and the session of whom it is not.
    if (named === null || isAdhoc(named.id))
      for (const session of sessions) cell = this.#tie(sessionTie(session, resource), cell, momentOf(record));
    if (record.traceId !== '') this.#settled.set(record.traceId, cell);
    return cell;
  }

  #confined(cell: CellState, { traceId }: Owned): CellState {
    if (traceId === '') return cell;
    if (this.#directory.owner(traceKey(traceId)) === null) this.#directory.claim(traceKey(traceId), cell);
    this.#settled.set(traceId, cell);
    return cell;
  }

  #unnamed(resource: ResourceRecord, record: Owned, marks: Marks, sessions: readonly string[]): CellState {
    const known = record.traceId === '' ? null : this.#directory.owner(traceKey(record.traceId));
    const label = record.traceId === '' ? marks.label : this.#traceLabels.get(record.traceId);
    if (label && (known === null || isAdhoc(known.id))) return this.#directory.cell(label);
    if (known) return known;
    for (const session of sessions) {
      const tie = sessionTie(session, resource);
      const owner = this.#directory.owner(tie.key);
      if (owner && tieHolds(tie, owner, momentOf(record))) return owner;
    }
    return this.#directory.cell(adhocId(resource, record, sessions));
  }

  /** The cell that holds the record's own and its session's from now on; a labelled one takes no session's in. */
  #tie(tie: SessionTie, cell: CellState, atNs: bigint): CellState {
    const owner = this.#directory.owner(tie.key);
    if (owner === null) return this.#directory.claim(tie.key, cell);
    const holds = isAdhoc(owner.id) && isAdhoc(cell.id) && tieHolds(tie, owner, atNs);
    return holds ? this.#directory.claim(tie.key, cell) : cell;
  }

  #factsOf(resource: ResourceRecord): ResourceFacts {
    let facts = this.#resources.get(resource);
    if (!facts) {
      const id = labelOf(resource) ?? this.#endpoint;
      const named = id === null ? null : this.#directory.cell(id);
      facts = { named, sessions: marksOf(resource.attributes).sessions };
      this.#resources.set(resource, facts);
    }
    return facts;
  }
}

/** A cell for what no one named: a trace, else a session, else one run of a program. */
function adhocId(resource: ResourceRecord, record: Owned, sessions: readonly string[]): string {
  const instance = () => textAt(mapOf(resource.attributes), resourceKey.serviceInstanceId);
  const session = sessions[0] !== undefined && isUniqueId(sessions[0]) ? sessions[0] : null;
  const name = record.traceId !== '' ? record.traceId : (session ?? instance() ?? sessions[0] ?? 'logs');
  return `adhoc/${oneSegment(serviceOf(resource))}/${oneSegment(name)}`;
}

function momentOf({ startNs, timeNs }: Owned): bigint {
  return startNs ?? timeNs ?? 0n;
}
