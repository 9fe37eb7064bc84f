// Files that are packed are read as what is packed in them, by their first bytes alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../../../adapter/import/import.ts';
import { unpacked } from '../../../adapter/import/packed.ts';
import { agentSamples } from '../../support/agent-samples.ts';
import { OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';

let receiver: OtlpReceiver;
let folder: string;
beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  folder = mkdtempSync(join(tmpdir(), 'playhead-packed-'));
});
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

async function load(bytes: Buffer | string, cellId?: string) {
  const file = join(folder, 'file.bin');
  writeFileSync(file, bytes);
  return importFiles([file], { endpoint: receiver.url, cellId });
}

const textOf = (agent: string) =>
  agentSamples.find((one) => one.agent === agent && one.kind === 'keeps')?.text ?? '';
const cast = '{"version":2,"width":80,"height":24}\n[0.1,"o","hi\\r\\n"]\n[0.2,"o","bye"]\n';
const formats = {
  'a rollout': textOf('codex'),
  'a terminal': cast,
  scores: '{"scores":[{"axis":"x","values":{"x":1}}]}',
};
const packings: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: (text) => gzipSync(text),
  'gzip in two members': (text) => Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]),
  zstd: (text) => zstdCompressSync(text),
  'zstd in two frames': (text) =>
    Buffer.concat([zstdCompressSync(text.slice(0, 20)), zstdCompressSync(text.slice(20))]),
  'gzip twice': (text) => gzipSync(gzipSync(text)),
  'gzip with a byte order mark inside': (text) => gzipSync(`\ufeff${text}`),
};

describe.each(Object.entries(packings))('%s', (_name, pack) => {
  test.each(Object.entries(formats))('holds %s', async (_what, text) => {
    const plain = await load(text, 'a/b');
    const report = await load(pack(text), 'a/b');
    expect(report.problems).toEqual([]);
    expect(report.lines).toEqual(plain.lines);
  });
});

test('UTF-16, as PowerShell redirects output, is read', async () => {
  for (const [mark, swap] of [
    ['\ufeff', false],
    ['\ufeff', true],
  ] as const) {
    const bytes = Buffer.from(mark + cast, 'utf16le');
    const report = await load(swap ? bytes.swap16() : bytes, 'a/b');
    expect(report.lines[0]).toContain('an asciicast, 2 terminal events; 3 lines');
  }
});

test('the batches of zstd that the Collector’s file exporter writes are lines', () => {
  const framed = ['{"a":1}\n', '{"b":2}'].map((line) => {
    const frame = zstdCompressSync(line);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(frame.length);
    return Buffer.concat([length, frame]);
  });
  expect(unpacked('f', Buffer.concat(framed), 1000).bytes.toString()).toBe('{"a":1}\n{"b":2}');
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('a %s packing that is cut is read as far as it goes, and said', async (name, pack) => {
  // What cannot be guessed is not packed away whole.
  const events = Array.from({ length: 20_000 }, (_, at) => `[${at / 100},"o","${Math.sin(at)}"]`);
  const packed = pack([cast.trimEnd(), ...events].join('\n'));
  const report = await load(packed.subarray(0, packed.length >> 1), 'a/b');
  expect(report.problems).toEqual([]);
  expect(report.lines[0]).toMatch(new RegExp(`[1-9]\\d+ terminal events.*its ${name} packing is cut`));
});

test('what unpacks to more than a file may hold is refused before it is there', () => {
  const bomb = gzipSync(Buffer.alloc(2_000_000));
  expect(() => unpacked('f', bomb, 1_000_000)).toThrow(
    'f: holds more than 1000000 bytes once it is unpacked',
  );
});

test('what begins like a packing and is none is refused by name', async () => {
  for (const bytes of [
    Buffer.from([0x1f, 0x8b, 8, 0, 1, 2]),
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff]),
  ]) {
    const report = await load(bytes);
    expect(report.problems).toEqual([expect.stringMatching(/is packed with (?:gzip|zstd), and damaged$/)]);
  }
});
