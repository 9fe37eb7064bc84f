// What to call cells beside each other: by what tells them apart and no more, so that two agents on one
// task are "pi" and "opencode", two attempts of one agent "run 1" and "run 2". It refuses to shorten ids
// that differ in nothing else.
import type { CellSummary } from '../../../shared/wire.ts';
import { shownLine } from '../display/display-text.ts';

export type NamedCell = Pick<CellSummary, 'id' | 'agent' | 'model' | 'task' | 'attempt' | 'sweep'>;

const MAX_NAME_CHARS = 48;

const parts: readonly ((cell: NamedCell) => string)[] = [
  (cell) => cell.agent,
  (cell) => cell.model ?? '',
  (cell) => cell.task ?? '',
  (cell) => `run ${cell.attempt}`,
  (cell) => cell.sweep,
];

/** One name a cell, in order; distinct for distinct cells as far as their parts are. */
export function cellNames(cells: readonly NamedCell[]): string[] {
  const telling = parts.filter((part) => new Set(cells.map(part)).size > 1);
  let names = cells.map(() => '');
  for (const part of telling) {
    names = cells.map((cell, index) =>
      [names[index] ?? '', part(cell)].filter((text) => text !== '').join(' · '),
    );
    if (new Set(names).size === cells.length) break;
  }
  return names.map((name, index) => shownLine(name || (cells[index]?.id ?? ''), MAX_NAME_CHARS));
}
