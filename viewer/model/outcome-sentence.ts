// The answer first: what became of the cell in words, and one sentence that says why, with links to the
// moments. It states what the data show and their order in time ("after"), never a cause.
import type { Outcome } from '../../shared/cell.ts';
import type { CellDetail, FileChangeJson, SpanJson } from '../../shared/wire.ts';

export interface SentencePart {
  readonly text: string;
  /** A link to this moment, nanoseconds from the clock's zero; absent for plain text. */
  readonly seekNs?: number;
  /** The span meant, as `rowKeyOf`. */
  readonly rowKey?: string;
}
export interface OutcomeText {
  readonly outcome: Outcome;
  readonly tone: 'good' | 'bad' | 'quiet';
  /** "Failed · 2 of 3 tests pass". */
  readonly badge: string;
  /** One sentence, in parts; never empty. */
  readonly sentence: readonly SentencePart[];
}

/**
 * @param detail the cell
 * @param spans the trace, or [] while it is not here yet: the sentence then has fewer links
 * @param clockStartNs `TraceColumns.startNs`, or null where no span was recorded
 */
export function describeOutcome(
  detail: CellDetail,
  spans: readonly SpanJson[],
  changes: readonly FileChangeJson[],
  clockStartNs: string | null,
): OutcomeText {
  throw new Error(`not written yet ${detail.id} ${spans.length} ${changes.length} ${clockStartNs}`);
}
/** The outcome in one word or two: "Passed", "Timed out", "Agent error", "Not scored". */
export function outcomeWord(outcome: Outcome): string {
  throw new Error(`not written yet ${outcome}`);
}
