// What importing a manifest sends: spans, phases, terminal and scores of one cell.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formats } from '../../../adapter/import/formats.ts';
import { importFiles } from '../../../adapter/import/import.ts';
import { attributesOf, OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';
import { examplePath, readExample } from '../../support/recordings.ts';

const unknown = `is in no format that Playhead knows; see docs/import.md. It reads ${formats.map(({ words }) => words).join(', ')}`;

const opencode = 'opencode-rust-error-handling-solved';
const pi = 'pi-rust-error-handling-failed';
const seed = 'openhands-llama-4-maverick';
const opencodeId = 'demo-20261122/opencode/local/scripted-model/polyglot/rust-error-handling';

let receiver: OtlpReceiver;
let folder: string;
beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  folder = mkdtempSync(join(tmpdir(), 'playhead-import-'));
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const sent = () => receiver.requests.filter(({ path }) => path !== '/livez');

/** What was sent, but for the question whether anybody is there. */
const paths = (): string[] => sent().map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);

describe('a manifest', () => {
  test('loads the spans, the phase, then the terminal and the scores of one cell', async () => {
    const report = await importFiles([examplePath(`${opencode}/cell.json`)], { endpoint: receiver.url });
    expect(report.problems).toEqual([]);
    expect(report.cells).toEqual([opencodeId]);
    expect(report.entries.map(({ format, outcome, detail }) => [format, outcome, detail])).toEqual([
      ['arrivals', 'loaded', 'opencode: 5 tool calls, 6 model calls'],
      [null, 'loaded', '1 verify span'],
      ['asciicast', 'loaded', '23 terminal events'],
      ['scores', 'loaded', '7 score records'],
    ]);
    expect(paths().sort()).toEqual([
      'POST /v1/logs',
      'POST /v1/traces',
      `PUT /api/cells/${opencodeId}/scores`,
      `PUT /api/cells/${opencodeId}/terminal`,
    ]);
    expect(receiver.spans()).toHaveLength(13);
    expect(receiver.resource().get('bench.cell.id')).toBe(opencodeId);
    expect(receiver.resource().get('gen_ai.agent.version')).toBe('1.18.33');
  });

  test('stands for the folder that holds it', async () => {
    const report = await importFiles([examplePath(seed)], { endpoint: receiver.url });
    expect(report.problems).toEqual([]);
    expect(receiver.spans()).toHaveLength(5);
  });

  test('places a terminal on the run’s clock and says how it knows', async () => {
    await importFiles([examplePath(pi)], { endpoint: receiver.url });
    const terminal = receiver.requests.find(({ path }) => path.endsWith('/terminal'));
    // The run began at 1795333411.497 s; the recording's zero lies 2193.721 ms before.
    expect(terminal?.query.get('start_ns')).toBe('1795333409303279000');
    expect(terminal?.query.get('timing')).toBe('derived');
    expect(terminal?.query.get('note')).toContain('another session');
    expect(terminal?.body).toBe(readExample(`${pi}/terminal.cast`));
  });

  test('places a phase of unknown time at the run’s end, with what it printed', async () => {
    await importFiles([examplePath(pi)], { endpoint: receiver.url });
    const verify = receiver.spans().find((span) => span.name.startsWith('verify:'));
    expect(verify).toMatchObject({
      startTimeUnixNano: '1795333415933000000',
      endTimeUnixNano: '1795333415933000000',
      status: { code: 2 },
    });
    expect(Object.fromEntries(attributesOf(verify!))).toEqual({
      'bench.span.kind': 'verify',
      'bench.span.timing': 'none',
      'bench.verify.output': readExample(`${pi}/verify.txt`),
    });
  });

  test('goes to another cell when told so', async () => {
    const report = await importFiles([examplePath(opencode)], { endpoint: receiver.url, cellId: 'mine/x' });
    expect(report.cells).toEqual(['mine/x']);
    expect(receiver.resource().get('bench.cell.id')).toBe('mine/x');
  });

  test('with a file that is missing loads the rest and names it', async () => {
    const manifest = write('cell.json', {
      playhead: 1,
      cell: { id: 'a/b' },
      records: [{ file: 'gone.cast' }, { file: 'scores.json' }],
    });
    write('scores.json', { scores: [{ axis: 'x', values: {} }] });
    const report = await importFiles([manifest], { endpoint: receiver.url });
    expect(report.problems).toEqual([`${join(folder, 'gone.cast')}: does not exist`]);
    expect(paths()).toEqual(['PUT /api/cells/a/b/scores']);
  });
});

test('a cell id that is none is refused before anything is sent', async () => {
  const load = importFiles([examplePath(seed)], { endpoint: receiver.url, cellId: 'a b' });
  await expect(load).rejects.toThrow(/^the cell id "a b": needs 2 to 12 segments/);
  expect(receiver.requests).toEqual([]);
});

test('importing the same files twice sends the same spans and log records', async () => {
  await importFiles([examplePath(opencode)], { endpoint: receiver.url });
  await importFiles([examplePath(opencode)], { endpoint: receiver.url });
  const traces = receiver.bodies('/v1/traces');
  const logs = receiver.bodies('/v1/logs');
  expect(traces).toHaveLength(2);
  expect(traces[1]).toEqual(traces[0]);
  expect(logs[1]).toEqual(logs[0]);
});

describe('files without a manifest', () => {
  test('a stream becomes a cell of its own, and the terminal and scores beside it join it', async () => {
    const files = ['terminal.cast', 'scores.json', 'arrivals.jsonl'].map((name) =>
      examplePath(`${opencode}/${name}`),
    );
    const report = await importFiles(files, { endpoint: receiver.url });
    expect(report.problems).toEqual([]);
    expect(report.cells).toEqual(['adhoc/opencode/ses_dfdca52abffeBtTGd1A4ZTiK5Y']);
  });

  test('a terminal that stands alone is placed by its own time stamp', async () => {
    const cast = examplePath(`${opencode}/terminal.cast`);
    await importFiles([cast], { endpoint: receiver.url, cellId: 'a/b' });
    expect(Object.fromEntries(sent()[0]?.query ?? [])).toEqual({
      start_ns: '1795331912000000000',
      timing: 'arrival',
    });
  });

  test('a terminal without a time stamp takes the run’s start, as derived', async () => {
    const cast = write('t.cast', '{"version":3,"term":{"cols":80,"rows":24}}\n[0.1,"o","x"]\n');
    await importFiles([examplePath(`${opencode}/arrivals.jsonl`), cast], { endpoint: receiver.url });
    const put = receiver.requests.find(({ method }) => method === 'PUT');
    expect(put?.query.get('start_ns')).toBe('1795333399972000000');
    expect(put?.query.get('timing')).toBe('derived');
  });

  test('a terminal that belongs to no cell is refused with the way out', async () => {
    const cast = examplePath(`${opencode}/terminal.cast`);
    const report = await importFiles([cast], { endpoint: receiver.url });
    expect(report.problems).toEqual([`${cast}: names no cell; say which with --cell`]);
    expect(sent()).toEqual([]);
  });

  test('two streams become two cells', async () => {
    const files = [opencode, pi].map((name) => examplePath(`${name}/arrivals.jsonl`));
    const report = await importFiles(files, { endpoint: receiver.url });
    expect(report.cells).toEqual([
      'adhoc/opencode/ses_dfdca52abffeBtTGd1A4ZTiK5Y',
      'adhoc/pi/01a20235-d74b-7135-b765-36e1669f43cf',
    ]);
  });

  test('OTLP that names no cell is left to the collector, or goes to the path of the cell that was given', async () => {
    const span = { traceId: '0'.repeat(31).concat('1'), spanId: '0'.repeat(15).concat('1'), name: 's' };
    const file = write('t.json', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    const alone = await importFiles([file], { endpoint: receiver.url });
    expect(paths()).toEqual(['POST /v1/traces']);
    expect(alone.lines[0]).toContain(
      '1 spans; those that name no cell make one a trace, --cell puts them in one',
    );
    receiver.requests.length = 0;
    await importFiles([file], { endpoint: receiver.url, cellId: 'a/b' });
    expect(paths()).toEqual(['POST /cells/a/b/v1/traces']);
    expect(sent()[0]?.path).toBe('/cells/a%2Fb/v1/traces');
  });

  test('OTLP that names another cell than the one given is not loaded', async () => {
    const file = examplePath(`${seed}/trace.json`);
    const report = await importFiles([file], { endpoint: receiver.url, cellId: 'a/b' });
    expect(report.problems).toEqual([
      expect.stringMatching(/trace\.json: names the cell expansion-.*, not a\/b$/),
    ]);
    expect(sent()).toEqual([]);
  });
});

describe('a file that cannot be loaded does not stop the others, and is named', () => {
  test.each([
    ['nonsense.bin', '\u0000\u0001\u0002', unknown],
    ['empty', '', unknown],
    [
      'broken.cast',
      '{"version":2,"width":80,"height":24}\nx\n[1,"o"\n',
      'asciicast line 2: is not [time, code, data]',
    ],
    ['scores.json', '{"scores":[{"values":{}}]}', 'scores[0] names no axis'],
    ['scores.json', '{"scores":[{"axis":"x","values":[1]}]}', 'scores[0] (x) has no object "values"'],
    ['t.json', '{"resourceSpans":[]}', 'holds no OTLP traces or logs in JSON'],
    ['cell.json', '{"playhead":3}', 'playhead must be 1, the version of this format'],
  ])('%s: %j', async (name, content, reason) => {
    const bad = write(name, content);
    const good = write('good.json', { scores: [{ axis: 'ok', values: { ok: 1 } }] });
    const report = await importFiles([bad, good], { endpoint: receiver.url, cellId: 'a/b' });
    expect(report.problems).toEqual([`${bad}: ${reason}`]);
    expect(report.lines).toEqual([`${good}: score records, 1 score records → a/b`]);
  });

  test('a file that is not there', async () => {
    const report = await importFiles(['/no/such/file'], { endpoint: receiver.url });
    expect(report.problems).toEqual(['/no/such/file: does not exist']);
  });
});

describe('a collector that is not well', () => {
  test('and is not there, is said once a file', async () => {
    await receiver.close();
    const report = await importFiles([examplePath(seed), examplePath(pi)], { endpoint: receiver.url });
    expect(report.lines).toEqual([]);
    expect(report.problems).toEqual(
      [seed, pi].map((name) =>
        expect.stringMatching(new RegExp(`${name}: no collector answers at http://127.*ECONNREFUSED`)),
      ),
    );
    expect(report.entries.every(({ error }) => error?.code === 'collector_unreachable')).toBe(true);
  });

  test('and refuses the spans, leaves no file of theirs reported as loaded', async () => {
    const refusing = await OtlpReceiver.start(({ path }, response) => {
      if (path === '/v1/traces') response.writeHead(400);
      response.end('{"message":"no spans today"}');
    });
    const report = await importFiles([examplePath(pi)], { endpoint: refusing.url });
    await refusing.close();
    expect(report.entries.map(({ file, outcome }) => [file.split('/').at(-1), outcome])).toEqual([
      ['arrivals.jsonl', 'failed'],
      ['verify.txt', 'failed'],
      ['terminal.cast', 'loaded'],
      ['scores.json', 'loaded'],
    ]);
    expect(report.problems[0]).toContain('11 spans were not delivered');
  });

  test('and takes only a part, is quoted in the file’s line', async () => {
    const partial = await OtlpReceiver.start((_, response) =>
      response.end('{"partialSuccess":{"rejectedSpans":"1","errorMessage":"one span without an id"}}'),
    );
    const report = await importFiles([examplePath(`${seed}/trace.json`)], { endpoint: partial.url });
    await partial.close();
    expect(report.lines[0]).toContain('5 spans, 1 of them rejected: one span without an id');
  });
});

test('no link of a manifest leads out of its folder, and no pipe is waited for', async () => {
  mkdirSync(join(folder, 'in/real'), { recursive: true });
  write('secret.txt', 'the secret of another folder');
  symlinkSync('../secret.txt', join(folder, 'in/link.txt'));
  symlinkSync('..', join(folder, 'in/up'));
  execFileSync('mkfifo', [join(folder, 'in/pipe')]);
  symlinkSync('/dev/zero', join(folder, 'in/zero'));
  const files = ['link.txt', 'up/secret.txt', 'pipe', 'zero'];
  const manifest = write('in/cell.json', {
    playhead: 1,
    cell: { id: 's/a/m/f/t' },
    records: files.map((file) => ({ file })),
  });
  const { problems } = await importFiles([manifest], { endpoint: receiver.url });
  const said = problems.join('\n');
  for (const file of ['link.txt', 'up/secret.txt', 'zero'])
    expect(said).toContain(`${join(folder, 'in', file)}: leads out of the manifest's folder`);
  expect(said).toContain(`${join(folder, 'in/pipe')}: is no regular file`);
});
