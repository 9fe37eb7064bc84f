// How many good spans of each trace a request holds, counted while it is scanned: whoever bounds the size
// of traces must know that before the request is acknowledged. Reads nothing itself.
import type { WireReader } from './wire-reader.ts';

export class TraceCounts {
  readonly #counts = new Map<string, number>();
  #reader: WireReader | null = null;
  /** Where the trace id of the last span begins, and how many spans in a row have had it. */
  #at = 0;
  #run = 0;

  /** One span. @param at where its trace id begins */
  note(reader: WireReader, at: number): void {
    if (this.#run > 0 && sameId(reader.bytes, this.#at, at)) {
      this.#run += 1;
      return;
    }
    this.#endRun();
    this.#reader = reader;
    this.#at = at;
    this.#run = 1;
  }

  add(traceId: string, spans: number): void {
    this.#counts.set(traceId, (this.#counts.get(traceId) ?? 0) + spans);
  }

  /** Spans by trace id in lower hex. */
  all(): ReadonlyMap<string, number> {
    this.#endRun();
    return this.#counts;
  }

  #endRun(): void {
    if (this.#reader && this.#run > 0) this.add(this.#reader.hexId(this.#at, this.#at + 16), this.#run);
    this.#run = 0;
  }
}

/** Requests hold few traces, one after the other: comparing bytes is cheaper than making texts. */
function sameId(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; i < 16; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
