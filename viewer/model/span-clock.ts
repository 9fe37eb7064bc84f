// Where a span of the API lies on the cell's clock: start, end, first chunk of a model's answer. What was
// not recorded is null. It refuses to know columns: trace-tree answers the same for them.

import { spanEvent, spanKey } from '../../shared/conventions.ts';
import type { ModelCallJson, SpanJson } from '../../shared/wire.ts';
import { numberAttribute } from './attributes.ts';
import { offsetNs } from './clock.ts';

export class SpanClock {
  readonly #startNs: string;

  /** @param clockStartNs `TraceColumns.startNs` */
  constructor(clockStartNs: string) {
    this.#startNs = clockStartNs;
  }

  /** Nanoseconds from the clock's zero, never before it. */
  at(ns: string): number {
    return Math.max(0, offsetNs(ns, this.#startNs));
  }

  startOf(span: SpanJson): number {
    return this.at(span.startNs);
  }

  /** Not before the start; null where the span never ended. */
  endOf(span: SpanJson): number | null {
    return span.endNs === '0' ? null : Math.max(this.startOf(span), this.at(span.endNs));
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
