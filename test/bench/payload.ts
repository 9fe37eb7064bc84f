// What the benchmark sends: 512-span protobuf bodies shaped like the recorded agents' spans, made from a
// seed - many small sql- and fs-like spans, tool calls with outputs, model calls whose prompt grows with
// each step - or the recorded bodies themselves. `Batches` makes each sending new: ids, times and cell.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { decodeTracesJson } from '../../collector/otlp/json.ts';
import { decodeTracesProtobuf } from '../../collector/otlp/protobuf.ts';
import type { Attribute, Batch, SpanRecord } from '../../collector/record.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { tracesProtobuf } from '../support/otlp/otlp-encode.ts';
import { type RecordedBody, recordedBodies, recordingPath } from '../support/recordings.ts';

export const SPANS_A_BATCH = 512;
/** Steps of a run that fit a batch; a run is two batches. */
const STEPS_A_BATCH = 8;
const BATCHES_A_RUN = 2;
const SPANS_A_STEP = SPANS_A_BATCH / STEPS_A_BATCH;
const STARTED_NS = 1_795_332_000_000_000_000n;
/** Stands where each sending writes its own number: ids of one length can be written in place. */
const CELL = 'bench-00000000/opencode/stub-model/polyglot/rust-error-handling';

/** Marsaglia's xorshift: the same numbers from the same seed, everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** An unsigned 32-bit number. */
  uint32(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  below(limit: number): number {
    return this.uint32() % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}

const words =
  `the function returns error when parse fails because input was empty so we match Result Option unwrap
  test assert_eq expected found line column impl struct pub fn let mut self Ok Err Some None String Vec usize
  cargo build warning unused variable borrow checker lifetime moved value use src lib main rs tests mod crate
  read file write patch apply diff run command output exit code stderr stdout please fix add check update`
    .split(/\s+/)
    .concat(['{', '}', '=>', '::', '->', '();', '//', '&str', '#[test]', '\n', '\n    ', '.map(|x|']);

/** About `chars` of text that compresses as source code and prose do: by a factor of three. */
function textOf(random: Random, chars: number): string {
  let text = '';
  while (text.length < chars) {
    // Squared: few words are frequent, most are rare.
    const at = Math.floor(((random.uint32() / 2 ** 32) ** 2 * words.length) | 0);
    text += random.below(12) === 0 ? `${random.hex(6)} ` : `${words[at]} `;
  }
  return text.slice(0, chars);
}

const sources = ['session/session', 'state/rollout', 'exec-server/local_file_system', 'login/auth/manager'];

/** A span of an agent's own plumbing: a third carry nothing, a third a query, a third a code place. */
function noise(random: Random): { name: string; attributes: Attribute[] } {
  const which = random.below(3);
  if (which === 0)
    return { name: random.pick(['Config.get', 'Auth.all', 'State.transform']), attributes: [] };
  if (which === 1)
    return {
      name: 'sql.execute',
      attributes: [
        ['db.system.name', 'sqlite'],
        ['db.operation.name', 'all'],
        [
          'db.query.text',
          `select "id", "session_id", "time_created", "data" from "${random.pick(['message', 'part', 'session'])}" where "session_id" = ? order by "id" desc limit ${random.below(100)}`,
        ],
      ],
    };
  const source = random.pick(sources);
  return {
    name: random.pick(['append_items', 'fs.get_metadata', 'persist_rollout_items']),
    attributes: [
      ['code.file.path', `core/src/${source}.rs`],
      ['code.module.name', `codex_core::${source.replace('/', '::')}`],
      ['code.line.number', 100 + random.below(900)],
      ['thread.id', 2 + random.below(4)],
      ['thread.name', 'tokio-rt-worker'],
      ['target', `codex_core::${source.replace('/', '::')}`],
      ['sandboxed', false],
      ['busy_ns', random.below(5_000_000)],
      ['idle_ns', random.below(90_000_000)],
    ],
  };
}

function toolCall(random: Random, output: string): Attribute[] {
  return [
    ['gen_ai.operation.name', 'execute_tool'],
    ['gen_ai.tool.name', random.pick(['bash', 'read', 'edit', 'grep'])],
    ['gen_ai.tool.call.id', `call_${random.hex(24)}`],
    ['gen_ai.tool.call.arguments', JSON.stringify({ command: textOf(random, 60) })],
    ['gen_ai.tool.call.result', output],
    ['process.exit.code', random.below(8) === 0 ? 1 : 0],
  ];
}

function modelCall(random: Random, system: string, messages: readonly object[]): Attribute[] {
  const input = JSON.stringify(messages);
  return [
    ['gen_ai.operation.name', 'chat'],
    ['gen_ai.provider.name', 'openai'],
    ['gen_ai.request.model', 'stub-model'],
    ['gen_ai.response.model', 'stub-model-2026-06'],
    ['gen_ai.conversation.id', 'ses_bench'],
    ['gen_ai.usage.input_tokens', Math.round((system.length + input.length) / 4)],
    ['gen_ai.usage.output_tokens', 40 + random.below(400)],
    ['gen_ai.usage.cache_read.input_tokens', Math.round(input.length / 5)],
    ['gen_ai.response.finish_reasons', ['tool_calls']],
    ['gen_ai.system_instructions', system],
    ['gen_ai.input.messages', input],
  ];
}

/** One run of an agent: `BATCHES_A_RUN` batches of one trace under one root. */
function aRun(random: Random): Batch<SpanRecord>[] {
  const traceId = random.hex(32);
  const system = textOf(random, 4000);
  const messages: object[] = [{ role: 'user', parts: [{ type: 'text', content: textOf(random, 800) }] }];
  const resource: Attribute[] = [
    ['service.name', 'opencode'],
    ['service.version', '1.18.33'],
    ['telemetry.sdk.language', 'nodejs'],
    ['bench.cell.id', CELL],
  ];
  let atNs = STARTED_NS;
  const span = (name: string, parentSpanId: string, attributes: Attribute[], lengthNs: number) => {
    atNs += BigInt(20_000 + random.below(3_000_000));
    const startNs = atNs;
    const endNs = startNs + BigInt(lengthNs);
    return aSpan({ traceId, spanId: random.hex(16), parentSpanId, name, startNs, endNs, attributes });
  };
  return Array.from({ length: BATCHES_A_RUN }, () => {
    const root = span('agent_loop', '', [['bench.span.kind', 'agent_step']], 30_000_000_000);
    const spans = [root];
    while (spans.length < SPANS_A_BATCH) {
      const step = span('chat stub-model', root.spanId, modelCall(random, system, messages), 2_000_000_000);
      spans.push(step);
      for (let tool = 0; tool < 2; tool++) {
        const output = textOf(random, 200 + random.below(2400));
        spans.push(span('execute_tool', step.spanId, toolCall(random, output), 40_000_000));
        messages.push({ role: 'tool', parts: [{ type: 'tool_call_response', response: output }] });
      }
      for (let at = 0; at < SPANS_A_STEP - 3 && spans.length < SPANS_A_BATCH; at++) {
        const { name, attributes } = noise(random);
        spans.push(span(name, random.pick(spans).spanId, attributes, random.below(2_000_000)));
      }
    }
    return aBatch(spans, resource);
  });
}

/** Bodies made from a seed. @param runs each gives two bodies of 512 spans */
export function syntheticBodies(seed: number, runs: number): Uint8Array[] {
  const random = new Random(seed);
  return Array.from({ length: runs }, () => aRun(random).map((batch) => tracesProtobuf([batch]))).flat();
}

/**
 * The recorded agents' spans in bodies of 512, with their long texts cut.
 * Every span keeps its attributes and its resource; the cell's label is added.
 */
export function recordedPayload(): Uint8Array[] {
  const spans: { span: SpanRecord; batch: Batch<SpanRecord> }[] = [];
  for (const { encoding, bytes } of recordedTraces())
    for (const batch of (encoding === 'json' ? decodeTracesJson(bytes) : decodeTracesProtobuf(bytes)).batches)
      for (const span of batch.records) spans.push({ span, batch });
  const bodies: Uint8Array[] = [];
  for (let at = 0; at + SPANS_A_BATCH <= spans.length; at += SPANS_A_BATCH) {
    const groups = new Map<Batch<SpanRecord>, SpanRecord[]>();
    for (const { span, batch } of spans.slice(at, at + SPANS_A_BATCH))
      groups.set(batch, [...(groups.get(batch) ?? []), span]);
    const batches = [...groups].map(([{ resource, scope }, records]) =>
      aBatch(records, { ...resource, attributes: [['bench.cell.id', CELL], ...resource.attributes] }, scope),
    );
    bodies.push(tracesProtobuf(batches));
  }
  return bodies;
}

function recordedTraces(): RecordedBody[] {
  return readdirSync(recordingPath('.'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(recordingPath('.'), join(entry.parentPath, entry.name)))
    .sort()
    .flatMap(recordedBodies)
    .filter(({ signal, gzip }) => signal === 'traces' && gzip === null);
}

/** Runs in the synthetic payload: 32 bodies, 12 MB, before the first of them is sent again. */
const RUNS = 16;
const SEED = 20_261_122;
/** Cells a source may begin before it meets the next source's. */
const CELLS_A_SOURCE = 1_000_000;

/** Sources of bodies for concurrent senders: the same bodies, other ids, other cells. */
export function sourcesOf(
  payload: 'synthetic' | 'recorded',
  count: number,
  options: { batchesACell?: number; firstCell?: number } = {},
): Batches[] {
  const { batchesACell = BATCHES_A_RUN, firstCell = 0 } = options;
  const bodies = payload === 'recorded' ? recordedPayload() : syntheticBodies(SEED, RUNS);
  return Array.from(
    { length: count },
    (_, at) =>
      new Batches(bodies, { seed: SEED + at, batchesACell, firstCell: firstCell + at * CELLS_A_SOURCE }),
  );
}

/** Where in a body that changes which each sending changes. */
interface Places {
  /** 8-byte span ids and parent ids, and both halves of trace ids. */
  readonly ids: readonly number[];
  readonly traceIds: readonly number[];
  /** fixed64 start and end times. */
  readonly times: readonly number[];
  /** The eight digits of the cell's sweep. */
  readonly cells: readonly number[];
}

/** Finds ids and times by walking the wire; the generator's own output needs no checks. */
function placesOf(body: Uint8Array): Places {
  const places = {
    ids: [] as number[],
    traceIds: [] as number[],
    times: [] as number[],
    cells: [] as number[],
  };
  const walk = (from: number, to: number, visit: (field: number, start: number, end: number) => void) => {
    let pos = from;
    const varint = () => {
      let value = 0;
      let scale = 1;
      for (;;) {
        const byte = body[pos++] ?? 0;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
        scale *= 128;
      }
    };
    while (pos < to) {
      const tag = varint();
      const wire = tag & 7;
      if (wire === 0) varint();
      else {
        const size = wire === 2 ? varint() : wire === 1 ? 8 : 4;
        visit(tag >>> 3, pos, pos + size);
        pos += size;
      }
    }
  };
  walk(0, body.length, (_resourceSpans, from, to) =>
    walk(from, to, (scopeSpans, inner, innerEnd) => {
      if (scopeSpans === 2)
        walk(inner, innerEnd, (spans, start, end) => {
          if (spans !== 2) return;
          walk(start, end, (field, at) => {
            if (field === 1) places.traceIds.push(at);
            else if (field === 2 || field === 4) places.ids.push(at);
            else if (field === 7 || field === 8) places.times.push(at);
          });
        });
    }),
  );
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const label = CELL.slice(0, CELL.indexOf('/'));
  for (let at = buffer.indexOf(label); at >= 0; at = buffer.indexOf(label, at + 1))
    places.cells.push(at + label.length - 8);
  return places;
}

export interface BatchOptions {
  readonly seed: number;
  /** Bodies sent to one cell before the next cell begins. */
  readonly batchesACell: number;
  /** Cells are numbered from here: concurrent senders must not meet. */
  readonly firstCell: number;
}

/**
 * An endless row of bodies, no two with a span id in common. Ids are made by xor with a key a sending, so
 * that parents stay parents and ids stay as random as ids are. The returned bytes hold until the same
 * body's turn comes again.
 */
export class Batches {
  readonly #bodies: readonly { bytes: Buffer; places: Places; original: Uint8Array }[];
  readonly #random: Random;
  readonly #options: BatchOptions;
  #sent = 0;

  constructor(bodies: readonly Uint8Array[], options: BatchOptions) {
    this.#bodies = bodies.map((body) => ({
      bytes: Buffer.from(body),
      places: placesOf(body),
      original: body,
    }));
    this.#random = new Random(options.seed);
    this.#options = options;
  }

  next(): Buffer {
    const { bytes, places, original } = this.#bodies[this.#sent % this.#bodies.length] as {
      bytes: Buffer;
      places: Places;
      original: Uint8Array;
    };
    const cell = this.#options.firstCell + Math.floor(this.#sent / this.#options.batchesACell);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const source = new DataView(original.buffer, original.byteOffset, original.byteLength);
    const high = this.#random.uint32();
    const low = this.#random.uint32();
    for (const at of places.ids) {
      view.setUint32(at, source.getUint32(at) ^ high);
      view.setUint32(at + 4, source.getUint32(at + 4) ^ low);
    }
    // All sendings to one cell keep its traces.
    for (const at of places.traceIds)
      view.setUint32(at, source.getUint32(at) ^ Math.imul(cell + 1, 0x9e3779b1));
    // A sending begins eight seconds after the one before.
    const shift = BigInt(this.#sent) * 8_000_000_000n;
    for (const at of places.times) view.setBigUint64(at, source.getBigUint64(at, true) + shift, true);
    const digits = String(cell).padStart(8, '0');
    for (const at of places.cells) bytes.write(digits, at, 'latin1');
    this.#sent++;
    return bytes;
  }
}
