// A collector as a process of its own, to be killed, traced and starved: started, spoken to, ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
const commandLine = join(root, 'bin/playhead.ts');
/** The collector alone starts in a third of the command line's time. */
const collectorAlone = join(root, 'test/support/collector-process.ts');

interface StartOptions {
  /** Words before `node`: strace and its flags. */
  readonly wrapper?: readonly string[];
  /** Through `playhead serve` and not the collector alone. */
  readonly whole?: boolean;
  readonly uid?: number;
}

export interface Child {
  readonly process: ChildProcess;
  /** From spawning to being ready. */
  readonly startMs: number;
  readonly url: string;
  /** [code, signal] */
  readonly exited: Promise<[number | null, NodeJS.Signals | null]>;
  stderr(): string;
  /** The collector's own process id, below any wrapper: a killed tracer leaves it running. */
  pid(): number;
}

/** Runs a collector until it is ready. @throws when it ends before */
export async function startChild(dbPath: string, options: StartOptions = {}): Promise<Child> {
  const { url, ...child } = await launch(dbPath, options);
  const found = await url;
  if (found === null) throw new Error(`it ended: ${await child.exited} ${child.stderr()}`);
  return { ...child, url: found };
}

/** Runs a collector that is expected to end by itself. */
export async function runChild(dbPath: string, options: StartOptions = {}) {
  const { url, exited, stderr } = await launch(dbPath, { whole: true, ...options });
  if ((await url) !== null) throw new Error('it started, which it should not have');
  const [code] = await exited;
  return { code, stderr: stderr() };
}

async function launch(dbPath: string, { wrapper = [], whole = false, uid }: StartOptions) {
  const program = whole ? [commandLine, 'serve', '--port', '0', '--db', dbPath] : [collectorAlone, dbPath];
  const [command = process.execPath, ...args] = [...wrapper, process.execPath, ...program];
  const startedMs = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid, env: { ...process.env, NODE_COMPILE_CACHE: '' } }),
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null)
      process.kill(innermost(child.pid ?? 0), 'SIGKILL');
  });
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  let said = '';
  const url = new Promise<string | null>((resolve) => {
    child.stdout.on('data', (data) => {
      said += data;
      const found = /http:\/\/\S+(?=\n)/.exec(said);
      if (found) resolve(found[0]);
    });
    exited.then(() => resolve(null));
  });
  const ready = await Promise.race([url, exited]);
  return {
    process: child,
    url: Promise.resolve(typeof ready === 'string' ? ready : null),
    startMs: performance.now() - startedMs,
    exited,
    stderr: () => errors,
    pid: () => innermost(child.pid ?? 0),
  };
}

function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return child ? innermost(Number(child)) : pid;
}
