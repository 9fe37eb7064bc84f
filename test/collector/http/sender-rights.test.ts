// What an agent under test may say, whether by a token of its cell or through the relay of a run: records of what
// it does, of its own cell. Whatever names another cell, judges, or is the harness's to record is refused,
// counted and told; and what the harness itself sends is taken as ever.
import { expect, test } from 'vitest';
import { accessToken, scopes } from '../../../collector/access.ts';
import { verifyDatabase } from '../../../collector/offline/verify.ts';
import type { Attribute } from '../../../collector/record.ts';
import { logEvent, logKey, resourceKey, sheetScope, spanKey } from '../../../shared/conventions.ts';
import { AGENT_SENDER, agentSender, SENDER_HEADER } from '../../../shared/otlp-address.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { metricsJson, metricsProtobuf } from '../../support/otlp/metric-encode.ts';
import { aBatch, aLink, aLog, anEvent, aPoint, aScope, aSpan } from '../../support/otlp/otlp-builders.ts';
import { logsJson, logsProtobuf, tracesJson, tracesProtobuf } from '../../support/otlp/otlp-encode.ts';

const MINE = 'sweep-1/pi/stub/polyglot/rust';
const RIVAL = 'sweep-1/codex/stub/polyglot/rust';
const FULL = 'the-full-token';
const TRACE = 'c0ffee00c0ffee00c0ffee00c0ffee00';

/** The two ways by which what an agent says arrives: its own token, or passed on by who holds the full one. */
const ways = [
  ['by its token', { authorization: 'Bearer mine' }],
  ['through a relay', { authorization: `Bearer ${FULL}`, [SENDER_HEADER]: AGENT_SENDER }],
] as const;

function start(): Promise<TestCollector> {
  return TestCollector.start({ token: FULL, tokens: [accessToken('mine', scopes, { cell: MINE })] });
}

type Signal = 'traces' | 'logs' | 'metrics';
interface Body {
  readonly signal: Signal;
  readonly json: Uint8Array;
  readonly protobuf: Uint8Array;
}
const spans = (...batches: Parameters<typeof tracesJson>[0]): Body => ({
  signal: 'traces',
  json: tracesJson(batches),
  protobuf: tracesProtobuf(batches),
});
const logs = (...batches: Parameters<typeof logsJson>[0]): Body => ({
  signal: 'logs',
  json: logsJson(batches),
  protobuf: logsProtobuf(batches),
});
const points = (...batches: Parameters<typeof metricsJson>[0]): Body => ({
  signal: 'metrics',
  json: metricsJson(batches),
  protobuf: metricsProtobuf(batches),
});

function post(
  collector: TestCollector,
  body: Body,
  headers: Readonly<Record<string, string>>,
  { cell = MINE, encoding = 'json' }: { cell?: string; encoding?: 'json' | 'protobuf' } = {},
): Promise<Response> {
  return collector.request(`/cells/${encodeURIComponent(cell)}/v1/${body.signal}`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    },
    body: Buffer.from(body[encoding]),
  });
}

function ask(collector: TestCollector, path: string): Promise<Response> {
  return collector.request(path, { headers: { authorization: `Bearer ${FULL}` } });
}

async function shown(collector: TestCollector, cell: string): Promise<Record<string, never>> {
  return (await (await ask(collector, cellPath(cell))).json()) as Record<string, never>;
}

const evaluation: readonly Attribute[] = [
  [logKey.evaluationName, 'pass_rate'],
  [logKey.evaluationScore, 1],
];
const kind = (value: string) => aBatch([aSpan({ attributes: [[spanKey.kind, value]] })]);
const carrying = (...attributes: Attribute[]) => aBatch([aSpan({ attributes })]);
const rivalParts: Attribute[] = [
  [resourceKey.sweepId, 'sweep-1'],
  [resourceKey.agentName, 'codex'],
  [resourceKey.requestModel, 'stub'],
  [resourceKey.taskId, 'polyglot/rust'],
];

/** Each with the reason in the words of the answer, and of the metrics. */
const forgeries: readonly (readonly [what: string, body: Body, words: string, reason: string])[] = [
  ...[
    ['spans of a resource that names another cell', spans(aBatch([aSpan()], [[resourceKey.cellId, RIVAL]]))],
    ['spans of a resource of another cell’s parts', spans(aBatch([aSpan()], rivalParts))],
    ['log records of another cell', logs(aBatch([aLog()], [[resourceKey.cellId, RIVAL]]))],
    ['data points of another cell', points(aBatch([aPoint()], [[resourceKey.cellId, RIVAL]]))],
    ['a span that names another cell', spans(carrying([resourceKey.cellId, RIVAL]))],
    [
      'a log record that names another cell',
      logs(aBatch([aLog({ attributes: [[resourceKey.cellId, RIVAL]] })])),
    ],
    [
      'a data point that names another',
      points(aBatch([aPoint({ attributes: [[resourceKey.cellId, RIVAL]] })])),
    ],
    ['a cell of another sweep', spans(aBatch([aSpan()], [[resourceKey.cellId, MINE.replace('1', '2')]]))],
  ].map(([what, body]) => [what, body, 'may not speak for other cells', 'other_cell'] as const),
  ...[
    [
      'an evaluation as a log record',
      logs(aBatch([aLog({ eventName: logEvent.evaluation, attributes: evaluation })])),
    ],
    [
      'an evaluation by its event’s attribute',
      logs(aBatch([aLog({ attributes: [[logKey.eventName, logEvent.evaluation], ...evaluation] })])),
    ],
    ['an evaluation’s attributes alone', logs(aBatch([aLog({ attributes: evaluation })]))],
    [
      'an evaluation inside a span',
      spans(aBatch([aSpan({ events: [anEvent({ name: logEvent.evaluation, attributes: evaluation })] })])),
    ],
    ['a span called an evaluation', spans(aBatch([aSpan({ name: 'gen_ai.evaluation.result' })]))],
    ['a score as an attribute', spans(carrying(['bench.score.pass_rate', 1]))],
    ['an outcome as an attribute', spans(carrying(['bench.outcome', 'passed']))],
    ['a verifier’s output', spans(carrying([spanKey.verifyOutput, '12 passed']))],
    ['a metric that is called a score', points(aBatch([aPoint({ name: 'bench.score' })]))],
  ].map(([what, body]) => [what, body, 'gives no verdict', 'verdict'] as const),
  ...[
    ...['task_setup', 'adapter_run', 'container', 'verify', 'cleanup'].map(
      (phase) => [`a span of ${phase}`, spans(kind(phase))] as const,
    ),
    ['a verifier by OpenInference’s name', spans(carrying(['openinference.span.kind', 'EVALUATOR']))],
    ['a verifier by Laminar’s name', spans(carrying(['lmnr.span.type', 'EVALUATOR']))],
    ['a time limit', spans(carrying([spanKey.timedOut, true]))],
    ['a sign of life of the run', logs(aBatch([aLog({ eventName: logEvent.run })]))],
    ['the same by its attribute', logs(aBatch([aLog({ attributes: [[logKey.eventName, logEvent.run]] })]))],
    [
      'a log record that a verifier’s span would be made of',
      logs(
        aBatch([
          aLog({
            eventName: 'codex.tool_result',
            attributes: [
              [spanKey.kind, 'verify'],
              ['output', '12 passed'],
            ],
          }),
        ]),
      ),
    ],
    [
      'a model call as the recording proxy measures it',
      spans(carrying([spanKey.kind, 'model_call'], [spanKey.toldBy, 'proxy'], [spanKey.inputTokens, 1])),
    ],
    ['a row of a score sheet', spans({ ...aBatch([aSpan()]), scope: aScope({ name: sheetScope }) })],
  ].map(([what, body]) => [what, body, 'recorded by the harness', 'harness'] as const),
] as unknown as (readonly [string, Body, string, string])[];

test.each(ways)(
  '%s an agent names no other cell, judges nothing and conducts no phase',
  async (_way, headers) => {
    const collector = await start();
    const counts = new Map<string, number>();
    let refused = 0;
    for (const [what, body, words, reason] of forgeries)
      for (const encoding of ['json', 'protobuf'] as const) {
        const answer = await post(collector, body, headers, { encoding });
        const told = expect.stringMatching(new RegExp(`1 rejected: .*${words}`));
        expect([what, answer.status, await answer.text()]).toEqual([what, 200, told]);
        const key = `signal="${body.signal}",reason="${reason}"`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        refused++;
      }
    const metrics = await (await ask(collector, '/metrics')).text();
    for (const [key, count] of counts)
      expect(metrics).toContain(`playhead_records_refused_total{${key}} ${count}\n`);
    for (let start = 0; start < 2; start++) {
      expect((await ask(collector, cellPath(RIVAL))).status).toBe(404);
      const mine = await shown(collector, MINE);
      expect(mine).toMatchObject({ outcome: 'unscored', scores: [], spans: 0, refusedRecords: refused });
      await collector.reopen();
    }
    await collector.close();
    expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
  },
);

test.each(ways)('%s what is the agent’s own is taken beside what is refused', async (_way, headers) => {
  const collector = await start();
  const own = [
    aSpan({ name: 'chat', attributes: [['gen_ai.operation.name', 'chat']] }),
    aSpan({
      name: 'tool',
      attributes: [
        [spanKey.kind, 'tool_call'],
        [spanKey.exitCode, 0],
      ],
    }),
    aSpan({
      name: 'step',
      attributes: [
        ['gen_ai.operation.name', 'invoke_agent'],
        [resourceKey.cellId, MINE],
      ],
    }),
  ];
  const forged = aSpan({ attributes: [[spanKey.kind, 'verify']] });
  const labelled = aBatch(own.slice(1), [[resourceKey.cellId, MINE]]);
  const answer = await post(collector, spans(aBatch([...own.slice(0, 1), forged]), labelled), headers);
  expect(await answer.json()).toEqual({
    partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('1 rejected') },
  });
  await post(
    collector,
    logs(aBatch([aLog(), aLog({ eventName: logEvent.evaluation, attributes: evaluation })])),
    headers,
  );
  await post(collector, points(aBatch([aPoint()])), headers);
  for (let start = 0; start < 2; start++) {
    const trace = (await (await ask(collector, `${cellPath(MINE)}/trace`)).json()) as {
      spans: { name: string }[];
    };
    expect(trace.spans.map(({ name }) => name)).toEqual(['chat', 'tool', 'step']);
    const mine = await shown(collector, MINE);
    expect(mine).toMatchObject({ scores: [], modelCalls: 1, refusedRecords: 2 });
    await collector.writer.rebuild();
  }
});

test.each(ways)('%s an agent takes nothing by trace and session ids', async (_way, headers) => {
  const collector = await start();
  const full = { authorization: `Bearer ${FULL}` };
  const send = (body: Body, path: string) =>
    collector.request(path, {
      method: 'POST',
      headers: { ...full, 'content-type': 'application/json' },
      body: Buffer.from(body.json),
    });
  const session: Attribute = ['session.id', 'the session'];
  const strangers = spans(aBatch([aSpan({ traceId: TRACE })]));
  await send(strangers, '/v1/traces');
  await post(
    collector,
    spans(aBatch([aSpan({ traceId: TRACE, attributes: [session], links: [aLink({ traceId: TRACE })] })])),
    headers,
  );
  await send(
    spans(aBatch([aSpan({ traceId: TRACE.replace('c', 'd'), attributes: [session] })])),
    '/v1/traces',
  );
  await send(logs(aBatch([aLog({ attributes: [session] })])), '/v1/logs');
  const list = (await (await ask(collector, '/api/cells')).json()) as {
    cells: { id: string; spans: number }[];
  };
  expect(list.cells.map(({ id, spans }) => [id, spans]).sort()).toEqual([
    [`adhoc/test-agent/${TRACE}`, 1],
    [`adhoc/test-agent/${TRACE.replace('c', 'd')}`, 1],
    [MINE, 1],
  ]);
});

test.each(ways)('%s an agent does not fill up the trace of another cell', async (_way, headers) => {
  const tokens = [accessToken('mine', scopes, { cell: MINE })];
  const collector = await TestCollector.start({ token: FULL, tokens, limits: { traceSpans: 10 } });
  const some = (count: number) =>
    spans(aBatch(Array.from({ length: count }, () => aSpan({ traceId: TRACE }))));
  const rivals = () => post(collector, some(5), { authorization: `Bearer ${FULL}` }, { cell: RIVAL });
  expect(await (await rivals()).json()).toEqual({});
  for (let request = 0; request < 4; request++) await post(collector, some(5), headers);
  expect(await (await rivals()).json()).toEqual({});
  const mine = await shown(collector, MINE);
  expect(mine).toMatchObject({ spans: 10 });
});

test('an agent’s token neither puts nor deletes anything, its own cell’s included', async () => {
  const collector = await start();
  const headers = { authorization: 'Bearer mine', 'content-type': 'application/json' };
  await post(collector, spans(aBatch([aSpan()])), headers);
  for (const cell of [MINE, RIVAL])
    for (const [method, path, type] of [
      ['PUT', `${cellPath(cell)}/scores`, 'application/json'],
      ['PUT', `${cellPath(cell)}/terminal`, 'application/x-asciicast'],
      ['DELETE', cellPath(cell), 'application/json'],
    ] as const) {
      const body = method === 'PUT' ? '{"scores":[{"axis":"pass_rate","values":{"pass":1}}]}' : null;
      const answer = await collector.request(path, {
        method,
        headers: { ...headers, 'content-type': type },
        body,
      });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
  expect(collector.writer.status().acknowledged).toBe(1);
});

test('what is passed on for an agent comes to the address of a cell, whatever its header says', async () => {
  const collector = await start();
  const body = spans(aBatch([aSpan()], [[resourceKey.cellId, RIVAL]]));
  for (const value of [AGENT_SENDER, 'harness', RIVAL, '']) {
    const headers = { authorization: `Bearer ${FULL}`, [SENDER_HEADER]: value };
    const nowhere = await collector.request('/v1/traces', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: Buffer.from(body.json),
    });
    expect([value, nowhere.status]).toEqual([value, 403]);
    expect(await (await post(collector, body, headers)).text()).toContain('may not speak for other cells');
  }
  expect((await ask(collector, cellPath(RIVAL))).status).toBe(404);
});

test('who may send and give no verdict sends phases of a run, and evaluations of it are refused', async () => {
  const collector = await TestCollector.start({ token: FULL, tokens: [accessToken('sends', ['ingest'])] });
  const headers = { authorization: 'Bearer sends' };
  const body = logs(aBatch([aLog({ eventName: logEvent.evaluation, attributes: evaluation }), aLog()]));
  expect(await (await post(collector, body, headers)).text()).toContain(
    '1 rejected: their sender gives no verdict',
  );
  expect(await (await post(collector, spans(kind('verify')), headers)).json()).toEqual({});
  expect(await shown(collector, MINE)).toMatchObject({ scores: [], spans: 1, refusedRecords: 1 });
});

test('the harness keeps labels, phases, verdicts and signs of life', async () => {
  const collector = await start();
  const headers = { authorization: `Bearer ${FULL}` };
  for (const [what, body, , reason] of forgeries) {
    if (reason === 'other_cell') continue;
    const answer = await post(collector, body, headers);
    expect([what, await answer.json()]).toEqual([what, {}]);
  }
  const mine = await shown(collector, MINE);
  expect(mine).toMatchObject({ outcome: 'passed', pass: 1, refusedRecords: 0, anyoneMayJudge: false });
});

test('where no token is asked for a cell says that anyone may judge it', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()])], { cell: MINE });
  expect(await collector.cell(MINE)).toMatchObject({ anyoneMayJudge: true });
});

test('what was refused goes with its cell, and comes back in no rebuild', async () => {
  const collector = await start();
  const [, headers] = ways[0];
  await post(collector, spans(kind('verify')), headers);
  await post(
    collector,
    logs(aBatch([aLog({ eventName: logEvent.evaluation, attributes: evaluation })])),
    headers,
  );
  expect(await shown(collector, MINE)).toMatchObject({ refusedRecords: 2 });
  const full = { authorization: `Bearer ${FULL}` };
  expect((await collector.request(cellPath(MINE), { method: 'DELETE', headers: full })).status).toBe(200);
  expect(await (await post(collector, spans(kind('verify')), headers)).json()).toMatchObject({
    partialSuccess: { rejectedSpans: '1' },
  });
  await collector.writer.rebuild();
  expect((await ask(collector, cellPath(MINE))).status).toBe(410);
});

test('an agent does not take the place of the span of its run, nor say what it runs in', async () => {
  const collector = await start();
  const runSpanId = '00f067aa0ba902b7';
  const run = (attributes: Attribute[]) =>
    spans(
      aBatch(
        [aSpan({ traceId: TRACE, spanId: runSpanId, attributes })],
        [['container.image.name', 'theirs']],
      ),
    );
  const headers = { authorization: `Bearer ${FULL}`, [SENDER_HEADER]: agentSender(runSpanId) };
  expect(await (await post(collector, run([]), headers)).text()).toContain('1 rejected');
  await post(collector, spans(aBatch([aSpan()], [['container.image.name', 'the agent’s']])), headers);
  const own = run([
    [spanKey.kind, 'adapter_run'],
    [spanKey.exitCode, 3],
  ]);
  await post(collector, own, { authorization: `Bearer ${FULL}` });
  expect(await shown(collector, MINE)).toMatchObject({
    identity: { exitCode: 3, containerImage: 'theirs' },
    refusedRecords: 1,
  });
});

test.each(ways)(
  '%s an agent takes the place of no span of its harness, whichever comes first',
  async (_way, headers) => {
    const collector = await start();
    const full = { authorization: `Bearer ${FULL}` };
    const ids = ['00f067aa0ba902b7', '00f067aa0ba902b8', '00f067aa0ba902b9'];
    const named = (name: string, spanId: string, endNs?: bigint) =>
      spans(aBatch([aSpan({ traceId: TRACE, spanId, name, ...(endNs !== undefined && { endNs }) })]));
    const [first = '', last = '', open = ''] = ids;
    await post(collector, named('squatter', first), headers);
    await post(collector, named('run', first), full);
    await post(collector, named('verify', last), full);
    await post(collector, named('squatter', last), headers);
    // One that goes on is not the agent's to end.
    await post(collector, named('tool', open, 0n), full);
    await post(collector, named('squatter', open), headers);
    for (let start = 0; start < 2; start++) {
      const trace = (await (await ask(collector, `${cellPath(MINE)}/trace`)).json()) as {
        spans: { name: string; flags: string[] }[];
      };
      expect(trace.spans.map(({ name, flags }) => [name, flags]).sort()).toEqual([
        ['run', []],
        ['tool', ['unfinished']],
        ['verify', []],
      ]);
      expect(await shown(collector, MINE)).toMatchObject({ spans: 3 });
      await collector.reopen();
      // What is known of it is read from the store again.
      await post(collector, named('squatter', last, 1n), headers);
    }
    await collector.close();
    expect(verifyDatabase(collector.dbPath).problems).toEqual([]);
  },
);

test.each(ways)(
  '%s log records that tell of its tools say nothing of what its run is',
  async (_way, headers) => {
    const collector = await start();
    const record = aLog({
      eventName: 'codex.tool_result',
      attributes: [
        ['event.name', 'codex.tool_result'],
        ['tool_name', 'shell'],
        ['call_id', 'call-1'],
        ['duration_ms', '30'],
      ],
    });
    const resource: Attribute[] = [
      ['container.image.name', 'the agent’s'],
      [resourceKey.agentVersion, '99'],
      [resourceKey.settings, '{"effort":"the agent’s"}'],
      [resourceKey.taskTitle, 'the agent’s'],
    ];
    await post(collector, logs(aBatch([record], resource)), headers);
    const trace = await (await ask(collector, `${cellPath(MINE)}/trace`)).json();
    expect(trace).toMatchObject({ spans: [{ kind: 'tool_call' }] });
    expect(await shown(collector, MINE)).toMatchObject({
      identity: { containerImage: null, agentVersion: null, settings: null, taskTitle: null },
    });
  },
);
