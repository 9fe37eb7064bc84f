// What recording costs an agent, as ratios and differences inside one run:
//   node test/bench/adapter.ts            both
//   - a model call through the proxy beside a direct one, in pairs: added latency, and every byte compared
//   - an agent that prints 10,000 lines, recorded beside unrecorded, in pairs: wall time as the agent saw it
import type { ChildProcess } from 'node:child_process';
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const playhead = join(here, '../../bin/playhead.ts');
const CALLS = 1000;
const PAIRS = 9;
const WORK_US = 300;
/** A conversation of some turns with the tools' descriptions: 60 kB, as agents send them. */
const body = Buffer.from(
  JSON.stringify({
    model: 'm',
    stream: true,
    messages: Array.from({ length: 60 }, (_, n) => ({
      role: n % 2 ? 'assistant' : 'user',
      content: 'x'.repeat(980),
    })),
  }),
);

interface Timed {
  readonly firstMs: number;
  readonly wholeMs: number;
  readonly answer: string;
}

function call(url: string, agent: Agent): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let firstMs = 0;
    let answer = '';
    const request = httpRequest(
      `${url}/chat/completions`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      },
      (response) => {
        response.on('data', (chunk: Buffer) => {
          firstMs ||= performance.now() - began;
          answer += chunk.toString('latin1');
        });
        response.on('end', () => resolve({ firstMs, wholeMs: performance.now() - began, answer }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function benchProxy(): Promise<void> {
  const children: ChildProcess[] = [];
  const start = (file: string, ...args: string[]): Promise<string> => {
    const child = fork(join(here, 'children', file), args, { silent: true });
    children.push(child);
    child.stderr?.pipe(process.stderr);
    return new Promise((resolve) =>
      child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim())),
    );
  };
  const direct = await start('model-server.ts');
  const proxied = await start('proxy-server.ts', direct);
  const agents = { direct: new Agent({ keepAlive: true }), proxied: new Agent({ keepAlive: true }) };
  const added = { first: [] as number[], whole: [] as number[] };
  const whole = { direct: [] as number[], proxied: [] as number[] };
  let different = 0;
  for (let n = -100; n < CALLS; n++) {
    // Which of the two goes first changes from pair to pair.
    const order = n % 2 === 0 ? (['direct', 'proxied'] as const) : (['proxied', 'direct'] as const);
    const timed: Partial<Record<'direct' | 'proxied', Timed>> = {};
    for (const way of order) timed[way] = await call(way === 'direct' ? direct : proxied, agents[way]);
    const { direct: a, proxied: b } = timed as Record<'direct' | 'proxied', Timed>;
    if (a.answer !== b.answer) different++;
    if (n < 0) continue;
    added.first.push(b.firstMs - a.firstMs);
    added.whole.push(b.wholeMs - a.wholeMs);
    whole.direct.push(a.wholeMs);
    whole.proxied.push(b.wholeMs);
  }
  for (const agent of Object.values(agents)) agent.destroy();
  for (const child of children) child.kill();
  for (const [name, values] of Object.entries(added))
    console.log(
      `proxy, added to ${name === 'first' ? 'the first byte' : 'the whole answer'}: ${shown(values)} (must: p99 < 5 ms)`,
    );
  for (const [way, values] of Object.entries(whole))
    console.log(`  ${way}, the whole answer: ${shown(values)}`);
  console.log(`proxy, answers that differ from the direct one: ${different} of ${CALLS + 100} (must: 0)`);
}

async function benchRecording(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-bench-'));
  const collector = spawn(process.execPath, [playhead, 'serve', '--port', '0', '--db', join(folder, 'db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await new Promise<string>((resolve) =>
    collector.stdout.once('data', (text: Buffer) => resolve(/http\S+/.exec(text.toString())?.[0] ?? '')),
  );
  const command = [process.execPath, join(here, 'children/printing-agent.mjs'), String(WORK_US)];
  const flags = [
    '--agent',
    'printer',
    '--model',
    'none',
    '--task',
    'bench/lines',
    '--workdir',
    join(folder, 'work'),
    '--endpoint',
    endpoint,
    '--spool',
    folder,
  ];
  const ways = {
    unrecorded: [join(here, 'children/unrecorded.ts'), ...command],
    recorded: [playhead, 'run', ...flags, '--', ...command],
  };
  const ratios: number[] = [];
  const fastest = { unrecorded: Number.POSITIVE_INFINITY, recorded: Number.POSITIVE_INFINITY };
  for (let pair = -1; pair < PAIRS; pair++) {
    const order =
      pair % 2 === 0 ? (['unrecorded', 'recorded'] as const) : (['recorded', 'unrecorded'] as const);
    const took = { unrecorded: 0, recorded: 0 };
    for (const way of order) took[way] = await tookMs(ways[way]);
    // The first pair warms the caches.
    if (pair >= 0) ratios.push(took.recorded / took.unrecorded);
    for (const way of order) fastest[way] = Math.min(fastest[way], took[way]);
    console.log(
      `  pair ${pair}: unrecorded ${took.unrecorded.toFixed(0)} ms, recorded ${took.recorded.toFixed(0)} ms`,
    );
  }
  collector.kill();
  await new Promise((resolve) => collector.once('close', resolve));
  rmSync(folder, { recursive: true, force: true });
  const sorted = ratios.toSorted((a, b) => a - b);
  console.log(
    `recording 10,000 lines, recorded ÷ unrecorded: median ${at(sorted, 0.5).toFixed(4)}, all ${sorted.map((r) => r.toFixed(4)).join(' ')} (must: < 1.02)`,
  );
  // On a machine that does other things as well the fastest of each is what the least disturbed it.
  const best = fastest.recorded / fastest.unrecorded;
  console.log(
    `  fastest recorded ÷ fastest unrecorded: ${fastest.recorded.toFixed(0)} ÷ ${fastest.unrecorded.toFixed(0)} ms = ${best.toFixed(4)}`,
  );
}

/** How long the agent says that it took. */
function tookMs(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-200);
  });
  return new Promise((resolve) =>
    child.once('close', () => resolve(Number(/took ([\d.]+) ms/.exec(tail)?.[1]))),
  );
}

function shown(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.5, 0.9, 0.99].map((q) => `p${q * 100} ${at(sorted, q).toFixed(2)} ms`).join(', ');
}

function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}

console.log(
  `${new Date().toISOString()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
);
await benchProxy();
await benchRecording();
