// What a reader of a whole trace must know beside its spans, in sentences. Counts flags; single spans tell of
// theirs themselves.
import { spanFlag } from '../../../shared/span.ts';
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import { formatCount } from '../display/format.ts';

/** That spans were sent a second time and said something else then; null where none was. */
export function conflictNote({ flags }: Pick<TraceColumns, 'flags'>): string | null {
  let count = 0;
  for (const flag of flags) if ((flag & spanFlag.conflict) !== 0) count++;
  if (count === 0) return null;
  const were = count === 1 ? '1 span was' : `${formatCount(count)} spans were`;
  return `${were} sent again with other content. What came first is shown; what came later is kept under “conflicts” in the trace’s JSON.`;
}
