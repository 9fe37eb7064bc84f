// `playhead run`: flags into options, what the agent prints onto the screen, and at the end the table of
// scores and the replay's address. Playhead's own lines go to standard error: standard output is the agent's.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runAgent } from '../../adapter/run/run.ts';
import type { RunResult } from '../../adapter/run/run-options.ts';
import { nextAttempt } from '../../adapter/sdk/attempt.ts';
import { findingsWords } from '../../shared/failures/words.ts';
import { clientFlags, readClient } from '../client.ts';
import type { Values } from '../flags.ts';
import { readCount, readFlags, readSeconds, UsageError } from '../flags.ts';
import { runTable } from '../run-table.ts';

/** Every flag of `playhead run`, with what it means; `docs/run.md` says more of each. */
export const runFlags = {
  agent: { type: 'string' },
  'agent-version': { type: 'string' },
  model: { type: 'string' },
  task: { type: 'string' },
  sweep: { type: 'string' },
  attempt: { type: 'string' },
  workdir: { type: 'string' },
  verify: { type: 'string' },
  'verify-timeout': { type: 'string' },
  report: { type: 'string', multiple: true },
  expect: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  image: { type: 'string' },
  'image-env': { type: 'string', multiple: true },
  ...clientFlags,
  'no-proxy': { type: 'boolean' },
  'no-telemetry': { type: 'boolean' },
  content: { type: 'boolean' },
  terminal: { type: 'string' },
  spool: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

const DEFAULT_VERIFY_SECONDS = '600';
/** A terminal of nobody's: as wide as recordings are commonly shown. */
const DEFAULT_SIZE = { cols: 120, rows: 36 };

export async function runCommand(args: string[], defaultEndpoint: string): Promise<void> {
  const end = args.indexOf('--');
  const { values, positionals } = readFlags(end < 0 ? args : args.slice(0, end), runFlags);
  const command = end < 0 ? [] : args.slice(end + 1);
  if (positionals.length > 0 || command.length === 0)
    throw new UsageError('the agent’s command stands behind "--": playhead run [flags] -- COMMAND…');
  const client = readClient(values, defaultEndpoint);
  const cell = cellOf(values);
  const attempt =
    values.attempt === undefined ? await nextAttempt(client, cell) : readCount('attempt', values.attempt, 1);
  const screen = new Screen(values.quiet === true);
  const stop = new AbortController();
  const release = stopOnSignal(stop);
  try {
    const result = await runAgent({
      ...cell,
      ...limitsOf(values),
      ...client,
      attempt,
      command,
      agentVersion: values['agent-version'],
      workdir: values.workdir ?? process.cwd(),
      verify: values.verify ?? null,
      reports: values.report ?? [],
      expect: values.expect ?? [],
      image: values.image ?? null,
      imageEnv: values['image-env'] ?? [],
      proxy: values['no-proxy'] !== true,
      telemetry: values['no-telemetry'] !== true,
      content: values.content === true,
      terminal: terminalOf(values.terminal),
      cols: process.stdout.columns ?? DEFAULT_SIZE.cols,
      rows: process.stdout.rows ?? DEFAULT_SIZE.rows,
      stdin: 'inherit',
      spoolDir:
        values.spool ?? join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'playhead/spool'),
      env: process.env,
      onStart: (mode) => screen.begin(mode),
      onOutput: (stream, text) => screen.output(stream, text),
      onProgress: (line) => screen.progress(line),
      onResizer: (resize) =>
        process.stdout.on('resize', () => resize(process.stdout.columns, process.stdout.rows)),
      signal: stop.signal,
    });
    screen.summary(result, values.quiet === true ? [] : await runTable(client, result));
    process.exitCode = result.exitCode;
  } finally {
    release();
    process.stdin.unref?.();
  }
}

function cellOf(values: Values<typeof runFlags>): {
  sweep: string;
  agent: string;
  model: string;
  task: string;
} {
  const { agent, model, task } = values;
  const missing = Object.entries({ agent, model, task }).flatMap(([name, value]) =>
    value === undefined ? [`--${name}`] : [],
  );
  if (agent === undefined || model === undefined || task === undefined)
    throw new UsageError(`run needs ${missing.join(', ')}`);
  if (!/^[^/]+\/[^/]+$/.test(task))
    throw new UsageError(`--task takes <family>/<name>, not ${JSON.stringify(task)}`);
  return { sweep: values.sweep ?? 'local', agent, model, task };
}

function limitsOf(values: Values<typeof runFlags>): { timeoutMs: number | null; verifyTimeoutMs: number } {
  return {
    timeoutMs: values.timeout === undefined ? null : readSeconds('timeout', values.timeout),
    verifyTimeoutMs: readSeconds('verify-timeout', values['verify-timeout'] ?? DEFAULT_VERIFY_SECONDS),
  };
}

function terminalOf(text: string | undefined): 'auto' | 'pty' | 'pipes' {
  const value = text ?? 'auto';
  if (value === 'auto' || value === 'pty' || value === 'pipes') return value;
  throw new UsageError(`--terminal takes auto, pty or pipes, not ${JSON.stringify(value)}`);
}

/** The first signal ends the run and lets it be recorded to its end; the second leaves at once. */
function stopOnSignal(stop: AbortController): () => void {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  for (const name of names) process.on(name, onSignal);
  return () => {
    for (const name of names) process.off(name, onSignal);
  };
}

class Screen {
  readonly #quiet: boolean;
  #mode: 'pty' | 'pipes' = 'pipes';
  readonly #startMs = performance.now();

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  begin(mode: 'pty' | 'pipes'): void {
    this.#mode = mode;
  }

  /** A stream for machines is passed on to a machine; a person is shown the steps instead. */
  output(stream: 'pty' | 'stdout' | 'stderr', text: string): void {
    if (this.#quiet) return;
    if (stream === 'stderr') process.stderr.write(text);
    else if (stream === 'pty' || !process.stdout.isTTY) process.stdout.write(text);
  }

  progress(line: string): void {
    // An agent that draws on the screen is not drawn over.
    if (this.#quiet || (this.#mode === 'pty' && process.stdout.isTTY)) return;
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`playhead ${seconds} s  ${line}\n`);
  }

  summary(result: RunResult, table: readonly string[]): void {
    const lines = result.problems.map((problem) => `playhead: ${problem}`);
    if (result.timedOut) lines.push('playhead: the agent’s time was up');
    if (result.interrupted) lines.push('playhead: the run was interrupted');
    const { spoolFile } = result;
    if (spoolFile !== null) {
      if (!result.problems.some((problem) => problem.includes(spoolFile)))
        lines.push(`playhead: the collector did not take everything; the rest is in ${spoolFile}`);
      lines.push(`playhead: once a collector runs, load it: playhead import ${shellWord(spoolFile)}`);
    }
    const [outcome = '', ...numbers] = table;
    if (!this.#quiet)
      lines.push(
        '',
        outcome,
        ...failureLines(result),
        ...numbers,
        '',
        `Replay${spoolFile === null ? '' : ', once it is loaded'}: ${result.url}`,
      );
    process.stderr.write(`${lines.join('\n')}\n`);
  }
}

/** A path as a shell takes it. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function failureLines({ failures }: RunResult): string[] {
  return failures === null ? [] : findingsWords(failures);
}
