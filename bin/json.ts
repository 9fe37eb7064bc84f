// What a command tells: programs, one line of JSON on standard output, in the shapes of docs/command-line.md; people, lines
// there, and what went wrong on standard error.
import { printable } from './printable.ts';

export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** What went wrong, or is worth knowing beside what was asked for. */
export function printProblem(line: string): void {
  process.stderr.write(`playhead: ${printable(line)}\n`);
}
