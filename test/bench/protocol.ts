// What passes between the benchmark and the child processes that it measures in: one job as the child's
// argument, requests and answers as messages. Each child has a fresh heap and a folder of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type PayloadName = 'synthetic' | 'recorded';

/** What a child that measures itself is told, and answers. */
export interface InProcessJob {
  readonly payload: PayloadName;
  readonly warmBatches: number;
  readonly batches: number;
}

export interface InProcessResult {
  readonly spansPerSecond: number;
  /** File size after the last checkpoint, bytes a span. */
  readonly bytesASpan: number;
}

/** What the collector's child answers when asked how it stands. */
export interface Standing {
  readonly acknowledged: number;
  readonly projected: number;
  /** Largest resident set so far, bytes. */
  readonly maxRssBytes: number;
  /** Processor seconds of all threads so far. */
  readonly cpuSeconds: number;
}

/** A child process that is asked one question at a time. */
export class Child {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Starts a file of `children/` and waits for its first message. */
  static async start<T>(file: string, job: unknown = null): Promise<{ child: Child; first: T }> {
    const child = new Child(
      fork(join(import.meta.dirname, 'children', file), [JSON.stringify(job)], { execArgv: [] }),
    );
    return { child, first: await child.#next<T>() };
  }

  ask<T>(question: string): Promise<T> {
    const answer = this.#next<T>();
    this.#process.send(question);
    return answer;
  }

  #next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`a measured process ended with ${code}`));
      this.#process.once('exit', ended);
      this.#process.once('message', (message) => {
        this.#process.off('exit', ended);
        resolve(message as T);
      });
    });
  }
}

/** The job that this process was started with. */
export function readJob<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null');
}

/** Sends a message to the benchmark. */
export function tell(message: object): void {
  process.send?.(message);
}

/** A database path in a folder of its own, and the file's size at the end. */
export function scratchDatabase(): { path: string; remove(): number } {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-bench-'));
  const path = join(folder, 'bench.db');
  return {
    path,
    remove() {
      const bytes = statSync(path).size;
      rmSync(folder, { recursive: true, force: true });
      return bytes;
    },
  };
}
