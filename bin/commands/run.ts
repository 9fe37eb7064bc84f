// `playhead run`: flags into options, what the agent prints onto the screen, and at the end the table of
// scores and the replay's address. Playhead's own lines go to standard error: standard output is the agent's.
import { basename, resolve } from 'node:path';
import type { RunResult } from '../../adapter/run/run-options.ts';
import { failedShare, verdictSentence } from '../../shared/failures/words.ts';
import { MAX_SETTINGS_CHARS, settingsText } from '../../shared/judge/settings.ts';
import { readClient } from '../client.ts';
import { command as aCommand, type Values } from '../command.ts';
import { printJson } from '../json.ts';
import { printable } from '../printable.ts';
import { readCount, readTimeout } from '../quantities.ts';
import { DEFAULT_SIZE, DEFAULT_VERIFY_TIMEOUT, spoolFolder } from '../run-defaults.ts';
import type { JudgedRun } from '../run-table.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';
import { stopOnSignal } from '../stop.ts';
import { UsageError } from '../usage-error.ts';

/** Every flag of `playhead run`, with what it means; `docs/run.md` says more of each. */
export const runFlags = {
  agent: { value: 'A', about: 'the agent; where absent, the one that the command line starts' },
  'agent-version': { value: 'V', about: 'its version; where absent, a known agent is asked for it' },
  settings: { value: 'JSON', about: 'what it runs with, a JSON object: a part of its configuration' },
  model: {
    value: 'M',
    about:
      'the model, which names the run and sets nothing; where absent, as command line or configuration name it',
  },
  task: {
    value: 'F/T',
    about: 'the task, as family and name; where absent, local and the working directory’s name',
  },
  sweep: { value: 'S', about: 'the sweep that the run belongs to; local where absent' },
  attempt: { value: 'N', about: 'which attempt this is; the next free one where absent' },
  workdir: { value: 'D', about: 'where the agent works; the current directory where absent' },
  verify: { value: 'CMD', about: 'a shell command that judges the work: exit code 0 is a pass' },
  'verify-timeout': { value: 'T', about: 'how long it may take; 10m where absent' },
  report: {
    value: 'FILE',
    multiple: true,
    about: 'a test report in JUnit’s XML or CTRF, which the verifier writes',
  },
  expect: { value: 'GLOB', multiple: true, about: 'changes that the task asks for, e.g. src/**' },
  timeout: { value: 'T', about: 'how long the agent may take: 90s, 10m, 1h30m; a bare number is seconds' },
  image: { value: 'IMG', about: 'runs the command in this image, by docker or podman' },
  'image-env': { value: 'NAME', multiple: true, about: 'a variable that the container gets' },
  ...clientFlags,
  'no-proxy': { about: 'leaves the agent’s model calls alone' },
  'no-telemetry': { about: 'leaves the agent’s own OpenTelemetry alone' },
  content: { about: 'records what was said to the model and what it answered' },
  terminal: { value: 'MODE', about: 'how the agent is listened to', choices: ['auto', 'pty', 'pipes'] },
  spool: { value: 'DIR', about: 'the folder for what the collector did not take' },
  quiet: { about: 'shows neither the agent’s output nor progress, only problems' },
  ...jsonFlags,
} as const;

/** Of a run whose command line and configuration name no model. */
const UNTOLD_MODEL = 'unknown';

export const run = aCommand({
  name: 'run',
  about:
    'Runs any coding agent as it would run by itself, and records it: terminal, steps, model calls, file changes, verdict. The exit code is the agent’s own, 124 where its time was up, 127 where there is no such command, 130 where the run was interrupted.',
  takes: 'COMMAND…',
  flags: runFlags,
  examples: [
    {
      line: "playhead run -- sh -c 'echo hello > hello.txt'",
      says: 'any command is an agent; what it is called follows from it and from where it works',
    },
    {
      line: "playhead run --agent shell --model none --task demo/hello --verify 'test -s hello.txt' -- sh -c 'echo hello > hello.txt'",
      says: 'the same under names of your own, and judged',
    },
  ],
  async run({ values, args, rest: command }) {
    if (args.length > 0 || command.length === 0)
      throw new UsageError('the agent’s command stands behind "--": playhead run [flags] -- COMMAND…');
    const client = readClient(values);
    const workdir = resolve(values.workdir ?? process.cwd());
    const cell = await cellOf(values, command, workdir);
    const limits = limitsOf(values);
    const settings = settingsOf(values.settings);
    const given = values.attempt === undefined ? null : readCount('attempt', values.attempt, 1);
    const { runAgent } = await import('../../adapter/run/run.ts');
    const { nextAttempt } = await import('../../adapter/sdk/attempt.ts');
    const { judgeRun, runTable } = await import('../run-table.ts');
    const attempt = given ?? (await nextAttempt(client, cell));
    const screen = new Screen(values.quiet === true, values.json === true);
    const stop = stopOnSignal();
    try {
      const result = await runAgent({
        ...cell,
        ...limits,
        ...client,
        attempt,
        command,
        settings,
        workdir,
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
        spoolDir: values.spool ?? spoolFolder(process.env),
        env: process.env,
        onStart: (mode) => screen.begin(mode),
        onOutput: (stream, text) => screen.output(stream, text),
        onProgress: (line) => screen.progress(line),
        onResizer: (resize) =>
          process.stdout.on('resize', () => resize(process.stdout.columns, process.stdout.rows)),
        signal: stop.signal,
      });
      const isTold = values.quiet !== true || values.json === true;
      const judged = isTold ? await judgeRun(client, result) : null;
      screen.summary(result, judged === null ? [] : runTable(judged, result));
      if (values.json && judged !== null) printJson(runJson(result, judged));
      process.exitCode = result.exitCode;
    } finally {
      stop.release();
      process.stdin.unref?.();
    }
  },
});

/** What the run is called: as was said, else as its command line tells, else by where it works. */
async function cellOf(values: Values<typeof runFlags>, command: readonly string[], workdir: string) {
  const { task = `local/${basename(workdir) || 'task'}`, sweep = 'local' } = values;
  if (!/^[^/]+\/[^/]+$/.test(task))
    throw new UsageError(`--task takes <family>/<name>, not ${JSON.stringify(task)}`);
  const { agentNameOf, askVersion, modelOf } = await import('../../adapter/run/self-naming.ts');
  const { definedEnv, withoutToken } = await import('../../adapter/run/environment.ts');
  const env = withoutToken(definedEnv(process.env), {
    token: values.token,
    telemetry: values['no-telemetry'] !== true,
  });
  const context = { command, env, workdir };
  const agent = values.agent ?? agentNameOf(command);
  const model = values.model ?? modelOf(context) ?? UNTOLD_MODEL;
  const isAsked = values['agent-version'] === undefined && values.image === undefined;
  const agentVersion =
    values['agent-version'] ?? (isAsked ? ((await askVersion(context)) ?? undefined) : undefined);
  return { sweep, agent, model, task, agentVersion };
}

function settingsOf(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  const written = settingsText(text);
  if (written === null)
    throw new UsageError(`--settings takes a JSON object of at most ${MAX_SETTINGS_CHARS} characters`);
  return JSON.parse(written);
}

function limitsOf(values: Values<typeof runFlags>): { timeoutMs: number | null; verifyTimeoutMs: number } {
  return {
    timeoutMs: values.timeout === undefined ? null : readTimeout('timeout', values.timeout),
    verifyTimeoutMs: readTimeout('verify-timeout', values['verify-timeout'] ?? DEFAULT_VERIFY_TIMEOUT),
  };
}

function terminalOf(text: string | undefined): 'auto' | 'pty' | 'pipes' {
  return text === 'pty' || text === 'pipes' ? text : 'auto';
}

class Screen {
  readonly #quiet: boolean;
  /** Standard output is for a program, and takes one line of JSON. */
  readonly #json: boolean;
  #mode: 'pty' | 'pipes' = 'pipes';

  constructor(quiet: boolean, json: boolean) {
    this.#quiet = quiet;
    this.#json = json;
  }

  begin(mode: 'pty' | 'pipes'): void {
    this.#mode = mode;
  }

  /** A stream for machines is passed on to a machine; a person is shown the steps instead. */
  output(stream: 'pty' | 'stdout' | 'stderr', text: string): void {
    if (this.#quiet) return;
    if (stream === 'stderr' || this.#json) process.stderr.write(text);
    else if (stream === 'pty' || !process.stdout.isTTY) process.stdout.write(text);
  }

  progress(line: string): void {
    // An agent that draws on the screen is not drawn over.
    if (this.#quiet || (this.#mode === 'pty' && process.stdout.isTTY)) return;
    // Without times: a step is told when it is complete, which may be long after it was begun.
    process.stderr.write(`playhead  ${printable(line)}\n`);
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
        ...failureLines(result, outcome),
        ...numbers,
        '',
        `Replay${spoolFile === null ? '' : ', once it is loaded'}: ${result.url}`,
      );
    process.stderr.write(`${printable(lines.join('\n'))}\n`);
  }
}

/** A path as a shell takes it. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** What the sentence leaves out of the tests that failed. */
function failureLines({ failures }: RunResult, sentence: string): string[] {
  if (failures === null) return [];
  const share = failedShare(failures);
  const words = verdictSentence('failed', failures, null);
  const isTold = failures.tests.length === 0 || sentence.includes(words);
  return [...(isTold ? [] : [words]), ...(share === null ? [] : [share])];
}

/** What `--json` tells of a run: docs/command-line.md. */
function runJson(result: RunResult, { outcome, sentence }: JudgedRun): object {
  const { cellId, url, exitCode, timedOut, interrupted, pass, scores, toolCalls, modelCalls } = result;
  return {
    cell: cellId,
    url,
    outcome,
    sentence,
    pass,
    exitCode,
    timedOut,
    interrupted,
    toolCalls,
    modelCalls,
    scores,
    problems: result.problems,
    spoolFile: result.spoolFile,
  };
}
