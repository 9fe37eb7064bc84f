// The list of cells and a cell's header: order, filters, pages, identity, tokens, related cells.
import { expect, test } from 'vitest';
import type { Attribute } from '../../../collector/record.ts';
import { cellDetail, cellSummary } from '../../../shared/wire.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

const CELL = 'sweep-1/opencode/meta/llama/polyglot/rust';
const MINUTE = 60_000_000_000n;
const HASH = 'a'.repeat(64);
let traces = 0;

/** One span of its own trace, that many minutes before the others. */
async function aCell(collector: TestCollector, id: string, minutesAgo = 0): Promise<void> {
  const span = aSpan({
    traceId: (++traces).toString(16).padStart(32, '0'),
    startNs: builtAtNs - BigInt(minutesAgo) * MINUTE,
  });
  await collector.sendTraces([aBatch([span])], { cell: id });
}

test('cells are listed newest run first, page by page', async () => {
  const collector = await TestCollector.start();
  const ids = ['s/a/m/f/t1', 's/a/m/f/t2', 's/a/m/f/t3', 's/a/m/f/t4', 's/a/m/f/t5'];
  for (const [minutesAgo, id] of ids.entries()) await aCell(collector, id, minutesAgo);
  const seen: string[] = [];
  let next: string | undefined;
  do {
    const query: string = next === undefined ? '' : `&cursor=${next}`;
    const page = await collector.get<{ cells: { id: string }[]; next?: string }>(
      `/api/cells?limit=2${query}`,
    );
    for (const cell of page.cells) cellSummary.parse(cell);
    seen.push(...page.cells.map(({ id }) => id));
    next = page.next;
  } while (next !== undefined);
  expect(seen).toEqual(ids);
});

test('filters narrow the list', async () => {
  const collector = await TestCollector.start();
  await aCell(collector, 'sweep-1/pi/meta/llama/polyglot/rust');
  await aCell(collector, 'sweep-1/opencode/stub/polyglot/java');
  await aCell(collector, 'sweep-2/opencode/stub/mutations/rust');
  await collector.putScores('sweep-2/opencode/stub/mutations/rust', [
    { axis: 'pass_rate', values: { pass: 1 } },
  ]);
  const count = async (query: string) => (await collector.cells(`?${query}`)).length;
  expect(await count('sweep=sweep-1')).toBe(2);
  expect(await count('agent=opencode')).toBe(2);
  expect(await count('model=meta%2Fllama')).toBe(1);
  expect(await count('task=rust')).toBe(2);
  expect(await count('task=polyglot%2Frust')).toBe(1);
  expect(await count('family=polyglot')).toBe(2);
  expect(await count('outcome=passed')).toBe(1);
  expect(await count('outcome=passed&sweep=sweep-1')).toBe(0);
  expect(await count('q=POLYGLOT')).toBe(2);
  expect(await count('q=%25')).toBe(0);
});

test.each(['limit=0', 'limit=x', 'limit=501', 'cursor=zz', 'outcome=won'])(
  'the query %s is a bad request',
  async (query) => {
    const collector = await TestCollector.start();
    const response = await collector.request(`/api/cells?${query}`);
    expect(response.status).toBe(400);
    expect((await response.json()).error).toMatchObject({ code: 'bad_query', message: expect.any(String) });
  },
);

test('a cell tells its identity, how it ended and when it ran', async () => {
  const collector = await TestCollector.start();
  const resource: Attribute[] = [
    ['service.name', 'harness'],
    ['bench.cell.id', CELL],
    ['gen_ai.agent.version', '1.18.33'],
    ['bench.model.build_id', 'meta/llama-4'],
    ['container.image.repo_digests', [`bench/opencode@sha256:sha256:${HASH}`]],
  ];
  const run = aSpan({
    attributes: [
      ['bench.span.kind', 'adapter_run'],
      ['exit_code', 0],
    ],
  });
  const container = aSpan({
    parentSpanId: run.spanId,
    attributes: [
      ['bench.span.kind', 'container'],
      ['image', 'bench/opencode:1.7.0'],
      ['exit_code', 137],
      ['timed_out', false],
    ],
  });
  await collector.sendTraces([aBatch([container, run], resource)]);
  const cell = await collector.cell(CELL);
  expect(cellDetail.parse(cell)).toEqual(cell);
  expect(cell).toMatchObject({
    sweep: 'sweep-1',
    agent: 'opencode',
    model: 'meta/llama',
    family: 'polyglot',
    task: 'polyglot/rust',
    attempt: 1,
    outcome: 'unscored',
    durationMs: 13,
    identity: {
      agentVersion: '1.18.33',
      taskTitle: null,
      containerImage: 'bench/opencode:1.7.0',
      imageDigest: `sha256:${HASH}`,
      modelBuildId: 'meta/llama-4',
      exitCode: 0,
      timedOut: false,
    },
    timing: {
      startedAt: '2026-11-22T07:20:00.000Z',
      endedAt: '2026-11-22T07:20:00.013Z',
      durationMs: 13,
      grade: 'measured',
    },
    traces: 1,
  });
});

test('a run that ended badly without a verdict is an agent error, one that ran out of time timed out', async () => {
  const collector = await TestCollector.start();
  const send = (id: string, attributes: Attribute[]) =>
    collector.sendTraces(
      [
        aBatch([
          aSpan({
            traceId: String(attributes.length).repeat(32),
            attributes: [['bench.span.kind', 'adapter_run'], ...attributes],
          }),
        ]),
      ],
      { cell: id },
    );
  await send('s/a/m/f/crashed', [['process.exit.code', 3]]);
  await send('s/a/m/f/slow', [
    ['process.exit.code', 124],
    ['bench.timed_out', true],
  ]);
  expect((await collector.cell('s/a/m/f/crashed')).outcome).toBe('agent_error');
  expect((await collector.cell('s/a/m/f/slow')).outcome).toBe('timed_out');
});

test('tokens are summed over leaf model calls; what was never said is null', async () => {
  const collector = await TestCollector.start();
  const usage = (input: number, output: number): Attribute[] => [
    ['gen_ai.usage.input_tokens', input],
    ['gen_ai.usage.output_tokens', output],
  ];
  const outer = aSpan({ attributes: [['gen_ai.operation.name', 'chat'], ...usage(1500, 50)] });
  const between = aSpan({ parentSpanId: outer.spanId });
  const inner = aSpan({
    parentSpanId: between.spanId,
    attributes: [['gen_ai.operation.name', 'chat'], ...usage(1500, 50)],
  });
  await collector.sendTraces([aBatch([inner])], { cell: CELL });
  await collector.sendTraces([aBatch([outer])], { cell: CELL });
  expect(await collector.cells()).toMatchObject([{ modelCalls: 2 }]);
  await collector.sendTraces([aBatch([between])], { cell: CELL });
  const cell = await collector.cell(CELL);
  expect(cell.modelCalls).toBe(1);
  expect(cell.tokens).toEqual({
    input: 1500,
    cacheRead: null,
    cacheWrite: null,
    output: 50,
    reasoning: null,
    grade: 'derived',
  });
  expect((await collector.modelCalls(CELL)).modelCalls.map(({ spanId }) => spanId)).toEqual([inner.spanId]);
});

test('a cell without spans takes its clock from its logs, one without any time has none', async () => {
  const collector = await TestCollector.start();
  await collector.sendLogs([aBatch([aLog(), aLog({ timeNs: builtAtNs + MINUTE })])], { cell: CELL });
  await collector.putScores('s/a/m/f/scored', [{ axis: 'integrity', values: { integrity: 1 } }]);
  expect(await collector.cell(CELL)).toMatchObject({
    startNs: String(builtAtNs),
    durationMs: 60_000,
    spans: 0,
  });
  expect(await collector.cell('s/a/m/f/scored')).toMatchObject({
    startNs: null,
    endNs: null,
    durationMs: null,
  });
});

test('related are other agents, other models, other tasks, then other runs, each kind with its share', async () => {
  const collector = await TestCollector.start();
  const related = [
    'sweep-2/pi/meta/llama/polyglot/rust',
    'sweep-1/pi/stub/polyglot/rust',
    'sweep-1/pi/stub/polyglot/rust#run2',
    'sweep-1/opencode/stub/polyglot/rust',
    'sweep-1/opencode/meta/llama/polyglot/java',
    'sweep-2/opencode/meta/llama/polyglot/go',
    'sweep-1/opencode/meta/llama/polyglot/rust#run2',
    'sweep-2/opencode/meta/llama/polyglot/rust',
  ];
  await aCell(collector, CELL);
  for (const [minutesAgo, id] of related.entries()) await aCell(collector, id, minutesAgo);
  await aCell(collector, 'sweep-1/pi/stub/polyglot/java');
  await aCell(collector, 'sweep-1/opencode/meta/llama/mutations/rust');
  expect((await collector.cell(CELL)).related.map(({ id }) => id)).toEqual(related);
});

test('many cells of one kind leave the others their place', async () => {
  const collector = await TestCollector.start();
  await aCell(collector, CELL, 60);
  for (let at = 1; at <= 12; at++)
    await aCell(collector, `sweep-1/pi/meta/llama/polyglot/rust#run${at + 1}`, at);
  await aCell(collector, 'sweep-0/aider/other/polyglot/rust', 30);
  await aCell(collector, 'sweep-0/opencode/meta/llama/polyglot/java', 40);
  const agents = (await collector.cell(CELL)).related.map(({ agent }) => agent);
  expect(agents).toEqual(['pi', 'aider', 'pi', 'pi', 'pi', 'pi', 'pi', 'pi', 'opencode']);
});

test('an unknown cell, a bad id and an unknown address are told apart', async () => {
  const collector = await TestCollector.start();
  const codeOf = async (path: string) => {
    const response = await collector.request(path);
    return [response.status, (await response.json()).error.code];
  };
  expect(await codeOf(cellPath('s/a/m/f/none'))).toEqual([404, 'not_found']);
  expect(await codeOf(`${cellPath('s/a/m/f/none')}/trace`)).toEqual([404, 'not_found']);
  expect(await codeOf('/api/cells/one')).toEqual([400, 'bad_cell_id']);
  expect(await codeOf('/api/cells/%ff%2Fa')).toEqual([400, 'bad_cell_id']);
  expect(await codeOf('/api/nothing')).toEqual([404, 'not_found']);
  const response = await collector.request('/api/cells', { method: 'POST' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, OPTIONS']);
});

test('a span without a known time is told beside the grade of those that have one', async () => {
  const collector = await TestCollector.start();
  const timed = (timing: string) => aSpan({ attributes: [['bench.span.timing', timing]] });
  const tracksOf = async (id: string) => {
    const { timing, tracks } = await collector.cell(id);
    const spans = tracks.find(({ name }) => name === 'spans');
    return { cell: timing.grade, spans: spans?.timing, note: spans?.note };
  };
  const [mixed, unknown] = ['s/a/m/f/mixed', 's/a/m/f/unknown'];
  const spans = [aSpan(), timed('derived'), timed('arrival'), timed('none')];
  await collector.sendTraces([aBatch(spans)], { cell: mixed });
  expect(await tracksOf(mixed)).toEqual({
    cell: 'derived',
    spans: 'derived',
    note: '1 of 4 spans has no known time',
  });
  await collector.sendTraces([aBatch([timed('none'), timed('none')])], { cell: unknown });
  expect(await tracksOf(unknown)).toEqual({
    cell: 'none',
    spans: 'none',
    note: '2 of 2 spans have no known time',
  });
});

test('two runs in one cell are said to be two, beside its spans', async () => {
  const collector = await TestCollector.start();
  const id = 's/a/m/f/twice';
  const run = () => aSpan({ attributes: [['bench.span.kind', 'adapter_run']] });
  const note = async () => (await collector.cell(id)).tracks.find(({ name }) => name === 'spans')?.note;
  await collector.sendTraces([aBatch([run()])], { cell: id });
  expect(await note()).toBeNull();
  await collector.sendTraces([aBatch([run()])], { cell: id });
  expect(await note()).toBe('2 runs were recorded into this cell: its numbers are of all of them');
});

test('an address with the plain slashes of a cell’s id is told the right one', async () => {
  const collector = await TestCollector.start();
  const messageOf = async (path: string) => {
    const answer = await collector.request(path);
    expect(answer.status).toBe(404);
    return ((await answer.json()) as { error: { message: string } }).error.message;
  };
  const right = 'percent-encode the slashes of the cell’s id: /api/cells/s%2Fpi%2Fm%2Ff%2Ft'.replace(
    '’',
    "'",
  );
  expect(await messageOf('/api/cells/s/pi/m/f/t')).toBe(`there is nothing at this address: ${right}`);
  expect(await messageOf('/api/cells/s/pi/m/f/t/trace')).toContain(`${right}/trace`);
  expect(await messageOf('/api/nothing')).toBe('there is nothing at this address');
});

test('cells that can be played are those with several spans or a recording', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan(), aSpan()])], { cell: 's/pi/m/f/spans' });
  await collector.sendTraces([aBatch([aSpan({ traceId: 'e'.repeat(32) })])], { cell: 's/pi/m/f/lone' });
  await collector.putScores('s/pi/m/f/scores', [{ axis: 'pass_rate', values: { pass: 1 } }]);
  const put = await collector.request(`${cellPath('s/pi/m/f/terminal')}/terminal`, {
    method: 'PUT',
    headers: { 'content-type': 'application/x-asciicast' },
    body: '{"version":2,"width":80,"height":24}\n[0,"o","hello"]\n',
  });
  expect(put.status).toBe(201);
  const ids = (await collector.cells('?playable=1')).map(({ id }) => id);
  expect(ids.sort()).toEqual(['s/pi/m/f/spans', 's/pi/m/f/terminal']);
});
