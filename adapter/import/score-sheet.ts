// A score sheet: one JSON object a line, each the facts of one cell as a published table gives them. Says
// which score records and which run a row amounts to. A value that a row does not hold stays absent; a
// column that no axis takes is kept under the axis "sheet". It refuses to guess and sends nothing.
import { CELL_ID_GRAMMAR, cellIdProblem } from '../../shared/cell-id.ts';
import type { ScoreRecord, ScoreValue } from '../../shared/score.ts';
import { sheetAxis } from '../../shared/score.ts';
import { nsFromIso } from '../../shared/time.ts';
import { parseObject } from '../agents/reading/json-value.ts';

export interface SheetRow {
  readonly cellId: string;
  readonly scores: readonly ScoreRecord[];
  /** The run, where the row says when it was; null where it does not. */
  readonly run: SheetRun | null;
}

export interface SheetRun {
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** The agent's own; null where none is given, or −1, which stands for a process without one. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** What the harness said of the run's end; null where nothing. */
  readonly banner: string | null;
}

export interface Sheet {
  readonly rows: readonly SheetRow[];
  /** "line 7: …", for each line that is no row. */
  readonly problems: readonly string[];
}

type Row = { readonly [column: string]: ScoreValue };

/** A sheet is told by its first line: a cell id beside a verdict or a composite. */
export function isSheetRow(row: object): boolean {
  return (
    typeof (row as Row).cell_id === 'string' &&
    ['pass', 'composite', 'pass_rate'].some((column) => Object.hasOwn(row, column))
  );
}

/** Reads every line; a bad one does not stop the others. */
export function readScoreSheet(text: string): Sheet {
  const rows: SheetRow[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const fields = parseObject(line);
    const row = fields === null ? 'is no JSON object' : readRow(Object.assign(Object.create(null), fields));
    if (typeof row === 'string') problems.push(`line ${index + 1}: ${row}`);
    else rows.push(row);
  }
  return { rows, problems };
}

/** How a column becomes a value of an axis: the same value under the axis's own key. */
const columns: readonly (readonly [
  column: string,
  axis: string,
  key: string,
  type: 'number' | 'boolean' | 'any',
])[] = [
  ['pass', 'pass_rate', 'pass', 'number'],
  ['scorer_exit', 'pass_rate', 'exit_code', 'number'],
  ['ptok', 'tokens', 'prompt_tokens', 'number'],
  ['ctok', 'tokens', 'completion_tokens', 'number'],
  ['wall_clock_ms', 'latency', 'wall_clock_ms', 'number'],
  ['container_active_ms', 'latency', 'container_active_ms', 'number'],
  ['blast', 'blast_radius', 'blast_radius', 'number'],
  ['added', 'blast_radius', 'added', 'any'],
  ['removed', 'blast_radius', 'removed', 'any'],
  ['modified', 'blast_radius', 'modified', 'any'],
  ['unexpected', 'blast_radius', 'unexpected_changes', 'any'],
  ['extra_git_dir', 'blast_radius', 'extra_git_dir', 'boolean'],
  ['integrity', 'integrity', 'integrity', 'number'],
  ['composite', 'composite', 'composite', 'number'],
];
const axes = ['pass_rate', 'tokens', 'latency', 'blast_radius', 'refusal', 'integrity', 'composite'];
/** The table's, and those that are read in a way of their own. */
const knownColumns: ReadonlySet<string> = new Set([
  ...columns.map(([column]) => column),
  'cell_id',
  'started_at',
  'ended_at',
  'refusal_chip',
]);

/** The row, or what is wrong with it. */
function readRow(row: Row): SheetRow | string {
  const id = row.cell_id;
  if (typeof id !== 'string') return 'has no cell_id';
  const wrong = cellIdProblem(id);
  if (wrong !== null) return `cell_id ${wrong}; ${CELL_ID_GRAMMAR}`;
  const byAxis = new Map<string, Record<string, ScoreValue>>();
  const valuesOf = (axis: string) => {
    const values = byAxis.get(axis) ?? (Object.create(null) as Record<string, ScoreValue>);
    byAxis.set(axis, values);
    return values;
  };
  for (const [column, axis, key, type] of columns) {
    const value = row[column];
    if (value === undefined || value === null || isRecord(value)) continue;
    if (type !== 'any' && typeof value !== type) return `${column} is no ${type}`;
    valuesOf(axis)[key] = value;
  }
  const wrongChip = readRefusal(row.refusal_chip, valuesOf);
  if (wrongChip !== null) return wrongChip;
  readOthers(row, valuesOf);
  addTotals(byAxis.get('tokens'));
  const run = readRun(row);
  if (typeof run === 'string') return run;
  const scores = [...byAxis].map(([axis, values]): ScoreRecord => ({ axis, values }));
  return { cellId: id, scores, run };
}

function readOthers(row: Row, valuesOf: (axis: string) => Record<string, ScoreValue>): void {
  for (const [column, value] of Object.entries(row)) {
    // A column named after an axis that holds an object is that axis's record as it is.
    if (axes.includes(column) && isRecord(value)) Object.assign(valuesOf(column), value);
    else if (!knownColumns.has(column) && value !== null && value !== undefined)
      valuesOf(sheetAxis)[column === 'exit' ? 'exit_code' : column] = value;
  }
}

/**
 * The chip of the published table: empty where the task asks for no refusal, else whether one was
 * produced. Other words are kept as they are.
 */
function readRefusal(
  chip: ScoreValue | undefined,
  valuesOf: (axis: string) => Record<string, ScoreValue>,
): string | null {
  if (chip === undefined || chip === null) return null;
  if (typeof chip !== 'string') return 'refusal_chip is no text';
  const values = valuesOf('refusal');
  if (chip === '') values.not_applicable = true;
  else values.chip = chip;
  if (chip === 'no' || chip === 'yes') {
    values.expected_refusal = true;
    values.refusal_produced = chip === 'yes';
  }
  return null;
}

/** The sum of two recorded numbers is no invention; of one alone it would be. */
function addTotals(tokens: Record<string, ScoreValue> | undefined): void {
  if (tokens === undefined || tokens.total_tokens !== undefined) return;
  const { prompt_tokens: prompt, completion_tokens: completion } = tokens;
  if (typeof prompt === 'number' && typeof completion === 'number') tokens.total_tokens = prompt + completion;
}

function readRun(row: Row): SheetRun | string | null {
  const { started_at: started, ended_at: ended, exit, banner, timed_out: timedOut } = row;
  if (started === undefined || started === null || ended === undefined || ended === null) return null;
  if (typeof started !== 'string' || typeof ended !== 'string') return 'started_at or ended_at is no text';
  const said = typeof banner === 'string' && banner !== '' ? banner : null;
  try {
    return {
      startNs: nsFromIso(started),
      endNs: nsFromIso(ended),
      exitCode: typeof exit === 'number' && Number.isInteger(exit) && exit >= 0 ? exit : null,
      timedOut: timedOut === true || (said !== null && /timed out/i.test(said)),
      banner: said,
    };
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function isRecord(value: ScoreValue | undefined): value is { readonly [key: string]: ScoreValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
