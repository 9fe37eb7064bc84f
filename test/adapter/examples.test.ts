// The example cells are claims about recordings: every number in them is computed again here, from the
// files beside them and with no parser of ours; the seed cell is compared with the page.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readArrivals } from '../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../adapter/agents/reading/read-stream.ts';
import { recogniseAgent } from '../../adapter/agents/registry.ts';
import { formats } from '../../adapter/import/formats.ts';
import { readManifest } from '../../adapter/import/manifest.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import { compositeOf, compositeWeights } from '../../shared/score.ts';
import { nsFromIso } from '../../shared/time.ts';
import type { OtlpJsonSpan } from '../support/otlp/otlp-receiver.ts';
import { attributesOf } from '../support/otlp/otlp-receiver.ts';
import { examplePath, readExample, recordingPath } from '../support/recordings.ts';

const formatNames = formats.map(({ name }) => name);

const opencode = 'opencode-rust-error-handling-solved';
const pi = 'pi-rust-error-handling-failed';
const seed = 'openhands-llama-4-maverick';
const examples = [opencode, pi, seed];

function scoresOf(example: string): Map<string, ScoreRecord['values']> {
  const { scores } = JSON.parse(readExample(`${example}/scores.json`)) as { scores: ScoreRecord[] };
  return new Map(scores.map(({ axis, values }) => [axis, values]));
}

interface StreamEvent {
  type: string;
  timestamp: number;
  toolCallId: string;
  part: {
    messageID: string;
    text: string;
    state: { time: { start: number } };
    tokens: { input: number; output: number };
  };
  assistantMessageEvent: { type: string; content: string };
  message: {
    role: string;
    timestamp: number;
    content: { text: string }[];
    usage: { input: number; cacheRead: number; output: number };
  };
}

interface Row {
  t: number;
  epoch_ms: number;
  stream: string;
  code?: number;
  event?: StreamEvent;
}

function rowsOf(example: string): Row[] {
  return readExample(`${example}/arrivals.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map((row) => (row.stream === 'stdout' ? { ...row, event: JSON.parse(row.line) } : row));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

interface Tally {
  calls: number;
  prompt: number;
  completion: number;
  modelMs: number;
}

/** opencode: tokens stand in step_finish; an answer lasts from its message's birth to its tool's start. */
function tallyOpencode(rows: readonly Row[]): Tally {
  const events = rows.flatMap(({ event }) => (event ? [event] : []));
  const steps = events.filter((event) => event.type === 'step_finish');
  const lengths = steps.map((finish) => {
    const id = finish.part.messageID;
    const born = Number.parseInt(id.slice(4, 13), 16);
    const tool = events.findLast((event) => event.type === 'tool_use' && event.part.messageID === id);
    const end = tool ? tool.part.state.time.start : finish.timestamp;
    // The id holds the low 36 bits of the milliseconds.
    return (end % 2 ** 36) - born;
  });
  return {
    calls: steps.length,
    prompt: sum(steps.map((step) => step.part.tokens.input)),
    completion: sum(steps.map((step) => step.part.tokens.output)),
    modelMs: sum(lengths),
  };
}

/** pi: tokens stand in message_end; an answer lasts from its own time stamp to that line's arrival. */
function tallyPi(rows: readonly Row[]): Tally {
  const ends = rows.filter(
    ({ event }) => event?.type === 'message_end' && event.message.role === 'assistant',
  );
  return {
    calls: ends.length,
    prompt: sum(ends.map(({ event }) => event!.message.usage.input + event!.message.usage.cacheRead)),
    completion: sum(ends.map(({ event }) => event!.message.usage.output)),
    modelMs: sum(ends.map(({ epoch_ms, event }) => epoch_ms - event!.message.timestamp)),
  };
}

describe.each([
  { example: opencode, pass: 1, tally: tallyOpencode },
  { example: pi, pass: 0, tally: tallyPi },
])('the scores of $example', ({ example, pass, tally }) => {
  const rows = rowsOf(example);
  const scores = scoresOf(example);
  const wallMs = rows.at(-1)!.epoch_ms - rows[0]!.epoch_ms;
  const counted = tally(rows);
  const perCorrect = pass ? counted.prompt + counted.completion : 0;

  test('are the seven axes of the page, with its keys', () => {
    const page = scoresOf(seed);
    expect([...scores.keys()]).toEqual([...page.keys()]);
    for (const [axis, values] of scores)
      expect(Object.keys(values)).toEqual(expect.arrayContaining(Object.keys(page.get(axis)!)));
  });

  test('pass is what the verifier’s output says, and that output is kept whole', () => {
    const output = readExample(`${example}/verify.txt`);
    expect(/^test result: ok\. 3 passed; 0 failed/m.test(output) ? 1 : 0).toBe(pass);
    expect(scores.get('pass_rate')).toEqual({
      pass,
      exit_code: null,
      timed_out: false,
      stdout_tail: output,
      stderr_tail: null,
      partial_score: null,
    });
  });

  test('tokens are the sums of the stream', () => {
    expect(scores.get('tokens')).toEqual({
      prompt_tokens: counted.prompt,
      completion_tokens: counted.completion,
      total_tokens: counted.prompt + counted.completion,
      model_calls: counted.calls,
      tokens_per_correct_task: perCorrect,
      pass_used_for_division: pass,
    });
  });

  test('latency is from spawn to exit, and the model’s share of it', () => {
    expect(scores.get('latency')).toEqual({
      wall_clock_ms: wallMs,
      container_active_ms: null,
      model_call_ms: counted.modelMs,
    });
    expect(counted.modelMs).toBeLessThan(wallMs);
  });

  test('blast radius is what the patch shows, and says what it cannot show', () => {
    const patched = [...readExample(`${example}/patch`).matchAll(/^\+\+\+ b\/(.*)$/gm)].map(
      (match) => match[1],
    );
    expect(patched).toEqual(['src/lib.rs']);
    expect(scores.get('blast_radius')).toMatchObject({
      blast_radius: 0,
      added: null,
      removed: [],
      modified: patched,
      unexpected_changes: [],
      expected_changes: patched,
      total_changes: patched.length,
      extra_git_dir: null,
    });
  });

  test('refusal and integrity do not apply and have no value', () => {
    expect(scores.get('refusal')).toMatchObject({
      refusal: null,
      not_applicable: true,
      expected_refusal: false,
    });
    expect(scores.get('integrity')).toMatchObject({ integrity: null, not_applicable: true });
  });

  test('the composite follows from the others by the house’s one formula', () => {
    const composite = scores.get('composite');
    expect(composite?.composite).toBe(
      compositeOf({ passRate: pass, integrity: 1, blastRadius: 0, wallClockMs: wallMs }),
    );
    expect(composite?.weights).toEqual(compositeWeights);
    expect(composite?.components).toEqual({
      pass_rate: pass,
      integrity: 1,
      blast_radius: 0,
      tokens_per_correct_task: perCorrect,
      wall_clock_ms: wallMs,
      expected_refusal: false,
      refusal_produced: false,
      cost_efficiency: 1,
      latency_efficiency: 1 / (1 + Math.log10(1 + wallMs / 10_000)),
      clean_blast: 1,
      refusal_factor: 1,
    });
  });
});

describe('the model calls', () => {
  /** When each request of the agent's loop reached the model, Unix ms: those that offered it tools. */
  function askedAt(example: string): number[] {
    return readExample(`${example}/model-requests.jsonl`)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { t: number; tools?: string[] })
      .filter((request) => request.tools !== undefined)
      .map((request) => request.t);
  }

  test.each([opencode, pi])('of %s hold the moment at which the model was really asked', (example) => {
    const stream = readArrivals(readExample(`${example}/arrivals.jsonl`));
    const calls = readStream(recogniseAgent(stream)!, stream).steps.filter(
      (step) => step.type === 'model_call',
    );
    const asked = askedAt(example);
    expect(calls).toHaveLength(asked.length);
    for (const [index, call] of calls.entries()) {
      const askedNs = BigInt(asked[index]!) * 1_000_000n;
      expect(call.startNs).toBeLessThanOrEqual(askedNs);
      expect(call.firstChunkNs).toBeGreaterThan(askedNs);
    }
  });
});

describe('the terminals', () => {
  /** Seconds into the recording at which the text was first wholly on the screen's stream. */
  function shownAt(example: string, text: string): number {
    const escapes = /\u001b\][^\u0007]*\u0007|\u001b\[[0-9;?>]*[A-Za-z]/g;
    let printed = '';
    for (const line of readExample(`${example}/terminal.cast`).split('\n').slice(1)) {
      if (line === '') continue;
      const [seconds, code, data] = JSON.parse(line) as [number, string, string];
      if (code === 'o') printed += data;
      if (printed.replace(escapes, '').includes(text)) return seconds;
    }
    throw new Error(`${text} is never shown`);
  }

  function placedAt(example: string): {
    offsetMs: number | null;
    timing: string | null;
    note: string | null;
  } {
    const manifest = readManifest(readExample(`${example}/cell.json`), 'cell.json', formatNames);
    const terminal = manifest.records.find((record) => record.file === 'terminal.cast');
    return {
      offsetMs: terminal?.startOffsetMs ?? null,
      timing: terminal?.timing ?? null,
      note: terminal?.note ?? null,
    };
  }

  test('opencode’s shows the last message at the moment at which the stream tells it', () => {
    const said =
      'The function now returns a Result: bad input is reported with its index and value instead of panicking. All tests pass.';
    const told = rowsOf(opencode).find(({ event }) => event?.type === 'text' && event.part.text === said);
    const { offsetMs, timing } = placedAt(opencode);
    expect(offsetMs).toBeCloseTo(told!.t - shownAt(opencode, said) * 1000, 3);
    expect(timing).toBe('derived');
  });

  test('pi’s shows the last message at the moment at which its last word arrived', () => {
    const said = 'The unwrap is gone.';
    const told = rowsOf(pi).find(
      ({ event }) => event?.type === 'message_update' && event.message.content[0]?.text === said,
    );
    const { offsetMs, timing } = placedAt(pi);
    expect(offsetMs).toBeCloseTo(told!.t - shownAt(pi, said) * 1000, 3);
    expect(timing).toBe('derived');
  });

  test.each([opencode, pi])(
    '%s: the note says that it is another session, and how long before',
    (example) => {
      const header = JSON.parse(readExample(`${example}/terminal.cast`).split('\n')[0]!);
      const minutes = (rowsOf(example)[0]!.epoch_ms / 1000 - header.timestamp) / 60;
      expect(Math.round(minutes)).toBe(25);
      expect(placedAt(example).note).toMatch(/another session .* about 25 minutes earlier/);
    },
  );
});

describe('the seed cell', () => {
  const body = JSON.parse(readExample(`${seed}/trace.json`));
  const spans: OtlpJsonSpan[] = body.resourceSpans[0].scopeSpans[0].spans;
  const resource = attributesOf(body.resourceSpans[0].resource);
  const kind = (span: OtlpJsonSpan) => attributesOf(span).get('bench.span.kind');

  test('starts and ends when the page says, and its spans last as long as it says', () => {
    const start = nsFromIso('2026-06-17T07:16:51.681729Z');
    const end = nsFromIso('2026-06-17T07:17:04.854527Z');
    const times = spans.map((span) => ({
      kind: kind(span),
      fromStart: BigInt(span.startTimeUnixNano) - start,
      lasts: (BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1_000_000n,
    }));
    expect(times).toEqual([
      { kind: 'task_setup', fromStart: 0n, lasts: 1n },
      { kind: 'tool_call', fromStart: 798_000n, lasts: 0n },
      { kind: 'container', fromStart: 798_000n, lasts: 13_172n },
      { kind: 'adapter_run', fromStart: 798_000n, lasts: 13_172n },
      { kind: 'cleanup', fromStart: end - start, lasts: 0n },
    ]);
    expect(BigInt(spans[3]!.endTimeUnixNano)).toBe(end);
    expect(spans.every((span) => attributesOf(span).get('bench.span.timing') === 'derived')).toBe(true);
  });

  test('has three roots, and two children that stand before their parent', () => {
    expect(spans.map((span) => span.parentSpanId ?? null)).toEqual([
      null,
      spans[3]!.spanId,
      spans[3]!.spanId,
      null,
      null,
    ]);
    expect(new Set(spans.map((span) => span.traceId)).size).toBe(1);
  });

  test('keeps the page’s span ids beside the 16 digits that OTLP allows', () => {
    for (const span of spans) {
      const original = attributesOf(span).get('bench.span.source_id') as string;
      expect(original).toMatch(/^[0-9a-f]{32}$/);
      expect(span.spanId).toBe(original.slice(0, 16));
    }
  });

  test('names its cell, its image and the digest’s algorithm once', () => {
    expect(resource.get('bench.cell.id')).toBe(
      'expansion-20260616/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling',
    );
    expect(resource.get('container.image.name')).toBe('codingagentbench/openhands:1.7.0');
    expect(JSON.stringify(resource.get('container.image.repo_digests')).match(/sha256:/g)).toHaveLength(1);
  });

  test('its composite follows from its other scores', () => {
    const scores = scoresOf(seed);
    const wallClockMs = scores.get('latency')?.wall_clock_ms as number;
    expect(scores.get('composite')?.composite).toBe(
      compositeOf({ passRate: 0, integrity: 1, blastRadius: 0, wallClockMs }),
    );
  });
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the seed cell beside what its page published', () => {
  const page = JSON.parse(
    readFileSync(join(import.meta.dirname, '../fixtures/published/openhands-llama-4-maverick.json'), 'utf8'),
  );

  test('has every span of the page in its order, with id, parent, kind, name, length and attributes', () => {
    const body = JSON.parse(readExample(`${seed}/trace.json`));
    const spans: OtlpJsonSpan[] = body.resourceSpans[0].scopeSpans[0].spans;
    expect(
      spans.map((span) => {
        const attributes = attributesOf(span);
        const ours = [...attributes].filter(([key]) => !key.startsWith('bench.span.'));
        return {
          id: attributes.get('bench.span.source_id'),
          parent: span.parentSpanId ?? null,
          kind: attributes.get('bench.span.kind'),
          name: span.name,
          ms: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
          attributesSha256: sha256(JSON.stringify(Object.fromEntries(ours))),
        };
      }),
    ).toEqual(page.spans);
  });

  test('has every axis of the page with its keys and values, to the last digit', () => {
    expect(Object.keys(page.scores)).toHaveLength(7);
    const scores = [...scoresOf(seed)].map(([axis, values]) => [axis, sha256(JSON.stringify(values))]);
    expect(scores).toEqual(Object.entries(page.scores));
  });

  test('names what the page’s identity names', () => {
    const { cell } = readManifest(readExample(`${seed}/cell.json`), 'cell.json', formatNames);
    expect({
      container_image: cell.image,
      image_digest: cell.imageDigest,
      model_build_id: cell.modelBuildId,
    }).toEqual(page.identity);
  });
});

describe('the recorded cells', () => {
  const sums = readFileSync(recordingPath('examples.sha256'), 'utf8');

  test.each([opencode, pi])('%s holds the recorded files byte for byte', (example) => {
    const ours = readdirSync(examplePath(example)).filter(
      (name) => !['cell.json', 'scores.json'].includes(name),
    );
    for (const name of ours)
      expect(sums).toContain(`${sha256(readExample(`${example}/${name}`))}  ${example}/${name}\n`);
    expect(ours).toEqual(expect.arrayContaining(['arrivals.jsonl', 'patch', 'terminal.cast', 'verify.txt']));
  });
});

test('the examples are these three, each with a line of provenance', () => {
  const folders = readdirSync(examplePath('.'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.map((entry) => entry.name).sort()).toEqual(examples.toSorted());
  const readme = readExample('README.md');
  for (const name of examples) expect(readme).toContain(`- **${name}**: `);
  expect(readme).toContain('CC-BY-4.0');
});
