// The columns that a list of cells has in every format, by their names in files.
import type { ExportedCell } from './export-format.ts';

export const cellColumns: readonly (readonly [
  name: string,
  of: (cell: ExportedCell) => string | number | null,
])[] = [
  ['id', (cell) => cell.id],
  ['agent', (cell) => cell.agent],
  ['model', (cell) => cell.model],
  ['family', (cell) => cell.family],
  ['task', (cell) => cell.task],
  ['attempt', (cell) => cell.attempt],
  ['outcome', (cell) => cell.outcome],
  ['pass', (cell) => cell.pass],
  ['composite', (cell) => cell.composite],
  // What a composite must not stand without.
  ['composite_note', (cell) => cell.compositeNote ?? null],
  ['duration_ms', (cell) => cell.durationMs],
  ['cost_usd', (cell) => cell.costUsd ?? null],
  ['cost_grade', (cell) => cell.costGrade ?? null],
];
