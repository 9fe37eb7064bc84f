// Characters that two terminal records share: a program's output is cut into records anywhere, in the middle of
// UTF-8 as well. What of a character a record holds at its ends is kept as single bytes in its text, U+DC80 to
// U+DCFF, which no text that was sent can hold, and joined when the records are read in order.
import { isUtf8 } from 'node:buffer';
import type { StoredTerminalEvent } from './records.ts';

/** U+DC00 and the byte: a low surrogate without a high one. */
const BYTE = 0xdc00;
/** A character has at most three bytes behind its first. */
const MAX_REST = 3;

/** The text of some output, bytes at its ends kept that may belong to a character of its neighbours. */
export function textOfBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString();
  let from = 0;
  while (from < Math.min(MAX_REST, bytes.length) && isRest(bytes[from])) from++;
  const to = Math.max(from, wholeUntil(bytes));
  // Of what is no UTF-8 in between every piece becomes U+FFFD.
  const middle = Buffer.from(bytes.subarray(from, to)).toString();
  return `${kept(bytes.subarray(0, from))}${middle}${kept(bytes.subarray(to))}`;
}

function isRest(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Where a character begins that the bytes end within; their length where there is none. */
function wholeUntil(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(MAX_REST, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isRest(byte)) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return size > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function kept(bytes: Uint8Array): string {
  return String.fromCharCode(...[...bytes].map((byte) => BYTE + byte));
}

function isKept(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (!(code >= 0xdc80 && code <= 0xdcff)) return false;
  const before = text.charCodeAt(at - 1);
  return !(before >= 0xd800 && before <= 0xdbff);
}

/** Whether a text begins or ends within a character. */
export function isSplit(text: string): boolean {
  return text !== '' && (isKept(text, 0) || isKept(text, text.length - 1));
}

/** Whether more output may complete the last character of a stream. @param records in any order */
export function endsWithinCharacter(records: readonly StoredTerminalEvent[]): boolean {
  const last = new Map<string, StoredTerminalEvent>();
  for (const record of records) {
    const known = last.get(record.stream);
    if (record.code === 'o' && !(known && known.timeNs > record.timeNs)) last.set(record.stream, record);
  }
  return [...last.values()].some(({ data }) => data !== '' && isKept(data, data.length - 1));
}

/**
 * Joins the characters that records of one stream share: each is whole in the record that its last byte came
 * in. What is never completed is U+FFFD.
 * @param records in order of time
 */
export function joinCharacters(records: readonly StoredTerminalEvent[]): StoredTerminalEvent[] {
  const streams = new Map<string, { decoder: TextDecoder; last: number }>();
  const joined = records.map((record, index) => {
    const open = streams.get(record.stream);
    if (record.code !== 'o' || (!open && !isSplit(record.data))) return record;
    const stream = open ?? { decoder: new TextDecoder('utf-8', { ignoreBOM: true }), last: index };
    stream.last = index;
    streams.set(record.stream, stream);
    return { ...record, data: decodeNext(stream.decoder, record.data) };
  });
  for (const { decoder, last } of streams.values()) {
    const record = joined[last];
    const rest = decoder.decode();
    if (record && rest !== '') joined[last] = { ...record, data: record.data + rest };
  }
  return joined;
}

/** A text that follows what the decoder was fed before. */
function decodeNext(decoder: TextDecoder, text: string): string {
  let from = 0;
  while (from < text.length && isKept(text, from)) from++;
  let to = text.length;
  while (to > from && isKept(text, to - 1)) to--;
  const begin = decoder.decode(bytesOf(text.slice(0, from)), { stream: true });
  if (from === text.length) return begin;
  // Text in between completes nothing.
  return (
    begin +
    decoder.decode() +
    text.slice(from, to) +
    decoder.decode(bytesOf(text.slice(to)), { stream: true })
  );
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) - BYTE);
}
