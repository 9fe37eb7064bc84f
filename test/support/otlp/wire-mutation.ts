// Bends a valid protobuf body the way damage and malice do: single bytes, and whole fields moved,
// repeated, retyped, padded or lied about. It knows the wire format and no schema, so that it also
// bends what only looks like a message.
import fc from 'fast-check';

/** Spans and log records are written with at least this many fields, other messages with fewer. */
const RECORD_FIELDS = 8;

interface Field {
  number: number;
  wireType: number;
  /** The payload of wire types 0, 1, 2 and 5. */
  payload: Uint8Array;
  /** Set where the payload of a length-delimited field reads as fields itself. */
  children: Field[] | undefined;
  /** Added to the true length: a lie when not 0. */
  lie: number;
  /** Needless bytes in the tag's and the length's varint. */
  padding: number;
}

function varintAt(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return undefined;
}

/** The fields of a message, or undefined when the bytes are none. */
function parse(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = varintAt(bytes, at);
    if (!tag || tag.value < 8) return undefined;
    const wireType = tag.value % 8;
    let start = tag.next;
    let stop = start + (wireType === 1 ? 8 : 4);
    if (wireType === 0) stop = varintAt(bytes, start)?.next ?? Number.NaN;
    else if (wireType === 2) {
      const length = varintAt(bytes, start);
      start = length?.next ?? Number.NaN;
      stop = start + (length?.value ?? 0);
    } else if (wireType !== 1 && wireType !== 5) return undefined;
    if (!(stop <= bytes.length)) return undefined;
    const payload = bytes.slice(start, stop);
    const children = wireType === 2 && payload.length > 1 ? parse(payload) : undefined;
    fields.push({ number: Math.floor(tag.value / 8), wireType, payload, children, lie: 0, padding: 0 });
    at = stop;
  }
  return fields;
}

/** Written from its end to its start, so that a message's length is known when it is due. */
class BackwardWriter {
  #bytes = new Uint8Array(1024);
  /** Where the last written byte lies. */
  #at = 1024;

  get length(): number {
    return this.#bytes.length - this.#at;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(this.#at);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
  }

  /** @param padding needless bytes at its end */
  varint(value: number, padding: number): void {
    let bytes = 1;
    for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes += 1;
    const total = bytes + padding;
    this.#reserve(total);
    let rest = value;
    for (let index = 0; index < total; index += 1) {
      this.#bytes[this.#at + index] = (rest % 128) | (index < total - 1 ? 0x80 : 0);
      rest = Math.floor(rest / 128);
    }
  }

  #reserve(bytes: number): void {
    if (bytes > this.#at) {
      const larger = new Uint8Array((this.#bytes.length + bytes) * 2);
      const at = larger.length - this.length;
      larger.set(this.#bytes.subarray(this.#at), at);
      this.#bytes = larger;
      this.#at = at;
    }
    this.#at -= bytes;
  }
}

function writeBackward(w: BackwardWriter, fields: readonly Field[]): void {
  for (const field of fields.toReversed()) {
    const before = w.length;
    if (field.children) writeBackward(w, field.children);
    else w.raw(field.payload);
    if (field.wireType === 2) w.varint(Math.max(0, w.length - before + field.lie), field.padding);
    w.varint(field.number * 8 + field.wireType, field.padding);
  }
}

function write(fields: readonly Field[]): Uint8Array {
  const w = new BackwardWriter();
  writeBackward(w, fields);
  return w.finish();
}

/** Fuzzing bends the same few bodies many thousand times. */
const trees = new WeakMap<Uint8Array, { readonly fields: Field[] | undefined }>();

function parsedOnce(body: Uint8Array): Field[] | undefined {
  const known = trees.get(body);
  if (known) return known.fields;
  const fields = parse(body);
  trees.set(body, { fields });
  return fields;
}

/** Payloads are shared: changes replace them and never write into them. */
function copyOf(fields: readonly Field[]): Field[] {
  return fields.map((field) => ({ ...field, children: field.children && copyOf(field.children) }));
}

/** Every list of fields in the tree, the message itself first. */
function lists(fields: Field[], found: Field[][] = []): Field[][] {
  found.push(fields);
  for (const { children } of fields) if (children) lists(children, found);
  return found;
}

/** These leave the bytes a message, though perhaps one with impossible ids, times or texts. */
export const gentleKinds = [
  'drop',
  'repeat',
  'move',
  'renumber',
  'pad',
  'payload',
  'resize',
  'fill',
] as const;
/** These mostly leave no message at all. */
export const roughKinds = ['retype', 'lie', 'alien'] as const;

export interface FieldChange {
  kind: (typeof gentleKinds)[number] | (typeof roughKinds)[number];
  inRecord: boolean;
  list: number;
  index: number;
  amount: number;
  bytes: Uint8Array;
}

function fieldChange(kind: fc.Arbitrary<FieldChange['kind']>): fc.Arbitrary<FieldChange> {
  return fc.record({
    kind,
    /** Half of the changes go to whole records: a list of many fields. */
    inRecord: fc.boolean(),
    list: fc.nat(),
    index: fc.nat(),
    amount: fc.integer({ min: 0, max: 15 }),
    bytes: fc.uint8Array({ maxLength: 24 }),
  });
}

const aliens = [
  [0x9b, 0x06, 0x9c, 0x06], // an empty group, field 99
  [0x9b, 0x06, 0x08, 0x01, 0x9c, 0x06], // a group with a field
  [0x9b, 0x06], // a group without end
  [0x9c, 0x06], // an end without group
  [0x00, 0x00], // field 0
  [0x0e], // wire type 6
  [0x0f], // wire type 7
  [0x98, 0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // the longest varint
  [0x98, 0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], // 65 bits
  [0x9a, 0x06, 0x03, 1, 2, 3], // field 99 with text
];

function applyToField(list: Field[], at: number, field: Field, change: FieldChange): void {
  const { kind, amount, bytes } = change;
  if (kind === 'drop') list.splice(at, 1);
  else if (kind === 'repeat') list.splice(at, 0, structuredClone(field));
  else if (kind === 'move') list.push(...list.splice(at, 1));
  else if (kind === 'retype') field.wireType = amount % 8;
  else if (kind === 'renumber') field.number = amount;
  else if (kind === 'lie') field.lie = amount - 8;
  else if (kind === 'pad') field.padding = amount < 12 ? amount % 4 : amount - 4;
  else if (kind === 'payload') {
    field.children = undefined;
    field.payload = bytes;
  } else if (kind === 'resize') {
    field.children = undefined;
    field.payload = field.payload.slice(0, amount);
  } else if (kind === 'fill') {
    field.children = undefined;
    field.payload = field.payload.slice().fill(amount % 2 === 0 ? 0 : 0xff);
  } else {
    const alien = Uint8Array.from(aliens[amount % aliens.length] ?? []);
    const before = field.children ? write(field.children) : field.payload;
    field.children = undefined;
    field.payload = new Uint8Array([...before, ...alien]);
  }
}

/** The body with fields changed; itself where it is no message. */
export function mutateFields(body: Uint8Array, changes: readonly FieldChange[]): Uint8Array {
  const parsed = parsedOnce(body);
  if (!parsed) return body;
  const root = copyOf(parsed);
  for (const change of changes) {
    const all = lists(root).filter((list) => list.length > 0);
    const records = all.filter((list) => list.length >= RECORD_FIELDS);
    const candidates = change.inRecord && records.length > 0 ? records : all;
    const list = candidates[change.list % Math.max(1, candidates.length)];
    if (!list) return new Uint8Array(0);
    const at = change.index % list.length;
    applyToField(list, at, list[at]!, change);
  }
  return write(root);
}

const byteChange = fc.record({
  kind: fc.constantFrom('set', 'insert', 'remove', 'cut', 'append'),
  at: fc.nat(),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
});
export type ByteChange = typeof byteChange extends fc.Arbitrary<infer T> ? T : never;

/** The body with single bytes changed. */
export function mutateBytes(body: Uint8Array, changes: readonly ByteChange[]): Uint8Array {
  let bytes = body;
  for (const { kind, at, bytes: given } of changes) {
    const index = bytes.length === 0 ? 0 : at % bytes.length;
    const before = bytes.subarray(0, index);
    if (kind === 'set') bytes = Buffer.concat([before, given.subarray(0, 1), bytes.subarray(index + 1)]);
    else if (kind === 'insert') bytes = Buffer.concat([before, given, bytes.subarray(index)]);
    else if (kind === 'remove') bytes = Buffer.concat([before, bytes.subarray(index + given.length)]);
    else if (kind === 'cut') bytes = before;
    else bytes = Buffer.concat([bytes, given]);
  }
  return Uint8Array.from(bytes);
}

/**
 * Bodies from `bodies`, half of them bent in up to four fields so that they mostly still parse, half
 * broken by any change to fields and up to two changes to bytes. Shrinks to fewer changes.
 */
export function mutationsOf(bodies: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const gentle = fieldChange(fc.constantFrom(...gentleKinds));
  const rough = fieldChange(fc.constantFrom(...gentleKinds, ...roughKinds));
  const full = bodies.filter((body) => body.length > 0);
  return fc.oneof(
    fc.tuple(full, fc.array(gentle, { maxLength: 4 })).map(([body, fields]) => mutateFields(body, fields)),
    fc
      .tuple(full, fc.array(rough, { maxLength: 2 }), fc.array(byteChange, { maxLength: 2 }))
      .map(([body, fields, bytes]) => mutateBytes(mutateFields(body, fields), bytes)),
  );
}
