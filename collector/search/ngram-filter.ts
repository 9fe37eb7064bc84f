// What texts hold, as a small set of bits: every run of 3 and of 6 characters in them sets one. Whatever
// contains a text contains its runs, so a text that sets a bit which is clear here is not in it; one whose
// bits are all set may be. Case of ASCII letters does not count. Knows no SQL and no records.

/**
 * log2 of the words of 32 bits that a filter is made in. The least is 32 kB, which a processor has nearest
 * at hand, and twice what 512 spans come to; 128 kB serve what is larger. Each run of characters sets two bits
 * of one word, which costs what one does.
 */
const LEAST_LOG2 = 13;
const MAX_LOG2 = 15;
/** Bytes of a body from which on the larger ones are made. */
const LARGE_BODY = 2 ** 20;
/**
 * It is halved while fewer than this share of its bits are set, so that between a quarter and 7/16 end up
 * set: a run of characters passes a text that does not hold it once in 6 to 16 times, and a text sets many.
 * 512 spans of recorded agents take 2 to 16 kB.
 */
const SPARSE = 0.25;
/** Texts shorter than this are found without help. */
export const MIN_GRAM = 3;
const LONG_GRAM = 6;
/**
 * Characters of terminal output that are signed again with what follows them: a text that ends behind them is
 * looked for by its last so many, and one.
 */
export const TERMINAL_TAIL = 64;
/** Texts from here on are compared with the one before under the same name: prompts grow at their end. */
const LONG_TEXT = 256;
/** Six characters twice escaped, and as many again. */
const ESCAPED_CHARS = 128;
const SCRATCH_BYTES = 65_536;
const MAX_KEPT_BYTES = 2 ** 20;

/** A filter that any text passes. */
export const anything = new Uint8Array(0);

/** The low byte of a UTF-16 unit, ASCII letters in lower case. */
const folded = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** Two bits in a word, 5 bits each, below the word's number. */
const PLACE_BITS = MAX_LOG2 + 10;

/** Where three characters set bits. @param low their bytes, the last one lowest */
function shortPlace(low: number): number {
  return Math.imul(low & 0xffffff, 0x9e3779b1) >>> (32 - PLACE_BITS);
}

/** Where six characters set bits. @param high the bytes above the lowest four */
function longPlace(low: number, high: number): number {
  const mixed = Math.imul(low, 0x85ebca6b) ^ Math.imul((high & 0xffff) + 1, 0x27d4eb2f);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> (32 - PLACE_BITS);
}

/** Makes one filter after the other. */
export class NgramFilterBuilder {
  #words = new Int32Array(1 << LEAST_LOG2);
  readonly #seen = new Set<string>();
  /** The last long text under a name, in bytes. */
  readonly #before = new Map<string, Buffer>();
  #bytes = Buffer.allocUnsafe(SCRATCH_BYTES);

  /** Makes room for the texts of a request. @param bodyBytes of its inflated body */
  expect(bodyBytes: number): void {
    const length = 1 << (bodyBytes < LARGE_BODY ? LEAST_LOG2 : MAX_LOG2);
    if (this.#words.length !== length) this.#words = new Int32Array(length);
  }

  /** Adds a text of which others may be equal. @param name texts under one name may begin alike */
  add(text: string, name?: string): void {
    if (text.length < MIN_GRAM || this.#seen.has(text)) return;
    this.#seen.add(text);
    this.addUnique(text, name);
  }

  /** Adds a text that hardly comes twice. */
  addUnique(text: string, name?: string): void {
    const length = this.#load(text);
    let common = 0;
    if (name !== undefined && length >= LONG_TEXT) {
      const before = this.#before.get(name);
      if (before) common = commonLength(before, this.#bytes, length);
      this.#before.set(name, Buffer.from(this.#bytes.subarray(0, length)));
    }
    this.#addBytes(Math.max(0, common - LONG_GRAM), length);
    if (!text.includes('\\')) return;
    let from = Math.max(0, common - ESCAPED_CHARS);
    while (from > 0 && text[from - 1] === '\\') from--;
    for (const reading of readingsOf(text.slice(from))) this.#addBytes(0, this.#load(reading));
  }

  /** Takes the text's low bytes. @returns how many */
  #load(text: string): number {
    if (text.length > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(text.length * 2);
    return this.#bytes.write(text, 0, 'latin1');
  }

  #addBytes(from: number, to: number): void {
    const bytes = this.#bytes;
    const words = this.#words;
    const mask = words.length - 1;
    let low = 0;
    let high = 0;
    for (let at = from; at < to; at++) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | (folded[bytes[at] as number] as number);
      if (at - from < MIN_GRAM - 1) continue;
      const short = shortPlace(low);
      const shortAt = (short >>> 10) & mask;
      words[shortAt] = (words[shortAt] as number) | (1 << (short & 31)) | (1 << ((short >>> 5) & 31));
      if (at - from < LONG_GRAM - 1) continue;
      const long = longPlace(low, high);
      const longAt = (long >>> 10) & mask;
      words[longAt] = (words[longAt] as number) | (1 << (long & 31)) | (1 << ((long >>> 5) & 31));
    }
  }

  /** The filter of all that was added, and an empty builder. */
  finish(): Uint8Array {
    const words = this.#words;
    let size = words.length;
    for (
      let set = countBits(words, size);
      size > 1 && set < SPARSE * 32 * size;
      set = countBits(words, size)
    ) {
      size >>>= 1;
      for (let at = 0; at < size; at++) words[at] = (words[at] as number) | (words[at + size] as number);
    }
    const bits = new Uint8Array(size * 4);
    const view = new DataView(bits.buffer);
    for (let at = 0; at < size; at++) view.setInt32(at * 4, words[at] as number, true);
    words.fill(0);
    this.#seen.clear();
    this.#before.clear();
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(SCRATCH_BYTES);
    return bits;
  }
}

const ESCAPES = /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g;
const escaped: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * How a text with backslashes reads where it is JSON, and where a string in it is JSON again: agents put
 * whole conversations into one attribute, and pages show what is said in them.
 */
export function readingsOf(text: string): string[] {
  const readings: string[] = [];
  for (let at = text; readings.length < 2 && at.includes('\\'); ) {
    const next = at.replace(ESCAPES, (_, code: string | undefined, char: string) =>
      code === undefined ? (escaped[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
    );
    if (next === at) break;
    readings.push(next);
    at = next;
  }
  return readings;
}

/** Bytes that two texts have in common at their beginning, or a few less. */
function commonLength(before: Buffer, bytes: Buffer, length: number): number {
  let low = 0;
  let high = Math.min(before.length, length);
  if (before.compare(bytes, 0, high, 0, high) === 0) return high;
  while (high - low > LONG_GRAM) {
    const middle = (low + high) >>> 1;
    if (before.compare(bytes, low, middle, low, middle) === 0) low = middle;
    else high = middle;
  }
  return low;
}

function countBits(words: Int32Array, length: number): number {
  let count = 0;
  for (let at = 0; at < length; at++) {
    let word = words[at] as number;
    if (word === 0) continue;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Where a text sets bits; nowhere where it is too short to set any. */
export function placesOf(text: string): Uint32Array {
  const places: number[] = [];
  let low = 0;
  let high = 0;
  for (let at = 0; at < text.length; at++) {
    high = (high << 8) | (low >>> 24);
    low = (low << 8) | (folded[text.charCodeAt(at) & 255] as number);
    // Six say more than three of them: those come first.
    if (at >= LONG_GRAM - 1) places.unshift(longPlace(low, high));
    if (at >= MIN_GRAM - 1) places.push(shortPlace(low));
  }
  return Uint32Array.from(places);
}

/** Whether what has this filter may hold the text that sets these bits. */
export function mayHold(bits: Uint8Array, places: Uint32Array): boolean {
  if (bits.length === 0) return true;
  const mask = bits.length / 4 - 1;
  for (const place of places) {
    const at = ((place >>> 10) & mask) * 4;
    const first = place & 31;
    const second = (place >>> 5) & 31;
    if ((((bits[at + (first >>> 3)] as number) >>> (first & 7)) & 1) === 0) return false;
    if ((((bits[at + (second >>> 3)] as number) >>> (second & 7)) & 1) === 0) return false;
  }
  return true;
}
