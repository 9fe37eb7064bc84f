// Whether a request holds an attribute of one key whose text somebody wants to know of, and the first such text:
// looked for in protobuf's bytes without building a record. It is for a hint to the sender; does not tell a record's
// own attribute from one inside a value, and passes over a pair whose value stands before its key.
import type { AnyRecord, Decoded } from '../record.ts';

/** What is longer is looked at up to here. */
const MAX_BYTES = 4096;
const textDecoder = new TextDecoder();

export class FirstText {
  readonly #key: string;
  readonly #isWanted: (text: string) => boolean;
  #last: string | null = null;
  #found: string | null = null;

  constructor(key: string, isWanted: (text: string) => boolean) {
    this.#key = key;
    this.#isWanted = isWanted;
  }

  get found(): string | null {
    return this.#found;
  }

  noteDecoded({ batches }: Decoded<AnyRecord>): void {
    for (const { records } of batches)
      for (const { attributes } of records)
        for (const [key, value] of attributes) {
          if (key !== this.#key || typeof value !== 'string') continue;
          this.#note(value);
          if (this.#found !== null) return;
        }
  }

  noteProtobuf(bytes: Uint8Array): void {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // A KeyValue begins with its key: field 1, its length, its text.
    const head = Buffer.from(`\n${String.fromCharCode(this.#key.length)}${this.#key}`, 'latin1');
    for (let at = body.indexOf(head); at >= 0 && this.#found === null; at = body.indexOf(head, at + 1)) {
      const text = textAt(body, at + head.length);
      if (text !== null) this.#note(text);
    }
  }

  /** Most records repeat the one before. */
  #note(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    if (this.#isWanted(text)) this.#found = text;
  }
}

/** The stringValue of the AnyValue whose field 2 begins there; null where there is another. */
function textAt(bytes: Uint8Array, at: number): string | null {
  const value = bytes[at] === 18 ? varintAt(bytes, at + 1) : null;
  if (value === null || bytes[value.next] !== 10) return null;
  const text = varintAt(bytes, value.next + 1);
  if (text === null || text.next + text.value > bytes.length) return null;
  return textDecoder.decode(bytes.subarray(text.next, text.next + Math.min(text.value, MAX_BYTES)));
}

/** A length of at most four bytes. */
function varintAt(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 128 ** index;
    if (byte < 128) return { value, next: at + index + 1 };
  }
  return null;
}
