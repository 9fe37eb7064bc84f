// The large cell: 100,000 spans, a terminal of 100,000 events and 2,000 messages, the same ones each time,
// sent as OTLP to a running collector. It is what "instant" and "60 frames" are measured on; it makes
// nothing that a real run could not: steps of a model's answer, a tool, and what the tool's program did.
import { setTimeout as pause } from 'node:timers/promises';
import type { Attribute, LogRecord, SpanRecord } from '../../collector/record.ts';
import { logEvent, logKey, resourceKey, spanKey } from '../../shared/conventions.ts';
import type { CellDetail } from '../../shared/wire.ts';
import { aBatch, aLog, aSpan } from './otlp/otlp-builders.ts';
import { logsProtobuf, tracesProtobuf } from './otlp/otlp-encode.ts';

export interface LargeCellSize {
  /** At least 50 a message. */
  readonly spans: number;
  readonly terminalEvents: number;
  /** Model calls, each with a message and all but a few with a tool call. */
  readonly messages: number;
}

export const largeCellSize: LargeCellSize = { spans: 100_000, terminalEvents: 100_000, messages: 2000 };

export const largeCellId = 'large-20261122/pi/local/stub-model/bench/large';

const STARTED_NS = 1_795_332_000_000_000_000n;
const STEP_MS = 900;
const SPANS_A_BODY = 512;
const EVENTS_A_BODY = 2000;
const TRACE_ID = '6ad1f1c0b9a94e0b8f0d6c9a3d5e7f10';
const COLS = 100;
const ROWS = 30;

/** Sends the cell and waits until the collector shows all of it. @throws on any answer but 200 */
export async function sendLargeCell(url: string, size: LargeCellSize = largeCellSize): Promise<void> {
  const spans = [...largeSpans(size)];
  for (let at = 0; at < spans.length; at += SPANS_A_BODY) {
    const body = tracesProtobuf([aBatch(spans.slice(at, at + SPANS_A_BODY), resource)]);
    await post(`${url}/v1/traces`, body);
  }
  const logs = [...terminalEvents(size), ...fileChanges(size)];
  for (let at = 0; at < logs.length; at += EVENTS_A_BODY)
    await post(`${url}/v1/logs`, logsProtobuf([aBatch(logs.slice(at, at + EVENTS_A_BODY), resource)]));
  await untilShown(url, size);
}

const resource: readonly Attribute[] = [
  [resourceKey.serviceName, 'pi'],
  [resourceKey.cellId, largeCellId],
];

async function post(address: string, body: Uint8Array): Promise<void> {
  for (;;) {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(body),
    });
    if (response.status === 200) return;
    // Busy is no failure: the protocol asks to come back.
    if (response.status !== 503) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    await pause(Number(response.headers.get('retry-after') ?? 1) * 1000);
  }
}

/** Projections follow the acknowledgement; the cell is there when its counts are. */
async function untilShown(url: string, size: LargeCellSize): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/api/cells/${encodeURIComponent(largeCellId)}`);
    if (response.status === 200) {
      const detail = (await response.json()) as CellDetail;
      const events = detail.tracks.find((track) => track.name === 'terminal')?.count ?? 0;
      if (detail.spans === size.spans && events >= size.terminalEvents) return;
    } else if (response.status !== 404) throw new Error(`${response.status} ${await response.text()}`);
    await pause(50);
  }
}

/** Numbers that look random and are the same every time (mulberry32). @returns a number in [0, 1) */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS =
  'the parser returns an error where input is empty so we match on it and keep the index of the bad value'.split(
    ' ',
  );
const TOOLS = ['bash', 'read', 'edit', 'grep', 'write'] as const;
const SMALL = [
  'fs.read',
  'fs.stat',
  'sql.query',
  'http.get',
  'hash',
  'spawn',
  'regex',
  'json.parse',
] as const;

function sentence(random: () => number, words: number): string {
  return Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
}

const atMs = (ms: number) => STARTED_NS + BigInt(Math.round(ms * 1e6));

interface Part {
  readonly name: string;
  readonly parent: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly attributes?: readonly Attribute[];
  readonly failed?: boolean;
}

function* largeSpans({ spans, messages }: LargeCellSize): Generator<SpanRecord> {
  const random = seeded(1);
  let made = 0;
  const make = ({ name, parent, fromMs, toMs, attributes = [], failed = false }: Part): SpanRecord => {
    made++;
    return aSpan({
      traceId: TRACE_ID,
      spanId: made.toString(16).padStart(16, '0'),
      parentSpanId: parent,
      name,
      startNs: atMs(fromMs),
      endNs: atMs(toMs),
      attributes,
      statusCode: failed ? 2 : 1,
    });
  };
  const endMs = 2000 + messages * STEP_MS;
  yield make({ name: 'prepare', parent: '', fromMs: 0, toMs: 1200, attributes: kind('task_setup') });
  const run = make({ name: 'pi', parent: '', fromMs: 1200, toMs: endMs, attributes: kind('adapter_run') });
  yield run;
  const spansAStep = Math.floor((spans - 4) / messages);
  for (let step = 0; step < messages; step++) {
    const left = step === messages - 1 ? spans - 2 - made : spansAStep;
    for (const span of oneStep(step, left, run.spanId, make, random)) yield span;
  }
  yield make({ name: 'verify', parent: '', fromMs: endMs, toMs: endMs + 700, attributes: kind('verify') });
  yield make({
    name: 'cleanup',
    parent: '',
    fromMs: endMs + 700,
    toMs: endMs + 900,
    attributes: kind('cleanup'),
  });
}

function kind(name: string): Attribute[] {
  return [[spanKey.kind, name]];
}

/** A model's answer, the tool it asked for, and the tool's own spans, nested up to five deep. */
function* oneStep(
  step: number,
  count: number,
  run: string,
  make: (part: Part) => SpanRecord,
  random: () => number,
): Generator<SpanRecord> {
  const fromMs = 1500 + step * STEP_MS;
  const answeredMs = fromMs + 250 + random() * 250;
  yield make({
    name: 'chat stub-model',
    parent: run,
    fromMs,
    toMs: answeredMs,
    attributes: [
      [spanKey.operation, 'chat'],
      [spanKey.requestModel, 'stub-model'],
      [spanKey.inputTokens, 1000 + step * 3],
      [spanKey.outputTokens, 20 + Math.floor(random() * 200)],
      [spanKey.timeToFirstChunk, 0.15 + random() * 0.1],
      [spanKey.outputMessages, answer(sentence(random, 8 + Math.floor(random() * 40)))],
    ],
  });
  const name = TOOLS[step % TOOLS.length] ?? 'bash';
  const toolEndMs = fromMs + STEP_MS - 40 - random() * 60;
  const tool = make({
    name: `execute_tool ${name}`,
    parent: run,
    fromMs: answeredMs + 2,
    toMs: toolEndMs,
    failed: step % 97 === 5,
    attributes: [
      [spanKey.operation, 'execute_tool'],
      [spanKey.toolName, name],
      [spanKey.toolArguments, JSON.stringify({ path: `src/part-${step % 40}.rs` })],
      [spanKey.toolResult, sentence(random, 30)],
    ],
  });
  yield tool;
  const path = [tool];
  let atMsNow = answeredMs + 3;
  const strideMs = (toolEndMs - atMsNow) / Math.max(1, count - 2);
  for (let i = 2; i < count; i++) {
    const depth = 1 + Math.floor(random() * Math.min(5, path.length));
    path.length = depth;
    const parent = path[depth - 1] ?? tool;
    const small = make({
      name: SMALL[Math.floor(random() * SMALL.length)] ?? 'fs.read',
      parent: parent.spanId,
      fromMs: atMsNow,
      toMs: Math.min(toolEndMs, atMsNow + strideMs * (0.4 + random() * 3)),
      failed: i === 7 && step % 211 === 0,
      attributes: [['bytes', Math.floor(random() * 65_536)]],
    });
    path.push(small);
    atMsNow += strideMs;
    yield small;
  }
}

function answer(text: string): string {
  return JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: text }] }]);
}

function* terminalEvents({ terminalEvents: count, messages }: LargeCellSize): Generator<LogRecord> {
  const random = seeded(2);
  const lengthMs = 2000 + messages * STEP_MS;
  yield aLog({
    timeNs: atMs(1),
    eventName: logEvent.terminalResize,
    body: null,
    attributes: [
      [logKey.terminalCols, COLS],
      [logKey.terminalRows, ROWS],
    ],
  });
  for (let i = 0; i < count; i++)
    yield aLog({
      timeNs: atMs(2 + (i / count) * lengthMs),
      eventName: logEvent.terminalOutput,
      body: screenText(i, random),
      attributes: [[logKey.terminalStream, 'pty']],
    });
}

/** What an agent's screen is made of: coloured lines, a spinner in place, at times a full redraw. */
function screenText(i: number, random: () => number): string {
  if (i % 5000 === 4000) return '\x1b[?1049h\x1b[2J\x1b[H\x1b[7m editing src/lib.rs \x1b[0m\r\n';
  if (i % 5000 === 4400) return '\x1b[?1049l';
  if (i % 400 === 0) return `\x1b[2J\x1b[H\x1b[1;36m── step ${i / 400} ──\x1b[0m\r\n`;
  if (i % 3 === 0) return `\r\x1b[33m${'⠋⠙⠹⠸⠼⠴⠦⠧'[(i / 3) % 8]}\x1b[0m working ${i}\x1b[K`;
  const colour = 30 + Math.floor(random() * 8);
  return `\x1b[${colour}m${sentence(random, 2 + Math.floor(random() * 9))}\x1b[0m 完了\r\n`;
}

function* fileChanges({ messages }: LargeCellSize): Generator<LogRecord> {
  for (let step = 2; step < messages; step += 10)
    yield aLog({
      timeNs: atMs(1500 + step * STEP_MS + 700),
      eventName: logEvent.fileChange,
      body: null,
      attributes: [
        [logKey.filePath, `src/part-${step % 40}.rs`],
        [logKey.fileChange, 'modified'],
        [logKey.fileDiff, `@@ -1,2 +1,2 @@\n-let a = ${step};\n+let a = ${step + 1};\n let b = 2;\n`],
      ],
    });
}
