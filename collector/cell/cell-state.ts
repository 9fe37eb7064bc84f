// What is known of a cell as a whole: counts, clocks and grades of its tracks, identity, how it ended.
// The projector keeps it up to date, one row a cell; lists and headers are read from it alone.

import { type CellParts, parseCellId } from '../../shared/cell-id.ts';
import { type Bill, emptyBill } from '../../shared/cost.ts';
import { fallenSilent } from '../../shared/outcome.ts';
import type { Outcome, RunState } from '../../shared/outcome-words.ts';
import { timingGrades } from '../../shared/span.ts';
import type { CounterCost } from './counter-cost.ts';
import type { Evidence } from './outcome-evidence.ts';

/** One track's records: how many, from when to when, and the weakest grade among those with a time. */
export interface Tally {
  count: number;
  startNs: bigint | null;
  endNs: bigint | null;
  /** Ordinal into `timingGrades`, -1 while no record has a known time: the larger, the weaker. */
  timing: number;
  /** Records whose time is not known: they say nothing of how well the others' times are known. */
  untimed: number;
}

/** Where in a control sequence a piece of terminal output ended. */
export type EscapeState = 'text' | 'escape' | 'intermediate' | 'sequence' | 'string' | 'string escape';

/** Where the output of a terminal ends that goes on. */
export interface TerminalEnd {
  /** Its last characters. */
  readonly text: string;
  readonly escape: EscapeState;
  readonly atNs: bigint;
}

const NO_TIME = timingGrades.indexOf('none');

/**
 * A fact with the rank of the place that it was read from: a lower rank outranks, then the span that started
 * first, then what came first.
 */
export interface Fact<T> {
  readonly value: T;
  readonly rank: number;
  /** Start of the span that says so; absent where a resource does. */
  readonly startNs?: bigint;
}

export interface CellState {
  /** The row's number; 0 until it is stored. */
  no: number;
  readonly id: string;
  readonly parts: CellParts;
  /** The cell that this one became a part of; its id lives on as an alias. */
  mergedInto: number | null;
  readonly createdNs: bigint;
  /** Counts the log entries that touched the cell; a version for caches. */
  revision: number;
  /** Clock-suspect spans are counted, but stand outside the tally's times. */
  spans: Tally;
  /** Times of clock-suspect spans: the clock of a cell that has no others. */
  suspect: Tally;
  errors: number;
  /** Spans of log records that tell what other spans tell: counted above, and not shown. Absent where there are none. */
  repeatedSpans?: number;
  /** Spans that a score sheet stands for: nothing was recorded of those runs. */
  sheetSpans?: number;
  /** What its spans show of its outcome. */
  evidence: Evidence;
  /** Model calls whose usage counts: those with no model call below them. */
  modelCalls: number;
  /** Tokens that those calls counted, input with its cached part; null where none said any. */
  usage: {
    readonly input: number | null;
    readonly output: number | null;
    /** Calls that were answered, and those of them of which no tokens are known. */
    readonly answered: number;
    readonly silent: number;
  };
  /** What those calls used and told of their cost: priced when it is read. */
  bill: Bill;
  /** Why what nobody named may have been meant to be named; absent where nothing says so. */
  labelProblem?: string;
  /** The model of its first call, for a cell whose id names none. */
  callModel?: Fact<string> | null;
  /** What the agent told of its whole run's cost, in US dollars. */
  runCost: Fact<number> | null;
  /** What the agent's own counter of its cost adds up to; absent where it has none. */
  counterCost?: CounterCost;
  /** A score record's cost in US dollars; absent where none has one. */
  postedUsd?: number;
  terminal: Tally;
  changes: Tally;
  logs: Tally;
  /** Log records that are messages of model calls; absent where there are none. */
  messageLogs?: number;
  /** Data points of metrics. They give the cell no clock: exporters stamp them when they send. */
  metrics: Tally;
  /** Ends of the terminal records, of the pseudo-terminal and of pipes; absent where there are none. */
  terminalEnds?: { pty?: TerminalEnd; pipes?: TerminalEnd };
  /** Records rejected because their sender may not say what they say; absent where there were none. */
  refused?: number;
  hasRecording: boolean;
  /** When the put recording ran, as far as it says so itself. */
  recording: Tally;
  /** When the collector last heard that the run is under way; absent where nothing ever said so. */
  aliveNs?: bigint;
  /** The last known end of the run's own span; absent while it has none. */
  runEndNs?: bigint;
  /** When it was deleted; absent while it is there. Nothing that comes for it is kept. */
  deletedNs?: bigint;
  agentVersion: string | null;
  /** What it ran with, as `settingsText` writes it; absent where nothing told. */
  settings?: string;
  /** The task's name for people; absent where none was told. */
  taskTitle?: string;
  modelBuildId: string | null;
  image: Fact<string> | null;
  imageDigest: Fact<string> | null;
  exitCode: Fact<number> | null;
  timedOut: Fact<boolean> | null;
  /** "running" is as of when it was last heard of: `outcomeAt` says what has become of it. */
  outcome: Outcome;
  /** Why, in one sentence, and the span that shows it as `<traceId>:<spanId>`. */
  judgement: { readonly sentence: string; readonly span: string | null };
  /** What counts of them: null where the surroundings failed, whatever was posted. */
  pass: number | null;
  composite: number | null;
  /** Nothing ran or nothing changed; absent where something did. */
  didNothing?: boolean;
}

/** Cells that no label named: they join another cell as soon as one of their traces is named. */
export function isAdhoc(cellId: string): boolean {
  return cellId.startsWith('adhoc/');
}

/**
 * Metrics that name no cell are a program's, not a run's: the cell that keeps them is in no list until more is
 * heard of it.
 */
export function isListed(cell: CellState): boolean {
  if (!isAdhoc(cell.id) || cell.metrics.count === 0 || cell.hasRecording) return true;
  return [cell.spans, cell.logs, cell.terminal, cell.changes].some(({ count }) => count > 0);
}

/** The model that its id names, else that of its first call. */
export function modelOf({ parts, callModel }: CellState): string | null {
  return parts.model ?? callModel?.value ?? null;
}

/** @param id a text that passed `cellIdProblem` */
export function newCell(id: string, createdNs: bigint): CellState {
  return {
    no: 0,
    id,
    parts: parseCellId(id),
    mergedInto: null,
    createdNs,
    revision: 0,
    spans: emptyTally(),
    suspect: emptyTally(),
    errors: 0,
    evidence: {},
    modelCalls: 0,
    usage: { input: null, output: null, answered: 0, silent: 0 },
    bill: emptyBill,
    runCost: null,
    terminal: emptyTally(),
    changes: emptyTally(),
    logs: emptyTally(),
    metrics: emptyTally(),
    hasRecording: false,
    recording: emptyTally(),
    agentVersion: null,
    modelBuildId: null,
    image: null,
    imageDigest: null,
    exitCode: null,
    timedOut: null,
    outcome: 'unscored',
    judgement: { sentence: 'Nothing was recorded.', span: null },
    pass: null,
    composite: null,
  };
}

/** Makes a cell's state that of one that never held anything and takes nothing more. */
export function toTombstone(cell: CellState, deletedNs: bigint): void {
  const {
    no: _no,
    id: _id,
    parts: _parts,
    mergedInto: _into,
    revision: _revision,
    ...empty
  } = newCell(cell.id, cell.createdNs);
  for (const key of Object.keys(cell) as (keyof CellState)[])
    if (!(key in empty) && !keptByTombstone.has(key)) delete (cell as Partial<CellState>)[key];
  Object.assign(cell, empty, { deletedNs });
}

const keptByTombstone: ReadonlySet<string> = new Set(['no', 'id', 'parts', 'mergedInto', 'revision']);

/** Spans that are shown. */
export function spansOf(cell: CellState): Tally {
  return { ...cell.spans, count: cell.spans.count - (cell.repeatedSpans ?? 0) };
}

export function emptyTally(): Tally {
  return { count: 0, startNs: null, endNs: null, timing: -1, untimed: 0 };
}

/** Widens a tally by records that are themselves a tally. */
export function addTally(tally: Tally, more: Tally): void {
  tally.count += more.count;
  tally.timing = Math.max(tally.timing, more.timing);
  tally.untimed += more.untimed;
  if (more.startNs !== null && (tally.startNs === null || more.startNs < tally.startNs))
    tally.startNs = more.startNs;
  if (more.endNs !== null && (tally.endNs === null || more.endNs > tally.endNs)) tally.endNs = more.endNs;
}

/** Notes how well one more record's time is known. @param timing ordinal into `timingGrades` */
export function addTiming(tally: Pick<Tally, 'timing' | 'untimed'>, timing: number): void {
  if (timing === NO_TIME) tally.untimed++;
  else tally.timing = Math.max(tally.timing, timing);
}

/**
 * The fact that outranks, then the one that started earlier. Of two spans that started together the larger value
 * is told (timed out, a failing exit code), so that it does not matter which came first.
 */
export function outranking<T>(known: Fact<T> | null, found: Fact<T> | null): Fact<T> | null {
  if (known === null || found === null) return known ?? found;
  if (found.rank !== known.rank) return found.rank < known.rank ? found : known;
  if (found.startNs === undefined || known.startNs === undefined) return known;
  if (found.startNs !== known.startNs) return found.startNs < known.startNs ? found : known;
  return String(found.value) > String(known.value) ? found : known;
}

/**
 * From when to when the cell's clock runs, or null where nothing gave a time: spans first, then
 * terminal records and logs, then what a put recording says of itself.
 */
export function clockOf(cell: CellState): { startNs: bigint; endNs: bigint } | null {
  const sources = [cell.spans, cell.suspect, widest(cell.terminal, cell.logs), cell.recording];
  for (const { startNs, endNs } of sources) if (startNs !== null) return { startNs, endNs: endNs ?? startNs };
  return null;
}

/** A recorder says every few seconds that its run goes on; after this long it is taken to be dead. */
export const SILENCE_NS = 30_000_000_000n;

/** Whether the cell's run is under way. @param nowNs by the clock that stamps requests */
export function runStateOf(cell: CellState, nowNs: bigint): RunState {
  const { aliveNs, runEndNs } = cell;
  // An agent's own span may end inside a run that goes on: its recorder says so for longer than clocks differ.
  const outlived = aliveNs !== undefined && runEndNs !== undefined && aliveNs - runEndNs > SILENCE_NS / 2n;
  if (runEndNs !== undefined && !outlived) return 'ended';
  if (aliveNs === undefined) return 'unknown';
  return nowNs - aliveNs > SILENCE_NS ? 'interrupted' : 'running';
}

/** When a running cell is taken to have been interrupted unless more is heard of it; null for all others. */
export function silentNs({ outcome, aliveNs }: CellState): bigint | null {
  return outcome === 'running' && aliveNs !== undefined ? aliveNs + SILENCE_NS : null;
}

/** What has become of a cell by now: a run that fell silent is no longer going on. */
export function outcomeAt(cell: CellState, nowNs: bigint): CellState['judgement'] & { outcome: Outcome } {
  const { outcome, judgement } = cell;
  const isSilent = outcome === 'running' && runStateOf(cell, nowNs) === 'interrupted';
  return isSilent ? fallenSilent(judgement) : { outcome, ...judgement };
}

function widest(a: Tally, b: Tally): Tally {
  const both = emptyTally();
  addTally(both, a);
  addTally(both, b);
  return both;
}

/** The names under which a state holds times: bigints, which JSON has as texts. */
const timeNames: ReadonlySet<string> = new Set([
  'createdNs',
  'startNs',
  'endNs',
  'atNs',
  'aliveNs',
  'runEndNs',
  'deletedNs',
]);

/** JSON of a state, without what the row's own columns hold. @throws TypeError where a name above is missing */
export function writeState(cell: CellState): string {
  const { no: _no, id: _id, parts: _parts, mergedInto: _into, ...rest } = cell;
  return JSON.stringify(rest, (key, value) =>
    typeof value === 'bigint' && timeNames.has(key) ? String(value) : value,
  );
}

export function readState(no: number, id: string, mergedInto: number | null, text: string): CellState {
  const rest = JSON.parse(text, (key, value) =>
    timeNames.has(key) && typeof value === 'string' ? BigInt(value) : value,
  );
  return { no, id, parts: parseCellId(id), mergedInto, ...rest };
}
