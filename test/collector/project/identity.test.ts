// Which cell a record ends in, rule by rule, and what happens when the label comes last.
import { expect, test } from 'vitest';
import type { Attribute } from '../../../collector/record.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aResource, aSpan, builtAtNs, builtTraceId } from '../../support/otlp/otlp-builders.ts';

const CELL = 'sweep-1/opencode/meta/llama/polyglot/rust';
const OTHER = 'sweep-1/pi/stub/polyglot/rust';
const OTHER_TRACE = '0af7651916cd43dd8448eb211c80319c';
const service: Attribute = ['service.name', 'opencode'];
const label = (id = CELL): Attribute[] => [service, ['bench.cell.id', id]];

test('a resource that names the cell outranks the address', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()], label())], { cell: OTHER });
  expect(await collector.cellIds()).toEqual([CELL]);
});

test('a resource may name the cell by its parts', async () => {
  const collector = await TestCollector.start();
  const parts: Attribute[] = [
    ['bench.sweep.id', 'sweep-1'],
    ['gen_ai.agent.name', 'opencode'],
    ['gen_ai.request.model', 'meta/llama'],
    ['bench.task.id', 'polyglot/rust'],
    ['bench.attempt', 2],
  ];
  await collector.sendTraces([aBatch([aSpan()], parts)]);
  expect(await collector.cellIds()).toEqual([`${CELL}#run2`]);
});

test('an address names the cell of what it takes', async () => {
  const collector = await TestCollector.start();
  const id = `${CELL}#run2`;
  await collector.sendTraces([aBatch([aSpan()], [service])], { cell: id });
  await collector.sendLogs([aBatch([aLog()], [service])], { cell: id });
  expect(await collector.cellIds()).toEqual([id]);
  expect((await collector.cell(id)).attempt).toBe(2);
  expect((await collector.logs(id)).total).toBe(1);
});

test('a trace that is known brings later spans and logs to its cell', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()], label())]);
  await collector.sendTraces([aBatch([aSpan()], [['service.name', 'codex']])]);
  await collector.sendLogs([aBatch([aLog({ traceId: builtTraceId })], [['service.name', 'codex']])]);
  expect(await collector.cellIds()).toEqual([CELL]);
  expect((await collector.trace(CELL)).total).toBe(2);
  expect((await collector.logs(CELL)).total).toBe(1);
});

const SESSION = '01a20224-c53b-7373-a62b-efa537f3b7e9';
const stranger: Attribute[] = [['service.name', 'somebody-else']];

test.each(['session.id', 'gen_ai.conversation.id', 'conversation.id'])(
  'a known %s brings other traces and logs to a cell that nobody named',
  async (key) => {
    const collector = await TestCollector.start();
    const session: Attribute = [key, SESSION];
    await collector.sendTraces([aBatch([aSpan({ attributes: [session] })], [service])]);
    await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE, attributes: [session] })], stranger)]);
    await collector.sendLogs([aBatch([aLog({ attributes: [session] })], [service])]);
    expect(await collector.cellIds()).toEqual([`adhoc/opencode/${builtTraceId}`]);
    expect((await collector.cell(`adhoc/opencode/${builtTraceId}`)).traces).toBe(2);
  },
);

test('a session may stand on the resource', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan({ attributes: [['session.id', SESSION]] })], [service])]);
  await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE })], [service, ['session.id', SESSION]])]);
  expect(await collector.cellIds()).toHaveLength(1);
});

test.each([
  ['first', true],
  ['last', false],
])('a labelled cell takes nobody in by a session id, where the label comes %s', async (_, labelFirst) => {
  const collector = await TestCollector.start();
  for (const session of ['main', SESSION]) {
    const attributes: Attribute[] = [['session.id', session]];
    const own = [aBatch([aSpan({ attributes })], label())];
    const other = [aBatch([aSpan({ traceId: OTHER_TRACE, attributes })], [service])];
    for (const batches of labelFirst ? [own, other] : [other, own]) await collector.sendTraces(batches);
  }
  expect(await collector.cells()).toMatchObject(
    labelFirst
      ? [{ id: `adhoc/opencode/${OTHER_TRACE}` }, { id: CELL }]
      : [{ id: CELL }, { id: `adhoc/opencode/${OTHER_TRACE}` }],
  );
});

test('an id that many sessions may have joins no strangers, and no two runs of one program', async () => {
  const collector = await TestCollector.start();
  const later = builtAtNs + 500_000_000_000n;
  const third = '22222222222222222222222222222222';
  for (const id of [
    'main',
    'default',
    '',
    '1',
    '00000000-0000-0000-0000-000000000000',
    'production-session',
  ]) {
    const attributes: Attribute[] = [['session.id', id]];
    await collector.sendTraces([aBatch([aSpan({ attributes })], [service])]);
    await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE, attributes })], stranger)]);
    await collector.sendTraces([aBatch([aSpan({ traceId: third, startNs: later, attributes })], [service])]);
  }
  expect(await collector.cellIds()).toHaveLength(3);
});

test('a trace that names no cell becomes one of its own', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()], [['service.name', 'my agent/2']])]);
  await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE })], [])]);
  expect(await collector.cellIds()).toEqual([
    `adhoc/my-agent-2/${builtTraceId}`,
    `adhoc/unknown_service/${OTHER_TRACE}`,
  ]);
});

test('a span may name the cell of its whole trace, also of spans that stand before it', async () => {
  const collector = await TestCollector.start();
  const naming = aSpan({ attributes: [['bench.cell.id', CELL]] });
  await collector.sendTraces([aBatch([aSpan(), naming], [service])]);
  expect(await collector.cellIds()).toEqual([CELL]);
  expect((await collector.trace(CELL)).total).toBe(2);
});

test('an invalid cell id counts as none and stays visible', async () => {
  const collector = await TestCollector.start();
  const span = aSpan({ attributes: [['bench.cell.id', '../etc/passwd']] });
  await collector.sendTraces([aBatch([span], [service, ['bench.cell.id', 'no slash']])]);
  const adhoc = `adhoc/opencode/${builtTraceId}`;
  expect(await collector.cellIds()).toEqual([adhoc]);
  expect((await collector.trace(adhoc)).spans[0]?.attributes).toEqual({ 'bench.cell.id': '../etc/passwd' });
});

test('a label that comes last moves the whole trace, and the old id leads there', async () => {
  const collector = await TestCollector.start();
  const adhoc = `adhoc/opencode/${builtTraceId}`;
  await collector.sendTraces([aBatch([aSpan(), aSpan()], [service])]);
  await collector.sendLogs([aBatch([aLog({ traceId: builtTraceId })], [service])]);
  await collector.putScores(adhoc, [{ axis: 'pass_rate', values: { pass: 1 } }]);
  expect(await collector.cellIds()).toEqual([adhoc]);
  await collector.sendTraces([aBatch([aSpan()], label())]);
  expect(await collector.cellIds()).toEqual([CELL]);
  const cell = await collector.cell(adhoc);
  expect(cell).toMatchObject({ id: CELL, spans: 3, outcome: 'passed', traces: 1 });
  expect((await collector.logs(adhoc)).total).toBe(1);
  expect((await collector.trace(CELL)).spans).toHaveLength(3);
});

test('a label that comes last moves every trace of its session', async () => {
  const collector = await TestCollector.start();
  const session: Attribute = ['session.id', 'ses_1'];
  await collector.sendTraces([aBatch([aSpan({ attributes: [session] })], [service])]);
  await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE, attributes: [session] })], [service])]);
  expect(await collector.cellIds()).toEqual([`adhoc/opencode/${builtTraceId}`]);
  await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE })], label())]);
  expect(await collector.cellIds()).toEqual([CELL]);
  expect((await collector.cell(CELL)).traces).toBe(2);
});

test('a span that names the cell late moves what came before it', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan()], [service])]);
  await collector.sendTraces([aBatch([aSpan({ attributes: [['bench.cell.id', CELL]] })], [service])]);
  await collector.sendTraces([aBatch([aSpan({ attributes: [['bench.cell.id', OTHER]] })], [service])]);
  expect(await collector.cells()).toMatchObject([{ id: CELL, spans: 3 }]);
});

test('what the labelled cell already had stays, what it lacked comes with the trace', async () => {
  const collector = await TestCollector.start();
  const adhoc = `adhoc/opencode/${builtTraceId}`;
  const cast = (text: string) => `{"version":2,"width":80,"height":24}\n[0,"o","${text}"]\n`;
  await collector.sendTraces([aBatch([aSpan()], [service])]);
  await collector.putScores(adhoc, [
    { axis: 'pass_rate', values: { pass: 0 } },
    { axis: 'integrity', values: { integrity: 1 } },
  ]);
  await collector.putTerminal(adhoc, cast('of the trace'));
  await collector.putScores(CELL, [{ axis: 'pass_rate', values: { pass: 1 } }]);
  await collector.putTerminal(CELL, cast('of the cell'));
  await collector.sendTraces([aBatch([aSpan()], label())]);
  const { scores, outcome } = await collector.cell(CELL);
  expect(outcome).toBe('passed');
  expect(scores.map(({ axis, values }) => [axis, values])).toEqual([
    ['pass_rate', { pass: 1 }],
    ['integrity', { integrity: 1 }],
  ]);
  expect((await collector.terminal(CELL)).events).toEqual([[0, 'o', 'of the cell']]);
});

test('a label that only a log record brings moves the trace with its model calls', async () => {
  const collector = await TestCollector.start();
  const call = aSpan({ attributes: [['gen_ai.operation.name', 'chat']] });
  await collector.sendTraces([aBatch([call], [service])]);
  await collector.sendLogs([aBatch([aLog({ traceId: builtTraceId })], label())]);
  expect(await collector.cells()).toMatchObject([{ id: CELL, spans: 1, modelCalls: 1 }]);
});

test('two ad-hoc traces become one cell when a later span ties their session', async () => {
  const collector = await TestCollector.start();
  await collector.sendTraces([aBatch([aSpan({ attributes: [['session.id', 's']] })], [service])]);
  await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE })], [service])]);
  expect(await collector.cellIds()).toHaveLength(2);
  const tie = aSpan({ traceId: OTHER_TRACE, attributes: [['session.id', 's']] });
  await collector.sendTraces([aBatch([tie], [service])]);
  expect(await collector.cellIds()).toEqual([`adhoc/opencode/${builtTraceId}`]);
  expect((await collector.cell(`adhoc/opencode/${OTHER_TRACE}`)).spans).toBe(3);
});

test('two labelled cells never merge, whatever they share', async () => {
  const collector = await TestCollector.start();
  const shared = () => aSpan({ attributes: [['session.id', 's']] });
  await collector.sendTraces([aBatch([shared()], label(CELL))]);
  await collector.sendTraces([aBatch([shared()], label(OTHER))]);
  await collector.sendTraces([aBatch([aSpan()], [service])]);
  expect(await collector.cellIds()).toEqual([CELL, OTHER]);
  expect((await collector.cell(CELL)).spans).toBe(2);
  expect((await collector.cell(OTHER)).spans).toBe(1);
});

test('logs of no trace and no session stay together by their program', async () => {
  const collector = await TestCollector.start();
  await collector.sendLogs([aBatch([aLog({ body: '1' })], [service, ['service.instance.id', '97eb2313']])]);
  await collector.sendLogs([aBatch([aLog({ body: '2' })], [service])]);
  expect(await collector.cellIds()).toEqual(['adhoc/opencode/97eb2313', 'adhoc/opencode/logs']);
});

test('what was learned survives a restart', async () => {
  const collector = await TestCollector.start();
  const tied = (traceId: string) => aSpan({ traceId, attributes: [['session.id', SESSION]] });
  await collector.sendTraces([aBatch([tied(builtTraceId)], [service])]);
  await collector.reopen();
  await collector.sendTraces([aBatch([tied(OTHER_TRACE)], [service])]);
  await collector.reopen();
  await collector.sendTraces([aBatch([aSpan({ traceId: OTHER_TRACE })], label())]);
  expect(await collector.cellIds()).toEqual([CELL]);
  expect((await collector.cell(CELL)).spans).toBe(3);
});

test('a misspelt label is named in the answer to its exporter and on the page of the cell that it led to', async () => {
  const collector = await TestCollector.start();
  const resource = aResource([
    ['service.name', 'harness'],
    ['bench.cel.id', 's/a/m/f/t'],
  ]);
  const answer = await collector.sendTraces([aBatch([aSpan()], resource)], { encoding: 'json' });
  const words = 'no bench.cell.id was sent; got bench.cel.id';
  expect(JSON.stringify(await answer.json())).toContain(words);
  const [cell] = await collector.cells();
  const { tracks } = await collector.cell(cell?.id ?? '');
  expect(tracks.find(({ name }) => name === 'spans')?.note).toBe(words);
});
