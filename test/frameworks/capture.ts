// `npm run capture:frameworks [NAME…]`: installs each framework at its version into an environment of its own, runs
// its program against a scripted model, and keeps what it exported beside what was served, under
// test/fixtures/frameworks; then agents in the same way (agents.ts). Needs PyPI and npm, and a Python of at least
// 3.11, for agents 3.12. Does not read what it keeps.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureAgent, capturedAgents } from './agents.ts';
import { type Framework, frameworks } from './frameworks.ts';
import { interpreterOf } from './install.ts';
import { keptRuns } from './kept-runs.ts';
import { FrameworkModel } from './model.ts';
import { capturedFrameworks } from './reading.ts';
import { FrameworkReceiver } from './receiver.ts';
import type { Truth } from './served.ts';
import { writeTables } from './table.ts';
import { trimmed } from './trim.ts';

const fixtures = join(import.meta.dirname, '../fixtures/frameworks');
const TIMEOUT_MS = 120_000;

async function capture(framework: Framework): Promise<void> {
  const interpreter = await interpreterOf(framework);
  const [model, receiver] = [await FrameworkModel.start(), await FrameworkReceiver.start()];
  const home = mkdtempSync(join(tmpdir(), 'playhead-framework-'));
  try {
    const env = environment(framework, home, model.url, receiver.url);
    await run(interpreter, framework, env, home);
    if (receiver.received.length === 0) throw new Error('nothing was exported');
    keep(framework, model, receiver);
    console.log(`${framework.name}: ${model.served.length} calls, ${receiver.received.length} bodies`);
  } finally {
    await Promise.all([model.close(), receiver.close()]);
    rmSync(home, { recursive: true, force: true });
  }
}

function environment(
  framework: Framework,
  home: string,
  model: string,
  receiver: string,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    NO_PROXY: '127.0.0.1',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    MODEL_URL: model,
    OPENAI_API_KEY: 'none',
    OTEL_SERVICE_NAME: framework.name,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
    // MLflow exports over OTLP where this one is set.
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver}/v1/traces`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_METRICS_EXPORTER: 'none',
    LANGFUSE_BASE_URL: receiver,
    LANGFUSE_HOST: receiver,
    LANGFUSE_PUBLIC_KEY: 'pk-lf-none',
    LANGFUSE_SECRET_KEY: 'sk-lf-none',
    OPENAI_AGENTS_DISABLE_TRACING: '0',
    ...framework.env,
  };
}

function run(
  interpreter: { readonly command: string; readonly folder: string },
  framework: Framework,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<void> {
  const [program = '', ...args] = framework.program;
  const child = spawn(interpreter.command, [join(interpreter.folder, program), ...args], {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  const note = (text: Buffer): void => {
    said = (said + text).slice(-4000);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (process.env.SHOW_OUTPUT) console.log(said);
      if (code === 0) resolve();
      else reject(new Error(`${framework.name} ended with ${code}:\n${said}`));
    });
  });
}

function keep(framework: Framework, model: FrameworkModel, receiver: FrameworkReceiver): void {
  const version = /(?:==|@)([^=@]+)$/.exec(framework.packages[0] ?? '')?.[1] ?? 'unknown';
  const folder = join(fixtures, framework.name, version);
  rmSync(join(fixtures, framework.name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const truth: Truth = {
    name: framework.name,
    packages: framework.packages.map((one) => one.replace(/\[[^\]]*\]/, '').replace('==', '@')),
    language: framework.language,
    calls: trimmed(model.served) as Truth['calls'],
    tools: model.served.flatMap(({ call }) =>
      call ? [{ ...call, result: String(call.arguments.answer ?? 'hi') }] : [],
    ),
  };
  writeJson(join(folder, 'truth.json'), truth);
  for (const signal of ['traces', 'logs'] as const) {
    const bodies = receiver.received.filter((one) => one.signal === signal);
    if (bodies.length === 0) continue;
    const lines = bodies.map(({ body }) => JSON.stringify(trimmed(body)));
    writeFileSync(join(folder, `${signal}.jsonl`), `${lines.join('\n')}\n`);
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

const wanted = process.argv.slice(2);
let failed = 0;
for (const framework of frameworks) {
  if (wanted.length > 0 && !wanted.includes(framework.name)) continue;
  try {
    await capture(framework);
  } catch (error) {
    failed++;
    console.error(`${framework.name}: ${error instanceof Error ? error.message : error}`);
  }
}
for (const agent of capturedAgents) {
  if (wanted.length > 0 && !wanted.includes(agent)) continue;
  try {
    await captureAgent(agent);
  } catch (error) {
    failed++;
    console.error(`${agent}: ${error instanceof Error ? error.message : error}`);
  }
}
writeTables(capturedFrameworks(), keptRuns());
process.exitCode = failed === 0 ? 0 : 1;
