// The ids of a recorder's spans: at random, or fixed by a seed, so that what is recorded twice is known again. A span of
// which something else is known than its number, such as a step of an agent's run, takes its id from that: it is the
// same in a file that has grown since.
import { createHash } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';

/** What a span is known by. */
export interface SpanIdentity {
  /** The run that it belongs to: spans of one run share a trace, in whatever file they come. */
  readonly run: string;
  /** What it is there; several that are alike are told apart by their order in one telling. */
  readonly step: string;
  /** The telling, by itself: what tells of the run again tells of the same spans. */
  readonly telling: object;
}

export class SpanIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  readonly #seed: string | undefined;
  readonly #traceId: string;
  readonly #seen = new WeakMap<object, Map<string, number>>();
  #count = 0;
  #next: SpanIdentity | null = null;

  /** @param seed undefined for ids at random */
  constructor(seed: string | undefined) {
    this.#seed = seed;
    this.#traceId = seed === undefined ? this.#random.generateTraceId() : digest(`trace\n${seed}`, 32);
  }

  /** Says what the span is known by that is about to start. Without a seed that changes nothing. */
  expect(identity: SpanIdentity | undefined): void {
    this.#next = this.#seed === undefined ? null : (identity ?? null);
  }

  /** One for all roots, but for those of runs that are known. */
  generateTraceId(): string {
    return this.#next === null ? this.#traceId : digest(`run\n${this.#next.run}`, 32);
  }

  generateSpanId(): string {
    if (this.#seed === undefined) return this.#random.generateSpanId();
    const identity = this.#next;
    if (identity === null) return digest(`span\n${this.#seed}\n${this.#count++}`, 16);
    const text = JSON.stringify([identity.run, identity.step]);
    const seen = this.#seen.get(identity.telling) ?? new Map<string, number>();
    // Of a hundred thousand steps the texts themselves would be 16 MB.
    const key = digest(text, 24);
    const before = seen.get(key) ?? 0;
    this.#seen.set(identity.telling, seen.set(key, before + 1));
    return digest(`step\n${text}\n${before}`, 16);
  }
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
