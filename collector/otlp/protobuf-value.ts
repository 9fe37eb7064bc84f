// Decodes what traces and logs share on the protobuf wire: texts, attribute lists, AnyValue,
// resource and scope. Limits cut here and are counted in the tally; nothing is judged by content.
// Spec: opentelemetry-proto common/v1 and resource/v1. A tag is field number × 8 + wire type; a known
// field with another wire type has another tag, and so is passed over like an unknown one.
import {
  type AnyValue,
  type Attribute,
  KeyValueList,
  type ResourceRecord,
  type ScopeRecord,
} from '../record.ts';
import { fitText } from './fit-text.ts';
import { limits, nestingMarker } from './limits.ts';
import type { Tally } from './tally.ts';
import { cutIndex } from './utf8.ts';
import type { WireReader } from './wire-reader.ts';

/** A record under construction: filled field by field, in whatever order the fields come. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

export function resourceDraft(): Draft<ResourceRecord> {
  return { attributes: [], droppedAttributes: 0, schemaUrl: '' };
}

export function scopeDraft(): Draft<ScopeRecord> {
  return { name: '', version: '', attributes: [], droppedAttributes: 0, schemaUrl: '' };
}

/** A `string` field, cut at `maxBytes` and made well-formed. */
export function readText(r: WireReader, end: number, maxBytes: number, tally: Tally): string {
  let stop = r.length(end);
  const start = r.pos;
  r.pos = stop;
  if (stop - start > maxBytes) {
    tally.cut += 1;
    // Only values hold media; a name that long is none.
    const whole = maxBytes === limits.valueBytes ? fitText(r.text(start, stop), maxBytes) : null;
    stop = cutIndex(r.bytes, start, maxBytes);
    if (whole !== null) {
      if (!r.isUtf8(start, stop)) tally.repaired += 1;
      return whole;
    }
  }
  const text = r.text(start, stop);
  // Valid text may hold U+FFFD itself: only the bytes tell whether decoding put it there.
  if (text.includes('\ufffd') && !r.isUtf8(start, stop)) tally.repaired += 1;
  return text;
}

/** An id of `size` bytes as lower hex; '' when it is absent or zero, undefined when it is no id. */
export function readId(r: WireReader, end: number, size: number): string | undefined {
  const stop = r.length(end);
  const start = r.pos;
  r.pos = stop;
  if (stop === start) return '';
  if (stop - start !== size) return undefined;
  return r.isZero(start, stop) ? '' : r.hexId(start, stop);
}

function readBytes(r: WireReader, end: number, tally: Tally): Uint8Array {
  const stop = r.length(end);
  const start = r.pos;
  r.pos = stop;
  if (stop - start <= limits.valueBytes) return r.copy(start, stop);
  tally.cut += 1;
  return r.copy(start, start + limits.valueBytes);
}

/**
 * Adds one KeyValue to `attributes`, or passes over it unread when the list is full.
 * @returns how many were dropped: 0 or 1.
 */
export function readAttribute(r: WireReader, end: number, attributes: Attribute[], tally: Tally): number {
  const stop = r.length(end);
  if (attributes.length >= limits.attributes) {
    r.pos = stop;
    tally.droppedAttributes += 1;
    return 1;
  }
  attributes.push(readKeyValue(r, stop, 0, tally));
  return 0;
}

function readKeyValue(r: WireReader, end: number, depth: number, tally: Tally): Attribute {
  let key = '';
  let value: AnyValue = null;
  tally.part();
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) key = readText(r, end, limits.keyBytes, tally);
    else if (tag === 18) value = readAnyValue(r, r.length(end), depth, tally);
    else r.skip(tag, end);
  }
  return [key, value];
}

/**
 * The AnyValue that ends at `end`; the last member of its oneof wins.
 * @param depth how many arrays and kvlists are around it.
 */
export function readAnyValue(r: WireReader, end: number, depth: number, tally: Tally): AnyValue {
  let value: AnyValue = null;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) value = readText(r, end, limits.valueBytes, tally);
    else if (tag === 16) value = r.bool(end);
    else if (tag === 24) value = r.int64(end);
    else if (tag === 33) value = r.double(end);
    else if (tag === 42) value = readContainer(r, r.length(end), depth, tally, readArray);
    else if (tag === 50) value = readContainer(r, r.length(end), depth, tally, readKeyValueList);
    else if (tag === 58) value = readBytes(r, end, tally);
    else r.skip(tag, end);
  }
  return value;
}

function readContainer(
  r: WireReader,
  end: number,
  depth: number,
  tally: Tally,
  read: (r: WireReader, end: number, depth: number, tally: Tally) => AnyValue,
): AnyValue {
  if (depth < limits.valueDepth) return read(r, end, depth + 1, tally);
  r.pos = end;
  tally.nested += 1;
  return nestingMarker;
}

function readArray(r: WireReader, end: number, depth: number, tally: Tally): AnyValue {
  const values: AnyValue[] = [];
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) {
      tally.part();
      values.push(readAnyValue(r, r.length(end), depth, tally));
    } else r.skip(tag, end);
  }
  return values;
}

function readKeyValueList(r: WireReader, end: number, depth: number, tally: Tally): AnyValue {
  const pairs: Attribute[] = [];
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) pairs.push(readKeyValue(r, r.length(end), depth, tally));
    else r.skip(tag, end);
  }
  return new KeyValueList(pairs);
}

/** Merges one Resource message into the draft, as protobuf merges a repeated singular field. */
export function readResource(r: WireReader, end: number, draft: Draft<ResourceRecord>, tally: Tally): void {
  let over = 0;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) over += readAttribute(r, end, draft.attributes, tally);
    else if (tag === 16) draft.droppedAttributes = r.uint32(end);
    else r.skip(tag, end);
  }
  draft.droppedAttributes += over;
}

/** Merges one InstrumentationScope message into the draft. */
export function readScope(r: WireReader, end: number, draft: Draft<ScopeRecord>, tally: Tally): void {
  let over = 0;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) draft.name = readText(r, end, limits.nameBytes, tally);
    else if (tag === 18) draft.version = readText(r, end, limits.nameBytes, tally);
    else if (tag === 26) over += readAttribute(r, end, draft.attributes, tally);
    else if (tag === 32) draft.droppedAttributes = r.uint32(end);
    else r.skip(tag, end);
  }
  draft.droppedAttributes += over;
}
