// Runs the verifier after the agent: a shell command in the working directory, with a time limit of its
// own. Keeps the tail of what it printed, with what its reports say of its tests behind it, and judges by its exit code
// alone.
import { spawn } from 'node:child_process';
import { reportSection } from '../../shared/failures/report.ts';
import { verifierFailure } from '../../shared/verifier-end.ts';
import { shellCommand } from '../platform.ts';
import { nowNs } from '../sdk/instant.ts';
import type { Redactor } from '../sdk/redact.ts';
import { readReports } from './report-file.ts';
import { bounds } from './run-bounds.ts';

export interface VerifyOptions {
  readonly command: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Takes secrets out of all that is printed, before any of it is cut off. */
  readonly redactor: Redactor;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

export interface Verdict {
  /** What was run. */
  readonly command: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly pass: boolean;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  /** "SIGKILL"; null where none ended it. */
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** Its limit. */
  readonly timeoutS: number;
  /** The user stopped it. */
  readonly interrupted: boolean;
  /** Why it gave no verdict, as a sentence without a stop; null where it gave one. */
  readonly failure: string | null;
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** Both streams as they came, the last of them. */
  readonly outputTail: string;
}

const MAX_TAIL_CHARS = 16_384;

/**
 * The verdict with the verifier's reports.
 * @param reports files or folders in which it writes JUnit's XML or CTRF
 * @returns problems: what was wrong with the reports, in sentences
 */
export async function judgeWork(
  options: VerifyOptions,
  reports: readonly string[],
): Promise<{ readonly verdict: Verdict; readonly problems: readonly string[] }> {
  const startMs = Date.now();
  const verdict = await runVerifier(options);
  const { findings, problems } = readReports(reports, options.workdir, startMs);
  const section = findings === null ? '' : options.redactor.clean(reportSection(findings));
  const { outputTail, stdoutTail } = verdict;
  const withReports = { ...verdict, outputTail: outputTail + section, stdoutTail: stdoutTail + section };
  return { verdict: withReports, problems };
}

export async function runVerifier(options: VerifyOptions): Promise<Verdict> {
  const startNs = nowNs();
  const [shell, ...args] = shellCommand(options.command);
  const child = spawn(shell, args, {
    cwd: options.workdir,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tails = { stdout: new Tail(), stderr: new Tail(), both: new Tail() };
  const add = (stream: 'stdout' | 'stderr', clean: string): void => {
    tails[stream].add(clean);
    tails.both.add(clean);
  };
  const readers = (['stdout', 'stderr'] as const).map((stream) => {
    const redacting = options.redactor.stream();
    child[stream].setEncoding('utf8').on('data', (text: string) => add(stream, redacting.push(text)));
    return () => add(stream, redacting.end());
  });
  let timedOut = false;
  let killer: NodeJS.Timeout | undefined;
  let notStarted: string | null = null;
  const stop = (): void => {
    killGroup(child.pid, 'SIGTERM');
    killer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), bounds.verifierStop.maxMs);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutMs);
  // It may have been stopped before it began: nobody says so again.
  if (options.signal?.aborted) stop();
  else options.signal?.addEventListener('abort', stop, { once: true });
  const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('error', (error) => {
      notStarted = error.message;
      resolve([127, null]);
    });
    child.once('exit', (code, endedBy) => {
      clearTimeout(timer);
      clearTimeout(killer);
      // A server that the tests left behind would hold the pipes open.
      killGroup(child.pid, 'SIGKILL');
      const linger = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, bounds.verifierOutput.maxMs);
      child.once('close', () => {
        clearTimeout(linger);
        resolve([code, endedBy]);
      });
    });
  });
  clearTimeout(timer);
  for (const end of readers) end();
  options.signal?.removeEventListener('abort', stop);
  const interrupted = (options.signal?.aborted ?? false) && !timedOut && exitCode !== 0;
  const failure = interrupted
    ? 'The verifier was interrupted'
    : verifierFailure({ exitCode, signal, timedOut, interrupted }, null, {
        verifier_error: notStarted,
        verifier_timeout_s: options.timeoutMs / 1000,
      });
  return {
    command: options.command,
    startNs,
    endNs: nowNs(),
    pass: failure === null && exitCode === 0,
    exitCode,
    signal,
    timedOut,
    timeoutS: options.timeoutMs / 1000,
    interrupted,
    failure,
    stdoutTail: tails.stdout.text,
    stderrTail: tails.stderr.text,
    outputTail: tails.both.text,
  };
}

/** The last characters of a text of any length. */
class Tail {
  text = '';
  add(more: string): void {
    this.text = (this.text + more).slice(-MAX_TAIL_CHARS);
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody is left.
  }
}
