// Runs the fault tests: `npm run test:faults -- [--long] [--seed N] [file…]`. Prints the seed first and the
// figures last; says what the machine lacks instead of passing without it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { long: { type: 'boolean' }, seed: { type: 'string' } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? process.env.PLAYHEAD_FAULTS_SEED ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(seed)) throw new Error(`not a seed: ${values.seed}`);
const isLong = values.long === true || process.env.PLAYHEAD_FAULTS === 'long';

function requireTools(): void {
  if (process.platform !== 'linux') {
    process.stderr.write('test:faults needs Linux: it injects faults with strace, tmpfs and prlimit.\n');
    process.exit(1);
  }
  const missing = ['strace', 'prlimit'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);
  if (missing.length === 0) return;
  process.stderr.write(`test:faults needs ${missing.join(' and ')}: apt-get install -y strace util-linux\n`);
  process.exit(1);
}

requireTools();
process.stdout.write(`fault tests, ${isLong ? 'long' : 'short'} form, seed ${seed}\n`);
const folder = mkdtempSync(join(tmpdir(), 'playhead-faults-run-'));
const reportPath = join(folder, 'report.jsonl');
writeFileSync(reportPath, '');
const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const started = performance.now();
const run = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', join(import.meta.dirname, 'vitest.config.ts'), ...positionals],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      PLAYHEAD_FAULTS: isLong ? 'long' : 'short',
      PLAYHEAD_FAULTS_SEED: String(seed),
      PLAYHEAD_FAULTS_REPORT: reportPath,
      // Hundreds of short-lived collectors: compiling each from its source would take half of the time.
      NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
    },
  },
);
const lines = readFileSync(reportPath, 'utf8').split('\n').filter(Boolean);
for (const [fault, figures] of lines.map((line) => JSON.parse(line) as [string, string]).sort())
  process.stdout.write(`${fault.padEnd(28)} ${figures}\n`);
process.stdout.write(`seed ${seed}, ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
