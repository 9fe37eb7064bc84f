// Runs the verifier after the agent: a shell command in the working directory, with a time limit of its
// own. Keeps the tail of what it printed and judges by its exit code alone.
import { spawn } from 'node:child_process';
import { nowNs } from '../sdk/instant.ts';

export interface VerifyOptions {
  readonly command: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

export interface Verdict {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly pass: boolean;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** Both streams as they came, the last of them. */
  readonly outputTail: string;
}

const MAX_TAIL_CHARS = 16_384;
const GRACE_MS = 2000;

export async function runVerifier(options: VerifyOptions): Promise<Verdict> {
  const startNs = nowNs();
  const child = spawn('/bin/sh', ['-c', options.command], {
    cwd: options.workdir,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tails = { stdout: new Tail(), stderr: new Tail(), both: new Tail() };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      tails[stream].add(text);
      tails.both.add(text);
    });
  let timedOut = false;
  const stop = (): void => {
    killGroup(child.pid, 'SIGTERM');
    setTimeout(() => killGroup(child.pid, 'SIGKILL'), GRACE_MS).unref();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutMs);
  options.signal?.addEventListener('abort', stop, { once: true });
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => {
      // A server that the tests left behind would hold the pipes open.
      killGroup(child.pid, 'SIGKILL');
      child.once('close', () => resolve(code));
    });
  });
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', stop);
  return {
    startNs,
    endNs: nowNs(),
    pass: exitCode === 0 && !timedOut,
    exitCode,
    timedOut,
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
