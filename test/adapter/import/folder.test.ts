// A folder of several recordings, and OTLP with a request a line.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../../adapter/import/import.ts';
import { agentSamples } from '../../support/agent-samples.ts';
import { OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';
import { examplePath } from '../../support/recordings.ts';

let receiver: OtlpReceiver;
let folder: string;
beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  folder = mkdtempSync(join(tmpdir(), 'playhead-folder-'));
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const load = (paths: readonly string[], cellId?: string) =>
  importFiles(paths, { endpoint: receiver.url, cellId });
const paths = () => receiver.requests.map(({ path }) => path).filter((path) => path !== '/livez');
const keptBy = (agent: string) =>
  agentSamples.find((one) => one.agent === agent && one.kind === 'keeps')?.text ?? '';

describe('a folder', () => {
  test('is searched at every depth: a cell a session, manifests by themselves, the rest passed by in one line', async () => {
    const report = await load([examplePath('')]);
    expect(report.problems).toEqual([]);
    expect(report.cells).toEqual([
      'demo-20261122/opencode/local/scripted-model/polyglot/rust-error-handling',
      expect.stringMatching(/^expansion-/),
      expect.stringMatching(/^demo-20261122\/pi\//),
    ]);
    expect(report.lines.at(-1)).toMatch(
      /: 1 files in no format that Playhead knows were passed by: README\.md$/,
    );
  });

  test('puts the files of one session together wherever they lie, and a terminal to the run beside it', async () => {
    write('one/rollout.jsonl', keptBy('codex'));
    write('one/terminal.cast', '{"version":2,"width":80,"height":24}\n[0.1,"o","hi"]\n');
    write('deep/er/session.jsonl', keptBy('pi'));
    const report = await load([folder]);
    expect(report.problems).toEqual([]);
    expect(report.cells.map((cell) => cell.split('/')[1]).toSorted()).toEqual(['codex', 'pi']);
    const terminal = report.entries.find(({ format }) => format === 'asciicast');
    expect(terminal?.cellId).toMatch(/^adhoc\/codex\//);
  });

  test('names a file in it that is broken, and loads the others', async () => {
    write('a.jsonl', keptBy('codex'));
    write('b.cast', '{"version":2,"width":80,"height":24}\nx\n[1,"o"\n');
    const report = await load([folder]);
    expect(report.problems).toEqual([expect.stringMatching(/b\.cast: asciicast line 2/)]);
    expect(report.cells).toHaveLength(1);
  });

  test('follows no link and looks into no repository', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'playhead-outside-'));
    writeFileSync(join(outside, 'rollout.jsonl'), keptBy('codex'));
    writeFileSync(join(outside, 'cell.json'), '{"playhead":1,"cell":{},"files":[]}');
    writeFileSync(join(outside, 'event-00000-a.json'), '{"id":0,"source":"user","action":"message"}');
    mkdirSync(join(folder, 'conversation'));
    symlinkSync(outside, join(folder, 'conversation/events'));
    symlinkSync(join(outside, 'cell.json'), join(folder, 'cell.json'));
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(join(outside, 'rollout.jsonl'), join(folder, 'rollout.jsonl'));
    write('.git/rollout.jsonl', keptBy('codex'));
    const report = await load([folder]);
    rmSync(outside, { recursive: true, force: true });
    expect(report.problems).toEqual([
      expect.stringContaining('is a folder without a recording that Playhead knows'),
    ]);
  });
});

describe('OTLP with a request a line', () => {
  const span = (digit: string, cell?: string) => ({
    resourceSpans: [
      {
        resource: {
          attributes: cell === undefined ? [] : [{ key: 'bench.cell.id', value: { stringValue: cell } }],
        },
        scopeSpans: [
          {
            spans: [
              {
                traceId: digit.repeat(32),
                spanId: digit.repeat(16),
                name: digit,
                startTimeUnixNano: '1796000000000000000',
              },
            ],
          },
        ],
      },
    ],
  });
  const log = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] };
  const lines = (...requests: object[]) => requests.map((request) => `${JSON.stringify(request)}\n`).join('');

  test('is loaded whatever signal comes first, and neighbours are sent together', async () => {
    const file = write(
      'traces.jsonl',
      lines(
        { resourceMetrics: [] },
        { resourceLogs: [] },
        span('1', 's/a/m/f/t'),
        span('2', 's/a/m/f/t'),
        log,
      ),
    );
    const report = await load([file]);
    expect(report.problems).toEqual([]);
    expect(paths()).toEqual(['/v1/traces', '/v1/logs']);
    expect(receiver.spans().map(({ name }) => name)).toEqual(['1', '2']);
    expect(report.lines[0]).toMatch(
      /2 spans, 1 log records.*; 5 lines: 3 read, 2 left out \(1 metrics, which no track shows; 1 without records\) → s\/a\/m\/f\/t$/,
    );
  });

  test('a line that the collector refuses costs that line', async () => {
    const refusing = await OtlpReceiver.start(({ body }, response) => {
      if (body.toString().includes('"name":"2"')) response.writeHead(400);
      response.end('{}');
    });
    const file = write('traces.jsonl', lines(span('1'), span('2'), span('3')));
    const report = await importFiles([file], { endpoint: refusing.url });
    await refusing.close();
    expect(report.problems).toEqual([]);
    expect(report.lines[0]).toMatch(/2 spans.*3 lines: 2 read, 1 left out \(refused by the collector/);
  });

  test('lines of several cells make several cells, of which one call names none other', async () => {
    const file = write('traces.jsonl', lines(span('1', 's/a/m/f/t'), span('2', 's/a/m/f/u')));
    expect((await load([file])).cells).toEqual(['s/a/m/f/t', 's/a/m/f/u']);
    receiver.requests.length = 0;
    expect((await load([file], 's/a/m/f/t')).problems).toEqual([
      expect.stringContaining('names the cell s/a/m/f/u, not s/a/m/f/t'),
    ]);
    expect(paths()).toEqual([]);
  });

  test('metrics alone are refused by name', async () => {
    const file = write('m.jsonl', lines({ resourceMetrics: [] }, { resourceMetrics: [{}] }));
    expect((await load([file])).problems).toEqual([`${file}: holds OTLP metrics, which no track shows`]);
  });
});
