// The example of docs/instrumenting.md: a harness in Python with OpenTelemetry's own SDK, sent to a collector under a
// label, under the cell's own address, compressed, and through a relay. What it records is what it did.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCollector } from '../support/collector.ts';

const harnesses = join(import.meta.dirname, '../../examples-harness');
const packages = ['opentelemetry-sdk==1.45.2', 'opentelemetry-exporter-otlp-proto-http==1.45.2'];

let folder: string;
let collector: TestCollector;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-exchange-'));
  cpSync(harnesses, folder, { recursive: true });
  const now = () => BigInt(Date.now()) * 1_000_000n;
  collector = await TestCollector.unattended(join(folder, 'playhead.db'), { now });
});

afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @throws with what it printed where it fails */
function run(command: readonly string[], env: Record<string, string> = {}, cwd = folder): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const note = (text: Buffer): void => {
    said = (said + text).slice(-8000);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command.join(' ')}:\n${said}`)),
    );
  });
}

interface Harness {
  readonly language: string;
  /** Builds it and says how it is started. */
  readonly build: () => Promise<readonly string[]>;
  readonly kinds: readonly string[];
}

const inRun = ['adapter_run', 'model_call', 'tool_call', 'verify'];
const table: readonly Harness[] = [
  {
    language: 'python',
    build: async () => {
      await run([process.env.PYTHON ?? 'python3', '-m', 'venv', 'venv']);
      await run(['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
      return ['venv/bin/python', 'python/harness.py'];
    },
    kinds: ['task_setup', ...inRun],
  },
];

describe.each(table)('a harness in $language', ({ language, build, kinds }) => {
  let command: readonly string[];
  beforeAll(async () => {
    command = await build();
  }, 240_000);

  const ways: readonly (readonly [string, (cell: string) => Record<string, string>])[] = [
    ['its label', () => ({})],
    ['its label, compressed', () => ({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' })],
    ["the cell's own address", (cell) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: addressOf(cell) })],
  ];

  test.each(ways)('is recorded by %s', async (way, more) => {
    const cell = `exchange/${language}-${way.replace(/\W+/g, '-')}/gpt-5/polyglot/greeting`;
    const base = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
    await run([...command, cell], { ...base, ...more(cell) });
    const detail = await collector.cell(cell);
    expect(detail).toMatchObject({
      outcome: 'passed',
      modelCalls: 1,
      tokens: { input: 1200, output: 45 },
      identity: { exitCode: 0 },
    });
    const { spans } = await collector.trace(cell);
    expect(spans.map(({ kind }) => kind)).toEqual(kinds);
    const tool = spans.find(({ kind }) => kind === 'tool_call');
    const { changes } = await collector.changes(cell);
    expect(changes).toMatchObject([{ path: 'hello.txt', change: 'added', spanId: tool?.spanId }]);
    expect(changes[0]?.diff).toContain('+hello');
    const { events } = await collector.terminal(cell);
    expect(events.map(([, , text]) => text).join('')).toMatch(/^hello\r?\n$/);
    expect(detail.scores).toMatchObject([{ axis: 'pass_rate', values: { pass: 1 } }]);
  });

  test('is recorded through the relay of `playhead run`', async () => {
    const agent = `${language}-relay`;
    const cell = `exchange/${agent}/gpt-5/polyglot/greeting`;
    const cli = join(import.meta.dirname, '../../bin/playhead.ts');
    const flags = [
      '--sweep',
      'exchange',
      '--agent',
      agent,
      '--model',
      'gpt-5',
      '--task',
      'polyglot/greeting',
    ];
    const where = ['--workdir', folder, '--endpoint', collector.url];
    // The relay's own address takes the place of the collector's.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_PROTOCOL: '' };
    await run([process.execPath, cli, 'run', ...flags, ...where, '--', ...command, cell], env);
    const { spans } = await collector.trace(cell, '?kind=tool_call');
    expect(spans.filter(({ scope }) => scope === 'my-harness')).toHaveLength(1);
  });
});

function addressOf(cell: string): string {
  return `${collector.url}/cells/${encodeURIComponent(cell)}`;
}
