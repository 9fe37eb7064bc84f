// Terminals: put as asciicast v2 or v3, or built from log records, and laid on the cell's clock.
import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../../../collector/record.ts';
import { parseAsciicast } from '../../../shared/terminal.ts';
import { cellPath, TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

const CELL = 'sweep-1/opencode/stub/polyglot/rust';
const START = Number(builtAtNs / 1_000_000_000n);
const v2 = (timestamp?: number) =>
  `${JSON.stringify({ version: 2, width: 100, height: 30, timestamp })}\n[0.5,"o","hello"]\n[1.25,"r","90x20"]\n`;
const v3 =
  '{"version":3,"term":{"cols":100,"rows":30}}\n# a comment\n[0.5,"o","hello"]\n[0.75,"r","90x20"]\n';

async function withRun(minutes = 1): Promise<TestCollector> {
  const collector = await TestCollector.start();
  const span = aSpan({ endNs: builtAtNs + BigInt(minutes) * 60_000_000_000n });
  await collector.sendTraces([aBatch([span])], { cell: CELL });
  return collector;
}

test('v2 and v3 come back as the same v3', async () => {
  const collector = await TestCollector.start();
  const events = [
    [0.5, 'o', 'hello'],
    [0.75, 'r', '90x20'],
  ];
  for (const [cell, text] of [
    ['s/a/m/f/v2', v2()],
    ['s/a/m/f/v3', v3],
  ] as const) {
    expect((await collector.putTerminal(cell, text)).status).toBe(201);
    const terminal = await collector.terminal(cell);
    expect(terminal.header).toMatchObject({ version: 3, term: { cols: 100, rows: 30 } });
    expect(terminal.events).toEqual(events);
  }
});

test('the answer is a recording that our own reader takes', async () => {
  const collector = await withRun();
  await collector.putTerminal(CELL, v2(START));
  const response = await collector.request(`${cellPath(CELL)}/terminal`);
  expect(response.headers.get('content-type')).toContain('application/x-asciicast');
  expect(parseAsciicast(await response.text()).events).toEqual([
    { us: 500_000, code: 'o', data: 'hello' },
    { us: 1_250_000, code: 'r', data: '90x20' },
  ]);
});

test('whoever puts a recording may say where its zero lies', async () => {
  const collector = await withRun();
  const query = `?start_ns=${builtAtNs + 7n}&timing=arrival&note=${encodeURIComponent('by hand')}`;
  await collector.putTerminal(CELL, v2(START), query);
  const playhead = { startNs: String(builtAtNs + 7n), timing: 'arrival', note: 'by hand' };
  expect((await collector.terminal(CELL)).header.playhead).toEqual(playhead);
  const track = (await collector.cell(CELL)).tracks.find(({ name }) => name === 'terminal');
  expect(track).toEqual({
    name: 'terminal',
    count: 2,
    timing: 'arrival',
    source: 'asciicast v2',
    note: 'by hand',
  });
});

test('a header time within the run places the recording', async () => {
  const collector = await withRun();
  await collector.putTerminal(CELL, v2(START + 5));
  expect((await collector.terminal(CELL)).header.playhead).toMatchObject({
    startNs: `${START + 5}000000000`,
    timing: 'measured',
  });
});

test('a header time outside the run, or none, lays the recording at its start and says so', async () => {
  for (const timestamp of [START - 86_400, undefined]) {
    const collector = await withRun();
    await collector.putTerminal(CELL, v2(timestamp));
    expect((await collector.terminal(CELL)).header.playhead).toMatchObject({
      startNs: String(builtAtNs),
      timing: 'derived',
      note: expect.stringContaining('laid at the start of the run'),
    });
  }
});

test('a recording that comes before its run is laid on the clock when the run is known', async () => {
  const collector = await TestCollector.start();
  await collector.putTerminal(CELL, v2());
  expect((await collector.terminal(CELL)).header.playhead).toMatchObject({ startNs: '0', timing: 'none' });
  await collector.sendTraces([aBatch([aSpan()])], { cell: CELL });
  expect((await collector.terminal(CELL)).header.playhead).toMatchObject({
    startNs: String(builtAtNs),
    timing: 'derived',
  });
});

test('a recording alone gives its cell a clock, as far as it says when it was made', async () => {
  const collector = await TestCollector.start();
  await collector.putTerminal('s/a/m/f/dated', v2(START));
  await collector.putTerminal('s/a/m/f/undated', v2());
  expect(await collector.cell('s/a/m/f/dated')).toMatchObject({
    startNs: String(builtAtNs),
    durationMs: 1250,
    hasTerminal: true,
  });
  expect(await collector.cell('s/a/m/f/undated')).toMatchObject({ startNs: null, hasTerminal: true });
  expect((await collector.terminal('s/a/m/f/dated')).header.playhead).toMatchObject({ timing: 'measured' });
});

test('the same recording again is unchanged, another one replaces it', async () => {
  const collector = await TestCollector.start();
  await collector.putTerminal(CELL, v2());
  const again = await collector.putTerminal(CELL, v2());
  expect([again.status, (await again.json()).status]).toEqual([200, 'unchanged']);
  const other = await collector.putTerminal(CELL, v3);
  expect([other.status, (await other.json()).status]).toEqual([200, 'replaced']);
  expect((await collector.cell(CELL)).tracks[1]?.source).toBe('asciicast v3');
});

test('what was left out of a recording is told', async () => {
  const collector = await TestCollector.start();
  await collector.putTerminal(
    CELL,
    '{"version":2,"width":80,"height":24}\n[1,"i","secret"]\n[0.5,"o","x"]\n[2,"o',
  );
  const { header, events } = await collector.terminal(CELL);
  expect(events).toEqual([[1, 'o', 'x']]);
  expect((header.playhead as { note: string }).note).toMatch(/cut.*ran backwards.*1 input events/);
});

test.each([
  ['no header', 'hello\n', 400, [{ line: 1 }]],
  ['version 1', '{"version":1,"width":80,"height":24}\n', 400, [{ line: 1 }]],
  ['no good line', '{"version":2,"width":80,"height":24}\nx\n[2,"o"\n', 400, [{ line: 2 }]],
  [
    'an endless event',
    `{"version":2,"width":80,"height":24}\n[1,"o","${'x'.repeat(2 ** 20 + 1)}"]\n`,
    413,
    [{ line: 2 }],
  ],
])('%s is refused, naming the line', async (_what, text, status, issues) => {
  const collector = await TestCollector.start();
  const response = await collector.putTerminal(CELL, text);
  expect(response.status).toBe(status);
  expect((await response.json()).error).toMatchObject({ code: 'bad_asciicast', issues });
});

test.each(['start_ns=-1', 'start_ns=99999999999999999999', 'timing=exact'])(
  'the query %s is a bad request',
  async (query) => {
    const collector = await TestCollector.start();
    expect((await collector.putTerminal(CELL, v2(), `?${query}`)).status).toBe(400);
  },
);

test('a terminal that was never recorded is an error of its own code', async () => {
  const collector = await withRun();
  const response = await collector.request(`${cellPath(CELL)}/terminal`);
  expect([response.status, (await response.json()).error.code]).toEqual([404, 'no_terminal']);
});

function output(text: string, afterMs: number, stream = 'pty'): LogRecord {
  return aLog({
    timeNs: builtAtNs + BigInt(afterMs) * 1_000_000n,
    eventName: 'bench.terminal.output',
    body: text,
    attributes: [
      ['bench.terminal.stream', stream],
      ['bench.log.timing', 'arrival'],
    ],
  });
}

test('log records make a terminal, in order of time', async () => {
  const collector = await TestCollector.start();
  const resize = aLog({
    attributes: [
      ['event.name', 'bench.terminal.resize'],
      ['bench.terminal.cols', 120],
      ['bench.terminal.rows', 40],
    ],
  });
  await collector.sendLogs([aBatch([output('second', 250)])], { cell: CELL });
  await collector.sendLogs([aBatch([resize, output('first', 100)])], { cell: CELL });
  const { header, events } = await collector.terminal(CELL);
  expect(header).toMatchObject({
    term: { cols: 120, rows: 40 },
    playhead: { startNs: String(builtAtNs), timing: 'arrival', note: null },
  });
  expect(events).toEqual([
    [0, 'r', '120x40'],
    [0.1, 'o', 'first'],
    [0.15, 'o', 'second'],
  ]);
  expect(await collector.cell(CELL)).toMatchObject({ hasTerminal: true, spans: 0, durationMs: 250 });
  expect((await collector.logs(CELL)).total).toBe(0);
});

test('without a pseudo-terminal the pipes are shown, their line feeds as a terminal makes them', async () => {
  const collector = await TestCollector.start();
  await collector.sendLogs([aBatch([output('a\nb\r\n', 0, 'stdout'), output('c\n', 1, 'stderr')])], {
    cell: CELL,
  });
  const { events } = await collector.terminal(CELL);
  expect(events.map(([, , data]) => data)).toEqual(['a\r\nb\r\n', 'c\r\n']);
});

test('a logs request that is sent again after a lost answer counts once', async () => {
  const collector = await TestCollector.start();
  const batch = [aBatch([output('once', 0), aLog()])];
  await collector.sendLogs(batch, { cell: CELL });
  await collector.sendLogs(batch, { cell: CELL });
  expect((await collector.terminal(CELL)).events).toHaveLength(1);
  expect((await collector.logs(CELL)).total).toBe(1);
});

describe('a terminal that grows', () => {
  const SECOND = 1_000_000_000n;
  const printed = (second: number, text: string, stream = 'pty') =>
    aLog({
      timeNs: builtAtNs + BigInt(second) * SECOND,
      eventName: 'bench.terminal.output',
      body: text,
      attributes: [['bench.terminal.stream', stream]],
    });
  const send = (collector: TestCollector, ...logs: LogRecord[]) =>
    collector.sendLogs([aBatch(logs)], { cell: CELL });
  const read = async (collector: TestCollector, after?: string) => {
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
    const text = await (await collector.request(`${cellPath(CELL)}/terminal${query}`)).text();
    const { playhead } = JSON.parse(text.split('\n')[0] ?? '') as {
      playhead: { startNs: string; next?: string; continues?: true };
    };
    return { ...playhead, texts: parseAsciicast(text).events.map(({ us, data }) => [us / 1e6, data]) };
  };

  test('is told from where it was read, with times from its own zero', async () => {
    const collector = await TestCollector.start();
    await send(collector, printed(0, 'one'), printed(1, 'two'));
    const first = await read(collector);
    expect(first.continues).toBeUndefined();
    await send(collector, printed(5, 'three'));
    const second = await read(collector, first.next);
    expect(second).toMatchObject({ continues: true, startNs: first.startNs, texts: [[5, 'three']] });
    const third = await read(collector, second.next);
    expect(third).toMatchObject({ continues: true, texts: [] });
    expect((await read(collector)).texts.map(([, data]) => data)).toEqual(['one', 'two', 'three']);
  });

  test('is told whole where what came does not simply follow: an older time, the first size', async () => {
    const collector = await TestCollector.start();
    await send(collector, printed(2, 'two'));
    const { next } = await read(collector);
    await send(collector, printed(1, 'one'));
    const second = await read(collector, next);
    expect(second.continues).toBeUndefined();
    expect(second.texts.map(([, data]) => data)).toEqual(['one', 'two']);
    const size = { 'bench.terminal.cols': 90, 'bench.terminal.rows': 20 };
    const resized = { eventName: 'bench.terminal.resize', attributes: Object.entries(size) };
    await send(collector, aLog({ timeNs: builtAtNs + 9n * SECOND, ...resized }));
    expect((await read(collector, second.next)).continues).toBeUndefined();
  });

  test('hides pipes once a pseudo-terminal told, before and after', async () => {
    const collector = await TestCollector.start();
    await send(collector, printed(0, 'piped', 'stdout'));
    const first = await read(collector);
    await send(collector, printed(1, 'drawn'));
    const second = await read(collector, first.next);
    expect(second.continues).toBeUndefined();
    expect(second.texts).toEqual([[0, 'drawn']]);
    await send(collector, printed(2, 'piped again', 'stdout'), printed(3, 'drawn again'));
    expect((await read(collector, second.next)).texts).toEqual([[2, 'drawn again']]);
  });

  test('a recording that was put is told whole, and what is no cursor is refused', async () => {
    const collector = await TestCollector.start();
    await send(collector, printed(0, 'one'));
    const { next } = await read(collector);
    await collector.putTerminal(CELL, v2(START));
    const put = await read(collector, next);
    expect([put.next, put.continues]).toEqual([undefined, undefined]);
    const refused = await collector.request(`${cellPath(CELL)}/terminal?after=1-2`);
    expect([refused.status, (await refused.json()).error.code]).toEqual([400, 'bad_query']);
  });
});

test('a character that records share is whole, whether all come at once or the reader asks for what is new', async () => {
  const collector = await TestCollector.start();
  const bytes = Buffer.from('héllo 圈棋 ✓ 🙂');
  const record = (at: number, body: Uint8Array): LogRecord => ({ ...output('', at), body });
  const records = [...bytes].map((byte, at) => record(at, Uint8Array.of(byte)));
  await collector.sendLogs([aBatch(records)], { cell: CELL });
  const text = (events: unknown[][]) => events.map(([, , data]) => data).join('');
  expect(text((await collector.terminal(CELL)).events)).toBe('héllo 圈棋 ✓ 🙂');
  const smile = Buffer.from('🙂');
  await collector.sendLogs([aBatch([record(100, smile.subarray(0, 2))])], { cell: CELL });
  const cut = await collector.terminal(CELL);
  expect(text(cut.events)).toBe('héllo 圈棋 ✓ 🙂\ufffd');
  await collector.sendLogs([aBatch([record(101, smile.subarray(2))])], { cell: CELL });
  const { next } = cut.header.playhead as { next: string };
  const response = await collector.request(`${cellPath(CELL)}/terminal?after=${next}`);
  const [header = '', ...lines] = (await response.text()).trimEnd().split('\n');
  expect(JSON.parse(header).playhead.continues).toBeUndefined();
  expect(text(lines.map((line) => JSON.parse(line)))).toBe('héllo 圈棋 ✓ 🙂🙂');
});
