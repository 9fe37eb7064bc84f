// The examples of docs/instrumenting.md: harnesses with OpenTelemetry's own SDKs in five languages, each with the
// packages of its own registry, sent to a collector under a label, under the cell's own address, as protobuf and JSON,
// compressed, and through a relay. What they record is what they did.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCollector } from '../support/collector.ts';
import { Front } from './front.ts';
import { runProgram } from './run-program.ts';

const harnesses = join(import.meta.dirname, '../../examples-harness');
const packages = ['opentelemetry-sdk==1.45.2', 'opentelemetry-exporter-otlp-proto-http==1.45.2'];
const copyJars = 'org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies';
const BUILD_MS = 400_000;

interface Harness {
  readonly language: string;
  /** Builds it and says how it is started. */
  readonly build: () => Promise<readonly string[]>;
  /** Whether its exporters have a setting for JSON. */
  readonly speaksJson?: true;
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
  {
    language: 'node',
    build: async () => {
      await run(['npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts'], {}, join(folder, 'node'));
      return [process.execPath, 'node/harness.mjs'];
    },
    speaksJson: true,
    kinds: inRun,
  },
  {
    language: 'go',
    build: async () => {
      await run(['go', 'build', '-o', '../harness-go', '.'], {}, join(folder, 'go'));
      return ['./harness-go'];
    },
    kinds: inRun,
  },
  {
    language: 'java',
    build: async () => {
      await run(['mvn', '-q', '-B', copyJars, '-DoutputDirectory=lib'], {}, join(folder, 'java'));
      await run(['javac', '-cp', 'lib/*', 'Harness.java'], {}, join(folder, 'java'));
      return ['java', '-cp', 'java/lib/*:java', 'Harness'];
    },
    kinds: inRun,
  },
  {
    language: 'rust',
    build: async () => {
      const env = { CARGO_TARGET_DIR: join(folder, 'target') };
      await run(['cargo', 'build', '--locked', '--quiet'], env, join(folder, 'rust'));
      return ['target/debug/harness'];
    },
    speaksJson: true,
    kinds: inRun,
  },
];

let folder: string;
let collector: TestCollector;
let front: Front;
/** All at once: most of the time is spent on waiting for registries. */
const builds = new Map<string, Promise<readonly string[]>>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-exchange-'));
  cpSync(harnesses, folder, { recursive: true });
  const now = () => BigInt(Date.now()) * 1_000_000n;
  collector = await TestCollector.unattended(join(folder, 'playhead.db'), { now });
  front = await Front.start(collector.url);
  for (const { language, build } of table) {
    const built = build();
    // Whoever waits for it hears of it.
    built.catch(() => undefined);
    builds.set(language, built);
  }
});

afterAll(async () => {
  await Promise.allSettled(builds.values());
  await front.close();
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: readonly string[], env: Record<string, string> = {}, cwd = folder): Promise<void> =>
  runProgram(command, cwd, env);

interface Way {
  readonly way: string;
  /** Whether the resource names the cell; else the address alone does. */
  readonly isLabelled: boolean;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly coding?: 'gzip';
}

const protobuf = 'http/protobuf';
const json = 'http/json';
const inProtobuf: readonly Way[] = [
  { way: 'its label', isLabelled: true, protocol: protobuf },
  { way: 'its label, compressed', isLabelled: true, protocol: protobuf, coding: 'gzip' },
  { way: "the cell's own address", isLabelled: false, protocol: protobuf },
  { way: "the cell's own address, compressed", isLabelled: false, protocol: protobuf, coding: 'gzip' },
];
const inJson: readonly Way[] = [
  { way: 'its label, in JSON', isLabelled: true, protocol: json },
  { way: "the cell's own address, in JSON, compressed", isLabelled: false, protocol: json, coding: 'gzip' },
];

describe.each(table)('a harness in $language', ({ language, kinds, speaksJson = false }) => {
  let command: readonly string[];
  beforeAll(async () => {
    command = (await builds.get(language)) ?? [];
  }, BUILD_MS);

  test.each([...inProtobuf, ...(speaksJson ? inJson : [])])('is recorded by $way', async (asked) => {
    const { way, isLabelled, protocol, coding } = asked;
    const cell = `exchange/${language}-${way.replace(/\W+/g, '-')}/gpt-5/polyglot/greeting`;
    front.forms = [];
    await run([...command, ...(isLabelled ? [cell] : [])], {
      OTEL_EXPORTER_OTLP_ENDPOINT: isLabelled ? front.url : `${front.url}/cells/${encodeURIComponent(cell)}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_COMPRESSION: coding ?? 'none',
    });
    const type = protocol === json ? 'application/json' : 'application/x-protobuf';
    expect(new Set(front.forms.map((form) => form.type))).toEqual(new Set([type]));
    expect(front.forms.every((form) => form.coding === coding)).toBe(true);
    await expectRecorded(cell, kinds);
  });

  test('is recorded through the relay of `playhead run`', async () => {
    const agent = `${language}-relay`;
    const cell = `exchange/${agent}/gpt-5/polyglot/greeting`;
    const cli = join(import.meta.dirname, '../../bin/playhead.ts');
    const names = [
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
    await run([process.execPath, cli, 'run', ...names, ...where, '--', ...command], env);
    const { spans } = await collector.trace(cell);
    const own = spans.filter(({ scope }) => scope === 'my-harness');
    // The phases of the run are the harness's that started it, so the agent's own are refused.
    expect(own.map(({ kind }) => kind)).toEqual(['model_call', 'tool_call']);
    const { changes } = await collector.changes(cell);
    expect(changes.map(({ path }) => path)).toContain('hello.txt');
  });
});

async function expectRecorded(cell: string, kinds: readonly string[]): Promise<void> {
  const detail = await collector.cell(cell);
  expect(detail).toMatchObject({
    outcome: 'passed',
    modelCalls: 1,
    tokens: { input: 1200, cacheRead: 1000, output: 45 },
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
}
