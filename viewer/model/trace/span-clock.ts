// Where a span of the API lies on the cell's clock: start, end, first chunk of a model's answer. What was
// not recorded is null. It refuses to know columns: trace-tree answers the same for them.

import { spanEvent, spanKey } from '../../../shared/conventions.ts';
import type { ModelCallJson, SpanJson } from '../../../shared/wire.ts';
import { numberAttribute } from './attributes.ts';
import { offsetNs } from './offset.ts';

export class SpanClock {
  readonly #startNs: string;
  /** The last moment that a trusted clock told; infinite where there is none. */
  readonly #lastNs: number;

  /**
   * @param clockStartNs `TraceColumns.startNs`
   * @param spans all of the run: a span whose clock is suspect stands no later than the last of the others
   */
  constructor(clockStartNs: string, spans: readonly Pick<SpanJson, 'startNs' | 'endNs' | 'flags'>[] = []) {
    this.#startNs = clockStartNs;
    let lastNs = 0;
    for (const { startNs, endNs, flags } of spans)
      if (!flags.includes('clockSuspect'))
        lastNs = Math.max(lastNs, offsetNs(startNs, clockStartNs), offsetNs(endNs, clockStartNs));
    this.#lastNs = lastNs > 0 ? lastNs : Number.POSITIVE_INFINITY;
  }

  /** Nanoseconds from the clock's zero, never before it. */
  at(ns: string): number {
    return Math.max(0, offsetNs(ns, this.#startNs));
  }

  startOf(span: SpanJson): number {
    return this.#within(span, this.at(span.startNs));
  }

  /** Not before the start; null where the span never ended. */
  endOf(span: SpanJson): number | null {
    return span.endNs === '0' ? null : Math.max(this.startOf(span), this.#within(span, this.at(span.endNs)));
  }

  #within({ flags }: Pick<SpanJson, 'flags'>, tNs: number): number {
    return flags.includes('clockSuspect') ? Math.min(tNs, this.#lastNs) : tNs;
  }

  /**
   * When the first chunk of the answer came; null where unknown or beyond the span's end.
   * @param call the normalised numbers, where they are at hand; else the span's own
   */
  firstChunkOf(span: SpanJson, call: ModelCallJson | null): number | null {
    const seconds = numberAttribute(span.attributes, spanKey.timeToFirstChunk);
    const waitMs = call?.timeToFirstChunkMs ?? (seconds === null ? null : seconds * 1000);
    if (waitMs === null || waitMs < 0) return null;
    const chunkNs = this.startOf(span) + Math.round(waitMs * 1e6);
    const endNs = this.endOf(span);
    return endNs !== null && chunkNs > endNs ? null : chunkNs;
  }

  /** When each piece of text was complete, in order, as the span's events tell. */
  messageEnds(span: SpanJson): number[] {
    return span.events
      .filter((event) => event.name === spanEvent.message)
      .map((event) => offsetNs(event.timeNs, this.#startNs));
  }
}
