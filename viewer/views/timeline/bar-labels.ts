// What the bars of the timeline are called: the span's name, with a tool's argument where it is known;
// and for the verifier its verdict, which stands beside so short a bar.
import { shownLine } from '../../model/display/display-text.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';

export interface BarLabels {
  readonly label: (row: number) => string;
  readonly beside: (row: number) => string | null;
}

export function barLabels(session: CellSession): BarLabels {
  const trace = session.trace.value;
  const byRow = new Map<number, string>();
  const verdicts = new Map<number, string>();
  for (const entry of session.transcript.value) {
    if (entry.rowKey === null || !trace) continue;
    if (entry.kind === 'tool' && entry.argument !== null)
      byRow.set(trace.rowOf(entry.rowKey), shownLine(`${entry.text} ${entry.argument}`, 80));
    if (entry.kind === 'verify' && entry.tally)
      verdicts.set(trace.rowOf(entry.rowKey), verdict(entry.tally.passed, entry.tally.failed));
  }
  return {
    label: (row) =>
      byRow.get(row) ?? shownLine(trace?.columns.names[trace.columns.name[row] ?? -1] ?? '', 80),
    beside: (row) => verdicts.get(row) ?? null,
  };
}

function verdict(passed: number, failed: number): string {
  const all = passed + failed;
  return failed > 0 ? `${failed} of ${all} tests failed` : `${all} of ${all} tests passed`;
}
