// Rows R1-R12 of the hostile inputs, at PUT /api/cells/:id/terminal. What an emulator does with escape
// sequences (R7 to R9, R12) is held by the viewer's own tests: the collector keeps them as they are.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { cellPath } from '../../support/collector.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { aBatch, aLog } from '../../support/otlp/otlp-builders.ts';

const collectorOf = sharedCollector();
let cells = 0;
const nextCell = () => `s/a/m/f/cast${++cells}`;
const HEADER = '{"version":2,"width":80,"height":24}';

async function put(
  text: string | Uint8Array,
  query = '',
  headers: Record<string, string> = {},
  cell = nextCell(),
) {
  const response = await collectorOf().request(`${cellPath(cell)}/terminal${query}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/x-asciicast', ...headers },
    body: Buffer.from(text),
  });
  const body = await response.json();
  return { status: response.status, issues: body.error?.issues, code: body.error?.code ?? body.status, cell };
}

async function noteOf(cell: string): Promise<string | null | undefined> {
  return (await collectorOf().cell(cell)).tracks.find(({ name }) => name === 'terminal')?.note;
}

test.each([
  ['no header', '[1,"o","x"]'],
  ['no JSON', 'hello'],
  ['a version that is none', '{"version":4,"width":80,"height":24}'],
])('R1: %s is 400 and names line 1', async (_name, header) => {
  expect(await put(`${header}\n[1,"o","x"]\n`)).toMatchObject({ status: 400, issues: [{ line: 1 }] });
});

test.each([
  ['no width', '{"version":2,"height":24}', [80, 24], 'its size was not recorded'],
  ['a width of 0', '{"version":2,"width":0,"height":24}', [80, 24], 'its size was not recorded'],
  ['a width over 1000', '{"version":2,"width":1001,"height":24}', [1000, 24], 'held to 1000 × 500'],
  ['a height over 500', '{"version":3,"term":{"cols":80,"rows":501}}', [80, 500], 'held to 1000 × 500'],
] as const)(
  'R1: %s is played at a size that can be, with a note',
  async (_name, header, [cols, rows], note) => {
    const { status, cell } = await put(`${header}\n[1,"o","x"]\n`);
    expect(status).toBe(201);
    expect((await collectorOf().terminal(cell)).header.term).toEqual({ cols, rows });
    expect(await noteOf(cell)).toContain(note);
  },
);

test('R2: a last line that was cut leaves the others, and a note', async () => {
  const { status, cell } = await put(`${HEADER}\n[1,"o","whole"]\n[2,"o","cu`);
  expect(status).toBe(201);
  expect((await collectorOf().terminal(cell)).events).toEqual([[1, 'o', 'whole']]);
  expect(await noteOf(cell)).toMatch(/the last line was cut/);
});

test('R3: a bad line in the middle is passed over and told; no good line at all is 400 with its number', async () => {
  const text = `${HEADER}\n[1,"o","a"]\nnonsense\n[2,"o","b"]\n`;
  for (const query of ['', '?lenient=1']) {
    const { status, cell } = await put(text, query);
    expect(status).toBe(201);
    expect((await collectorOf().terminal(cell)).events).toHaveLength(2);
    expect(await noteOf(cell)).toMatch(/1 lines that were no events/);
  }
  expect(await put(`${HEADER}\nnonsense\nmore\n`)).toMatchObject({
    status: 400,
    code: 'bad_asciicast',
    issues: [{ line: 2 }],
  });
});

test('R3: of two recordings in one file the first is played, with a note', async () => {
  const { cell } = await put(`${HEADER}\n[1,"o","a"]\n${HEADER}\n[1,"o","b"]\n`);
  expect((await collectorOf().terminal(cell)).events).toEqual([[1, 'o', 'a']]);
  expect(await noteOf(cell)).toContain('another recording follows in the file');
});

test('R4: times that run backwards are held; days are played, what is later than a year is not', async () => {
  const { cell } = await put(`${HEADER}\n[5,"o","a"]\n[-1,"o","b"]\n[3,"o","c"]\n`);
  const { events } = await collectorOf().terminal(cell);
  expect(events.map(([time]) => time)).toEqual([5, 0, 0]);
  expect(await noteOf(cell)).toMatch(/2 events whose time ran backwards/);
  const long = await put(`${HEADER}\n[0,"o","a"]\n[90000,"o","b"]\n[1e12,"o","c"]\n`);
  expect((await collectorOf().terminal(long.cell)).events).toEqual([
    [0, 'o', 'a'],
    [90_000, 'o', 'b'],
  ]);
  expect((await put(`${HEADER}\n[NaN,"o","a"]\n[1,"o","b"]\n`)).status).toBe(201);
});

test('R6: what is packed tighter than 200 to one is 413, whatever it comes to', async () => {
  const tight = (bytes: number) => gzipSync(`${HEADER}\n[1,"o","${'x'.repeat(bytes)}"]\n`);
  const packed = { 'content-encoding': 'gzip' };
  expect((await put(gzipSync(`${HEADER}\n${'[1,"o","x"]\n'.repeat(300_000)}`), '', packed)).status).toBe(201);
  expect((await put(tight(6 * 2 ** 20), '', packed)).status).toBe(413);
});

test('R5, R6: what is over 50 MiB, packed or not, or an event over 1 MiB is 413', async () => {
  const bomb = gzipSync(Buffer.alloc(51 * 2 ** 20, ' '));
  expect(bomb.length).toBeLessThan(2 ** 20);
  expect((await put(bomb, '', { 'content-encoding': 'gzip' })).status).toBe(413);
  expect((await put(`${HEADER}\n[1,"o","${'x'.repeat(2 ** 20 + 1)}"]\n`)).status).toBe(413);
  expect((await put(gzipSync(gzipSync('x')), '', { 'content-encoding': 'gzip' })).status).toBe(400);
});

test('R7: a resize is held to 1000 × 500 where it comes as a log record', async () => {
  const cell = nextCell();
  const resize = (cols: number, rows: number) =>
    aLog({
      eventName: 'bench.terminal.resize',
      attributes: [
        ['bench.terminal.cols', cols],
        ['bench.terminal.rows', rows],
      ],
    });
  await collectorOf().sendLogs([aBatch([resize(99_999, 99_999)])], { cell });
  expect((await collectorOf().terminal(cell)).events).toEqual([[0, 'r', '1000x500']]);
});

test('R8, R9: escape sequences and joined characters are kept to the byte, for an emulator that cannot answer', async () => {
  const texts = [
    '\u001b]52;c;ZXZpbA==\u0007',
    '\u001b]8;;http://evil.example\u001b\\\\x',
    '\u001b[5i',
    `e${'\u0301'.repeat(200)}`,
  ];
  const { cell } = await put(
    `${HEADER}\n${texts.map((text, at) => JSON.stringify([at, 'o', text])).join('\n')}\n`,
  );
  expect((await collectorOf().terminal(cell)).events.map(([, , text]) => text)).toEqual(texts);
});

test('R10: what was typed is left out', async () => {
  const { cell } = await put(`${HEADER}\n[1,"i","my password"]\n[2,"o","$ "]\n`);
  const text = await (await collectorOf().request(`${cellPath(cell)}/terminal`)).text();
  expect(text).not.toContain('my password');
  expect(await noteOf(cell)).toMatch(/1 input events were left out/);
});

test('R11: the same recording again is 200 unchanged', async () => {
  const first = await put(`${HEADER}\n[1,"o","x"]\n`);
  const again = await put(`${HEADER}\n[1,"o","x"]\n`, '', {}, first.cell);
  expect([first.status, again.status, again.code]).toEqual([201, 200, 'unchanged']);
});
