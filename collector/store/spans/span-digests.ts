// What the spans of log entries say, as digests: kept, for comparing a span that came again with what came before
// would decode its whole request each time. Reads no log itself.
import { contentDigest } from '../../cell/span-content.ts';
import type { SentSpans } from './span-content.ts';

/** Of 8 bytes each. */
const MAX_KEPT_DIGESTS = 1_000_000;

export class SpanDigests {
  readonly #bySeq = new Map<number, BigUint64Array>();
  #kept = 0;

  /** Those of an entry's accepted spans, by their places. @param read decodes it */
  of(seq: number, read: () => SentSpans): BigUint64Array {
    const known = this.#bySeq.get(seq);
    const digests = known ?? BigUint64Array.from(read(), ({ record }) => contentDigest(record));
    if (known) this.#bySeq.delete(seq);
    else this.#kept += digests.length;
    this.#bySeq.set(seq, digests);
    for (const [oldest, { length }] of this.#bySeq) {
      if (this.#kept <= MAX_KEPT_DIGESTS || oldest === seq) break;
      this.#kept -= length;
      this.#bySeq.delete(oldest);
    }
    return digests;
  }

  forget(): void {
    this.#bySeq.clear();
    this.#kept = 0;
  }
}
