// Counts what one request lost, repaired or had refused, and words it for
// `partial_success.error_message`: counts, positions and ids, never content. Scan and decode fill
// the same kind of tally, which is how they come to say the same.
import { spanFlag } from '../../shared/span.ts';
import { OtlpError } from '../errors.ts';
import { limits } from './limits.ts';
import { MalformedField } from './malformed.ts';
import type { TraceCounts } from './trace-counts.ts';
import type { WireReader } from './wire-reader.ts';

/** Why a single record is refused, in the order in which the reasons are tried. */
const rejections = {
  traceId: 'trace_id is not 16 bytes or is zero',
  spanId: 'span_id is not 8 bytes or is zero',
  time: 'a time is beyond 2^63-1 ns',
} as const;
export type Rejection = keyof typeof rejections;

interface Refused {
  count: number;
  /** Position of the first one among all records of the request, from 0. */
  readonly firstIndex: number;
  readonly firstSpanId: string;
}

/** What one signal's records are called. */
type Noun = 'span' | 'log record' | 'data point';

function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export class Tally {
  readonly noun: Noun;
  /** Told of each good span by the scan. */
  readonly traces: TraceCounts | undefined;
  /** Records begun, refused ones included. */
  records = 0;
  rejected = 0;
  /** Strings in which invalid UTF-8 or UTF-16 became U+FFFD. */
  repaired = 0;
  /** Texts and byte values cut at their limit. */
  cut = 0;
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  /** Values replaced by the nesting marker. */
  nested = 0;
  /** Enums sent by name: OTLP's JSON has numbers only. */
  enumNames = 0;
  /** Keys that senders confuse with the right ones, and that therefore carried nothing. */
  readonly strayKeys = new Set<string>();
  #parts = 0;
  #repairedBefore = 0;
  #truncationsBefore = 0;
  /** By why. */
  readonly #refused = new Map<string, Refused>();
  #headProblem: string | null = null;

  constructor(noun: Noun, traces?: TraceCounts) {
    this.noun = noun;
    this.traces = traces;
  }

  get accepted(): number {
    return this.records - this.rejected;
  }

  get #truncations(): number {
    return this.cut + this.droppedAttributes + this.droppedEvents + this.droppedLinks + this.nested;
  }

  /** @throws OtlpError 413 when the request holds more records than one request may. */
  beginRecord(): void {
    this.records += 1;
    this.#repairedBefore = this.repaired;
    this.#truncationsBefore = this.#truncations;
    if (this.records > limits.records) {
      throw new OtlpError(
        413,
        `more than ${limits.records} ${this.noun}s in one request: send smaller batches`,
        { limit: 'requestRecords' },
      );
    }
  }

  /** Counts attributes, list elements, events, links or buckets. @throws OtlpError 413 past the limit. */
  part(count = 1): void {
    this.#parts += count;
    if (this.#parts > limits.parts) {
      throw new OtlpError(
        413,
        `more than ${limits.parts} attribute values in one request: send smaller batches`,
        { limit: 'requestParts' },
      );
    }
  }

  /** The bits of `spanFlag` that the record begun last has earned so far. */
  recordFlags(): number {
    return (
      (this.repaired === this.#repairedBefore ? 0 : spanFlag.textRepaired) |
      (this.#truncations === this.#truncationsBefore ? 0 : spanFlag.truncated)
    );
  }

  /** Refuses the record begun last. @param spanId its id, or '' where that is what is wrong. */
  reject(reason: Rejection, spanId: string): undefined {
    this.#refuse(rejections[reason], spanId);
  }

  /** Whether what the record begun last lies in cannot be read. */
  get isHeadless(): boolean {
    return this.#headProblem !== null;
  }

  /** Refuses the record begun last where what it lies in cannot be read. */
  rejectsHeadless(spanId: string): boolean {
    if (this.#headProblem !== null) this.#refuse(this.#headProblem, spanId);
    return this.#headProblem !== null;
  }

  /** Reads one record, or what holds records: a field of a wrong type in it refuses it alone. */
  attempt(read: () => void, spanId: () => string = () => ''): void {
    const { records } = this;
    try {
      read();
    } catch (error) {
      if (!(error instanceof MalformedField)) throw error;
      // Where it cannot be said how many records it holds, it counts as one.
      if (this.records === records) this.beginRecord();
      this.#refuse(this.#headProblem ?? error.kind, spanId());
    }
  }

  /** Refuses the record begun last for what was thrown while it was read. @throws what is no damage of it */
  rejectDamaged(error: unknown, spanId: string): undefined {
    if (!(error instanceof MalformedField)) throw error;
    this.#refuse(this.#headProblem ?? error.kind, spanId);
  }

  /**
   * Refuses a message that holds records, as one, where none was found in it before it could not be read on.
   * @param recordsBefore how many records were begun before it
   * @throws what is no damage of it
   */
  rejectEmpty(recordsBefore: number, error: unknown): void {
    if (!(error instanceof MalformedField)) throw error;
    if (this.records > recordsBefore) return;
    this.beginRecord();
    this.#refuse(this.#headProblem ?? error.kind, '');
  }

  /**
   * Refuses what was accepted of one message that holds records, or the message where it held none yet.
   * @param acceptedBefore how many records were accepted before it
   * @throws what is no damage of it
   */
  rejectSince(acceptedBefore: number, error: unknown): void {
    if (!(error instanceof MalformedField)) throw error;
    const count = this.accepted - acceptedBefore;
    if (count === 0) this.beginRecord();
    const why = this.#headProblem ?? error.kind;
    for (let index = 0; index < Math.max(1, count); index++) this.#refuse(why, '');
  }

  /**
   * Reads what is said once of many records, then them: where the former cannot be read, all of them are
   * refused and counted.
   */
  under<T>(readHead: () => T, otherwise: T, readRecords: (head: T) => void): void {
    const before = this.#headProblem;
    let head = otherwise;
    try {
      head = readHead();
    } catch (error) {
      if (!(error instanceof MalformedField)) throw error;
      this.#headProblem ??= error.kind;
    }
    readRecords(head);
    this.#headProblem = before;
  }

  /**
   * Reads a protobuf message that holds records beside what is said of them all (a ResourceSpans, a ScopeLogs), twice: the
   * latter may stand behind them. Its length bounds whatever is wrong in it, so that damage costs its records alone.
   * @param readHead reads the fields of the head, and passes over the records
   * @param readRecords reads the records, and passes over the head
   */
  framed(r: WireReader, end: number, readHead: () => void, readRecords: () => void): void {
    const { pos } = r;
    const { records } = this;
    this.under(readHead, undefined, () => {
      r.pos = pos;
      try {
        readRecords();
      } catch (error) {
        // The head ended at the same place: the records before it are refused already.
        this.rejectEmpty(records, error);
        r.pos = end;
      }
    });
  }

  #refuse(why: string, spanId: string): void {
    this.rejected += 1;
    const refused = this.#refused.get(why);
    if (refused) refused.count += 1;
    else this.#refused.set(why, { count: 1, firstIndex: this.records - 1, firstSpanId: spanId });
  }

  /** What the sender is told; '' when nothing was refused, cut, dropped, repaired or ignored. */
  message(): string {
    const parts = [...this.#rejectedMessages()];
    if (this.repaired) parts.push(`${many(this.repaired, 'string')} repaired: invalid UTF-8 or UTF-16`);
    if (this.cut) parts.push(`${many(this.cut, 'value')} truncated`);
    if (this.droppedAttributes) {
      parts.push(`${many(this.droppedAttributes, 'attribute')} dropped: limit ${limits.attributes}`);
    }
    if (this.droppedEvents)
      parts.push(`${many(this.droppedEvents, 'event')} dropped: limit ${limits.events}`);
    if (this.droppedLinks) {
      parts.push(`${many(this.droppedLinks, 'link')} dropped: bad id, or limit ${limits.links}`);
    }
    if (this.nested) parts.push(`${many(this.nested, 'value')} nested deeper than ${limits.valueDepth}`);
    if (this.enumNames) parts.push(`${many(this.enumNames, 'enum')} sent by name: OTLP JSON has numbers`);
    if (this.strayKeys.size > 0) {
      if (this.records === 0) parts.push(`0 ${this.noun}s found`);
      parts.push(`unknown key ${[...this.strayKeys].join(', ')}`);
    }
    return parts.join('; ');
  }

  *#rejectedMessages(): Generator<string> {
    const known: string[] = Object.values(rejections);
    const others = [...this.#refused.keys()].filter((why) => !known.includes(why));
    for (const why of [...known, ...others]) {
      const refused = this.#refused.get(why);
      if (!refused) continue;
      const id = refused.firstSpanId === '' ? '' : `, span_id ${refused.firstSpanId}`;
      const where = `${refused.count === 1 ? '' : 'first '}${this.noun} ${refused.firstIndex} of the request${id}`;
      yield `${many(refused.count, this.noun)} rejected, ${why} (${where})`;
    }
  }
}
