// What the summary of a span is given, whatever its kind, and the model call that a span tells of.
import type { SpanJson } from '../../../shared/wire.ts';
import { type ModelCallRow, modelCallRows } from '../../model/model-calls/model-call-rows.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { loadedList } from '../../state/cell/cell-tracks.ts';
import type { CellTrace } from '../../state/trace/cell-trace.ts';

export interface SummaryProps {
  readonly session: CellSession;
  readonly trace: CellTrace;
  readonly row: number;
  readonly rowKey: string;
  /** With its attributes; null until they are here. */
  readonly span: SpanJson | null;
}

/** Null where no model call of the list is told by the span. */
export function callOf({ session, trace, rowKey }: SummaryProps): ModelCallRow | null {
  const rows = modelCallRows(loadedList(session.modelCalls.value), trace.columns.startNs);
  return rows.find((call) => call.rowKey === rowKey || call.otherKeys.includes(rowKey)) ?? null;
}
