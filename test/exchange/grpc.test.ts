// OpenTelemetry's own gRPC exporters, each with the packages of its own registry: whatever they send is there, under a
// label, packed, and under the cell that their metadata name.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCollector } from '../support/collector.ts';
import { runProgram } from './run-program.ts';

const pythonPackages = ['opentelemetry-sdk==1.45.2', 'opentelemetry-exporter-otlp-proto-grpc==1.45.2'];
const nodePackages = [
  '@grpc/grpc-js@1.14.7',
  '@opentelemetry/exporter-trace-otlp-grpc@0.301.0',
  '@opentelemetry/resources@3.1.0',
  '@opentelemetry/sdk-trace@3.1.0',
];

interface Client {
  readonly language: string;
  readonly builds: readonly (readonly string[])[];
  readonly command: readonly string[];
}

const clients: readonly Client[] = [
  {
    language: 'python',
    builds: [
      [process.env.PYTHON ?? 'python3', '-m', 'venv', 'venv'],
      ['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', ...pythonPackages],
    ],
    command: ['venv/bin/python', 'send.py'],
  },
  {
    language: 'node',
    builds: [['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save', ...nodePackages]],
    command: [process.execPath, 'send.mjs'],
  },
  { language: 'go', builds: [['go', 'build', '-o', 'send', '.']], command: ['./send'] },
];

let folder: string;
let collector: TestCollector;
/** All at once: most of the time is spent on waiting for registries. */
const built = new Map<string, Promise<void>>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-grpc-'));
  cpSync(join(import.meta.dirname, 'grpc'), folder, { recursive: true });
  const now = () => BigInt(Date.now()) * 1_000_000n;
  collector = await TestCollector.unattended(join(folder, 'playhead.db'), { grpcPort: 0, now });
  for (const { language, builds } of clients) {
    const building = buildAll(builds);
    // Whoever waits for it hears of it.
    building.catch(() => undefined);
    built.set(language, building);
  }
});

afterAll(async () => {
  await Promise.allSettled(built.values());
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

async function buildAll(builds: Client['builds']): Promise<void> {
  for (const build of builds) await runProgram(build, folder);
}

describe.each(clients)('the gRPC exporter of $language', ({ language, command }) => {
  test.each(['plain', 'gzip', 'metadata'])('has all its spans stored: %s', async (way) => {
    await built.get(language);
    const cell = `grpc/${language}/gpt-5/polyglot/${way}`;
    await runProgram([...command, `http://127.0.0.1:${collector.grpcPort}`, cell, way], folder);
    const { spans } = await collector.trace(cell);
    expect(new Set(spans.map(({ name }) => name)).size).toBe(100);
  });
});
