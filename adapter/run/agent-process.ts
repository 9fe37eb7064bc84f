// Starts the agent and listens: in a real pseudo-terminal, or with pipes where it prints a stream for
// machines. Every chunk is stamped as it arrives; a character split across reads is held back until it is
// whole. It reads nothing into what it hears, and it never slows the agent down.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { IPty } from '@lydell/node-pty';
import { spawn as spawnPty } from '@lydell/node-pty';
import { nowNs } from '../sdk/instant.ts';
import { bounds } from './run-bounds.ts';
import { RunError } from './run-error.ts';

export type OutputStream = 'pty' | 'stdout' | 'stderr';

export interface OutputChunk {
  readonly stream: OutputStream;
  readonly text: string;
  /** When it was read. */
  readonly atNs: bigint;
}

export interface ProcessOptions {
  readonly command: readonly string[];
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mode: 'pty' | 'pipes';
  /** The pseudo-terminal's size. */
  readonly cols: number;
  readonly rows: number;
  /** `inherit` hands this process's standard input through; `none` gives an empty one. */
  readonly stdin: 'inherit' | 'none';
  readonly onOutput: (chunk: OutputChunk) => void;
}

export interface ProcessEnd {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly endNs: bigint;
}

export interface AgentProcess {
  readonly pid: number;
  readonly startNs: bigint;
  /** When the agent has exited and all it printed was read. */
  readonly ended: Promise<ProcessEnd>;
  /** Signals the whole process group. False where nothing of it is left. */
  kill(signal: NodeJS.Signals): boolean;
  resize(cols: number, rows: number): void;
}

/** @throws RunError where there is no such command */
export function startProcess(options: ProcessOptions): AgentProcess {
  const [name = '', ...args] = options.command;
  const file = findCommand(name, options.env, options.workdir);
  return options.mode === 'pty' ? startInPty(file, args, options) : startWithPipes(file, args, options);
}

/** The file that a command's name stands for. @throws RunError */
export function findCommand(name: string, env: Readonly<Record<string, string>>, workdir: string): string {
  const folders = name.includes('/') ? [''] : (env.PATH ?? '').split(delimiter);
  for (const folder of folders) {
    const file = isAbsolute(name) ? name : resolve(workdir, join(folder, name));
    if (isExecutable(file)) return file;
  }
  throw new RunError('command_not_found', `there is no command ${JSON.stringify(name)}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function startWithPipes(file: string, args: readonly string[], options: ProcessOptions): AgentProcess {
  const startNs = nowNs();
  const child = spawn(file, args, {
    cwd: options.workdir,
    env: options.env,
    argv0: options.command[0],
    // A group of its own, so that all of it can be ended.
    detached: true,
    stdio: [options.stdin === 'inherit' ? 'inherit' : 'ignore', 'pipe', 'pipe'],
  });
  const readers = (['stdout', 'stderr'] as const).map((stream) => {
    const reader = new ChunkReader(stream, options.onOutput);
    child[stream]?.on('data', (bytes: Buffer) => reader.read(bytes));
    return reader;
  });
  const ended = endOf(child, startNs).then((end) => {
    for (const reader of readers) reader.end();
    return end;
  });
  return {
    pid: child.pid ?? 0,
    startNs,
    ended,
    kill: (signal) => killGroup(child.pid, signal),
    // Pipes have no size.
    resize: () => undefined,
  };
}

/** Waits for the exit, then for the pipes: a background process of the agent may hold them for ever. */
function endOf(child: ChildProcess, startNs: bigint): Promise<ProcessEnd> {
  return new Promise((resolveEnd) => {
    child.once('error', () => resolveEnd({ exitCode: 127, signal: null, endNs: startNs }));
    child.once('exit', (exitCode, signal) => {
      const end = { exitCode, signal, endNs: nowNs() };
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, bounds.agentOutput.maxMs);
      child.once('close', () => {
        clearTimeout(timer);
        resolveEnd(end);
      });
    });
  });
}

function startInPty(file: string, args: string[], options: ProcessOptions): AgentProcess {
  const startNs = nowNs();
  const pty = spawnPty(file, args, {
    name: options.env.TERM && options.env.TERM !== 'dumb' ? options.env.TERM : 'xterm-256color',
    cols: options.cols,
    rows: options.rows,
    cwd: options.workdir,
    env: { ...options.env },
    // Bytes: characters are joined here, with the time at which they were whole.
    encoding: null,
  });
  const reader = new ChunkReader('pty', options.onOutput);
  pty.onData((data: string | Buffer) => reader.read(Buffer.from(data as string)));
  const stopInput = options.stdin === 'inherit' ? feed(pty) : () => undefined;
  const ended = new Promise<ProcessEnd>((resolveEnd) => {
    pty.onExit(({ exitCode, signal }) => {
      const endNs = nowNs();
      stopInput();
      reader.end();
      const name = signal ? signalName(signal) : null;
      resolveEnd({ exitCode: name === null ? exitCode : null, signal: name, endNs });
    });
  });
  return {
    pid: pty.pid,
    startNs,
    ended,
    kill: (signal) => killGroup(pty.pid, signal),
    resize: (cols, rows) => {
      try {
        pty.resize(cols, rows);
      } catch {
        // The terminal closed between its end and the report of it.
      }
    },
  };
}

/** Hands our own input to the terminal, key by key where ours is a terminal too. */
function feed(pty: IPty): () => void {
  const { stdin } = process;
  const isTerminal = stdin.isTTY === true;
  if (isTerminal) stdin.setRawMode(true);
  const onData = (data: Buffer): void => pty.write(data.toString('utf8'));
  // End of transmission: what a terminal says where a pipe would close.
  const onEnd = (): void => pty.write('\u0004');
  stdin.on('data', onData);
  stdin.once('end', onEnd);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.off('end', onEnd);
    if (isTerminal) stdin.setRawMode(false);
    stdin.pause();
  };
}

/** Bytes into text, whole characters only. */
class ChunkReader {
  readonly #stream: OutputStream;
  readonly #decoder = new TextDecoder();
  readonly #onOutput: ProcessOptions['onOutput'];

  constructor(stream: OutputStream, onOutput: ProcessOptions['onOutput']) {
    this.#stream = stream;
    this.#onOutput = onOutput;
  }

  read(bytes: Uint8Array): void {
    const atNs = nowNs();
    this.#tell(this.#decoder.decode(bytes, { stream: true }), atNs);
  }

  end(): void {
    this.#tell(this.#decoder.decode(), nowNs());
  }

  #tell(text: string, atNs: bigint): void {
    if (text !== '') this.#onOutput({ stream: this.#stream, text, atNs });
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined || pid <= 1) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false; // ESRCH: nobody is left.
  }
}

function signalName(number: number): string {
  const found = Object.entries(osConstants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
