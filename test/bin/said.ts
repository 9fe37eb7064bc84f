// Commands run in this process, and what they print. Starts no process.
import { vi } from 'vitest';
import { runProgram } from '../../bin/program.ts';

interface Said {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** By the error, what was printed before it. */
const heardBefore = new WeakMap<object, { readonly out: string; readonly err: string }>();

export function heardOf(error: unknown): { readonly out: string; readonly err: string } {
  return heardBefore.get(error as object) ?? { out: '', err: '' };
}

/** Runs a command line, without "playhead" before it. Rejects where the command throws. */
export async function said(argv: readonly string[]): Promise<Said> {
  const heard = { out: '', err: '' };
  const listen = (stream: 'stdout' | 'stderr', to: 'out' | 'err') =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      heard[to] += text;
      return true;
    });
  const spies = [listen('stdout', 'out'), listen('stderr', 'err')];
  try {
    await runProgram(argv);
    return { ...heard, code: Number(process.exitCode ?? 0) };
  } catch (error) {
    heardBefore.set(error as object, heard);
    throw error;
  } finally {
    process.exitCode = 0;
    for (const spy of spies) spy.mockRestore();
  }
}

/** The words of a line as a shell parts them: quotes are all that it knows. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}
