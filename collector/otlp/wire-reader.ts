// Reads the protobuf wire format: tags, varints, fixed fields, lengths, text. It knows no OTLP.
// Every read is bounded by the end of the message around it, and every damage is one MalformedField, 400;
// spec: https://protobuf.dev/programming-guides/encoding/.
import { isAscii, isUtf8 } from 'node:buffer';
import { limits } from './limits.ts';
import { MalformedField } from './malformed.ts';

const TWO_32 = 2 ** 32;

/** Slots for short texts seen before; a fuller slot is simply overwritten. 2^11 × at most 48 chars. */
const INTERN_SLOTS = 2048;
/** Hashing and comparing up to here is cheaper than making the string again. */
const INTERN_BYTES = 48;
/** From here on Node's own check costs less than ours, its call included. */
const NATIVE_BYTES = 256;
const interned: string[] = new Array(INTERN_SLOTS).fill('');

export class WireReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #buffer: Buffer;
  pos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(what: string): never {
    const kind = `malformed protobuf: ${what}`;
    throw new MalformedField(`${kind} at byte ${this.pos}`, kind);
  }

  /** The next field's tag, field number × 8 + wire type. Call only while pos < end. */
  tag(end: number): number {
    const first = this.bytes[this.pos] as number;
    if (first < 0x80) {
      this.pos += 1;
      return first;
    }
    const tag = this.#longUint(end);
    if (tag >= TWO_32) this.fail('field number too large');
    return tag;
  }

  /** Passes over a field that nobody reads. @throws MalformedField for what no field can be. */
  skip(tag: number, end: number): void {
    if (tag < 8) this.fail('field number 0');
    const wireType = tag & 7;
    if (wireType === 0) this.skipVarint(end);
    else if (wireType === 1) this.advance(8, end);
    else if (wireType === 2) this.pos = this.length(end);
    else if (wireType === 3) this.#skipGroup(tag, end);
    else if (wireType === 4) this.fail('end of a group that never began');
    else if (wireType === 5) this.advance(4, end);
    else this.fail(`wire type ${wireType}`);
  }

  #skipGroup(opening: number, end: number): void {
    const open = [opening];
    while (open.length > 0) {
      if (this.pos >= end) this.fail('group without end');
      const tag = this.tag(end);
      const wireType = tag & 7;
      if (wireType === 3 && tag >= 8) {
        if (open.length >= limits.groupDepth) this.fail('groups nested too deep');
        open.push(tag);
      } else if (wireType === 4 && tag === (open.at(-1) ?? 0) + 1) {
        open.pop();
      } else {
        this.skip(tag, end);
      }
    }
  }

  /** Passes `count` bytes and returns where they began. */
  advance(count: number, end: number): number {
    const start = this.pos;
    if (start + count > end) this.fail('truncated');
    this.pos = start + count;
    return start;
  }

  /** A length prefix: returns where the message or text that starts at `pos` ends. */
  length(end: number): number {
    let length = this.pos < end ? (this.bytes[this.pos] as number) : 0x80;
    if (length < 0x80) this.pos += 1;
    else length = this.#longUint(end);
    const stop = this.pos + length;
    if (stop > end) this.fail('length past the end');
    return stop;
  }

  /** A varint as a number, exact to 2^53; more only has to be seen as too much. */
  #longUint(end: number): number {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 10; index += 1) {
      if (this.pos >= end) this.fail('truncated');
      const byte = this.bytes[this.pos] as number;
      this.pos += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (index === 9 && byte > 1) break;
        return value;
      }
      scale *= 128;
    }
    return this.fail('varint longer than 64 bits');
  }

  skipVarint(end: number): void {
    if (this.pos < end && (this.bytes[this.pos] as number) < 0x80) this.pos += 1;
    else this.#longUint(end);
  }

  /** The low 32 bits of a varint, unsigned: uint32, and with `| 0` an enum. */
  uint32(end: number): number {
    let low = 0;
    for (let index = 0; index < 10; index += 1) {
      if (this.pos >= end) this.fail('truncated');
      const byte = this.bytes[this.pos] as number;
      this.pos += 1;
      if (index < 5) low |= (byte & 0x7f) << (index * 7);
      if (byte < 0x80) {
        if (index === 9 && byte > 1) break;
        return low >>> 0;
      }
    }
    return this.fail('varint longer than 64 bits');
  }

  /** bool: any bit of the varint. */
  bool(end: number): boolean {
    const start = this.pos;
    this.skipVarint(end);
    for (let at = start; at < this.pos; at += 1) if (((this.bytes[at] as number) & 0x7f) !== 0) return true;
    return false;
  }

  /** int64: a number while a double holds it exactly, else a bigint. */
  int64(end: number): number | bigint {
    const first = this.pos < end ? (this.bytes[this.pos] as number) : 0x80;
    if (first < 0x80) {
      this.pos += 1;
      return first;
    }
    const start = this.pos;
    const value = this.#longUint(end);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    let wide = 0n;
    for (let at = this.pos - 1; at >= start; at -= 1) {
      wide = (wide << 7n) | BigInt((this.bytes[at] as number) & 0x7f);
    }
    const signed = BigInt.asIntN(64, wide);
    const narrow = Number(signed);
    return Number.isSafeInteger(narrow) ? narrow : signed;
  }

  /** fixed64 as an unsigned bigint. */
  fixed64(end: number): bigint {
    return this.view.getBigUint64(this.advance(8, end), true);
  }

  double(end: number): number {
    return this.view.getFloat64(this.advance(8, end), true);
  }

  fixed32(end: number): number {
    return this.view.getUint32(this.advance(4, end), true);
  }

  /** Whether all bytes in [start, stop) are ASCII, four at a time. */
  isAscii(start: number, stop: number): boolean {
    const { view, bytes } = this;
    if (stop - start >= NATIVE_BYTES) return isAscii(bytes.subarray(start, stop));
    let at = start;
    for (; at + 4 <= stop; at += 4) if ((view.getInt32(at, true) & 0x80808080) !== 0) return false;
    for (; at < stop; at += 1) if ((bytes[at] as number) > 0x7f) return false;
    return true;
  }

  isUtf8(start: number, stop: number): boolean {
    return this.isAscii(start, stop) || isUtf8(this.bytes.subarray(start, stop));
  }

  isZero(start: number, stop: number): boolean {
    for (let at = start; at < stop; at += 1) if (this.bytes[at] !== 0) return false;
    return true;
  }

  hexId(start: number, stop: number): string {
    return this.#buffer.toString('hex', start, stop);
  }

  /** A copy that does not keep the request alive. */
  copy(start: number, stop: number): Uint8Array {
    return new Uint8Array(this.bytes.subarray(start, stop));
  }

  /** UTF-8 to string, invalid sequences as U+FFFD. Ask `isUtf8` to know whether there were any. */
  text(start: number, stop: number): string {
    const length = stop - start;
    if (length === 0) return '';
    if (length <= INTERN_BYTES) return this.#shortText(start, stop);
    return this.isAscii(start, stop)
      ? this.#buffer.toString('latin1', start, stop)
      : this.#buffer.toString('utf8', start, stop);
  }

  /** Keys and short values repeat from span to span: give back the string made before. */
  #shortText(start: number, stop: number): string {
    const bytes = this.bytes;
    let hash = stop - start;
    let bits = 0;
    for (let at = start; at < stop; at += 1) {
      const byte = bytes[at] as number;
      hash = (Math.imul(hash, 31) + byte) | 0;
      bits |= byte;
    }
    if (bits > 0x7f) return this.#buffer.toString('utf8', start, stop);
    const slot = (hash ^ (hash >>> 15)) & (INTERN_SLOTS - 1);
    const known = interned[slot] as string;
    if (known.length === stop - start) {
      let at = 0;
      while (at < known.length && known.charCodeAt(at) === bytes[start + at]) at += 1;
      if (at === known.length) return known;
    }
    const made = this.#buffer.toString('latin1', start, stop);
    interned[slot] = made;
    return made;
  }
}
