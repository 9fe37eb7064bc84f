// Bodies for fuzzing, cheap enough for hundreds of thousands: fast-check makes a corpus of well-formed
// requests once, then each body is one of them, bent by the seed: fields and bytes of the protobuf wire,
// values and stretches of JSON, gzip frames, two bodies spliced into one.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { logBatches, spanBatches } from '../support/otlp/otlp-arbitraries.ts';
import { aBatch, aLog, aSpan } from '../support/otlp/otlp-builders.ts';
import { logsJson, logsProtobuf, tracesJson, tracesProtobuf } from '../support/otlp/otlp-encode.ts';
import {
  type ByteChange,
  type FieldChange,
  gentleKinds,
  mutateBytes,
  mutateFields,
  roughKinds,
} from '../support/otlp/wire-mutation.ts';
import type { Random } from './random.ts';

export type Signal = 'traces' | 'logs';

/** Well-formed bodies of both signals in both encodings. */
export interface Corpus {
  readonly protobuf: Record<Signal, readonly Uint8Array[]>;
  readonly json: Record<Signal, readonly Uint8Array[]>;
}

const CORPUS_SIZE = 800;
/** Larger bodies are left to the tests of limits: here many small ones find more. */
const MAX_CORPUS_BYTES = { protobuf: 2000, json: 6000 };

export function makeCorpus(seed: number): Corpus {
  const sample = <T>(arbitrary: fc.Arbitrary<T>) => fc.sample(arbitrary, { numRuns: CORPUS_SIZE, seed });
  const spans = [...sample(spanBatches), [aBatch([aSpan(), aSpan()])]];
  const logs = [...sample(logBatches), [aBatch([aLog(), aLog({ eventName: 'bench.terminal.output' })])]];
  const small = (encoding: 'protobuf' | 'json', bodies: Uint8Array[]) =>
    bodies.filter(({ length }) => length > 0 && length <= MAX_CORPUS_BYTES[encoding]);
  return {
    protobuf: {
      traces: small('protobuf', spans.map(tracesProtobuf)),
      logs: small('protobuf', logs.map(logsProtobuf)),
    },
    json: { traces: small('json', spans.map(tracesJson)), logs: small('json', logs.map(logsJson)) },
  };
}

/** A protobuf body: whole, bent, broken, or two spliced. */
export function bentProtobuf(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const body = random.pick(corpus);
  const way = random.next();
  if (way < 0.1) return body;
  if (way < 0.2) return spliced(body, random.pick(corpus), random);
  if (way < 0.4) return mutateFields(body, fieldChanges(gentleKinds, random, 4));
  const fields = mutateFields(body, fieldChanges([...gentleKinds, ...roughKinds], random, 2));
  return mutateBytes(fields, byteChanges(random, 2));
}

function fieldChanges(kinds: readonly FieldChange['kind'][], random: Random, most: number): FieldChange[] {
  return Array.from({ length: random.between(1, most) }, () => ({
    kind: random.pick(kinds),
    inRecord: random.chance(0.5),
    list: random.below(10_000),
    index: random.below(10_000),
    amount: random.below(16),
    bytes: random.bytes(random.below(25)),
  }));
}

const byteKinds = ['set', 'insert', 'remove', 'cut', 'append'] as const;

function byteChanges(random: Random, most: number): ByteChange[] {
  return Array.from({ length: random.below(most + 1) }, () => ({
    kind: random.pick(byteKinds),
    at: random.below(100_000),
    bytes: Uint8Array.from(random.bytes(random.between(1, 6))),
  }));
}

function spliced(a: Uint8Array, b: Uint8Array, random: Random): Uint8Array {
  return Buffer.concat([a.subarray(0, random.below(a.length + 1)), b.subarray(random.below(b.length + 1))]);
}

const jsonPatches = [
  ...['null', '[]', '{}', '""', '1e999', '-1', '1.5', '"\\ud800"', '99999999999999999999', 'true', '"0"'],
  ...['NaN', '"__proto__"', '{"__proto__":{"polluted":1}}', '"0x10"', '1e400', ',', ':', '"', '\\', '\u0000'],
  ...['[[[[[[[[[[[[[[[[[[[[', '{"a":'.repeat(70), '\ufeff', '"constructor.prototype.polluted"', '-0', '01'],
].map((text) => Buffer.from(text));

/** A JSON body: whole, with a value or any stretch replaced, or two spliced. */
export function bentJson(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const body = random.pick(corpus);
  const way = random.next();
  if (way < 0.1) return body;
  if (way < 0.2) return spliced(body, random.pick(corpus), random);
  const patch = random.chance(0.8) ? random.pick(jsonPatches) : random.bytes(random.below(5));
  const start = way < 0.7 ? valueStart(body, random) : random.below(body.length + 1);
  const length = way < 0.7 ? valueLength(body, start) : random.below(9);
  return Buffer.concat([body.subarray(0, start), patch, body.subarray(start + length)]);
}

/** Behind any colon: nearly always a value of the JSON, now and then the middle of a text. */
function valueStart(body: Uint8Array, random: Random): number {
  const colon = Buffer.from(body.buffer, body.byteOffset, body.length).indexOf(
    ':',
    random.below(body.length),
  );
  return colon < 0 ? 0 : colon + 1;
}

function valueLength(body: Uint8Array, start: number): number {
  const rest = Buffer.from(body.subarray(start, start + 400)).toString('latin1');
  return /^("(?:[^"\\]|\\.)*"|-?[\d.]+|true|false|null|\[\]|\{\})/.exec(rest)?.[0].length ?? 0;
}

/** A gzip frame: whole, of several members, cut, damaged, or followed by something. */
export function bentGzip(body: Uint8Array, random: Random): Uint8Array {
  const frame = gzipSync(body, { level: 1 });
  const way = random.next();
  if (way < 0.5) return frame;
  if (way < 0.6) return Buffer.concat([frame, gzipSync(random.bytes(random.below(20)))]);
  if (way < 0.7) return frame.subarray(0, random.below(frame.length));
  if (way < 0.8) return Buffer.concat([frame, random.bytes(random.between(1, 9))]);
  return mutateBytes(frame, byteChanges(random, 3));
}

/** This share of bodies speaks of traces that nobody has heard of; the others repeat and contradict. */
const FRESH = 0.9;

/** Gives every trace of a body an id of its own, in most bodies: else all of them are about a few spans. */
export function renewed(body: Uint8Array, encoding: 'protobuf' | 'json', random: Random): Uint8Array {
  if (!random.chance(FRESH)) return body;
  if (encoding === 'json') {
    const text = Buffer.from(body).toString('latin1');
    return Buffer.from(
      text.replace(/"traceId":"[0-9a-f]{32}"/g, () => `"traceId":"${random.hex(16)}"`),
      'latin1',
    );
  }
  // Field 1 of 16 bytes: the id of a span or of a link.
  const fresh = Buffer.from(body);
  for (let at = fresh.indexOf(TRACE_ID); at >= 0; at = fresh.indexOf(TRACE_ID, at + 18))
    fresh.set(random.bytes(Math.min(16, fresh.length - at - 2)), at + 2);
  return fresh;
}

const TRACE_ID = Buffer.from([0x0a, 0x10]);
