// What an export format is: a name, what its files are called, and a pure function from what is known to the
// file's text. Does no I/O: the command line and the viewer bring what it takes and keep what it makes.
import type { Outcome } from '../outcome-words.ts';

interface Format {
  readonly name: string;
  /** For people: "Cells as CSV". */
  readonly label: string;
  /** Without a dot. */
  readonly extension: string;
  readonly mediaType: string;
}

/** The answers that the API gives about a cell, by the last part of their address; "cell" is the cell itself. */
export const cellParts = ['cell', 'trace', 'model-calls', 'changes', 'logs', 'metrics', 'terminal'] as const;
export type CellPart = (typeof cellParts)[number];

/** A cell as a file. It is made of texts as the API wrote them: no digit is lost on the way. */
export interface CellFormat extends Format {
  readonly takes: 'cell';
  readonly needs: readonly CellPart[];
  /** Whether a cell without a terminal can be written all the same. */
  readonly terminal: 'needed' | 'where recorded' | 'not read';
  /** @param parts what is needed, and the terminal where there is one */
  readonly convert: (parts: ReadonlyMap<CellPart, string>) => string;
}

/** A sweep's cells as they are shown, filtered and sorted, as a file. */
export interface SweepFormat extends Format {
  readonly takes: 'sweep';
  /** What is in it: a part of the file's name. */
  readonly content: 'cells' | 'matrix';
  readonly convert: (shown: ShownSweep) => string;
}

/** Each made when a format asks for it: a sweep may have tens of thousands of cells. */
export interface ShownSweep {
  readonly cells: () => readonly ExportedCell[];
  readonly matrix: () => ExportedMatrix;
}

export interface ExportedCell {
  readonly id: string;
  readonly agent: string;
  readonly model: string | null;
  readonly family: string | null;
  readonly task: string | null;
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly pass: number | null;
  readonly composite: number | null;
  /** That doing nothing earns it, where that is so. */
  readonly compositeNote?: string | null | undefined;
  readonly durationMs: number | null;
  /** US dollars. */
  readonly costUsd?: number | null;
  /** Whether the run told it, or by which other way it is known. */
  readonly costGrade?: string | null;
  /** Further axes by name, where they are known. */
  readonly values?: readonly (readonly [axis: string, value: number | null])[];
}

/** Means of one measure; null where no value is known. */
export interface ExportedMatrix {
  readonly rowAxis: string;
  readonly columnAxis: string;
  readonly mean: number | null;
  readonly columns: readonly { readonly key: string; readonly mean: number | null }[];
  readonly rows: readonly {
    readonly key: string;
    readonly mean: number | null;
    /** One a column. */
    readonly means: readonly (number | null)[];
  }[];
}

/** The answer that a format said it needs. */
export function partOf(parts: ReadonlyMap<CellPart, string>, part: CellPart): string {
  const text = parts.get(part);
  if (text === undefined) throw new Error(`an export format was given no ${part}`);
  return text;
}
