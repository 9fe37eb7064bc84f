// Errors after which the agent went on: they are shown, and are not why a run failed. Does not say which errors are to
// be shown at all: `noise` does.
import { kindAt, statusAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import { failedRows, oncePerTrace } from './noise.ts';
import { rowEndNs, rowStartNs } from './trace-tree.ts';

/** 1 for failed rows after which a model answered again, by column row. Never a verifier's. */
export const recoveredRows = oncePerTrace((columns) => {
  const lastNs = lastAnswer(columns);
  return failedRows(columns).map((isFailed, row) =>
    isFailed === 1 && kindAt(columns, row) !== 'verify' && rowEndNs(columns, row) <= lastNs ? 1 : 0,
  );
});

/** When the last model call began that was answered; -1 for none. */
function lastAnswer(columns: TraceColumns): number {
  let lastNs = -1;
  for (let row = 0; row < columns.count; row++)
    if (kindAt(columns, row) === 'model_call' && statusAt(columns, row) !== 'error')
      lastNs = Math.max(lastNs, rowStartNs(columns, row));
  return lastNs;
}
