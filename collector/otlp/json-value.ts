// Reads the fields of OTLP's JSON encoding strictly: a field of the wrong type refuses the record that it
// is in, and names itself; null and absence are the default. Limits cut here and are
// counted in the tally. Objects are read by the field names written here, never by data.
// Spec: OTLP 1.x "JSON Protobuf Encoding", https://protobuf.dev/programming-guides/json/.
import {
  type AnyValue,
  type Attribute,
  KeyValueList,
  type ResourceRecord,
  type ScopeRecord,
} from '../record.ts';
import { fitText } from './fit-text.ts';
import { isObject } from './json-text.ts';
import { limits, nestingMarker } from './limits.ts';
import { MalformedField } from './malformed.ts';
import type { Tally } from './tally.ts';
import { cutIndex } from './utf8.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const MAX_UINT32 = 2 ** 32 - 1;
const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Reads one request's fields. */
export class JsonReader {
  readonly tally: Tally;

  constructor(tally: Tally) {
    this.tally = tally;
  }

  /** @throws MalformedField */
  fail(field: string, must: string): never {
    throw new MalformedField(`${field} must be ${must}`);
  }

  /** A message field; undefined when absent. */
  object(value: unknown, field: string): JsonObject | undefined {
    if (value === undefined || value === null) return undefined;
    return isObject(value) ? value : this.fail(field, 'an object');
  }

  /** A repeated message field: its members, each an object. */
  objects(value: unknown, field: string): readonly JsonObject[] {
    const list = this.list(value, field);
    for (const item of list) this.member(item, field);
    return list as readonly JsonObject[];
  }

  /** One member of a repeated message field. */
  member(value: unknown, field: string): JsonObject {
    return isObject(value) ? value : this.fail(`each of ${field}`, 'an object');
  }

  list(value: unknown, field: string): readonly unknown[] {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : this.fail(field, 'an array');
  }

  /** A string field, made well-formed and cut at `maxBytes` of UTF-8. */
  text(value: unknown, field: string, maxBytes: number): string {
    if (value === undefined || value === null) return '';
    if (typeof value !== 'string') return this.fail(field, 'a string');
    let text = value;
    if (!text.isWellFormed()) {
      text = text.toWellFormed();
      this.tally.repaired += 1;
    }
    // A UTF-16 unit takes at most three bytes of UTF-8.
    if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
    this.tally.cut += 1;
    // Only values hold media; a name that long is none.
    const whole = maxBytes === limits.valueBytes ? fitText(text, maxBytes) : null;
    if (whole !== null) return whole;
    const bytes = Buffer.from(text);
    return bytes.toString('utf8', 0, cutIndex(bytes, 0, maxBytes));
  }

  /** An id of `size` bytes in lower hex; '' when absent or zero, undefined when it is no id. */
  id(value: unknown, field: string, size: 8 | 16): string | undefined {
    if (value === undefined || value === null || value === '') return '';
    if (typeof value !== 'string') return this.fail(field, 'a string of hex digits');
    if (value.length !== size * 2 || !/^[0-9a-fA-F]+$/.test(value)) return undefined;
    return /^0+$/.test(value) ? '' : value.toLowerCase();
  }

  /** A uint32 field, a number or a decimal string. */
  uint32(value: unknown, field: string): number {
    if (value === undefined || value === null) return 0;
    const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MAX_UINT32) {
      return number + 0;
    }
    return this.fail(field, 'an integer from 0 to 2^32-1');
  }

  /** A uint64 or fixed64 field that counts: a number while a double holds it, else a bigint. */
  uint64(value: unknown, field: string): number | bigint {
    if (value === undefined || value === null) return 0;
    let count: bigint | undefined;
    if (typeof value === 'string') count = /^\d{1,20}$/.test(value) ? BigInt(value) : undefined;
    else if (typeof value === 'bigint') count = value;
    else if (typeof value === 'number' && Number.isInteger(value)) count = BigInt(value);
    if (count === undefined || count < 0n || count > MAX_UINT64)
      return this.fail(field, 'an integer from 0 to 2^64-1');
    return count <= Number.MAX_SAFE_INTEGER ? Number(count) : count;
  }

  /** A sint32 field, a number or a decimal string. */
  int32(value: unknown, field: string): number {
    if (value === undefined || value === null) return 0;
    const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && (number | 0) === number) return number + 0;
    return this.fail(field, 'a 32-bit integer');
  }

  boolean(value: unknown, field: string): boolean {
    if (value === undefined || value === null) return false;
    return typeof value === 'boolean' ? value : this.fail(field, 'true or false');
  }

  /** An open enum: any int32, or one of the names, whose index in `names` is its number. */
  enumeration(value: unknown, field: string, names: readonly string[]): number {
    if (value === undefined || value === null) return 0;
    if (typeof value === 'string') {
      const number = names.indexOf(value);
      if (number < 0) return this.fail(field, 'a number');
      this.tally.enumNames += 1;
      return number;
    }
    if (typeof value === 'number' && (value | 0) === value) return value + 0;
    return this.fail(field, 'a 32-bit integer');
  }

  /** A fixed64 time in nanoseconds, a decimal string or a whole number. */
  timeNs(value: unknown, field: string): bigint {
    if (value === undefined || value === null) return 0n;
    let time: bigint | undefined;
    if (typeof value === 'string') time = /^\d{1,20}$/.test(value) ? BigInt(value) : undefined;
    else if (typeof value === 'bigint') time = value;
    else if (typeof value === 'number' && Number.isInteger(value)) time = BigInt(value);
    if (time !== undefined && time >= 0n && time <= MAX_UINT64) return time;
    return this.fail(field, 'nanoseconds as a decimal string');
  }

  /**
   * Attributes, at most `limits.attributes`; the rest is not looked at.
   * @returns the attributes and how many were dropped.
   */
  attributes(value: unknown, field: string): { attributes: Attribute[]; over: number } {
    const all = this.list(value, field);
    const over = Math.max(0, all.length - limits.attributes);
    this.tally.droppedAttributes += over;
    const kept = over === 0 ? all : all.slice(0, limits.attributes);
    return { attributes: this.#pairs(kept, field, 0), over };
  }

  #pairs(values: readonly unknown[], field: string, depth: number): Attribute[] {
    const pairs: Attribute[] = [];
    for (const item of values) {
      this.tally.part();
      if (!isObject(item)) return this.fail(`each of ${field}`, 'an object');
      pairs.push([this.text(item.key, 'key', limits.keyBytes), this.anyValue(item.value, depth)]);
    }
    return pairs;
  }

  /**
   * An AnyValue. Of several members the first one in the order of the .proto file counts.
   * @param depth how many arrays and kvlists are around it.
   */
  anyValue(value: unknown, depth: number): AnyValue {
    if (value === undefined || value === null) return null;
    if (!isObject(value)) return this.fail('value', 'an object');
    if (isSet(value.stringValue)) return this.text(value.stringValue, 'stringValue', limits.valueBytes);
    if (isSet(value.boolValue)) {
      return typeof value.boolValue === 'boolean' ? value.boolValue : this.fail('boolValue', 'true or false');
    }
    if (isSet(value.intValue)) return this.int64(value.intValue);
    if (isSet(value.doubleValue)) return this.double(value.doubleValue);
    if (isSet(value.arrayValue)) return this.#container(value.arrayValue, 'arrayValue', depth);
    if (isSet(value.kvlistValue)) return this.#container(value.kvlistValue, 'kvlistValue', depth);
    if (isSet(value.bytesValue)) return this.#bytes(value.bytesValue);
    return null;
  }

  #container(value: unknown, field: 'arrayValue' | 'kvlistValue', depth: number): AnyValue {
    if (depth >= limits.valueDepth) {
      this.tally.nested += 1;
      return nestingMarker;
    }
    const values = this.list(this.object(value, field)?.values, `${field}.values`);
    if (field === 'kvlistValue') return new KeyValueList(this.#pairs(values, `${field}.values`, depth + 1));
    return values.map((item) => {
      this.tally.part();
      return this.anyValue(item, depth + 1);
    });
  }

  /** int64 from a decimal string or a bare number; beyond 2^53 a bigint. */
  int64(value: unknown): number | bigint {
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value)) return value + 0;
      // The JavaScript exporters send every whole double as intValue, 1e300 too: keep it a double.
      if (!Number.isInteger(value)) return this.fail('intValue', 'a 64-bit integer');
      return inInt64(BigInt(value)) ? BigInt(value) : value;
    }
    if (typeof value === 'bigint') return inInt64(value) ? value : Number(value);
    if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value))
      return this.fail('intValue', 'a 64-bit integer');
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number + 0;
    const wide = BigInt(value);
    return inInt64(wide) ? wide : this.fail('intValue', 'a 64-bit integer');
  }

  /** A double: a number, its decimal text, or the name of one that JSON cannot write. */
  double(value: unknown): number {
    let number: unknown = value;
    if (typeof value === 'bigint') number = Number(value);
    else if (typeof value === 'string') {
      if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
      number = DECIMAL.test(value) ? Number(value) : undefined;
    }
    // Infinity here is what JSON.parse makes of 1e999.
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    return this.fail('doubleValue', 'a finite number, "NaN", "Infinity" or "-Infinity"');
  }

  #bytes(value: unknown): Uint8Array {
    if (typeof value !== 'string' || !BASE64.test(value)) return this.fail('bytesValue', 'base64');
    const digits = value.replace(/=+$/, '').length;
    const padded = value.length !== digits;
    if (digits % 4 === 1 || (padded && value.length % 4 !== 0)) return this.fail('bytesValue', 'base64');
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length > limits.valueBytes) this.tally.cut += 1;
    return new Uint8Array(bytes.subarray(0, limits.valueBytes));
  }

  resource(value: unknown, schemaUrl: unknown): ResourceRecord {
    const resource = this.object(value, 'resource');
    const { attributes, over } = this.attributes(resource?.attributes, 'resource.attributes');
    return {
      attributes,
      droppedAttributes: this.uint32(resource?.droppedAttributesCount, 'droppedAttributesCount') + over,
      schemaUrl: this.text(schemaUrl, 'schemaUrl', limits.nameBytes),
    };
  }

  scope(value: unknown, schemaUrl: unknown): ScopeRecord {
    const scope = this.object(value, 'scope');
    const name = this.text(scope?.name, 'scope.name', limits.nameBytes);
    const version = this.text(scope?.version, 'scope.version', limits.nameBytes);
    const { attributes, over } = this.attributes(scope?.attributes, 'scope.attributes');
    return {
      name,
      version,
      attributes,
      droppedAttributes: this.uint32(scope?.droppedAttributesCount, 'droppedAttributesCount') + over,
      schemaUrl: this.text(schemaUrl, 'schemaUrl', limits.nameBytes),
    };
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function inInt64(value: bigint): boolean {
  return value >= MIN_INT64 && value <= MAX_INT64;
}
