// Folders that were packed, and what is said of an import before it is one. What is hostile in an archive leads nowhere, and
// what is whole of it is kept.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../../adapter/import/import.ts';
import { findRecordings, foundLines } from '../../../adapter/import/packed-folder/found.ts';
import { unpackFolder } from '../../../adapter/import/packed-folder/packed-folder.ts';
import { agentSamples } from '../../support/agent-samples.ts';
import { TestCollector } from '../../support/collector.ts';
import { zipOf } from './exchange/zip-writer.ts';

const usual = process.env.TMPDIR;
let folder: string;
let collector: TestCollector;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-packed-'));
  collector = await TestCollector.start();
  mkdirSync(join(folder, 'scratch'));
  process.env.TMPDIR = join(folder, 'scratch');
});
afterEach(() => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  rmSync(folder, { recursive: true, force: true });
});

/** Of sessions that nobody else has. */
const sessions: Readonly<Record<string, string>> = {
  'claude-code': '5b1f6c3e-9a40-4c1d-8f27-d0e9a3b7c654',
  codex: '7c2a8d4f-1b53-4e6a-9d38-e1f0b4c8d765',
};
const kept = (name: string) => {
  const text = agentSamples.find(({ agent, kind }) => agent === name && kind === 'keeps')?.text ?? '';
  return text.replaceAll('"s"', JSON.stringify(sessions[name]));
};
const files = [
  { name: 'job/a/session.jsonl', text: kept('claude-code') },
  { name: 'job/b/rollout.jsonl', text: kept('codex') },
  { name: 'job/notes.txt', text: 'nothing that is known' },
];
const cells = Object.entries(sessions).map(([agent, session]) => `adhoc/${agent}/${session}`);

interface TarFile {
  readonly name: string;
  readonly text: string;
  readonly type?: string;
  readonly size?: number;
}
function tarOf(members: readonly TarFile[]): Buffer {
  const blocks = members.flatMap(({ name, text, type = '0', size }) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(name.slice(0, 100), 0);
    header.write((size ?? body.length).toString(8).padStart(11, '0'), 124);
    header.write((1_790_000_000).toString(8), 136);
    header.write(type, 156);
    header.write('ustar\u000000', 257);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
function write(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const load = (path: string) => importFiles([path], { endpoint: collector.url });
const scratch = () => readdirSync(join(folder, 'scratch'));

const tar = tarOf(files);
test.each([
  ['job.zip', zipOf(files)],
  ['job.tar', tar],
  ['job.tar.gz', zlib.gzipSync(tar)],
  ['job.tar.zst', zlib.zstdCompressSync(tar)],
])('%s is imported as the folder that it holds, and leaves nothing behind', async (name, bytes) => {
  const path = write(name, bytes);
  const report = await load(path);
  expect(report.problems).toEqual([]);
  expect(report.cells.toSorted()).toEqual(cells);
  expect(report.lines.join('\n')).toContain(`${path}/job/a/session.jsonl`);
  expect(scratch()).toEqual([]);
});

test('a name that is too long for its header is read from where pax and GNU keep it', async () => {
  const long = `${'folder/'.repeat(20)}session.jsonl`;
  const [{ text } = { text: '' }] = files;
  const record = `path=${long}\n`;
  const pax = `${record.length + 4} ${record}`;
  for (const [type, said] of [
    ['x', pax],
    ['L', `${long}\0`],
  ] as const) {
    const path = write(
      `${type}.tar`,
      tarOf([
        { name: 'long', text: said, type },
        { name: 'cut', text },
      ]),
    );
    const packed = await unpackFolder(path);
    expect(existsSync(join(packed?.path ?? '', long))).toBe(true);
    await packed?.remove();
  }
});

describe('an archive that means harm', () => {
  const [good = { name: '', text: '' }] = files;

  test.each([
    ['leads up', { name: '../../outside.jsonl', text: 'x' }],
    ['names a place of the machine', { name: '/tmp/outside.jsonl', text: 'x' }],
    ['names a drive', { name: 'C:\\outside.jsonl', text: 'x' }],
  ])('and %s is told, and what came before is kept', async (_what, bad) => {
    const report = await load(write('bad.tar', tarOf([good, bad, files[1] ?? bad])));
    expect(report.problems.join()).toContain('holds a name that leads elsewhere');
    expect(report.cells).toEqual([cells[0]]);
    expect(existsSync(join(folder, 'outside.jsonl'))).toBe(false);
  });

  test('makes no link and no device', async () => {
    const link = { name: 'job/link.jsonl', text: '', type: '2' };
    const device = { name: 'job/device', text: '', type: '3' };
    const packed = await unpackFolder(write('links.tar', tarOf([link, device, good])));
    expect(readdirSync(join(packed?.path ?? '', 'job'))).toEqual(['a']);
    await packed?.remove();
  });

  test.each([
    ['is cut', tarOf([good, { ...good, name: 'job/second' }]).subarray(0, 2048 + good.text.length)],
    ['tells a size that is not there', tarOf([good, { name: 'job/lie', text: 'x', size: 0o7777777777 }])],
  ])('and %s keeps what is whole', async (_what, bytes) => {
    const report = await load(write('cut.tar', bytes));
    expect(report.problems.join()).toContain('is a tar archive that is cut');
    expect(report.cells).toEqual([cells[0]]);
  });

  test('is refused where nothing of it is whole', async () => {
    const damaged = zipOf([{ ...good, method: 'deflate' }]).fill(0xff, 60, 80);
    expect((await load(write('damaged.zip', damaged))).problems).toHaveLength(1);
    expect(scratch()).toEqual([]);
  });
});

test('what would be imported is said by format, and nothing is asked or sent', async () => {
  mkdirSync(join(folder, 'jobs/t__1'), { recursive: true });
  write('jobs/t__1/result.json', '{"trial_name": "t__1"}');
  write('jobs/session.jsonl', kept('claude-code'));
  write('jobs/notes.txt', 'nothing that is known');
  utimesSync(join(folder, 'jobs'), 1, 1);
  const report = await findRecordings([join(folder, 'jobs'), write('job.tar', tar), join(folder, 'gone')]);
  expect(foundLines(report)).toEqual([
    `3 × an agent's session file: ${join(folder, 'jobs/session.jsonl')}, …`,
    `1 × a trial of Harbor: ${join(folder, 'jobs/t__1')}`,
    '2 files in no format that Playhead knows',
  ]);
  expect(report.problems.join()).toContain('does not exist');
  expect(await collector.cellIds()).toEqual([]);
});
