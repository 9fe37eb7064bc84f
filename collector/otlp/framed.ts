// One protobuf message that holds records beside what is said of them all: a ResourceSpans, a ScopeLogs. Its length
// bounds whatever is wrong in it, so damage in its head or between its records costs its records and no others.
// Does not know which fields are which.
import type { Tally } from './tally.ts';
import type { WireReader } from './wire-reader.ts';

/**
 * Reads the message from where the reader is up to `end`, twice: what is said of all records may stand behind them.
 * @param readHead reads the fields of the head, and passes over the records
 * @param readRecords reads the records, and passes over the head
 */
export function readFramed(
  r: WireReader,
  end: number,
  tally: Tally,
  readHead: () => void,
  readRecords: () => void,
): void {
  const { pos } = r;
  const { records } = tally;
  tally.under(readHead, undefined, () => {
    r.pos = pos;
    try {
      readRecords();
    } catch (error) {
      // The head ended at the same place: the records before it are refused already.
      tally.rejectEmpty(records, error);
      r.pos = end;
    }
  });
}
