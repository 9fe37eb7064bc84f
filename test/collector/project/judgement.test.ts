// What became of a cell as the collector judges it: by the rules of shared/outcome, in whatever order its
// spans come, and by the clock where its run is under way.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attribute, SpanRecord } from '../../../collector/record.ts';
import type { CellDetail, SweepMatrix } from '../../../shared/wire.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan, builtAtNs, nextSpanId } from '../../support/otlp/otlp-builders.ts';

const SECOND = 1_000_000_000n;
const CELL = 's/a/m/f/t';
const failed = { axis: 'pass_rate', values: { pass: 0, exit_code: 101 } };

const kind = (value: string): Attribute => ['bench.span.kind', value];
const told = ({ outcome, judgement }: CellDetail) => ({ outcome, judgement });

test('a cell is judged by its spans, and says which of them shows it', async () => {
  const collector = await TestCollector.start();
  const call = aSpan({
    name: 'chat',
    statusCode: 2,
    statusMessage: 'slow down',
    attributes: [kind('model_call'), ['http.response.status_code', 429n]],
  });
  await collector.sendTraces([aBatch([aSpan({ attributes: [kind('adapter_run')] }), call])], { cell: CELL });
  await collector.putScores(CELL, [failed]);
  expect(told(await collector.cell(CELL))).toEqual({
    outcome: 'rate_limited',
    judgement: {
      sentence: 'The last model call hit a rate limit: slow down.',
      span: `${call.traceId}:${call.spanId}`,
    },
  });
});

test('a provider that was out at the end is blamed, and neither pass nor composite is the agent’s', async () => {
  const collector = await TestCollector.start();
  // What OpenTelemetry's SDKs note of a thrown error: the status has no words.
  const thrown = {
    timeNs: builtAtNs,
    name: 'exception',
    attributes: [['exception.message', 'upstream connect error'] as Attribute],
    droppedAttributes: 0,
  };
  const call = aSpan({
    name: 'chat',
    statusCode: 2,
    events: [thrown],
    attributes: [kind('model_call'), ['http.response.status_code', '503']],
  });
  await collector.sendTraces([aBatch([aSpan({ attributes: [kind('adapter_run')] }), call])], { cell: CELL });
  await collector.putScores(CELL, [failed, { axis: 'composite', values: { composite: 0.5 } }]);
  const { outcome, judgement, pass, composite, headlines } = await collector.cell(CELL);
  expect({ outcome, pass, composite }).toEqual({ outcome: 'provider_error', pass: null, composite: null });
  expect(judgement.sentence).toBe('The last model call was answered with 503: upstream connect error.');
  expect(headlines.flatMap(({ axis, value }) => (value === null ? [] : [axis]))).toEqual(['latency']);
  const matrix = await collector.get<SweepMatrix>('/api/sweeps/s');
  expect([matrix.pass, matrix.composite]).toEqual([[null], [null]]);
});

test('a verifier that ran out of its own time is blamed, not the agent, nor the agent’s limit', async () => {
  const collector = await TestCollector.start();
  const run = aSpan({
    attributes: [kind('adapter_run'), ['process.exit.code', 0n], ['bench.timed_out', false]],
  });
  const verify = aSpan({
    startNs: builtAtNs + SECOND,
    statusCode: 2,
    statusMessage: 'its time was up',
    attributes: [kind('verify'), ['bench.timed_out', true]],
  });
  await collector.sendTraces([aBatch([run, verify])], { cell: CELL });
  await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 0, timed_out: true } }]);
  const { outcome, judgement, pass } = await collector.cell(CELL);
  expect({ outcome, pass, sentence: judgement.sentence }).toEqual({
    outcome: 'verifier_error',
    pass: null,
    sentence: 'The verifier ran out of time.',
  });
});

test('a composite of a run that changed nothing stands beside the words that doing nothing earns it', async () => {
  const collector = await TestCollector.start();
  const idle = { axis: 'blast_radius', values: { total_changes: 0 } };
  await collector.putScores(CELL, [failed, idle, { axis: 'composite', values: { composite: 0.6 } }]);
  const { compositeNote, headlines } = await collector.cell(CELL);
  expect(compositeNote).toBe('what doing nothing earns');
  expect(headlines.find(({ axis }) => axis === 'composite')).toMatchObject({
    value: 0.6,
    grade: 'as posted',
    because: 'what doing nothing earns; how it was computed is not recorded',
  });
});

test('a run that changed no file and did not pass is a no-op', async () => {
  const collector = await TestCollector.start();
  await collector.putScores(CELL, [failed, { axis: 'blast_radius', values: { total_changes: 0 } }]);
  expect((await collector.cell(CELL)).outcome).toBe('no_op');
});

test('the harness’s word is heard from its span, or from the sheet', async () => {
  const collector = await TestCollector.start();
  const banner = 'Model incompatible with this TUI — they could not handshake.';
  const run = aSpan({ statusCode: 2, statusMessage: banner, attributes: [kind('adapter_run')] });
  await collector.sendTraces([aBatch([run])], { cell: CELL });
  await collector.putScores('s/b/m/f/t', [failed, { axis: 'sheet', values: { banner } }]);
  expect((await collector.cells()).map(({ outcome }) => outcome)).toEqual(['incompatible', 'incompatible']);
});

test('agent and model that cannot work together have failed, beside the words that doing nothing earns it', async () => {
  const collector = await TestCollector.start();
  const refused = aSpan({
    statusCode: 2,
    statusMessage: 'tools are not supported',
    attributes: [kind('model_call'), ['http.response.status_code', 400n]],
  });
  await collector.sendTraces([aBatch([refused])], { cell: CELL });
  await collector.putScores(CELL, [failed, { axis: 'composite', values: { composite: 0.59 } }]);
  const { outcome, pass, composite, compositeNote } = await collector.cell(CELL);
  expect({ outcome, pass, composite, compositeNote }).toEqual({
    outcome: 'incompatible',
    pass: 0,
    composite: 0.59,
    compositeNote: 'what doing nothing earns',
  });
});

test('a run under way is running, then interrupted once nothing more was heard of it', async () => {
  let nowNs = builtAtNs;
  const collector = await TestCollector.start({ now: () => nowNs });
  const alive = () =>
    aBatch([aLog({ timeNs: nowNs, eventName: 'bench.run', attributes: [['bench.run.state', 'alive']] })]);
  await collector.sendLogs([alive()], { cell: CELL });
  const seen = async () => [
    (await collector.cell(CELL)).outcome,
    (await collector.cells('?outcome=running')).length,
    (await collector.cells('?outcome=interrupted')).length,
    (await collector.get<SweepMatrix>('/api/sweeps/s')).outcome,
    (await collector.get<{ sweeps: { outcomes: unknown[] }[] }>('/api/sweeps')).sweeps[0]?.outcomes,
  ];
  const running = ['running', 1, 0, [10], [{ outcome: 'running', count: 1 }]];
  expect(await seen()).toEqual(running);
  nowNs += 31n * SECOND;
  expect(await seen()).toEqual(['interrupted', 0, 1, [9], [{ outcome: 'interrupted', count: 1 }]]);
  await collector.sendLogs([alive()], { cell: CELL });
  expect(await seen()).toEqual(running);
  const run = aSpan({ startNs: builtAtNs, endNs: nowNs, attributes: [kind('adapter_run')] });
  await collector.sendTraces([aBatch([run])], { cell: CELL });
  expect((await collector.cell(CELL)).outcome).toBe('unscored');
});

test('the failure that a verifier printed is the cell’s, and cells that fail alike share one', async () => {
  const collector = await TestCollector.start();
  const output = (thread: number) =>
    `running 2 tests${' and more'.repeat(99)}\ntest tests::empty ... FAILED\nthread 'tests::empty' (${thread}) panicked at src/lib.rs:12:32:\nboom\ntest result: FAILED. 1 passed; 1 failed;\n`;
  const verify = aSpan({ attributes: [kind('verify'), ['bench.verify.output', output(7)]] });
  await collector.sendTraces([aBatch([verify])], { cell: 's/a/m/f/t' });
  await collector.putScores('s/a/m/f/t', [failed]);
  await collector.putScores('s/b/m/f/t', [
    { axis: 'pass_rate', values: { pass: 0, stdout_tail: output(9) } },
  ]);
  await collector.putScores('s/c/m/f/t', [
    { axis: 'pass_rate', values: { pass: 1, stdout_tail: output(9) } },
  ]);
  const { failures, failure, keys, agent } = await collector.get<SweepMatrix>('/api/sweeps/s');
  expect(failures).toEqual([{ test: 'tests::empty', location: 'src/lib.rs:12', message: 'boom' }]);
  const byAgent = agent.map((at, cell) => [keys.agent[at], failure[cell]]);
  expect(byAgent.sort()).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', -1],
  ]);
  expect((await collector.cell('s/a/m/f/t')).judgement.sentence).toBe(
    'Verifier failed empty at src/lib.rs:12: boom.',
  );
});

test('tokens of a cell are those of its leaf calls, whatever came first', async () => {
  const collector = await TestCollector.start();
  const call = (spanId: string, parentSpanId: string, input: bigint) =>
    aSpan({ spanId, parentSpanId, attributes: [kind('model_call'), ['gen_ai.usage.input_tokens', input]] });
  const [outer, inner] = [nextSpanId(), nextSpanId()];
  await collector.sendTraces([aBatch([call(outer, '', 70n), call(nextSpanId(), '', 5n)])], { cell: CELL });
  const tokensIn = async () => {
    const { measures } = await collector.get<SweepMatrix>('/api/sweeps/s');
    return measures.find(({ name }) => name === 'tokens_in')?.values;
  };
  expect(await tokensIn()).toEqual([75]);
  await collector.reopen();
  await collector.sendTraces([aBatch([call(inner, outer, 60n)])], { cell: CELL });
  expect(await tokensIn()).toEqual([65]);
  expect((await collector.cell(CELL)).tokens.input).toBe(65);
});

test('a published cell is not counted as a recorded one', async () => {
  const collector = await TestCollector.start();
  const sheet = aBatch([aSpan({ attributes: [kind('adapter_run')] })]);
  await collector.sendTraces([{ ...sheet, scope: { ...sheet.scope, name: 'playhead-score-sheet' } }], {
    cell: CELL,
  });
  const { sweeps } = await collector.get<{ sweeps: { cells: number; recorded: number }[] }>('/api/sweeps');
  expect(sweeps).toMatchObject([{ cells: 1, recorded: 0 }]);
});

test('of two runs that started together the worse end is told, whichever came first', async () => {
  const collector = await TestCollector.start();
  const run = (timedOut: boolean, exit: bigint) =>
    aSpan({
      startNs: builtAtNs,
      attributes: [kind('adapter_run'), ['bench.timed_out', timedOut], ['process.exit.code', exit]],
    });
  await collector.sendTraces([aBatch([run(false, 0n), run(true, 1n)])], { cell: CELL });
  await collector.sendTraces([aBatch([run(true, 1n)]), aBatch([run(false, 0n)])], { cell: 's/b/m/f/t' });
  for (const cell of [CELL, 's/b/m/f/t'])
    expect((await collector.cell(cell)).identity).toMatchObject({ exitCode: 1, timedOut: true });
});

const aWord = fc.constantFrom('', 'Provider rate limit (HTTP 429)', 'timed out', 'not supported', 'boom');
const aJudgedSpan: fc.Arbitrary<SpanRecord> = fc
  .record({
    kind: fc.constantFrom('model_call', 'verify', 'adapter_run', 'container', 'task_setup', 'tool_call'),
    at: fc.integer({ min: 0, max: 3 }),
    statusCode: fc.constantFrom(0, 1, 2),
    statusMessage: aWord,
    http: fc.constantFrom(null, 200n, 404n, 429n),
    exit: fc.constantFrom(null, 0n, 1n, 127n),
    timedOut: fc.constantFrom(null, true, false),
  })
  .map(({ kind: of, at, http, exit, timedOut, ...rest }) =>
    aSpan({
      ...rest,
      startNs: builtAtNs + BigInt(at) * SECOND,
      attributes: [
        kind(of),
        ...(http === null ? [] : [['http.response.status_code', http] as Attribute]),
        ...(exit === null ? [] : [['process.exit.code', exit] as Attribute]),
        ...(timedOut === null ? [] : [['bench.timed_out', timedOut] as Attribute]),
      ],
    }),
  );

test('spans lead to one judgement in whatever order and company they come', {
  timeout: 120_000,
}, async () => {
  const collector = await TestCollector.start();
  let cells = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(aJudgedSpan, { minLength: 2, maxLength: 7 }),
      fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
      fc.constantFrom([], [failed], [{ axis: 'pass_rate', values: { pass: 1 } }]),
      async (spans, places, scores) => {
        const shuffled = spans
          .map((span, at) => ({ span, place: places[at] ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ span }) => span);
        const [inOrder, oneByOne] = [`p/a/m/f/t${++cells}`, `p/b/m/f/t${cells}`];
        // The same ids in two cells: each has them from its own address, in traces of its own.
        const placed = (traceId: string) => (span: SpanRecord) => ({ ...span, traceId });
        const trace = cells.toString(16).padStart(31, '0');
        await collector.sendTraces([aBatch(spans.map(placed(`${trace}a`)))], { cell: inOrder });
        if (scores.length > 0) await collector.putScores(oneByOne, scores);
        for (const span of shuffled)
          await collector.sendTraces([aBatch([placed(`${trace}b`)(span)])], { cell: oneByOne });
        if (scores.length > 0) await collector.putScores(inOrder, scores);
        const [one, other] = [told(await collector.cell(inOrder)), told(await collector.cell(oneByOne))];
        const sameSpan = (span: string | null) => span?.split(':')[1] ?? null;
        expect({ ...one, judgement: { ...one.judgement, span: sameSpan(one.judgement.span) } }).toEqual({
          ...other,
          judgement: { ...other.judgement, span: sameSpan(other.judgement.span) },
        });
      },
    ),
    { numRuns: 25 },
  );
});
