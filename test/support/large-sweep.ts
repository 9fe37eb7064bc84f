// A large sweep: agents × models × tasks × attempts, the same cells each time, with outcomes that depend on all
// of them, tokens, wall times and failures that cells share, sent as OTLP to a running collector. Names that
// have broken tables and viewers stand among the others. 50,000 cells are what "fluid" is measured on.
import { setTimeout as pause } from 'node:timers/promises';
import type { Attribute, Batch, LogRecord, SpanRecord } from '../../collector/record.ts';
import { formatCellId } from '../../shared/cell-id.ts';
import { logEvent, logKey, resourceKey, spanKey } from '../../shared/conventions.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import { compositeOf } from '../../shared/score.ts';
import type { SweepSummary } from '../../shared/wire.ts';
import { aBatch, aLog, aSpan } from './otlp/otlp-builders.ts';
import { logsProtobuf, tracesProtobuf } from './otlp/otlp-encode.ts';

export const largeSweepId = 'large-sweep-20261122';

const STARTED_NS = 1_795_332_000_000_000_000n;
const MS = 1_000_000n;
const CELLS_A_BODY = 250;
/** Requests under way at once. */
const LANES = 8;

/** Names within the grammar of cell ids that are properties, numbers, formulas, addresses or very long. */
export const oddNames = [
  '__proto__',
  'constructor',
  '-1+1',
  '@SUM',
  'NaN',
  '007',
  'javascript:hit',
  '...',
  'x'.repeat(128),
] as const;

const agents = [
  'pi',
  'opencode',
  'codex',
  'aider',
  'goose',
  'openhands',
  'crush',
  'copilot',
  ...oddNames.slice(0, 2),
];
const models = [
  'openai/gpt-oss-120b',
  'meta/llama-3.3-70b-instruct',
  'meta/llama-4-maverick-17b-128e-instruct',
  'qwen/qwen3-next-80b-a3b-instruct',
  'stepfun-ai/step-3.5-flash',
  'mistralai/mistral-small-4-119b-2603',
  'a/model/with/many/slashes',
  'plain',
  ...oddNames.slice(2, 4),
];
const families = [
  'polyglot',
  'mutations',
  'integrity',
  'refactoring',
  'debugging',
  'web',
  'data',
  ...oddNames.slice(4),
];
const TASKS = 125;

type Fate =
  | 'passed'
  | 'failed'
  | 'no_op'
  | 'refused'
  | 'rate_limited'
  | 'timed_out'
  | 'agent_error'
  | 'unscored';

interface LargeCell {
  readonly id: string;
  readonly fate: Fate;
  readonly startNs: bigint;
  readonly wallMs: number;
  readonly inputTokens: number;
  /** What the verifier printed; null where it passed or did not run. */
  readonly printed: string | null;
  readonly traceId: string;
}

/** The ids of the first `count` cells, in the order in which they are made. */
export function* largeSweepIds(count: number, sweep = largeSweepId): Generator<string> {
  for (const { id } of largeCells(count, sweep)) yield id;
}

/**
 * Sends the sweep and waits until the collector shows all of it.
 * @param count every one of them has all agents, models and attempts from 10,000 on
 * @throws on any answer but 200
 */
export async function sendLargeSweep(url: string, count = 50_000, sweep = largeSweepId): Promise<void> {
  const bodies = (function* () {
    let cells: LargeCell[] = [];
    for (const cell of largeCells(count, sweep)) {
      cells.push(cell);
      if (cells.length < CELLS_A_BODY) continue;
      yield cells;
      cells = [];
    }
    if (cells.length > 0) yield cells;
  })();
  await inLanes(bodies, async (cells) => {
    await post(`${url}/v1/traces`, tracesProtobuf(cells.map(spansOf)));
    await post(`${url}/v1/logs`, logsProtobuf(cells.map(scoresOf)));
    for (const cell of cells) await putScores(url, cell);
  });
  await untilShown(url, sweep, count);
}

function* largeCells(count: number, sweep: string): Generator<LargeCell> {
  for (let at = 0; at < count; at++) {
    const agent = at % agents.length;
    const model = Math.floor(at / agents.length) % models.length;
    const task = Math.floor(at / (agents.length * models.length)) % TASKS;
    const attempt = Math.floor(at / (agents.length * models.length * TASKS)) + 1;
    const chance = (salt: number) => hashed(at * 31 + salt);
    const skill = (hashed(agent + 1) + hashed(model + 101) + 1.2 * (1 - hashed(task + 1001))) / 3.2;
    const family = families[task % families.length] ?? 'f';
    const fate = fateOf(skill, chance(1), chance(2));
    const wallMs = Math.round(2000 + 240_000 * chance(3) ** 3 * (1.5 - skill) * 1000) / 1000;
    yield {
      id: formatCellId({
        sweep,
        agent: agents[agent] ?? 'a',
        model: models[model] ?? 'm',
        task: `${family}/task-${task}`,
        attempt,
      }),
      fate,
      // Eight at once, one after the other.
      startNs: STARTED_NS + BigInt(Math.floor(at / 8)) * 1500n * MS + BigInt(at % 8) * 17n * MS,
      wallMs,
      inputTokens: Math.round(1500 + 60_000 * chance(4) ** 2),
      printed: isVerdict(fate) && fate !== 'passed' ? printedBy(task, chance(5), at) : null,
      traceId: (BigInt(at) + 2n ** 100n).toString(16).padStart(32, '0'),
    };
  }
}

function fateOf(skill: number, luck: number, kind: number): Fate {
  if (luck < 0.02) return 'rate_limited';
  if (luck < 0.03) return 'unscored';
  if (luck < 0.06) return 'timed_out';
  if (luck < 0.09) return 'agent_error';
  if (luck < 0.11) return 'no_op';
  if (luck < 0.12) return 'refused';
  return kind < skill ? 'passed' : 'failed';
}

function isVerdict(fate: Fate): boolean {
  return fate !== 'unscored';
}

/** Most agents that fail a task fail it alike; thread and duration differ each time. */
function printedBy(task: number, chance: number, at: number): string {
  const line = 12 + (chance < 0.7 ? 0 : Math.floor(chance * 10));
  const test = `tests::case_${task % 40}`;
  return `running 3 tests
test tests::happy_path ... ok
test ${test} ... FAILED

---- ${test} stdout ----

thread '${test}' (${at}) panicked at src/lib.rs:${line}:32:
assertion \`left == right\` failed: task ${task}

test result: FAILED. 2 passed; 1 failed; 0 ignored; finished in 0.0${at % 10}s
`;
}

function spansOf(cell: LargeCell): Batch<SpanRecord> {
  const { fate, startNs, wallMs, traceId, printed } = cell;
  const endNs = startNs + BigInt(Math.round(wallMs * 1e6));
  const run: Attribute[] = [[spanKey.kind, 'adapter_run']];
  if (fate !== 'timed_out') run.push([spanKey.exitCode, fate === 'agent_error' ? 1n : 0n]);
  else run.push([spanKey.timedOut, true]);
  const call: Attribute[] = [
    [spanKey.operation, 'chat'],
    [spanKey.inputTokens, BigInt(cell.inputTokens)],
    [spanKey.outputTokens, BigInt(Math.round(cell.inputTokens / 12))],
  ];
  if (fate === 'rate_limited') call.push([spanKey.httpStatus, 429n]);
  const spans = [
    aSpan({ traceId, name: 'run', startNs, endNs, attributes: run }),
    aSpan({
      traceId,
      name: 'chat',
      startNs: startNs + 300n * MS,
      endNs: endNs - 200n * MS,
      attributes: call,
      ...(fate === 'rate_limited' && { statusCode: 2, statusMessage: 'Too Many Requests' }),
    }),
  ];
  if (printed !== null) {
    const attributes: Attribute[] = [
      [spanKey.kind, 'verify'],
      [spanKey.verifyOutput, printed],
      [spanKey.exitCode, 101n],
    ];
    spans.push(aSpan({ traceId, name: 'verify', startNs: endNs, endNs: endNs + 900n * MS, attributes }));
  }
  return aBatch(spans, resourceOf(cell));
}

function scoresOf(cell: LargeCell): Batch<LogRecord> {
  const { fate, startNs, wallMs } = cell;
  if (!isVerdict(fate)) return aBatch<LogRecord>([], resourceOf(cell));
  const pass = fate === 'passed' ? 1 : 0;
  const composite = compositeOf({ passRate: pass, integrity: 1, blastRadius: 0, wallClockMs: wallMs });
  const numbers: [string, number][] = [
    ['pass_rate', pass],
    ['composite', composite],
    ['integrity', 1],
    ['blast_radius', 0],
  ];
  const logs = numbers.map(([axis, value]) =>
    aLog({
      eventName: logEvent.evaluation,
      timeNs: startNs + BigInt(Math.round(wallMs * 1e6)),
      attributes: [
        [logKey.evaluationName, axis],
        [logKey.evaluationScore, value],
      ],
    }),
  );
  return aBatch(logs, resourceOf(cell));
}

/** What the standard event cannot say: how many files changed, and whether the agent declined. */
async function putScores(url: string, { id, fate }: LargeCell): Promise<void> {
  const record: ScoreRecord | null =
    fate === 'no_op'
      ? { axis: 'blast_radius', values: { blast_radius: 0, total_changes: 0 } }
      : fate === 'refused'
        ? { axis: 'refusal', values: { expected_refusal: false, refusal_produced: true } }
        : null;
  if (record === null) return;
  await ask(
    `${url}/api/cells/${encodeURIComponent(id)}/scores`,
    'PUT',
    'application/json',
    JSON.stringify({ scores: [record] }),
  );
}

function resourceOf({ id }: LargeCell): Attribute[] {
  return [
    [resourceKey.serviceName, 'large-sweep'],
    [resourceKey.cellId, id],
  ];
}

function post(address: string, body: Uint8Array): Promise<void> {
  return ask(address, 'POST', 'application/x-protobuf', Buffer.from(body));
}

async function ask(
  address: string,
  method: string,
  type: string,
  body: string | Buffer<ArrayBuffer>,
): Promise<void> {
  for (;;) {
    const response = await fetch(address, { method, headers: { 'content-type': type }, body });
    await response.arrayBuffer();
    if (response.ok) return;
    // Busy is no failure: the protocol asks to come back.
    if (response.status !== 503) throw new Error(`${address}: ${response.status}`);
    await pause(Number(response.headers.get('retry-after') ?? 1) * 1000);
  }
}

async function untilShown(url: string, sweep: string, count: number): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/api/sweeps?limit=200`);
    const { sweeps } = (await response.json()) as { sweeps: SweepSummary[] };
    if ((sweeps.find(({ id }) => id === sweep)?.cells ?? 0) >= count) return;
    await pause(50);
  }
}

async function inLanes<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** 0..1, the same for the same number: splitmix32's finish. */
function hashed(seed: number): number {
  let x = (seed + 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}
