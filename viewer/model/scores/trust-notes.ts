// Who could have written what a page shows, in sentences: that a verdict may be anyone's, that records were
// refused because of who sent them. Does not judge whether it happened.
import type { CellDetail } from '../../../shared/wire.ts';
import { formatCount } from '../display/format.ts';

/** Where the collector asks for no token; null where it does, or where nothing was judged. */
export function openVerdictNote({
  anyoneMayJudge,
  scores,
}: Pick<CellDetail, 'anyoneMayJudge' | 'scores'>): string | null {
  if (!anyoneMayJudge || scores.length === 0) return null;
  return 'This collector asks for no token: anyone who reaches it, the agent too, could have written these scores.';
}

/** Of records that came from the agent and were not its to send; null where there were none. */
export function refusedNote({ refusedRecords: count }: Pick<CellDetail, 'refusedRecords'>): string | null {
  if (count === 0) return null;
  const were = count === 1 ? '1 record was' : `${formatCount(count)} records were`;
  return `${were} refused: whoever sent it may not speak for another cell, judge, or record a phase of the run.`;
}
